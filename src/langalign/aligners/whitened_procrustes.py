"""The orthogonal map between whitened spaces, brought back into the target's own space."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from langalign.aligners.affine import centred
from langalign.aligners.base import aligners
from langalign.aligners.canonical import (
    STRENGTHS,
    Spectrum,
    check_alpha,
    check_components,
    directions,
)
from langalign.aligners.moments import Matrix, Moments, choose
from langalign.aligners.nearest_factor import nearest_factor
from langalign.aligners.pair_statistics import PairStatistics
from langalign.aligners.ridge import CANDIDATE_STRENGTHS
from langalign.aligners.statistics_aligner import StatisticsAligner
from langalign.errors import SettingError
from langalign.vectors import Vectors, unit

if TYPE_CHECKING:
    from typing import Self


@aligners.register("whitened-procrustes")
class WhitenedProcrustes(StatisticsAligner):
    r"""Whiten both sides, rotate, re-weight by correlation, and de-whiten like the target.

    .. math:: W = A_x U S^p V' A_y^{-1}, \qquad A = (C + \alpha \mu I)^{-1/2}, \qquad
              A_x C_{xy} A_y = U S V'

    with the covariances ``C`` of the centred sides, their mean eigenvalues :math:`\mu`, and ``p``
    for ``reweight``. With ``p = 1`` and all components it is ridge regression, with ``p = 0`` the
    whitened vectors are only rotated, and the spread of the target is kept. The stronger ``alpha``
    is, the less is whitened: with ``p = 0`` the limit is Procrustes with one factor.

    Where both spaces have one width and the map loses to moving the mean on held-out pairs, moving
    the mean is used instead. For both sides in one space, as dictionaries need it, see
    :class:`~langalign.aligners.common_space.CommonSpace`.

    Parameters
    ----------
    alpha
        Ridge added to each covariance, in mean eigenvalues of it; ``None`` chooses it by the
        squared error on held-out pairs.
    reweight
        ``p``. The framework has 1 (on one side) and 0; the default lies between.
    normalize
        Give every centred pair length one while the map is learned, so that all count alike; one
        factor then brings the lengths back.
    n_components
        Use only the directions of highest correlation; ``None`` keeps all.

    Attributes
    ----------
    coef_ : ndarray of shape (d_source, d_target), float32
    intercept_ : ndarray of shape (d_target,), float32
    alpha_ : float
        The strength used.
    is_shift_ : bool
        Whether the fallback, moving the mean, is in force.

    References
    ----------
    Artetxe, M., Labaka, G. and Agirre, E. (2018). Generalizing and improving bilingual word
    embedding mappings with a multi-step framework of linear transformations. AAAI.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(100, 2))
    >>> W = np.array([[0.0, 2.0], [1.0, 0.0]])
    >>> np.abs(np.round(WhitenedProcrustes().fit(X, X @ W + 1).coef_, 2))
    array([[0., 2.],
           [1., 0.]], dtype=float32)
    """

    recovers: ClassVar[Literal["shift", "rotation", "linear"] | None] = "linear"
    n_parts: ClassVar[int] = 3
    whitens_target: ClassVar[bool] = True

    def __init__(
        self,
        *,
        alpha: float | None = None,
        reweight: float = 0.5,
        normalize: bool = False,
        n_components: int | None = None,
    ) -> None:
        self.alpha = alpha
        self.reweight = reweight
        self.normalize = normalize
        self.n_components = n_components

    def fit(self, X: Any, Y: Any) -> Self:
        """Learn the map from ``X`` of shape (n, d_source) to ``Y`` of shape (n, d_target).

        Raises
        ------
        SettingError
            If ``alpha`` is not positive, ``reweight`` is negative, or ``n_components`` is not from
            1 to the smaller width.
        DataError
            If there are too few pairs or the rows do not correspond.
        """
        if not self.normalize:
            return super().fit(X, Y)
        X, Y = self._check_pairs(X, Y)
        self._check_settings(X.shape[1], Y.shape[1])
        self._statistics = None
        X, x_mean, Y, y_mean = *centred(X), *centred(Y)
        statistics = self._summed(unit(X), unit(Y))
        # Of length one they are no longer around their mean, and are taken as they lie.
        no_means = np.zeros_like(x_mean), np.zeros_like(y_mean)
        coef = self._chosen(statistics.total().about(*no_means), statistics)
        if not self.is_shift_:
            coef = coef * nearest_factor(X @ coef.astype(np.float32), Y)
        self._set_map(coef, x_mean, y_mean)
        return self

    def _check_settings(self, d_source: int, d_target: int) -> None:
        check_alpha(self.alpha)
        check_components(self.n_components, (d_source, d_target))
        if not self.reweight >= 0:
            raise SettingError(f"reweight={self.reweight!r}: expected a number of at least 0")

    def _learn(self, statistics: PairStatistics) -> None:
        if self.normalize:
            raise SettingError(
                "normalize=True changes each pair, which sums no longer show; use fit with all "
                "pairs, or normalize=False"
            )
        total = statistics.total()
        self._set_map(self._chosen(total.moments, statistics), total.x_mean, total.y_mean)

    def _chosen(self, total: Moments, statistics: PairStatistics) -> Matrix:
        """Return the coefficients at the strength of least error on held-out pairs."""
        strengths = STRENGTHS if self.alpha is None else (self.alpha,)
        chosen, self.is_shift_ = choose(
            statistics.held_out(),
            lambda others, fold: [fold.error(coef) for coef in self._maps(others, strengths)],
            n_candidates=len(strengths),
        )
        self.alpha_ = float(strengths[chosen])
        return np.eye(len(total.xx)) if self.is_shift_ else self._maps(total, (self.alpha_,))[0]

    def candidates(self, X: Vectors, Y: Vectors) -> list[WhitenedProcrustes]:
        """Return one variant a strength, strongest first; a fixed ``alpha`` stays as it is."""
        if self.alpha is not None:
            return [self.fresh()]
        return [self.fresh(alpha=strength) for strength in CANDIDATE_STRENGTHS]

    def _maps(self, moments: Moments, strengths: tuple[float, ...]) -> list[Matrix]:
        x, y = Spectrum.of(moments.xx / moments.n), Spectrum.of(moments.yy / moments.n)
        maps, kept = [], slice(self.n_components)
        for strength in strengths:
            found = directions(moments, x.whitening(strength), y.whitening(strength))
            weighted = found.from_source() * found.correlations**self.reweight
            maps.append(weighted[:, kept] @ found.to_target()[kept])
        return maps
