"""A classifier carried from one vector space into another: the method itself, on arrays.

Forward (LangAlign): fit A on pairs, train the head on A(source vectors), serve target vectors to
the head with nothing in between. Reverse (Rev-LangAlign): fit A' the other way, serve A'(target
vectors) to a head trained on source vectors.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.base import Aligner
from langalign.alignment_task import AlignmentTask, is_fitted
from langalign.errors import DataError, FitWarning, SettingError, VectorError
from langalign.estimator import Estimator
from langalign.heads.base import Classifier, Head, Labels, Probabilities, as_labels
from langalign.text_pairs import features, shift_of_features
from langalign.vectors import Vectors, as_vectors, per_text, require_same_rows

if TYPE_CHECKING:
    from typing import Self

DIRECTIONS = ("forward", "reverse")


class AlignedClassifier(Estimator):
    """Source labels and pairs of vectors in, a classifier of target vectors out.

    Parameters
    ----------
    aligner
        Unfitted; settings left open (``Linear(alpha=None)``) are chosen by agreement.
    head
        An unfitted native head, settings likewise; in reverse also any fitted classifier.
    direction
        ``"forward"`` or ``"reverse"``.
    spread
        How the aligner's output is rescaled to the spread of real vectors: ``"scale"``,
        ``"dimension"`` or ``None`` (see :class:`~langalign.transforms.match_spread.MatchSpread`).
    select
        Whether open settings are chosen by agreement on held-out pairs; otherwise each component
        takes its own default.
    class_shares
        How frequent each class is among the texts to be classified, where that is known and
        differs from the labelled texts; only used with unlabelled texts, in centring.
    random_state
        Seed of the folds.

    Attributes
    ----------
    aligner_ : Aligner
    head_ : Classifier
        In the forward direction it takes raw target vectors: all centring is folded into it.
    threshold_ : float
        Probability from which the second of two classes is predicted.
    shares_without_centring_ : ndarray of shape (n_classes,) or None
        Share of each class predicted among the unlabelled texts had nothing been centred.
    choice_ : Choice or None
        What was chosen from what; ``None`` where nothing was open.

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
        random_state: int = 0,
    ) -> None:
        self.aligner = aligner
        self.head = head
        self.direction = direction
        self.spread = spread
        self.select = select
        self.class_shares = class_shares
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
        """Fit aligner and head, choosing what is open.

        Parameters
        ----------
        X, y
            Labelled source vectors, (n, d_source) or (n, 2, d_source), and labels; ``None`` where
            ``head`` is already fitted.
        pairs
            Source and target vectors of parallel text, (m, d_source) and (m, d_target).
        unlabeled
            Vectors of target texts as they will be classified, (k, d_target) or (k, 2, d_target).
        groups
            Pairs with equal group stay in one fold, shape (m,); by default each is its own.

        Raises
        ------
        SettingError
            If the direction is unknown or a fitted head is used forward.
        DataError
            If labels, pairs or widths do not fit together.
        """
        self._check_settings()
        task = self._check_task(X, y, pairs, unlabeled)
        if groups is not None and len(groups) != len(task.source):
            raise DataError(f"{len(task.source)} pairs and {len(groups)} groups were given")
        choice = task.choose(groups, self.random_state) if self.select else None
        head = choice.head if choice else self.head
        aligner, spread = task.align(choice.aligner if choice else self.aligner)
        fitted = head if is_fitted(head) else task.train(head, aligner, spread)
        self.choice_, self.aligner_, self.spread_ = choice, aligner, spread
        self.threshold_ = choice.threshold if choice else 0.5
        self.reads_pairs_ = task.reads_pairs
        self.source_origin_ = task.frames.source_task
        self.target_origin_ = task.frames.target_task
        self.head_ = self._fold_origin(fitted) if self.direction == "forward" else fitted
        self.classes_ = np.asarray(fitted.classes_)
        self.shares_without_centring_ = task.shares_without_centring(fitted, aligner, spread)
        self.n_features_in_ = task.target.shape[-1]
        return self

    def map_source(self, X: Any) -> Vectors:
        """Return what the head was trained on for source vectors: the aligned English.

        In the reverse direction source vectors are served as they are.
        """
        self._require_fitted()
        vectors = as_vectors(X, name="X", dim=len(self.source_origin_), pairs=True)
        if self.direction == "reverse":
            return vectors
        centred = vectors - self.source_origin_
        aligned: Vectors = per_text(self._align, centred) + self.target_origin_
        return aligned

    def map_target(self, Y: Any) -> Vectors:
        """Return what the head sees for target vectors: themselves, or A' of them in reverse."""
        self._require_fitted()
        vectors = as_vectors(Y, name="X", dim=self.n_features_in_, pairs=True)
        if (vectors.ndim == 3) != self.reads_pairs_:
            expected = "pairs of texts, (n, 2, d)" if self.reads_pairs_ else "single texts, (n, d)"
            raise VectorError(
                f"X: this classifier was fitted for {expected}, got shape {vectors.shape}"
            )
        if self.direction == "forward":
            return vectors
        centred = vectors - self.target_origin_
        aligned: Vectors = per_text(self._align, centred) + self.source_origin_
        return aligned

    def predict_proba(self, X: Any) -> Probabilities:
        """Return class probabilities of target vectors, shape (n, n_classes).

        Raises
        ------
        SettingError
            If a classifier that was brought along has no ``predict_proba``.
        """
        self._require_fitted()
        if not hasattr(self.head_, "predict_proba"):
            raise SettingError(
                f"{type(self.head_).__name__} has no predict_proba; use predict, or a classifier "
                "that gives probabilities"
            )
        return np.asarray(self.head_.predict_proba(features(self.map_target(X))))

    def predict(self, X: Any) -> Labels:
        """Return the label of each target vector; two classes are parted at ``threshold_``."""
        self._require_fitted()
        if not hasattr(self.head_, "predict_proba"):
            return np.asarray(self.head_.predict(features(self.map_target(X))))
        return decide(self.predict_proba(X), self.classes_, self.threshold_)

    def score(self, X: Any, y: Any) -> float:
        """Return the accuracy on target vectors ``X`` and their labels ``y``."""
        predicted = self.predict(X)
        return float((predicted == _labels_of(predicted, y)).mean())

    def _align(self, X: Vectors) -> Vectors:
        return self.spread_.transform(self.aligner_.transform(X))

    def _fold_origin(self, head: Any) -> Head:
        weights, offset = shift_of_features(-self.target_origin_, pairs=self.reads_pairs_)
        folded: Head = head.absorb(weights, offset)
        return folded

    def _check_settings(self) -> None:
        if self.direction not in DIRECTIONS:
            raise SettingError(f"direction={self.direction!r}: expected 'forward' or 'reverse'")
        if not isinstance(self.aligner, Aligner):
            raise SettingError(
                f"aligner={self.aligner!r}: expected an aligner such as Linear(); by name: "
                "aligners.get('linear')()"
            )
        if not isinstance(self.head, Head) and not is_fitted(self.head):
            raise SettingError(
                f"head={self.head!r}: expected a native head such as LogisticHead(), or in reverse "
                "a classifier that is already fitted"
            )

    def _check_task(self, X: Any, y: Any, pairs: tuple[Any, Any], unlabeled: Any) -> AlignmentTask:
        if pairs is None or len(pairs) != 2:
            raise DataError("pairs: expected two arrays, the source side and the target side")
        source = as_vectors(pairs[0], name="source side of the pairs", pairs=True)
        target = as_vectors(pairs[1], name="target side of the pairs", pairs=True)
        require_same_rows(source, target, names=("the source side", "the target side"))
        fitted = is_fitted(self.head)
        if fitted and self.direction == "forward":
            raise SettingError(
                "a head that is already fitted can only be used with direction='reverse'; "
                "forward trains a head on aligned source vectors"
            )
        if X is None and not fitted:
            raise DataError("no labelled source data: give some, or a fitted head in reverse")
        if X is not None:
            X = as_vectors(X, name="labelled vectors", dim=source.shape[-1], pairs=True)
        if not fitted:
            y = _labels_of(X, y)
        if unlabeled is not None:
            unlabeled = as_vectors(
                unlabeled, name="unlabelled vectors", dim=target.shape[-1], pairs=True
            )
            if X is None:
                warnings.warn(
                    "the unlabelled target texts are not used: centring needs source texts of the "
                    "task as well",
                    FitWarning,
                    stacklevel=3,
                )
        task = AlignmentTask(
            aligner=self.aligner,
            head=self.head,
            forward=self.direction == "forward",
            spread=self.spread,
            X=X,
            y=y,
            source=source,
            target=target,
            unlabeled=unlabeled,
            class_shares=self._checked_shares(y, unlabeled),
        )
        if source.ndim == 3 and not task.reads_pairs:
            raise DataError(
                "the labelled rows are single texts and the parallel rows are pairs of texts; give "
                "parallel single texts: each premise and each hypothesis is one"
            )
        return task

    def _checked_shares(self, y: Labels | None, unlabeled: Any) -> dict[Any, float] | None:
        if self.class_shares is None:
            return None
        if y is None or unlabeled is None:
            raise SettingError(
                "class_shares is used in centring, which needs labelled source texts and "
                "unlabelled target texts; give both, or leave class_shares out"
            )
        classes, shares = np.unique(y).tolist(), dict(self.class_shares)
        total = sum(shares.values())
        if set(shares) != set(classes) or min(shares.values()) < 0 or abs(total - 1) > 0.01:
            raise SettingError(
                f"class_shares={shares!r}: expected a share of each class ({classes}), none below "
                "0, that sum to 1"
            )
        return {label: share / total for label, share in shares.items()}


def _labels_of(X: NDArray[Any], y: Any) -> Labels:
    if y is None:
        raise DataError("no labels were given for the labelled vectors")
    labels = as_labels(y)
    if len(X) != len(labels):
        raise DataError(f"{len(X)} labelled vectors and {len(labels)} labels were given")
    return labels


def decide(probabilities: Probabilities, classes: Labels, threshold: float) -> Labels:
    """Return labels for probabilities; of two classes the second needs ``threshold``."""
    if len(classes) == 2:
        columns = (probabilities[:, 1] >= threshold).astype(np.int64)
    else:
        columns = probabilities.argmax(axis=1)
    labels: Labels = classes[columns]
    return labels
