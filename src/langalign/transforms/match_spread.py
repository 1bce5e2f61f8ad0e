"""Variance matching: what an aligner puts out gets the spread of the real target vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from langalign.errors import SettingError
from langalign.transforms.base import Transform, transforms
from langalign.vectors import Vectors, as_vectors

if TYPE_CHECKING:
    from typing import Self


@transforms.register("match-spread")
class MatchSpread(Transform):
    """Rescale centred vectors to a reference's standard deviation: ``x * std(Y) / std(X)``.

    A map fitted by squared error shrinks: it predicts the mean wherever it is unsure. A head
    trained on the shrunk cloud and served the wide one is over-confident.

    Parameters
    ----------
    how
        ``"scale"``: one factor for all dimensions, which keeps all angles;
        ``"dimension"``: one factor for each.

    Attributes
    ----------
    scale_ : ndarray of shape (d,), float32

    Examples
    --------
    >>> import numpy as np
    >>> narrow = np.array([[-1.0, 1.0], [1.0, -1.0]])
    >>> MatchSpread().fit(narrow, 2 * narrow).scale_
    array([2., 2.], dtype=float32)
    """

    affine: ClassVar[bool] = True

    def __init__(self, *, how: str = "scale") -> None:
        self.how = how

    def fit(self, X: Any, Y: Any = None) -> Self:
        """Learn the factors from ``X`` and the reference ``Y``, both of shape (n, d).

        Rows need not correspond. Without ``Y`` the factors are one.

        Raises
        ------
        SettingError
            If ``how`` is unknown.
        """
        if self.how not in ("scale", "dimension"):
            raise SettingError(f"how={self.how!r}: expected 'scale' or 'dimension'")
        X = as_vectors(X, name="X")
        Y = X if Y is None else as_vectors(Y, name="Y", dim=X.shape[1])
        have, want = X.var(axis=0, dtype=np.float64), Y.var(axis=0, dtype=np.float64)
        if self.how == "scale":
            have, want = np.full_like(have, have.mean()), np.full_like(want, want.mean())
        # What varies by less than float32 resolves is constant: there is nothing to rescale.
        resolution = (np.finfo(np.float32).eps * float(np.abs(X).max())) ** 2
        ratio = np.sqrt(np.divide(want, have, out=np.ones_like(have), where=have > resolution))
        self.scale_ = ratio.astype(np.float32)
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X: Any) -> Vectors:
        """Return ``X * scale_``, shape (n, d)."""
        self._require_fitted()
        X = as_vectors(X, name="X", dim=self.n_features_in_)
        scaled: Vectors = X * self.scale_
        return scaled
