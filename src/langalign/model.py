"""LangAlign: English labels and parallel text in, a classifier of another language out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from langalign.aligned_classifier import AlignedClassifier
from langalign.aligners import Aligner, aligners
from langalign.alignment_task import is_fitted
from langalign.data.cleaning import clean as clean_pairs
from langalign.data.cleaning_report import CleaningReport
from langalign.data.groups import text_groups
from langalign.data.labeled import LabeledText
from langalign.data.languages import normalize_language, primary_language
from langalign.data.parallel import ParallelText
from langalign.encoders.base import Encoder
from langalign.encoders.resolve import EncoderSpec, resolve
from langalign.errors import DataError, SettingError, SpaceMismatchError
from langalign.estimator import Estimator
from langalign.evaluation.scores import Scores, evaluate_predictions
from langalign.heads import Head, heads
from langalign.heads.base import Labels, Probabilities
from langalign.text_vectors import Progress, TextVectors, is_vectors
from langalign.vectors import Vectors

if TYPE_CHECKING:
    from typing import Self

Parallel = ParallelText | tuple[Any, Any]


class LangAlign(Estimator):
    """A text classifier carried from a source language into a target language.

    Texts or ready vectors are accepted everywhere. No label of the target language is used.

    Parameters
    ----------
    source_encoder, target_encoder
        A registered name (``"mini"``), a sentence-transformers or Hugging Face model id or folder,
        a function from a list of texts to an array, or an encoder. They may differ.
    source_lang, target_lang
        BCP 47 codes; ``target_lang=None`` takes that of the parallel text.
    aligner
        A registered name or an unfitted aligner.
    head
        A registered name, an unfitted head, or with ``direction="reverse"`` any fitted classifier.
    direction
        ``"forward"``: the head is trained on aligned source vectors, and nothing is added at
        inference. ``"reverse"``: target vectors are mapped in front of a source-language head.
    pair_mode
        How pairs of texts become vectors: ``"siamese"`` or ``"cross"``.
    normalize
        Give the vectors of both spaces length one before anything else. Off, because it changed
        nothing measurable with ``mini``, and sentence encoders often do it themselves.
    spread
        How the aligner's output is rescaled: ``"scale"``, ``"dimension"`` or ``None``.
    select
        Choose open settings by agreement on held-out pairs.
    clean
        Drop doubtful pairs of parallel text first.
    cache
        Keep vectors on disk: ``True`` for the user's cache folder, a folder, or ``False``.
    random_state
        Seed of everything that is random.

    Attributes
    ----------
    classifier_ : AlignedClassifier
        The fitted aligner and head, on vectors.
    classes_ : ndarray of shape (n_classes,)
    cleaning_ : CleaningReport or None

    References
    ----------
    Kim, J., Lee, J., Choi, J. and Jung, S. (2025). LANGALIGN: Enhancing Non-English Language
    Models via Cross-Lingual Embedding Alignment. arXiv 2503.18603.

    Examples
    --------
    >>> from langalign.data import bundled
    >>> reviews = bundled.sentiment("en", "train")
    >>> pairs = bundled.parallel("sentiment", "en", "ko", "train")
    >>> model = LangAlign(target_lang="ko", cache=False).fit(reviews, parallel=pairs)
    >>> model.predict(["정말 재미있게 봤어요."]).shape
    (1,)
    """

    def __init__(
        self,
        source_encoder: EncoderSpec = "mini",
        target_encoder: EncoderSpec = "mini",
        *,
        source_lang: str = "en",
        target_lang: str | None = None,
        aligner: str | Aligner = "linear",
        head: Any = "logistic",
        direction: str = "forward",
        pair_mode: str = "siamese",
        normalize: bool = False,
        spread: str | None = "scale",
        select: bool = True,
        clean: bool = True,
        cache: bool | str | Path = True,
        random_state: int = 0,
    ) -> None:
        self.source_encoder = source_encoder
        self.target_encoder = target_encoder
        self.source_lang = source_lang
        self.target_lang = target_lang
        self.aligner = aligner
        self.head = head
        self.direction = direction
        self.pair_mode = pair_mode
        self.normalize = normalize
        self.spread = spread
        self.select = select
        self.clean = clean
        self.cache = cache
        self.random_state = random_state

    def fit(
        self,
        labeled: Any = None,
        y: Iterable[Any] | None = None,
        *,
        parallel: Parallel,
        unlabeled: Any = None,
        progress: Progress | None = None,
    ) -> Self:
        """Encode, align, choose settings and train the head.

        Parameters
        ----------
        labeled
            :class:`~langalign.data.LabeledText`, or texts or vectors with labels in ``y``; may be
            left out where ``head`` is already fitted.
        y
            Labels, one a row; ``None`` with a ``LabeledText``.
        parallel
            :class:`~langalign.data.ParallelText`, or a pair of (source, target) texts or vectors.
        unlabeled
            Target texts, or vectors, as they will be classified: a few hundred let the spaces be
            re-centred on what matters. Their labels are not needed and not used.
        progress
            Called with (stage, done, total) while texts are encoded.

        Raises
        ------
        DataError
            If the data do not fit together or are too few.
        SettingError
            If a parameter has a value that it cannot have.
        EncoderError
            If an encoder cannot be loaded.
        """
        texts, labels = self._labeled_rows(labeled, y)
        parallel = self._cleaned(parallel)
        self.source_encoder_: Encoder = resolve(self.source_encoder)
        same = self.target_encoder is self.source_encoder or (
            isinstance(self.target_encoder, str) and self.target_encoder == self.source_encoder
        )
        self.target_encoder_: Encoder = (
            self.source_encoder_ if same else resolve(self.target_encoder)
        )
        source, target = self._sides()
        pairs = (
            source(_side(parallel, 0), name="parallel text (source)", progress=progress),
            target(_side(parallel, 1), name="parallel text (target)", progress=progress),
        )
        X = None if texts is None else source(texts, name="labelled texts", progress=progress)
        U = None
        if unlabeled is not None:
            U = target(unlabeled, name="unlabelled texts", progress=progress)
        self._require_one_kind(X, U)
        self.classifier_ = AlignedClassifier(
            self._component(self.aligner, aligners, Aligner),
            self.head if is_fitted(self.head) else self._component(self.head, heads, Head),
            direction=self.direction,
            spread=self.spread,
            select=self.select,
            random_state=self.random_state,
        )
        groups = text_groups(parallel) if isinstance(parallel, ParallelText) else None
        self.classifier_.fit(X, labels, pairs=pairs, unlabeled=U, groups=groups)
        self.classes_ = self.classifier_.classes_
        self.source_fingerprint_ = _fingerprint(self.source_encoder_, _side(parallel, 0), pairs[0])
        self.target_fingerprint_ = _fingerprint(self.target_encoder_, _side(parallel, 1), pairs[1])
        self.n_seen_ = {
            "pairs": len(pairs[0]),
            "labeled": 0 if X is None else len(X),
            "unlabeled": 0 if U is None else len(U),
        }
        return self

    def predict(self, texts: Any) -> Labels:
        """Return a label for each target text, pair of texts, or vector."""
        return self.classifier_.predict(self._target_vectors(texts))

    def predict_proba(self, texts: Any) -> Probabilities:
        """Return the probability of each class (columns as ``classes_``), shape (n, n_classes)."""
        return self.classifier_.predict_proba(self._target_vectors(texts))

    def score(self, texts: Any, y: Iterable[Any]) -> float:
        """Return the accuracy on target texts and their labels."""
        return float((self.predict(texts) == np.asarray(list(y))).mean())

    def evaluate(self, labeled: LabeledText) -> Scores:
        """Return accuracy and macro-F1 with 95 % intervals on labelled target texts.

        Raises
        ------
        DataError
            If a label never occurred in training.
        """
        self._require_fitted()
        known = {str(label) for label in self.classes_}
        for row, label in enumerate(labeled.labels):
            if label not in known:
                raise DataError(
                    f"label {label!r} (first in data row {row + 1}) never occurred in training, "
                    f"which had: {', '.join(sorted(known))}. Rename the labels, or drop these rows."
                )
        predicted = [str(label) for label in self.predict(labeled.texts)]
        return evaluate_predictions(np.asarray(labeled.labels), np.asarray(predicted))

    def save(self, path: str | Path) -> None:
        """Write the model as a folder of safetensors and JSON, whole or not at all.

        Raises
        ------
        NotFittedError
            If the model has not been fitted.
        PersistenceError
            If ``path`` is a file, or a folder with other things in it.
        """
        from langalign.model_folder import save_model

        self._require_fitted()
        save_model(self, path)

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        source_encoder: EncoderSpec | None = None,
        target_encoder: EncoderSpec | None = None,
        head: Any = None,
    ) -> LangAlign:
        """Read a model that :meth:`save` wrote.

        Parameters
        ----------
        path
            The model's folder.
        source_encoder, target_encoder
            Given where the model was fitted with a function, which is not saved, or where the
            encoder lies elsewhere now. The fingerprint must be the one of the fit.
        head
            The fitted classifier that was brought along, which is not saved either.

        Raises
        ------
        PersistenceError
            If the folder is missing, damaged, incomplete or of a newer format.
        """
        from langalign.model_folder import load_model

        return load_model(
            cls, path, source_encoder=source_encoder, target_encoder=target_encoder, head=head
        )

    def _target_vectors(self, texts: Any) -> Vectors:
        self._require_fitted()
        if isinstance(texts, LabeledText):
            texts = texts.texts
        if not is_vectors(texts):
            self._require_space(self.target_encoder_, self.target_fingerprint_)
        vectors = self._sides()[1](texts, name="texts")
        wanted = 3 if self.classifier_.reads_pairs_ else 2
        if vectors.ndim != wanted:
            kinds = {2: "single texts", 3: "pairs of texts"}
            raise DataError(f"this model was trained on {kinds[wanted]}; got {kinds[vectors.ndim]}")
        return vectors

    def _require_space(self, encoder: Encoder, fingerprint: str) -> None:
        if fingerprint.startswith("vectors:"):
            raise DataError("this model was fitted on ready vectors; give vectors, not texts")
        if encoder.fingerprint != fingerprint:
            raise SpaceMismatchError(
                f"{encoder!r} has fingerprint {encoder.fingerprint[:24]}..., but this model was "
                f"fitted with {fingerprint[:24]}...: its vectors mean something else. Use the "
                "encoder of the fit (model, revision, pooling, prompt), or fit again."
            )

    def _sides(self) -> tuple[TextVectors, TextVectors]:
        return self._side(self.source_encoder_), self._side(self.target_encoder_)

    def _side(self, encoder: Encoder) -> TextVectors:
        return TextVectors(
            encoder, pair_mode=self.pair_mode, cache=self.cache, normalize=self.normalize
        )

    def _labeled_rows(self, labeled: Any, y: Iterable[Any] | None) -> tuple[Any, Any]:
        if not isinstance(labeled, LabeledText):
            if labeled is None and not is_fitted(self.head):
                raise DataError("no labelled texts were given; fit needs some, or a fitted head")
            return labeled, None if y is None else np.asarray(list(y))
        if y is not None:
            raise DataError("labels are given twice: in the LabeledText and as y")
        language = primary_language(labeled.lang)
        if language not in ("und", primary_language(normalize_language(self.source_lang))):
            raise DataError(
                f"the labelled texts are {labeled.lang!r}, the source language is "
                f"{self.source_lang!r}; give labelled texts of the source language"
            )
        return labeled.texts, np.asarray(labeled.labels)

    def _cleaned(self, parallel: Parallel) -> Parallel:
        self.cleaning_: CleaningReport | None = None
        if not isinstance(parallel, ParallelText):
            if is_vectors(parallel[0]) or is_vectors(parallel[1]):
                return parallel
            parallel = ParallelText(*parallel, self.source_lang, self.target_lang or "und")
        wanted = {"source": self.source_lang, "target": self.target_lang}
        for side, lang in wanted.items():
            found = getattr(parallel, f"{side}_lang")
            if lang is not None and primary_language(normalize_language(lang)) != primary_language(
                found
            ):
                raise DataError(
                    f"the parallel text's {side} language is {found!r}, {side}_lang is {lang!r}"
                )
        self.target_lang_ = parallel.target_lang
        if not self.clean:
            return parallel
        parallel, self.cleaning_ = clean_pairs(parallel)
        return parallel

    def _require_one_kind(self, X: Vectors | None, U: Vectors | None) -> None:
        if X is not None and U is not None and X.ndim != U.ndim:
            raise DataError(
                "labelled and unlabelled texts must both be single texts or both be pairs"
            )

    def _component(self, given: Any, registry: Any, base: type[Estimator]) -> Any:
        component = registry.get(given)() if isinstance(given, str) else given
        if not isinstance(component, base):
            raise SettingError(
                f"{registry.kind}={given!r}: expected one of {', '.join(registry.names())}, or an "
                f"instance of {base.__name__}"
            )
        if "random_state" in component.get_params(deep=False) and isinstance(given, str):
            component.set_params(random_state=self.random_state)
        return component


def _side(parallel: Parallel, number: int) -> Any:
    if isinstance(parallel, ParallelText):
        return (parallel.source, parallel.target)[number]
    return parallel[number]


def _fingerprint(encoder: Encoder, inputs: Any, vectors: Vectors) -> str:
    if is_vectors(inputs):
        return f"vectors:{vectors.shape[-1]}"
    return encoder.fingerprint
