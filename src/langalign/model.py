"""LangAlign: English labels and parallel text in, a classifier of another language out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from langalign.data.text import are_pairs, as_texts
from langalign.encoders.base import Encoder
from langalign.encoders.resolve import EncoderSpec, resolve
from langalign.errors import DataError, NotFittedError, SettingError, SpaceMismatchError
from langalign.estimator import Estimator
from langalign.evaluation.metrics import accuracy
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
        Give the vectors of both spaces length one before anything else: a step that stays at
        inference, unless the encoder takes it by itself. Off, because it changed
        nothing measurable with ``mini``, and sentence encoders often do it themselves.
    spread
        How the aligner's output is rescaled: ``"scale"``, ``"dimension"`` or ``None``.
    class_shares
        How frequent each class is among the texts to be classified, such as
        ``{"complaint": 0.1, "other": 0.9}``, where that is known. Unlabelled texts are centred
        under the assumption that classes are as frequent as in the labels; where they are far
        from it, centring does harm. This mends most of that; leaving the unlabelled texts out is
        the other way.
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
    target_lang_ : str or None
        ``None`` where only vectors were given and no language.
    cleaning_ : CleaningReport or None
    takes_pairs_ : bool
        Whether pairs of texts are classified.
    n_seen_ : dict
        Rows that the fit has seen: ``pairs``, ``labeled``, ``unlabeled``.
    source_encoder_, target_encoder_ : Encoder
    source_fingerprint_, target_fingerprint_ : str
        Of the encoders; ``vectors:`` and the width where ready vectors were given.

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
        class_shares: Mapping[Any, float] | None = None,
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
        self.class_shares = class_shares
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
        UnknownNameError
            If no aligner or head has the name given.
        EncoderError
            If an encoder cannot be loaded.
        """
        vars(self).pop("classes_", None)  # a fit that fails leaves no model behind
        self.classifier_ = self._classifier()
        texts, labels = self._labeled_rows(labeled, y)
        unlabeled = _as_texts(unlabeled, name="unlabelled texts")
        parallel = self._cleaned(parallel)
        self.takes_pairs_ = self._are_task_pairs(texts, parallel, unlabeled)
        self.source_encoder_, self.target_encoder_ = self._encoders()
        source, target = self._sides()
        pairs = (
            source(_side(parallel, 0), name="parallel text (source)", progress=progress),
            target(_side(parallel, 1), name="parallel text (target)", progress=progress),
        )
        X = None if texts is None else source(texts, name="labelled texts", progress=progress)
        U = None
        if unlabeled is not None:
            U = target(unlabeled, name="unlabelled texts", progress=progress)
        groups = text_groups(parallel) if isinstance(parallel, ParallelText) else None
        self.classifier_.fit(X, labels, pairs=pairs, unlabeled=U, groups=groups)
        self.takes_pairs_ |= self.classifier_.reads_pairs_  # a fitted head may say so alone
        self.source_fingerprint_ = _fingerprint(self.source_encoder_, _side(parallel, 0), pairs[0])
        self.target_fingerprint_ = _fingerprint(self.target_encoder_, _side(parallel, 1), pairs[1])
        self.n_seen_ = {
            "pairs": len(pairs[0]),
            "labeled": 0 if X is None else len(X),
            "unlabeled": 0 if U is None else len(U),
        }
        self.classes_ = self.classifier_.classes_
        return self

    def predict(self, texts: Any) -> Labels:
        """Return a label for each target text, pair of texts, or vector."""
        vectors = self._target_vectors(texts)
        return self.classifier_.predict(vectors)

    def predict_proba(self, texts: Any) -> Probabilities:
        """Return the probability of each class (columns as ``classes_``), shape (n, n_classes)."""
        vectors = self._target_vectors(texts)
        return self.classifier_.predict_proba(vectors)

    def score(self, texts: Any, y: Iterable[Any]) -> float:
        """Return the accuracy on target texts and their labels.

        Raises
        ------
        DataError
            If there is not one label a text, or some are text and some numbers.
        """
        return accuracy(list(y), self.predict(texts))

    def evaluate(self, labeled: LabeledText) -> Scores:
        """Return accuracy and macro-F1 with 95 % intervals on labelled target texts.

        Raises
        ------
        DataError
            If a label never occurred in training.
        """
        self._require_fitted()
        if not isinstance(labeled, LabeledText):
            raise DataError(
                f"expected a LabeledText, got {type(labeled).__name__}; make one of texts and "
                "labels: LabeledText(texts, labels, lang)"
            )
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
            If the folder is missing, damaged, incomplete or of a newer format, or ``head`` is not
            the classifier of the fit.
        SpaceMismatchError
            If an encoder is not the one of the fit.
        EncoderError
            If the target encoder cannot be loaded. The source encoder is not needed.
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
            texts = as_texts(texts, name="texts")
            if texts and are_pairs(texts) != self.takes_pairs_:
                kinds = ("single texts", "pairs of texts")
                wanted, found = kinds[self.takes_pairs_], kinds[not self.takes_pairs_]
                raise DataError(f"this model was trained on {wanted}; got {found}")
        return self._sides()[1](texts, name="texts")

    def _require_space(self, encoder: Encoder, fingerprint: str) -> None:
        if fingerprint.startswith("vectors:"):
            raise DataError("this model was fitted on ready vectors; give vectors, not texts")
        if encoder.fingerprint != fingerprint:
            raise SpaceMismatchError(
                f"{encoder!r} has fingerprint {encoder.fingerprint}, but this model was fitted "
                f"with {fingerprint}: its vectors mean something else. Use the encoder of the fit "
                "(model, revision, pooling, prompt), or fit again."
            )

    def _require_fitted(self) -> None:
        if not hasattr(self, "classes_"):  # what fit and load set last
            raise NotFittedError("this LangAlign is not fitted yet; call fit before using it")

    def _classifier(self) -> AlignedClassifier:
        return AlignedClassifier(
            self._component(self.aligner, aligners, Aligner),
            self.head if is_fitted(self.head) else self._component(self.head, heads, Head),
            direction=self.direction,
            spread=self.spread,
            class_shares=self.class_shares,
            select=self.select,
            random_state=self.random_state,
        )

    def _encoders(self) -> tuple[Encoder, Encoder]:
        source = resolve(self.source_encoder)
        same = self.target_encoder is self.source_encoder or (
            isinstance(self.target_encoder, str) and self.target_encoder == self.source_encoder
        )
        return source, source if same else resolve(self.target_encoder)

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
            texts = _as_texts(labeled, name="labelled texts")
            return texts, None if y is None else np.asarray(list(y))
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
        self.target_lang_ = self.target_lang and normalize_language(self.target_lang)
        if not isinstance(parallel, ParallelText):
            source, target = _two_sides(parallel)
            if is_vectors(source) or is_vectors(target):
                return _as_texts(source, name="source"), _as_texts(target, name="target")
            parallel = ParallelText(source, target, self.source_lang, self.target_lang_ or "und")
        self._require_languages(parallel)
        self.target_lang_ = parallel.target_lang
        if not self.clean:
            return parallel
        parallel, self.cleaning_ = clean_pairs(parallel)
        return parallel

    def _require_languages(self, parallel: ParallelText) -> None:
        wanted = {"source": self.source_lang, "target": self.target_lang}
        for side, lang in wanted.items():
            found = getattr(parallel, f"{side}_lang")
            if lang is not None and primary_language(normalize_language(lang)) != primary_language(
                found
            ):
                raise DataError(
                    f"the parallel text's {side} language is {found!r}, {side}_lang is {lang!r}; "
                    "give the parallel text of these two languages"
                )

    def _are_task_pairs(self, texts: Any, parallel: Parallel, unlabeled: Any) -> bool:
        # Vectors of pairs that were read together look like those of single texts.
        unknown = texts is None or (self.pair_mode == "cross" and is_vectors(texts))
        pairs = _are_pairs(_side(parallel, 1) if unknown else texts)
        if not unknown and unlabeled is not None and _are_pairs(unlabeled) != pairs:
            raise DataError(
                "labelled and unlabelled texts must both be single texts or both be pairs"
            )
        return pairs

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


def _two_sides(parallel: Any) -> tuple[Any, Any]:
    if isinstance(parallel, str) or not hasattr(parallel, "__len__") or len(parallel) != 2:
        raise DataError(
            "parallel: expected a ParallelText (ParallelText.read reads files), or a pair of "
            f"(source, target) texts or vectors, got {type(parallel).__name__}"
        )
    return parallel[0], parallel[1]


def _as_texts(given: Any, *, name: str) -> Any:
    """Return texts as a tuple, which can be looked at twice; vectors and ``None`` as they are."""
    return given if given is None or is_vectors(given) else as_texts(given, name=name)


def _are_pairs(rows: Any) -> bool:
    return bool(rows.ndim == 3) if is_vectors(rows) else are_pairs(rows)


def _side(parallel: Parallel, number: int) -> Any:
    if isinstance(parallel, ParallelText):
        return (parallel.source, parallel.target)[number]
    return parallel[number]


def _fingerprint(encoder: Encoder, inputs: Any, vectors: Vectors) -> str:
    if is_vectors(inputs):
        return f"vectors:{vectors.shape[-1]}"
    return encoder.fingerprint
