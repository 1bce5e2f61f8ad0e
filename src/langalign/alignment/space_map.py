"""A fitted map between two spaces: an aligner, and the spread that its output gets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from langalign.aligners.base import Aligner
from langalign.transforms.match_spread import MatchSpread
from langalign.vectors import Vectors, per_text

if TYPE_CHECKING:
    from typing import Self


@dataclass(frozen=True, slots=True)
class SpaceMap:
    """Maps centred vectors of one space into another, at the spread of the real vectors there.

    Parameters
    ----------
    aligner, spread
        Fitted, to be applied in this order.

    Examples
    --------
    >>> import numpy as np
    >>> from langalign.aligners.linear import Linear
    >>> X = np.array([[-1.0, 1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, -1.0]], dtype=np.float32)
    >>> (shrunk_by_half,) = SpaceMap.fit_each([Linear(alpha=4.0)], X, 3 * X, spread="scale")
    >>> shrunk_by_half.aligner.transform(X[:1]), shrunk_by_half.transform(X[:1])
    (array([[-1.5,  1.5]], dtype=float32), array([[-3.,  3.]], dtype=float32))
    """

    aligner: Aligner
    spread: MatchSpread

    @classmethod
    def fit_each(
        cls, aligners: Sequence[Aligner], X: Vectors, Y: Vectors, *, spread: str | None
    ) -> Iterator[Self]:
        """Yield a map for each of the unfitted variants of one aligner.

        Parameters
        ----------
        aligners
            They differ in their settings only.
        X, Y
            Centred vectors of both sides of the same pairs, (n, d_source) and (n, d_target).
        spread
            How what is put out is rescaled; ``None`` leaves it.
        """
        for aligner in aligners[0].fresh().fit_path(aligners, X, Y):
            match = MatchSpread(how=spread or "scale")
            match.fit(aligner.transform(X), Y if spread else None)
            yield cls(aligner.settled(), match)

    def transform(self, X: Vectors) -> Vectors:
        """Map each text's vector, whether rows are texts (n, d) or pairs of texts (n, 2, d)."""
        return per_text(lambda x: self.spread.transform(self.aligner.transform(x)), X)
