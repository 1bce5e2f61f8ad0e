"""LangAlign: English labels and parallel text in, a classifier of another language out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langalign.aligners import Aligner, aligners
from langalign.alignment.aligned_classifier import AlignedClassifier
from langalign.components import component_of, head_of
from langalign.data.labeled import LabeledText
from langalign.data.script_warning import warn_of_script
from langalign.encoders.base import Encoder
from langalign.encoders.resolve import EncoderSpec, resolve_both
from langalign.errors import DataError, NotFittedError
from langalign.estimator import Estimator
from langalign.heads.base import Labels, Probabilities
from langalign.heads.traits import is_fitted
from langalign.hub_sharing import HubSharing
from langalign.inputs.asked_texts import asked_texts
from langalign.inputs.cross_pairs import MOST, task_parallel
from langalign.inputs.fit_texts import (
    Parallel,
    are_task_pairs,
    cleaned_parallel,
    is_text,
    labeled_rows,
    side_of,
    unlabeled_texts,
    warn_of_language,
)
from langalign.inputs.fit_vectors import FitVectors
from langalign.inputs.spaces import require_space, space_of
from langalign.inputs.text_vectors import TextVectors, is_vectors
from langalign.model.kept_examples import KeptExamples, require_number
from langalign.progress import Progress
from langalign.vectors import Vectors

if TYPE_CHECKING:
    from typing import Self

    from langalign.evaluation.scores import Scores


class LangAlign(HubSharing, Estimator):
    """A text classifier carried from a source language into a target language.

    Texts or ready vectors are accepted everywhere. No label of the target language is used. A text
    has one of several classes, any number of labels, or a number.

    Parameters
    ----------
    source_encoder, target_encoder
        A registered name (``"mini"``), a sentence-transformers or Hugging Face model id or folder,
        a function from a list of texts to an array, or an encoder. They may differ.
    source_lang, target_lang
        BCP 47 codes; ``target_lang=None`` takes that of the parallel text.
    aligner
        A registered name or an unfitted aligner; ``"auto"`` tries several and keeps the best.
    task
        ``"classification"``, ``"multilabel"`` (labels joined by ``|``) or ``"similarity"``
        (numbers). ``None`` takes that of ``head`` where one is given, else infers it from the
        labels (:func:`langalign.tasks.infer_task`).
    head
        A registered name, an unfitted head, or with ``direction="reverse"`` any fitted classifier
        (for numbers, regressor). ``None`` takes the default of the task: ``"logistic"``,
        ``"multilabel"`` or ``"ridge"``.
    direction
        ``"forward"``: the head is trained on aligned source vectors, and nothing is added at
        inference. ``"reverse"``: target vectors are mapped in front of a source-language head.
    pair_mode
        How pairs of texts become vectors: each text by itself (``"siamese"``), or both read
        together (``"cross"``).
    max_made_pairs
        In cross mode with parallel single sentences: how many pairs to make of them at most, two
        per sentence. Each is encoded in both languages, which is the cost.
    normalize
        Scale the vectors of both spaces to length one first; the step remains at inference unless
        the encoder does it. Off by default: it changed nothing measurable with ``mini``, and
        sentence encoders often normalise themselves.
    spread
        How the aligner's output is rescaled: ``"scale"``, ``"dimension"``,
        ``"covariance"`` or ``None``.
    class_weight
        ``"balanced"``: all classes count alike in training and in choosing, however few labels they
        have. For heads that can weight rows: ``"logistic"`` and ``"multilabel"``.
    class_shares
        How frequent each class is among the texts to be classified, such as
        ``{"complaint": 0.1, "other": 0.9}``, where that is known. Centring on unlabelled texts
        assumes that classes are as frequent there as in the labels; where they are far from it,
        centring does harm, most of which the shares undo. Without unlabelled texts, or with
        ``calibrate``, the shares rescale the probabilities.
    calibrate
        Whether to scale the probabilities by a temperature, chosen on held-out pairs (with
        ``select``). Off by default: on real texts it made some probabilities better, others worse.
    select
        Choose settings that are left open by agreement on held-out pairs.
    clean
        Drop doubtful pairs of parallel text, and labelled texts that are empty, first; warn where
        other texts are not in a script of their language.
    cache
        Keep vectors on disk: ``True`` for the user's cache folder, a folder, or ``False``.
    keep_examples
        How many of the labelled texts to keep in the model, with their vectors, so that it can show
        which are nearest to a text. 0 by default: texts may be private, and are saved with it.
    random_state
        Random seed.

    Attributes
    ----------
    classifier_ : AlignedClassifier
        The fitted aligner and head, on vectors.
    classes_ : ndarray of shape (n_classes,)
        Classes, or single labels; empty for numbers.
    task_ : str
        The kind of task.
    target_lang_ : str or None
        ``None`` where only vectors, and no language, were given.
    cleaning_ : CleaningReport or None
    takes_pairs_ : bool
        Whether pairs of texts are classified.
    n_seen_ : dict
        Numbers of rows fitted on: ``pairs``, ``labeled``, ``unlabeled``; and ``sentences`` where
        the pairs were made of parallel sentences.
    examples_ : KeptExamples or None
    source_encoder_, target_encoder_ : Encoder
    source_fingerprint_, target_fingerprint_ : str
        Of the encoders; ``vectors:`` and the width where ready vectors were given.
    card_ : CardFacts
        What was given to :meth:`save_pretrained` or :meth:`push_to_hub` for the model card.

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
        aligner: str | Aligner = "auto",
        task: str | None = None,
        head: Any = None,
        direction: str = "forward",
        pair_mode: str = "siamese",
        max_made_pairs: int = MOST,
        normalize: bool = False,
        spread: str | None = "scale",
        class_weight: str | None = None,
        class_shares: Mapping[Any, float] | None = None,
        calibrate: bool = False,
        select: bool = True,
        clean: bool = True,
        cache: bool | str | Path = True,
        keep_examples: int = 0,
        random_state: int = 0,
    ) -> None:
        self.source_encoder = source_encoder
        self.target_encoder = target_encoder
        self.source_lang = source_lang
        self.target_lang = target_lang
        self.aligner = aligner
        self.task = task
        self.head = head
        self.direction = direction
        self.pair_mode = pair_mode
        self.max_made_pairs = max_made_pairs
        self.normalize = normalize
        self.spread = spread
        self.class_weight = class_weight
        self.class_shares = class_shares
        self.calibrate = calibrate
        self.select = select
        self.clean = clean
        self.cache = cache
        self.keep_examples = keep_examples
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
            Labels, one per row; ``None`` with a ``LabeledText``.
        parallel
            :class:`~langalign.data.ParallelText`, or a pair of (source, target) texts or vectors.
        unlabeled
            Target texts, or vectors, like those to be classified: a few hundred, on which the
            spaces are centred. Fewer than 20 are ignored with a warning, and empty ones are
            dropped. Labels are neither needed nor used.
        progress
            Called with (stage, done, total) while texts are encoded.

        Raises
        ------
        DataError
            If the data do not fit together or are too few.
        SettingError
            If a parameter has an invalid value.
        UnknownNameError
            If no aligner or head has the name given.
        EncoderError
            If an encoder cannot be loaded.
        """
        for name in ("classes_", "card_"):  # a fit that fails leaves no model behind
            vars(self).pop(name, None)
        if labeled is None and not is_fitted(self.head):
            raise DataError("no labelled texts were given; fit needs some, or a fitted head")
        texts, labels = labeled_rows(labeled, y, source_lang=self.source_lang, clean=self.clean)
        require_number(self.keep_examples)
        if self.keep_examples and not is_text(texts):
            raise DataError("keep_examples: labelled texts are needed, got vectors or nothing")
        self.classifier_ = self._classifier(labels)
        unlabeled = unlabeled_texts(unlabeled)
        parallel, self.target_lang_, self.cleaning_ = cleaned_parallel(
            parallel, source_lang=self.source_lang, target_lang=self.target_lang, clean=self.clean
        )
        self.takes_pairs_ = are_task_pairs(
            texts, parallel, unlabeled, cross=self.pair_mode == "cross"
        )
        self.source_encoder_, self.target_encoder_ = resolve_both(
            self.source_encoder, self.target_encoder
        )
        self._warn_of_languages(parallel, texts, unlabeled)
        found = self._encoded(texts, parallel, unlabeled, progress)
        self.classifier_.fit(
            found.labeled,
            labels,
            pairs=found.pairs,
            unlabeled=found.unlabeled,
            groups=found.groups,
        )
        self.takes_pairs_ |= self.classifier_.reads_pairs_  # a fitted head may say so alone
        self.source_fingerprint_, self.target_fingerprint_ = found.spaces
        self.n_seen_ = found.counts()
        self.examples_ = self._sample(texts, labels, found.labeled) if self.keep_examples else None
        self.task_, self.classes_ = self.classifier_.task_, self.classifier_.classes_
        return self

    def predict(self, texts: Any, *, abstain_below: float | None = None) -> Labels:
        """Return a label for each target text, pair of texts, or vector.

        Where there can be several labels, they are joined by ``|`` (``"|"`` alone: none); a
        similarity is a number.

        Parameters
        ----------
        texts
            Texts, pairs of texts, or vectors.
        abstain_below
            Confidence (:meth:`predict_with_confidence`) below which the label is ``None``; the
            array then has dtype object.

        Raises
        ------
        SettingError
            If ``abstain_below`` is not between 0 and 1, or the model gives no probabilities.
        """
        vectors = self.target_vectors(texts)
        return self.classifier_.predict(vectors, abstain_below=abstain_below)

    def predict_with_confidence(self, texts: Any) -> tuple[Labels, Probabilities]:
        """Return a label for each target text and its probability, both of shape (n,).

        For a set of labels it is the probability that the whole set is right, taking labels as
        independent.

        Raises
        ------
        SettingError
            If the model predicts numbers, or its head gives no probabilities.
        """
        vectors = self.target_vectors(texts)
        return self.classifier_.predict_with_confidence(vectors)

    def predict_proba(self, texts: Any) -> Probabilities:
        """Return the probability of each class (columns as ``classes_``), shape (n, n_classes).

        Where there can be several labels, each has a probability of its own.

        Raises
        ------
        SettingError
            If the model predicts numbers.
        """
        vectors = self.target_vectors(texts)
        return self.classifier_.predict_proba(vectors)

    def score(self, texts: Any, y: Iterable[Any]) -> float:
        """Return the accuracy on labelled target texts; for numbers, Spearman's correlation.

        Raises
        ------
        DataError
            If there is not one label per text, or some are text and some numbers.
        """
        from langalign.model.scores import score_of_model

        return score_of_model(self, texts, y)

    def evaluate(self, labeled: LabeledText) -> Scores:
        """Return the metrics of the task, with 95 % intervals, on labelled target texts.

        Raises
        ------
        DataError
            If a label did not occur in training, or is not a number where numbers are predicted.
        """
        from langalign.model.scores import scores_of_model

        self._require_fitted()
        return scores_of_model(self, labeled)

    def target_vectors(self, texts: Any) -> Vectors:
        """Return the vectors of target texts, (n, d), or of separately read pairs, (n, 2, d).

        Raises
        ------
        SpaceMismatchError
            If the encoder is not the one of the fit.
        DataError
            If these are not texts, or not of the kind, single or pairs, that the model takes.
        """
        self._require_fitted()
        if isinstance(texts, LabeledText):
            texts = texts.texts
        if not is_vectors(texts):
            require_space(self.target_encoder_, self.target_fingerprint_)
            texts = asked_texts(texts, takes_pairs=self.takes_pairs_)
        return self._sides()[1](texts, name="texts")

    def save(self, path: str | Path) -> None:
        """Write the model as a folder of safetensors and JSON, atomically.

        Raises
        ------
        NotFittedError
            If the model has not been fitted.
        PersistenceError
            If ``path`` is a file, or a folder with other things in it.
        """
        from langalign.model.folder import save_model

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
            Needed where the model was fitted with a function, which is not saved, or where the
            encoder has moved. The fingerprint must be that of the fit.
        head
            The fitted classifier that was given to the model, which is not saved either.

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
        from langalign.model.folder import load_model

        return load_model(
            cls, path, source_encoder=source_encoder, target_encoder=target_encoder, head=head
        )

    def __sklearn_is_fitted__(self) -> bool:
        """Tell scikit-learn whether a fit has come to its end."""
        return hasattr(self, "classes_")  # what fit and load set last

    def _require_fitted(self) -> None:
        if not self.__sklearn_is_fitted__():
            raise NotFittedError("this LangAlign is not fitted yet; call fit before using it")

    def _warn_of_languages(self, parallel: Any, texts: Any, unlabeled: Any) -> None:
        """Warn of text in a language that the encoder of its side does not know, or in another."""
        sides = (
            (self.source_encoder_, self.source_lang),
            (self.target_encoder_, self.target_lang_),
        )
        for side, (encoder, lang) in enumerate(sides):
            if is_text(side_of(parallel, side)):
                warn_of_language(encoder, lang)
        if is_text(texts) and self.clean:
            warn_of_script(texts, self.source_lang, name="labelled texts")
        if is_text(unlabeled) and self.clean:
            warn_of_script(unlabeled, self.target_lang_, name="unlabelled texts")

    def _encoded(
        self, texts: Any, parallel: Parallel, unlabeled: Any, progress: Progress | None
    ) -> FitVectors:
        """Return the vectors to fit on, of the texts that are given."""
        source, target = self._sides()
        parallel, groups, n_sentences = task_parallel(
            parallel,
            source,
            target,
            cross=self.pair_mode == "cross" and self.takes_pairs_,
            most=self.max_made_pairs,
            random_state=self.random_state,
            progress=progress,
        )
        left, right = side_of(parallel, 0), side_of(parallel, 1)
        x = source(left, name="parallel text (source)", progress=progress)
        y = target(right, name="parallel text (target)", progress=progress)
        X = U = None
        if texts is not None:
            X = source(texts, name="labelled texts", progress=progress)
        if unlabeled is not None:
            U = target(unlabeled, name="unlabelled texts", progress=progress)
        spaces = space_of(self.source_encoder_, left, x), space_of(self.target_encoder_, right, y)
        return FitVectors((x, y), spaces, groups, X, U, n_sentences)

    def _sample(self, texts: Any, labels: Any, X: Any) -> KeptExamples:
        classifier = self.classifier_
        forward = self.direction == "forward"
        return KeptExamples.sample(
            texts,
            labels,
            lambda rows: classifier.map_source(X[rows]),
            classifier.target_origin_ if forward else classifier.source_origin_,
            n=self.keep_examples,
            random_state=self.random_state,
        )

    def _classifier(self, labels: Labels | None) -> AlignedClassifier:
        return AlignedClassifier(
            component_of(self.aligner, aligners, Aligner, random_state=self.random_state),
            head_of(
                self.head,
                task=self.task,
                labels=labels,
                class_weight=self.class_weight,
                random_state=self.random_state,
            ),
            direction=self.direction,
            spread=self.spread,
            class_shares=self.class_shares,
            calibrate=self.calibrate,
            select=self.select,
            random_state=self.random_state,
        )

    def _sides(self) -> tuple[TextVectors, TextVectors]:
        return self._side(self.source_encoder_), self._side(self.target_encoder_)

    def _side(self, encoder: Encoder) -> TextVectors:
        return TextVectors(
            encoder, pair_mode=self.pair_mode, cache=self.cache, normalize=self.normalize
        )
