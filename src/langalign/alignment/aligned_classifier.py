"""A classifier carried from one vector space into another: the method itself, on arrays.

Forward (LangAlign): fit A on pairs, train the head on A(source vectors), serve target vectors to
the head with nothing in between. Reverse (Rev-LangAlign): fit A' the other way, serve A'(target
vectors) to a head trained on source vectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.base import Aligner
from langalign.alignment.choice import choose_settings, expected_accuracy, train_chosen
from langalign.alignment.fit_checks import checked_rows, checked_shares, labels_of, require_settings
from langalign.alignment.folding import at_inference, folded_map
from langalign.alignment.space_map import SpaceMap
from langalign.alignment.task import AlignmentTask
from langalign.correlation import spearman
from langalign.errors import DataError, SettingError, VectorError
from langalign.estimator import Estimator
from langalign.heads.base import Classifier, Head, Labels, Probabilities
from langalign.heads.labels import read_labels, require_comparable
from langalign.heads.traits import classes_of, is_fitted, unfrozen
from langalign.probabilities.answers import abstained, decide, sure_labels
from langalign.probabilities.class_priors import with_class_factors
from langalign.probabilities.temperature import tempered, tempered_threshold
from langalign.tasks import CLASSIFICATION, SIMILARITY
from langalign.text_pairs import features, shift_of_features
from langalign.vectors import Vectors, as_vectors

if TYPE_CHECKING:
    from typing import Self


class AlignedClassifier(Estimator):
    """Source labels and pairs of vectors in, a classifier of target vectors out.

    The head decides the :mod:`kind of task <langalign.tasks>`: classes, sets of labels, or numbers.

    Parameters
    ----------
    aligner
        Unfitted; settings left open (``Linear(alpha=None)``) are chosen by agreement.
    head
        An unfitted native head, its open settings chosen likewise; in reverse also any fitted
        classifier, or for numbers regressor. ``sklearn.base.clone`` makes it unfitted, unless it
        is given as ``sklearn.frozen.FrozenEstimator(head)``.
    direction
        ``"forward"`` or ``"reverse"``.
    spread
        How the aligner's output is rescaled to the spread of real vectors: ``"scale"``,
        ``"dimension"``, ``"covariance"`` or ``None`` (see
        :class:`~langalign.transforms.match_spread.MatchSpread`).
    select
        Whether open settings are chosen by agreement on held-out pairs; otherwise each component
        takes its own default.
    class_shares
        How frequent each class is among the texts to be classified, where that is known and
        differs from the labelled texts: centring on unlabelled texts allows for it. Without
        unlabelled texts, or with ``calibrate``, so do the probabilities.
    calibrate
        Whether to scale the probabilities by a temperature that brings them near to those of the
        source language's own head on the held-out pairs of which it is surest. That head's own
        temperature is fitted on its labels first. Predicted labels do not change, unless
        ``class_shares`` changes them.
    random_state
        Seed of the folds.

    Attributes
    ----------
    aligner_ : Aligner
    head_ : Classifier
        In the forward direction it takes raw target vectors: all centring is folded into it. In
        reverse it takes the output of :meth:`map_target`; to predict, an affine aligner is folded
        into a copy of a native head (:attr:`at_inference`).
    task_ : str
        The head's kind of task.
    classes_ : ndarray of shape (n_classes,)
        Classes, or single labels; empty for numbers.
    threshold_ : float
        Probability from which the second of two classes is predicted.
    temperature_ : float
        Of the probabilities; 1 where they are the head's own.
    class_factors_ : ndarray of shape (n_classes,) or None
        Factors of the probabilities where ``class_shares`` are known.
    shares_without_centring_ : ndarray of shape (n_classes,) or None
        Share of each class that would be predicted among the unlabelled texts without centring;
        ``None`` without such texts, and for numbers.
    choice_ : Choice or None
        What was chosen, and from what; ``None`` where nothing was open.
    expected_accuracy_ : ExpectedAccuracy or None
        The accuracy to expect on target texts, with an interval, estimated without their labels.
        ``None`` for sets of labels and numbers, for a head that was given fitted, and where
        nothing was chosen by agreement.

    Examples
    --------
    >>> import numpy as np
    >>> from langalign.aligners.linear import Linear
    >>> from langalign.heads.logistic import LogisticHead
    >>> rng = np.random.default_rng(0)
    >>> source = rng.normal(size=(400, 8))
    >>> turn = np.linalg.qr(rng.normal(size=(8, 8)))[0]
    >>> y = np.where(source[:, 0] > 0, "good", "bad")
    >>> model = AlignedClassifier(Linear(), LogisticHead())
    >>> _ = model.fit(source[:200], y[:200], pairs=(source[200:], source[200:] @ turn))
    >>> model.score(source @ turn, y) > 0.9
    True
    """

    def __init__(
        self,
        aligner: Aligner,
        head: Head | Classifier,
        *,
        direction: str = "forward",
        spread: str | None = "scale",
        select: bool = True,
        class_shares: Mapping[Any, float] | None = None,
        calibrate: bool = False,
        random_state: int = 0,
    ) -> None:
        self.aligner = aligner
        self.head = head
        self.direction = direction
        self.spread = spread
        self.select = select
        self.class_shares = class_shares
        self.calibrate = calibrate
        self.random_state = random_state

    def fit(
        self,
        X: Any,
        y: Any,
        *,
        pairs: tuple[Any, Any],
        unlabeled: Any = None,
        groups: NDArray[Any] | None = None,
    ) -> Self:
        """Fit aligner and head, choosing the settings that are left open.

        Parameters
        ----------
        X, y
            Labelled source vectors, (n, d_source) or (n, 2, d_source), and labels; ``None`` where
            ``head`` is already fitted.
        pairs
            Source and target vectors of parallel text, (m, d_source) and (m, d_target).
        unlabeled
            Vectors of target texts like those to be classified, (k, d_target) or (k, 2, d_target).
        groups
            Group of each pair, shape (m,): pairs of a group stay in one fold. By default each pair
            is a group of its own.

        Raises
        ------
        SettingError
            If the direction is unknown or a fitted head is used forward.
        DataError
            If labels, pairs or widths do not fit together.
        """
        task = self._task(X, y, pairs, unlabeled)
        if groups is not None and len(groups) != len(task.source):
            raise DataError(f"{len(task.source)} pairs and {len(groups)} groups were given")
        choice = None
        if self.select:
            choice = choose_settings(task, groups, self.random_state, calibrate=self.calibrate)
        space_map = task.align(choice.aligner if choice else self.aligner)
        if is_fitted(task.head):
            fitted: Any = task.head
        elif choice is not None:
            fitted = train_chosen(task, choice, space_map)
        else:
            fitted = task.train(task.head, space_map)
        self.choice_ = choice
        self.expected_accuracy_ = expected_accuracy(task, choice, fitted, space_map)
        self.aligner_, self.spread_ = space_map.aligner, space_map.spread
        self.temperature_ = choice.temperature if choice else 1.0
        self.threshold_ = tempered_threshold(choice.threshold if choice else 0.5, self.temperature_)
        self.reads_pairs_ = task.reads_pairs
        self.source_origin_ = task.frames.source_task
        self.target_origin_ = task.frames.target_task
        self.head_ = self._fold_origin(fitted) if self.direction == "forward" else fitted
        self.task_, self.classes_ = task.kind, classes_of(fitted)
        # Shares weigh probabilities, which must be about right; centring does not need that.
        moved = self.calibrate or task.unlabeled is None
        self.class_factors_ = task.class_factors(fitted) if moved else None
        self.shares_without_centring_ = task.shares_without_centring(fitted, space_map)
        self.n_features_in_ = task.target.shape[-1]
        return self

    def map_source(self, X: Any) -> Vectors:
        """Return the head's training input for source vectors: the aligned English.

        In the reverse direction source vectors are returned as they are.
        """
        self._require_fitted()
        vectors = as_vectors(X, name="X", dim=len(self.source_origin_), pairs=True)
        if self.direction == "reverse":
            return vectors
        centred = vectors - self.source_origin_
        return self._map().transform(centred) + self.target_origin_

    def map_target(self, Y: Any) -> Vectors:
        """Return the head's input for target vectors: themselves, or in reverse A' of them."""
        self._require_fitted()
        vectors = self._target_rows(Y)
        return vectors if self.direction == "forward" else self._mapped(vectors)

    def to_source(self, Y: Any) -> Vectors:
        """Return target vectors of single texts, (n, d), in the source language's space.

        Raises
        ------
        SettingError
            If the direction is forward: there is a map from the source language, and none to it.
        """
        self._require_fitted()
        if self.direction == "forward":
            raise SettingError(
                "this model maps source vectors to the target language (forward), not back; fit "
                "one with direction='reverse'"
            )
        return self._mapped(as_vectors(Y, name="X", dim=self.n_features_in_))

    @property
    def at_inference(self) -> str:
        """What is added to the head at inference, and what was folded into it, in words."""
        self._require_fitted()
        return at_inference(
            self.direction, self.aligner_, self.head_, reads_pairs=self.reads_pairs_
        )

    def predict_proba(self, X: Any) -> Probabilities:
        """Return the probability of each class or label, shape (n, n_classes).

        Raises
        ------
        SettingError
            If numbers are predicted, or a classifier that was given fitted has no
            ``predict_proba``.
        """
        self._require_fitted()
        if not hasattr(self.head_, "predict_proba"):
            raise SettingError(
                f"{type(self.head_).__name__} has no predict_proba; use predict, or a classifier "
                "that gives probabilities"
            )
        head, rows = self._served(X)
        found = np.asarray(head.predict_proba(rows))
        found = tempered(found, self.temperature_, exclusive=self.task_ == CLASSIFICATION)
        if self.class_factors_ is None:
            return found
        return with_class_factors(found, self.class_factors_)

    def predict(self, X: Any, *, abstain_below: float | None = None) -> Labels:
        """Return the label of each target vector; ``threshold_`` separates two classes.

        Several labels are joined by ``|``; a similarity is a number (float64).

        Parameters
        ----------
        X
            Target vectors.
        abstain_below
            Confidence (:meth:`predict_with_confidence`) below which the label is ``None``; the
            array then has dtype object.

        Raises
        ------
        SettingError
            If ``abstain_below`` is not between 0 and 1, or there are no probabilities.
        """
        self._require_fitted()
        if abstain_below is not None:
            return abstained(*self.predict_with_confidence(X), abstain_below)
        if self.task_ != CLASSIFICATION or not hasattr(self.head_, "predict_proba"):
            head, rows = self._served(X)
            return np.asarray(head.predict(rows))
        return decide(self.predict_proba(X), self.classes_, self.threshold_)

    def predict_with_confidence(self, X: Any) -> tuple[Labels, Probabilities]:
        """Return labels of target vectors and the probability of each, both of shape (n,).

        For a set of labels it is the probability that the whole set is right, taking labels as
        independent.

        Raises
        ------
        SettingError
            As :meth:`predict_proba`.
        """
        return sure_labels(self.predict_proba(X), self.classes_, self.task_, self.threshold_)

    def score(self, X: Any, y: Any) -> float:
        """Return the accuracy on target vectors ``X`` and their labels ``y``.

        A set of labels is right where all its labels are; for numbers it is Spearman's correlation.

        Raises
        ------
        DataError
            If there is not one label per vector, or labels are text and the classes numbers, or the
            other way round.
        """
        predicted = read_labels(self.predict(X), self.task_)
        expected = labels_of(predicted, y, self.task_)
        require_comparable(expected, predicted)
        if self.task_ == SIMILARITY:
            return float(spearman(predicted, expected)[0])
        return float((predicted == expected).mean())

    def _target_rows(self, X: Any) -> Vectors:
        vectors = as_vectors(X, name="X", dim=self.n_features_in_, pairs=True)
        if (vectors.ndim == 3) != self.reads_pairs_:
            expected = "pairs of texts, (n, 2, d)" if self.reads_pairs_ else "single texts, (n, d)"
            raise VectorError(
                f"X: this classifier was fitted for {expected}, got shape {vectors.shape}"
            )
        return vectors

    def _served(self, X: Any) -> tuple[Any, Vectors]:
        """Return the head that is asked, and the rows that it is given, for target vectors."""
        folded = None if self.direction == "forward" else self._folded_head()
        if folded is not None:
            return folded, self._target_rows(X)
        return self.head_, features(self.map_target(X))

    def _folded_head(self) -> Head | None:
        """Return the head with the map in it, made once for the parts that there are now."""
        parts = (self.aligner_, self.spread_, self.head_)
        known: tuple[Any, ...] | None
        folded: Head | None
        known, folded = vars(self).get("_folded", (None, None))
        if known is None or any(a is not b for a, b in zip(known, parts, strict=True)):
            folded = folded_map(
                self.head_,
                self._map(),
                source_origin=self.source_origin_,
                target_origin=self.target_origin_,
                reads_pairs=self.reads_pairs_,
            )
            self._folded = parts, folded
        return folded

    def _mapped(self, vectors: Vectors) -> Vectors:
        """Return target vectors in the source space, by the map of the reverse direction."""
        return self._map().transform(vectors - self.target_origin_) + self.source_origin_

    def _map(self) -> SpaceMap:
        return SpaceMap(self.aligner_, self.spread_)

    def _fold_origin(self, head: Any) -> Head:
        weights, offset = shift_of_features(-self.target_origin_, pairs=self.reads_pairs_)
        folded: Head = head.absorb(weights, offset)
        return folded

    def _task(self, X: Any, y: Any, pairs: tuple[Any, Any], unlabeled: Any) -> AlignmentTask:
        require_settings(
            self.aligner,
            self.head,
            self.direction,
            calibrate=self.calibrate,
            select=self.select,
        )
        head = unfrozen(self.head)  # a native one is then saved and folded like any other
        given = checked_rows(head, X, y, pairs, unlabeled)
        shares = checked_shares(
            self.class_shares, head, given.y, centred=given.unlabeled is not None
        )
        task = AlignmentTask(
            aligner=self.aligner,
            head=head,
            forward=self.direction == "forward",
            spread=self.spread,
            X=given.X,
            y=given.y,
            source=given.source,
            target=given.target,
            unlabeled=given.unlabeled,
            class_shares=shares,
        )
        if given.source.ndim == 3 and not task.reads_pairs:
            raise DataError(
                "the labelled rows are single texts and the parallel rows are pairs of texts; give "
                "parallel single texts: each premise and each hypothesis is one"
            )
        return task
