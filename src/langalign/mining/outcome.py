"""What a search made of the files and of the probes hidden among them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from langalign.retrieval import Matches

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many texts of each kind a search had; files come first, then planted, then alone.

    Parameters
    ----------
    n_source, n_target
        Texts of the files.
    n_planted
        Pairs hidden whole.
    source_alone, target_alone
        Texts hidden without their translation.
    """

    n_source: int
    n_target: int
    n_planted: int
    source_alone: int
    target_alone: int


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Scores of the pairs that were found; minus infinity where a probe got none.

    Parameters
    ----------
    sizes
        What was searched.
    mined
        Pairs of two texts of the files, shape (n_pairs,).
    right
        Of planted pairs: that of the pair itself, where it was found, shape (n_planted,).
    wrong_source, wrong_target
        Of planted pairs: that of a partner of the source text in the files, and of the target text.
    source_alone, target_alone
        Of texts without a translation: that of a partner in the files.
    """

    sizes: Sizes
    mined: Floats
    right: Floats
    wrong_source: Floats
    wrong_target: Floats
    source_alone: Floats
    target_alone: Floats

    def halves(self) -> tuple[Outcome, Outcome]:
        """Return every other probe, and those between: to choose by, and to judge by."""
        return self._part(0), self._part(1)

    def _part(self, first: int) -> Outcome:
        names = ("right", "wrong_source", "wrong_target", "source_alone", "target_alone")
        probes = {name: getattr(self, name)[first::2] for name in names}
        sizes = replace(
            self.sizes,
            n_planted=len(probes["right"]),
            source_alone=len(probes["source_alone"]),
            target_alone=len(probes["target_alone"]),
        )
        return replace(self, sizes=sizes, **probes)


def outcome_of(matches: Matches, sizes: Sizes) -> Outcome:
    """Sort the pairs that were found by what is known of them.

    Examples
    --------
    >>> found = Matches(np.array([0, 1]), np.array([1, 0]), np.array([1.5, 1.2], dtype=np.float32))
    >>> outcome = outcome_of(found, Sizes(1, 1, n_planted=1, source_alone=0, target_alone=0))
    >>> outcome.right.tolist(), outcome.wrong_source.round(1).tolist()
    ([-inf], [1.2])
    """
    scores = matches.scores.astype(np.float64)
    of_files = matches.queries < sizes.n_source, matches.keys < sizes.n_target
    pairs = matches.queries - sizes.n_source == matches.keys - sizes.n_target
    # As a pair of the files counts only if both its texts are theirs, so does a wrong partner.
    with_file = np.where(of_files[1], scores, -np.inf), np.where(of_files[0], scores, -np.inf)
    planted = sizes.n_source, sizes.n_planted
    planted_target = sizes.n_target, sizes.n_planted
    return Outcome(
        sizes=sizes,
        mined=scores[of_files[0] & of_files[1]],
        right=_by_row(matches.queries, np.where(pairs, scores, -np.inf), *planted),
        wrong_source=_by_row(matches.queries, with_file[0], *planted),
        wrong_target=_by_row(matches.keys, with_file[1], *planted_target),
        source_alone=_by_row(matches.queries, with_file[0], sum(planted), sizes.source_alone),
        target_alone=_by_row(matches.keys, with_file[1], sum(planted_target), sizes.target_alone),
    )


def _by_row(rows: NDArray[np.int64], values: Floats, first: int, count: int) -> Floats:
    """Return the value of each of some rows, minus infinity where it is in no pair."""
    found = np.full(count, -np.inf)
    inside = (rows >= first) & (rows < first + count)
    found[rows[inside] - first] = values[inside]
    return found
