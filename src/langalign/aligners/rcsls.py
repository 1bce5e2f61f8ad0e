"""A linear map trained for retrieval: the relaxed CSLS loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.affine import AffineAligner, centred
from langalign.aligners.base import aligners
from langalign.aligners.nearest_factor import nearest_factor
from langalign.aligners.procrustes import Procrustes
from langalign.aligners.second_opinion import is_no_nearer
from langalign.errors import SettingError
from langalign.retrieval.local_means import local_means
from langalign.retrieval.scoring import margins
from langalign.vectors import Vectors, unit

if TYPE_CHECKING:
    from typing import Self

FEWEST_PAIRS = 40
"""Below this, too few pairs can be held out to decide when to stop."""

MOST_HELD_OUT = 2000


@aligners.register("rcsls")
class RCSLS(AffineAligner):
    r"""Start at Procrustes, then bring translations nearer than their neighbours are.

    .. math:: \min_W \frac{1}{n} \sum_i \Bigl( -2 x_i' W y_i
              + \frac{1}{k} \sum_{y_j \in N_Y(W' x_i)} x_i' W y_j
              + \frac{1}{k} \sum_{x_j \in N_X(y_i)} x_j' W y_i \Bigr)

    over centred vectors of length one, with the ``k`` nearest neighbours of each among the other
    side. Squared error asks that translations be near, RCSLS that nothing else be nearer.

    Subgradient descent in batches, within which the neighbours are searched. The loss is linear in
    the size of ``W``, which retrieval does not depend on; so each step has a length relative to
    ``W``. An epoch that does not improve the mean CSLS of the held-out pairs is undone, and the
    steps halve. The steps that were kept are then repeated with all pairs, and one factor brings
    ``W`` nearest to the target in squared error. Where both spaces have one width and moving the
    mean is nearer to the held-out pairs, it is used instead.

    Parameters
    ----------
    n_neighbors
        ``k``.
    constraint
        ``"none"``, or ``"spectral"``: no singular value of ``W`` above one, the convex hull of the
        orthogonal matrices.
    learning_rate
        Length of the first steps as a share of the length of ``W``.
    epochs
        Passes over the pairs at most.
    batch_size
        Pairs per step.
    patience
        Epochs without an improvement after which training ends.
    validation_fraction
        Share of the pairs held out, at most 2,000.
    random_state
        Seed of the split and of the batches.

    Attributes
    ----------
    coef_ : ndarray of shape (d_source, d_target), float32
    intercept_ : ndarray of shape (d_target,), float32
    score_curve_ : ndarray of shape (n_epochs + 1,)
        Mean CSLS of the held-out pairs, from the start on; one entry where there were too few.
    is_shift_ : bool
        Whether the fallback, moving the mean, is in force.

    References
    ----------
    Joulin, A., Bojanowski, P., Mikolov, T., Jégou, H. and Grave, E. (2018). Loss in translation:
    learning bilingual word mapping with a retrieval criterion. EMNLP. arXiv 1804.07745.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(300, 4))
    >>> fitted = RCSLS(epochs=5).fit(X, X @ rng.normal(size=(4, 3)))
    >>> bool(fitted.score_curve_.max() > fitted.score_curve_[0])
    True
    """

    recovers: ClassVar[Literal["shift", "rotation", "linear"] | None] = None
    closed_form: ClassVar[bool] = False

    def __init__(
        self,
        *,
        n_neighbors: int = 10,
        constraint: str = "none",
        learning_rate: float = 0.05,
        epochs: int = 40,
        batch_size: int = 1024,
        patience: int = 5,
        validation_fraction: float = 0.1,
        random_state: int = 0,
    ) -> None:
        self.n_neighbors = n_neighbors
        self.constraint = constraint
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.batch_size = batch_size
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.random_state = random_state

    def fit(self, X: Any, Y: Any) -> Self:
        """Learn the map from ``X`` of shape (n, d_source) to ``Y`` of shape (n, d_target).

        Raises
        ------
        SettingError
            If a setting is out of its range.
        DataError
            If there are too few pairs or the rows do not correspond.
        """
        X, Y = self._check_pairs(X, Y)
        self._check_settings()
        X, x_mean, Y, y_mean = *centred(X), *centred(Y)
        rng = np.random.default_rng(self.random_state)
        coef, self.score_curve_, self.is_shift_ = _start(X, Y), np.zeros(1), False
        if len(X) >= FEWEST_PAIRS:
            sizes = self._find_steps(X, Y, rng)
            coef = self._trained(coef, (unit(X), unit(Y)), sizes, rng)
        coef = coef * nearest_factor(X @ coef, Y)
        self._set_map(np.eye(len(coef)) if self.is_shift_ else coef, x_mean, y_mean)
        return self

    def _find_steps(self, X: Vectors, Y: Vectors, rng: np.random.Generator) -> list[float]:
        """Return the step sizes of the epochs that made the pairs held out better."""
        order = rng.permutation(len(X))
        n_held_out = max(2, int(min(self.validation_fraction * len(X), MOST_HELD_OUT)))
        held_out, training = order[:n_held_out], order[n_held_out:]
        pairs = unit(X[training]), unit(Y[training])
        best, size = _start(X[training], Y[training]), self.learning_rate
        sizes: list[float] = []
        scores = [self._score(best, X[held_out], Y[held_out])]
        since = 0
        while len(scores) <= self.epochs and since < self.patience:
            coef = self._trained(best, pairs, [size], rng)
            scores.append(self._score(coef, X[held_out], Y[held_out]))
            if scores[-1] > max(scores[:-1]):
                best, since = coef, 0
                sizes.append(size)
            else:
                size, since = size / 2, since + 1
        self.score_curve_ = np.array(scores)
        best = best * nearest_factor(X[training] @ best, Y[training])
        if X.shape[1] == Y.shape[1]:
            x, y = X[held_out], Y[held_out]
            self.is_shift_ = is_no_nearer(x @ best, x, y)
        return sizes

    def _trained(
        self,
        coef: Vectors,
        pairs: tuple[Vectors, Vectors],
        sizes: list[float],
        rng: np.random.Generator,
    ) -> Vectors:
        """Return the map after one epoch with steps of each size."""
        for size in sizes:
            coef = self._epoch(coef, pairs, size, rng)
        return coef

    def _epoch(
        self,
        coef: Vectors,
        pairs: tuple[Vectors, Vectors],
        size: float,
        rng: np.random.Generator,
    ) -> Vectors:
        X, Y = pairs
        n_batches = max(1, round(len(X) / self.batch_size))
        for rows in np.array_split(rng.permutation(len(X)), n_batches):
            gradient = loss_gradient(coef, X[rows], Y[rows], self.n_neighbors)[1]
            length = float(np.linalg.norm(gradient))
            if length > 0:
                coef = coef - (size * float(np.linalg.norm(coef)) / length) * gradient
            if self.constraint == "spectral":
                coef = _within_unit_ball(coef)
        return coef

    def _score(self, coef: Vectors, X: Vectors, Y: Vectors) -> float:
        """Return the mean CSLS of pairs; the fewer there are, the fewer of them are near."""
        mapped, target = unit(X @ coef), unit(Y)
        near = max(1, min(self.n_neighbors, len(X) // 10))
        of_mapped, of_target = local_means(mapped, target, neighbourhood=near)
        own = (mapped * target).sum(axis=1)
        return float(margins(own, of_mapped, of_target, "csls").mean())

    def _check_settings(self) -> None:
        for name in ("n_neighbors", "epochs", "batch_size", "patience"):
            if getattr(self, name) < 1:
                raise SettingError(f"{name}={getattr(self, name)!r}: expected at least 1")
        if not self.learning_rate > 0:
            raise SettingError(f"learning_rate={self.learning_rate!r}: expected a number above 0")
        if not 0 < self.validation_fraction < 1:
            raise SettingError(
                f"validation_fraction={self.validation_fraction!r}: expected a number between 0 "
                "and 1, both excluded"
            )
        if self.constraint not in ("none", "spectral"):
            raise SettingError(f"constraint={self.constraint!r}: expected 'none' or 'spectral'")


def _start(X: Vectors, Y: Vectors) -> Vectors:
    return Procrustes().fit(X, Y).coef_


def loss_gradient(W: Vectors, X: Vectors, Y: Vectors, k: int) -> tuple[float, Vectors]:
    """Return the relaxed CSLS loss of pairs of vectors of length one, and a subgradient.

    With ``S = X W Y'`` the loss is the sum of ``G * S``, and the subgradient ``X' G Y``, where
    ``G`` holds -2/n for each pair and 1/(nk) for each neighbour.

    Parameters
    ----------
    W
        Shape (d_source, d_target).
    X, Y
        Shapes (n, d_source) and (n, d_target).
    k
        Neighbours of each vector among the other side, its translation included.
    """
    similarities = np.asarray(X @ W @ Y.T)
    n, k = len(X), min(k, len(X))
    weights = np.zeros_like(similarities)
    share = np.float32(1 / (n * k))
    np.put_along_axis(weights, _nearest(similarities, k), share, axis=1)
    of_target = np.zeros_like(similarities)
    np.put_along_axis(of_target, _nearest(similarities.T, k), share, axis=1)
    weights += of_target.T
    weights[np.diag_indices(n)] -= np.float32(2 / n)
    return float(np.vdot(weights, similarities)), np.asarray(X.T @ (weights @ Y))


def _nearest(similarities: NDArray[Any], k: int) -> NDArray[np.int64]:
    return np.asarray(np.argpartition(similarities, -k, axis=1)[:, -k:])


def _within_unit_ball(W: Vectors) -> Vectors:
    left, values, right = np.linalg.svd(W, full_matrices=False)
    return np.asarray((left * np.minimum(values, 1.0)) @ right)
