"""Aligners that need no pair twice: sums of products are all they look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from numpy.typing import NDArray

from langalign.aligners.affine import AffineAligner
from langalign.aligners.base import MINIMUM_PAIRS, require_enough
from langalign.aligners.pair_statistics import PairStatistics
from langalign.errors import SettingError
from langalign.vectors import as_array

if TYPE_CHECKING:
    from typing import Self


class StatisticsAligner(AffineAligner):
    """An affine aligner that is fitted by :class:`PairStatistics` alone.

    ``fit`` of all pairs, ``partial_fit`` of one chunk after another and ``fit_statistics`` of
    merged shards give one map, to rounding. A new one defines :meth:`_learn`.
    """

    n_parts: ClassVar[int] = 1
    """Parts that pairs are dealt to; more than one where settings are chosen on held-out pairs."""

    whitens_target: ClassVar[bool] = False
    """Whether all of Y'Y is needed; for the others its diagonal is enough."""

    _statistics: PairStatistics | None = None

    def fit(self, X: Any, Y: Any) -> Self:
        """Learn the map from ``X`` of shape (n, d_source) onto ``Y`` of shape (n, d_target).

        Arrays are read in blocks, once: memory-mapped ones may be larger than the memory.

        Raises
        ------
        SettingError
            If a setting is out of its range.
        DataError
            If there are too few pairs, or these are no vectors whose rows correspond.
        """
        return self.fit_statistics(self._summed(*self._check_arrays(X, Y)))

    def partial_fit(self, X: Any, Y: Any) -> Self:
        """Learn from more pairs, keeping what was learned from those before.

        The map is ready after each call, from two pairs on, and solving for it costs the more the
        wider the spaces are. For many small chunks extend :class:`PairStatistics`, and solve once.

        Parameters
        ----------
        X, Y
            Row-parallel, shapes (n, d_source) and (n, d_target).

        Raises
        ------
        SettingError
            If it was fitted otherwise, or loaded: it then knows no sums to go on with.
        DataError
            If these are no vectors of the widths of those before.
        """
        if self._statistics is not None:
            statistics = self._statistics.extended(X, Y)
        elif self.__sklearn_is_fitted__():
            raise SettingError(
                f"this {type(self).__name__} was loaded, or fitted by fit or fit_statistics, and "
                "keeps no sums to go on with; begin with partial_fit, or keep PairStatistics"
            )
        else:
            statistics = self._summed(*self._check_arrays(X, Y))
        if statistics.n >= MINIMUM_PAIRS:
            self.fit_statistics(statistics)
        self._statistics = statistics
        return self

    def fit_statistics(self, statistics: PairStatistics) -> Self:
        """Learn the map from the sums of pairs.

        Parameters
        ----------
        statistics
            Of all pairs; sums of shards where these were counted separately.

        Raises
        ------
        SettingError
            If a setting is out of its range, or the sums lack what it needs.
        DataError
            If there are too few pairs.
        """
        require_enough(statistics.n, user=type(self).__name__)
        self._check_spaces(*statistics.widths)
        if self.whitens_target and not statistics.complete:
            raise SettingError(
                f"{type(self).__name__} needs all of Y'Y, and these sums have its diagonal; make "
                "them with PairStatistics.of"
            )
        self._learn(statistics.grouped(self.n_parts))
        self._statistics = None
        return self

    def fit_path(self, variants: Sequence[Self], X: Any, Y: Any) -> Iterator[Self]:
        """Yield variants of this aligner, each fitted on the same pairs, which are read once."""
        statistics = self._summed(*self.fresh()._check_arrays(X, Y))
        for variant in variants:
            yield variant.fresh().fit_statistics(statistics)

    def no_statistics(self, d_source: int, d_target: int) -> PairStatistics:
        """Return the statistics of no pairs, to be extended by what this aligner needs of them."""
        none = PairStatistics.none(d_source, d_target, n_parts=self.n_parts)
        return replace(none, complete=self.whitens_target)

    def _learn(self, statistics: PairStatistics) -> None:
        """Set the map; the statistics have the parts asked for."""
        raise NotImplementedError

    def _check_settings(self, d_source: int, d_target: int) -> None:
        """Raise :class:`SettingError` where a setting is out of its range for these widths."""

    def _summed(self, X: NDArray[Any], Y: NDArray[Any]) -> PairStatistics:
        return self.no_statistics(X.shape[1], Y.shape[1]).extended(X, Y)

    def _check_arrays(self, X: Any, Y: Any) -> tuple[NDArray[Any], NDArray[Any]]:
        """Raise before anything is summed up, not after."""
        X, Y = as_array(X, name="X"), as_array(Y, name="Y")
        self._check_spaces(X.shape[1], Y.shape[1])
        return X, Y

    def _check_spaces(self, d_source: int, d_target: int) -> None:
        self._check_widths(d_source, d_target)
        self._check_settings(d_source, d_target)
