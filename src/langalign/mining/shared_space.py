"""One space for texts of two languages: two encoders, and a map from one to the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from langalign.aligners import Aligner, aligners
from langalign.components import component_of
from langalign.data.cleaning import clean
from langalign.data.parallel import ParallelText
from langalign.data.text import Text
from langalign.encoders.base import Encoder
from langalign.encoders.resolve import EncoderSpec, resolve_both
from langalign.errors import DataError, SettingError, SpaceMismatchError
from langalign.inputs.text_vectors import TextVectors
from langalign.model import LangAlign
from langalign.progress import Progress
from langalign.vectors import Vectors

Map = Callable[[Vectors], Vectors]


@dataclass(frozen=True, slots=True)
class SharedSpace:
    """Texts of either language in, vectors that can be compared out.

    Parameters
    ----------
    source, target
        Encode the texts of each language.
    map_source, map_target
        Bring their vectors into one space; one of both usually changes nothing.
    """

    source: TextVectors
    target: TextVectors
    map_source: Map
    map_target: Map

    def source_vectors(self, texts: Sequence[Text], progress: Progress | None = None) -> Vectors:
        """Return the mapped vectors of n source texts, shape (n, d)."""
        return self.map_source(self.source(texts, name="source texts", progress=progress))

    def target_vectors(self, texts: Sequence[Text], progress: Progress | None = None) -> Vectors:
        """Return the mapped vectors of n target texts, shape (n, d)."""
        return self.map_target(self.target(texts, name="target texts", progress=progress))


def fit_space(
    parallel: ParallelText,
    *,
    source_encoder: EncoderSpec = "mini",
    target_encoder: EncoderSpec = "mini",
    aligner: str | Aligner = "linear",
    cache: bool | str | Path = True,
    progress: Progress | None = None,
    random_state: int = 0,
) -> SharedSpace:
    """Fit a map on parallel text and return the space that it leads to.

    Parameters
    ----------
    parallel
        Parallel single texts; doubtful rows are dropped first.
    source_encoder, target_encoder, cache
        As in :class:`~langalign.model.LangAlign`.
    aligner
        A registered name or an unfitted aligner.
    progress
        Called with (stage, done, total) while texts are encoded.
    random_state
        Of an aligner that is named.

    Raises
    ------
    DataError
        If no pairs of single texts are left after cleaning, or too few.
    EncoderError
        If an encoder cannot be loaded.
    SettingError
        If ``aligner`` is neither a name nor an aligner.
    UnknownNameError
        If no aligner has the name given.

    Examples
    --------
    >>> from langalign.data import bundled
    >>> space = fit_space(bundled.parallel("sentiment", "en", "ko"), cache=False)
    >>> space.source_vectors(["Hello"]).shape == space.target_vectors(["안녕"]).shape
    True
    """
    if parallel.is_pairs:
        raise DataError("parallel text: expected single texts to fit a map on, got pairs of texts")
    source, target = _sides(source_encoder, target_encoder, cache)
    unfitted = component_of(aligner, aligners, Aligner, random_state=random_state).fresh()
    kept = clean(parallel)[0]
    X = source(kept.source, name="parallel text (source)", progress=progress)
    Y = target(kept.target, name="parallel text (target)", progress=progress)
    return SharedSpace(source, target, unfitted.fit(X, Y).transform, _as_it_is)


def space_of_aligner(
    aligner: Aligner,
    *,
    source_encoder: EncoderSpec = "mini",
    target_encoder: EncoderSpec = "mini",
    cache: bool | str | Path = True,
) -> SharedSpace:
    """Return the space of a fitted aligner, such as one that ``langalign align`` saved.

    Raises
    ------
    SpaceMismatchError
        If the encoders' vectors are not as wide as those it was fitted on.
    """
    source, target = _sides(source_encoder, target_encoder, cache)
    widths = (
        ("source", source.encoder, aligner.n_features_in_),
        ("target", target.encoder, aligner.n_features_out_),
    )
    for name, encoder, width in widths:
        if encoder.dim != width:
            raise SpaceMismatchError(
                f"the {name} encoder {encoder!r} gives vectors of width {encoder.dim}, the aligner "
                f"was fitted on width {width}; give the encoder of the fit"
            )
    return SharedSpace(source, target, aligner.transform, _as_it_is)


def space_of_model(model: LangAlign) -> SharedSpace:
    """Return the space in which a fitted model's languages meet: of the target, or in reverse.

    Raises
    ------
    NotFittedError
        If the model has not been fitted.
    SettingError
        If its map is one of pairs of texts read together, which single texts have no part in.
    SpaceMismatchError
        If an encoder is not the one of the fit.
    """
    classifier = model.classifier_
    if model.takes_pairs_ and model.pair_mode == "cross":
        raise SettingError(
            "this model maps pairs of texts that are read together; to mine single texts, fit an "
            "aligner on single texts"
        )
    sides = (
        (model.source_encoder_, model.source_fingerprint_),
        (model.target_encoder_, model.target_fingerprint_),
    )
    for encoder, fingerprint in sides:
        _require_same(encoder, fingerprint)
    source, target = (
        TextVectors(encoder, cache=model.cache, normalize=model.normalize) for encoder, _ in sides
    )
    if model.direction == "forward":
        return SharedSpace(source, target, classifier.map_source, _as_it_is)
    return SharedSpace(source, target, _as_it_is, classifier.to_source)


def _sides(
    source: EncoderSpec, target: EncoderSpec, cache: bool | str | Path
) -> tuple[TextVectors, TextVectors]:
    encoders = resolve_both(source, target)
    return TextVectors(encoders[0], cache=cache), TextVectors(encoders[1], cache=cache)


def _require_same(encoder: Encoder, fingerprint: str) -> None:
    if fingerprint.startswith("vectors:"):
        raise SpaceMismatchError(
            "this model was fitted on ready vectors, of encoders that it does not know; save its "
            "aligner and mine with that, naming the encoders"
        )
    if encoder.fingerprint != fingerprint:
        raise SpaceMismatchError(
            f"{encoder!r} has fingerprint {encoder.fingerprint}, but the model was fitted with "
            f"{fingerprint}. Use the encoder of the fit, or fit again"
        )


def _as_it_is(X: Vectors) -> Vectors:
    return X
