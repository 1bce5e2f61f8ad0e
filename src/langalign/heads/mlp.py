"""A multi-layer perceptron: fitted by scikit-learn, run in NumPy."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from langalign.errors import SettingError
from langalign.heads.base import ClassifierHead, Labels, heads
from langalign.vectors import Vectors, mean_variance

if TYPE_CHECKING:
    from typing import Self

# Below this a tenth is too few rows to stop by: training then ends long before it has converged.
FEWEST_ROWS_TO_HOLD_OUT = 2000
DEFAULT_PENALTY = 1.0
CANDIDATE_PENALTIES = (10.0, 1.0, 0.1)


@heads.register("mlp")
class MLPHead(ClassifierHead):
    """One or more hidden layers with ReLU, trained by Adam, with early stopping on many rows.

    Parameters
    ----------
    hidden
        Widths of the hidden layers.
    alpha
        L2 penalty, on vectors scaled to unit variance. ``None`` leaves it open to be chosen among
        :meth:`candidates`; a plain ``fit`` then takes 1.
    max_iter
        Epochs at most.
    random_state
        Seed of the initial weights, the shuffling and the held-out rows.

    Attributes
    ----------
    n_iter_ : int
        Epochs that training took.
    weights_ : list of ndarray, (d_in, d_out) each
    biases_ : list of ndarray, (d_out,) each
    classes_ : ndarray of shape (n_classes,)

    Examples
    --------
    >>> import numpy as np
    >>> corners = np.array([[0, 0], [1, 1], [0, 1], [1, 0]] * 20)
    >>> head = MLPHead(hidden=(16,), max_iter=400).fit(corners, ["same", "same", "odd", "odd"] * 20)
    >>> head.predict(np.array([[1.0, 1.0]])).tolist()
    ['same']
    """

    def __init__(
        self,
        *,
        hidden: tuple[int, ...] = (128,),
        alpha: float | None = None,
        max_iter: int = 200,
        random_state: int = 0,
    ) -> None:
        self.hidden = hidden
        self.alpha = alpha
        self.max_iter = max_iter
        self.random_state = random_state

    def fit(self, Z: Any, y: Any) -> Self:
        """Learn from vectors ``Z`` of shape (n, d) and labels ``y`` of shape (n,).

        Raises
        ------
        DataError
            If there are fewer than two classes.
        SettingError
            If ``alpha`` is negative, or a width or ``max_iter`` is not positive.
        """
        self._require_settings()
        Z, y, classes = self._check_labeled(Z, y)
        mean = Z.mean(axis=0, dtype=np.float64).astype(np.float32)
        size = float(np.sqrt(mean_variance(Z)))
        network = self._trained((Z - mean) / size, y)
        self.n_iter_ = int(network.n_iter_)
        self.weights_ = [weight.astype(np.float32) for weight in network.coefs_]
        self.biases_ = [bias.astype(np.float32) for bias in network.intercepts_]
        # Scaling belongs to the first layer, so that predicting needs no other state.
        self.weights_[0] /= size
        self.biases_[0] -= mean @ self.weights_[0]
        if len(classes) == 2:
            self.weights_[-1] = np.hstack([np.zeros_like(self.weights_[-1]), self.weights_[-1]])
            self.biases_[-1] = np.append(np.float32(0.0), self.biases_[-1]).astype(np.float32)
        self.classes_, self.n_features_in_ = classes, Z.shape[1]
        return self

    @property
    def _penalty(self) -> float:
        return DEFAULT_PENALTY if self.alpha is None else self.alpha

    def _require_settings(self) -> None:
        if not self._penalty >= 0:
            raise SettingError(f"alpha={self.alpha!r}: expected a number of at least 0, or None")
        if not self.hidden or min(self.hidden) < 1:
            raise SettingError(f"hidden={self.hidden!r}: expected widths of at least 1")
        if not self.max_iter >= 1:
            raise SettingError(f"max_iter={self.max_iter!r}: expected at least 1")

    def _trained(self, Z: Vectors, y: Labels) -> Any:
        """Return scikit-learn's network, trained; with many rows it stops by held-out ones."""
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.neural_network import MLPClassifier

        _, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
        network = MLPClassifier(
            hidden_layer_sizes=tuple(self.hidden),
            alpha=self._penalty,
            max_iter=self.max_iter,
            early_stopping=len(Z) >= FEWEST_ROWS_TO_HOLD_OUT and counts.min() >= 10,
            random_state=self.random_state,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            network.fit(Z, codes)
        return network

    def decision_scores(self, Z: Vectors) -> NDArray[np.float64]:
        """Return the last layer's output, shape (n, n_classes)."""
        hidden = Z
        for weight, bias in zip(self.weights_[:-1], self.biases_[:-1], strict=True):
            hidden = np.maximum(hidden @ weight + bias, 0.0)
        scores: NDArray[np.float64] = (hidden @ self.weights_[-1]).astype(np.float64)
        scores += self.biases_[-1]
        return scores

    def absorb(self, weights: NDArray[np.floating], offset: NDArray[np.floating]) -> MLPHead:
        """Return a head that does to ``f`` what this one does to ``f @ weights + offset``."""
        folded = self.fresh()
        folded.classes_ = self.classes_
        folded.n_features_in_, folded.n_iter_ = len(weights), self.n_iter_
        first = (offset @ self.weights_[0] + self.biases_[0]).astype(np.float32)
        folded.weights_ = [(weights @ self.weights_[0]).astype(np.float32), *self.weights_[1:]]
        folded.biases_ = [first, *self.biases_[1:]]
        return folded

    def candidates(self, Z: Vectors) -> list[MLPHead]:
        """Return one variant a penalty, strongest first; a fixed ``alpha`` stays as it is."""
        if self.alpha is not None:
            return [self.fresh()]
        return [self.fresh(alpha=penalty) for penalty in CANDIDATE_PENALTIES]
