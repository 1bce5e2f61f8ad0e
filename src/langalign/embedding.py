"""Vectors of texts from a model or a bundle, in a stated space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from langalign.bundle import Bundle
from langalign.data.text import as_texts
from langalign.errors import DataError, SettingError
from langalign.inputs.text_vectors import TextVectors
from langalign.vectors import Vectors

Space = Literal["native", "english"]
SPACES: tuple[Space, ...] = get_args(Space)


@dataclass(frozen=True, slots=True)
class Embedded:
    """Vectors and the fingerprint of their space.

    Parameters
    ----------
    vectors
        Shape (n, d).
    fingerprint
        Of the encoder whose space it is, with ``+unit`` where the model gives vectors length one;
        vectors of different fingerprints never mix.
    """

    vectors: Vectors
    fingerprint: str


def embed(
    bundle: Bundle, texts: Sequence[str], *, space: Space = "native", lang: str | None = None
) -> Embedded:
    """Return vectors of single texts.

    Parameters
    ----------
    bundle
        Whose encoders, and maps, are used.
    texts
        Single texts, also where the model classifies pairs.
    space
        ``"native"``: as the encoder of the text's language gives them. ``"english"``: in the space
        of the source language, into which reverse models map.
    lang
        Language of all texts; without it, each is recognised from its script.

    Raises
    ------
    DataError
        If there are no texts, or pairs of texts; if the encoders of their languages give different
        spaces; or as in :meth:`Bundle.languages_of`.
    SettingError
        If there is no such space, or no map into it: the model's direction is forward, or it reads
        pairs together.

    Examples
    --------
    >>> from langalign import LangAlign
    >>> from langalign.data import bundled
    >>> pairs = bundled.parallel("sentiment", "en", "ko", "train")
    >>> model = LangAlign(target_lang="ko", direction="reverse", select=False, cache=False)
    >>> bundle = Bundle([model.fit(bundled.sentiment("en", "train"), parallel=pairs)])
    >>> embed(bundle, ["정말 재미있게 봤어요.", "A fine film."], space="english").vectors.dtype
    dtype('float32')
    """
    if space not in SPACES:
        raise SettingError(f"space={space!r}: expected one of {', '.join(map(repr, SPACES))}")
    singles = _single_texts(texts)
    parts = bundle.parts(singles, lang)
    spaces = {_fingerprint(bundle, language, space): language for language, _ in parts}
    if len(spaces) > 1:
        raise DataError(
            f"texts in {' and '.join(sorted(spaces.values()))}: their vectors are of different "
            "spaces, which cannot be mixed; ask for one language at a time"
        )
    found = np.concatenate(
        [_vectors(bundle, lang, [singles[i] for i in rows], space) for lang, rows in parts]
    )
    order = np.argsort(np.concatenate([rows for _, rows in parts]))
    return Embedded(found[order], next(iter(spaces)))


def _single_texts(given: Sequence[str]) -> list[str]:
    texts = [text for text in as_texts(given, name="texts") if isinstance(text, str)]
    if not texts:
        found = "got pairs; give the texts of one side" if len(given) else "no texts were given"
        raise DataError(f"texts: expected single texts, {found}")
    return texts


def width_of(bundle: Bundle, lang: str, *, space: Space = "native") -> int:
    """Return the width of the vectors of a served language, without encoding anything."""
    classifier = bundle.models[lang].classifier_
    native = space == "native" or _is_source(bundle, lang)
    return len(classifier.target_origin_ if native else classifier.source_origin_)


def _vectors(bundle: Bundle, lang: str, texts: list[str], space: Space) -> Vectors:
    model = bundle.models[lang]
    side = TextVectors(model.target_encoder_, cache=model.cache, normalize=model.normalize)
    vectors = side(texts, name="texts")
    if space == "native" or _is_source(bundle, lang):
        return vectors
    if model.takes_pairs_ and model.pair_mode == "cross":
        raise SettingError("space='english': this model maps pairs read together, not single texts")
    return model.classifier_.to_source(vectors)


def _fingerprint(bundle: Bundle, lang: str, space: Space) -> str:
    model = bundle.models[lang]
    native = space == "native" or _is_source(bundle, lang)
    encoder = model.target_fingerprint_ if native else model.source_fingerprint_
    return f"{encoder}+unit" if model.normalize else encoder


def _is_source(bundle: Bundle, lang: str) -> bool:
    return bundle.source_from is not None and lang == bundle.languages[-1]
