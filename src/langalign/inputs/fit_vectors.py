"""What a fit learns from, once all texts are vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from langalign.vectors import Vectors


@dataclass(frozen=True, slots=True)
class FitVectors:
    """The vectors of one fit; rows of pairs of texts that are read separately have two, (n, 2, d).

    Parameters
    ----------
    pairs
        Both sides of the parallel text.
    spaces
        Which space each side is in, the source's first.
    groups
        Parallel rows of different groups share no text; ``None``: not known.
    labeled, unlabeled
        Of labelled source texts and of target texts like those to be classified, where there are
        any.
    n_sentences
        Of how many sentences pairs were made; 0 where none were.

    Examples
    --------
    >>> import numpy as np
    >>> sides = np.zeros((3, 2), np.float32), np.zeros((3, 4), np.float32)
    >>> FitVectors(sides, ("a", "b"), None, labeled=None, unlabeled=sides[1][:2]).counts()
    {'pairs': 3, 'labeled': 0, 'unlabeled': 2}
    """

    pairs: tuple[Vectors, Vectors]
    spaces: tuple[str, str]
    groups: NDArray[Any] | None
    labeled: Vectors | None
    unlabeled: Vectors | None
    n_sentences: int = 0

    def counts(self) -> dict[str, int]:
        """Return how many there are of each."""
        return {
            "pairs": len(self.pairs[0]),
            "labeled": 0 if self.labeled is None else len(self.labeled),
            "unlabeled": 0 if self.unlabeled is None else len(self.unlabeled),
        } | ({"sentences": self.n_sentences} if self.n_sentences else {})
