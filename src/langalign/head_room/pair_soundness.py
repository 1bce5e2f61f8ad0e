"""What vectors show of a parallel file: shuffled, slipped by some rows, wrong in parts.

Each row's translation is compared with what stands in the rows around it. In a sound file it is
nearer than nearly all of them; where a column has slipped, what stands k rows away is; where rows
are shuffled, nothing is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from langalign.errors import DataError
from langalign.finding import Finding, first_rows
from langalign.head_room.row_ranks import PART, Part, parts_of_file
from langalign.vectors import Vectors

FEWEST_ROWS = 60
"""Below this a map of some directions says nothing, and shuffled pairs look like few pairs."""
LEAST_LINKED = 0.65
"""Mean rank of related rows: 0.83 and more with the weakest encoder and four real files; of the
shuffled ones 0.6 at most."""
FEWEST_SCATTERED = 1000
WELL_LINKED = 0.7
"""With fewer rows or a weaker link, single rows cannot be distinguished from unrelated ones."""
MOST_SCATTERED = 0.2
"""Share of rows that may be unrelated among related ones; of loose translations as many as a tenth
look it in measurements."""
UNSOUND_SHARE = 0.1

Integers = NDArray[np.int64]


def vector_findings(
    source: Vectors, target: Vectors, rows: Integers | None = None
) -> tuple[Finding, ...]:
    """Return what is doubtful about pairs, from their vectors.

    Parameters
    ----------
    source, target
        Vectors of the pairs, (m, d_source) and (m, d_target), in the order of the file. Fewer
        than 60 pairs give no finding.
    rows
        Number of each pair's row in the file, rising, shape (m,); rows may be missing.

    Returns
    -------
    tuple of Finding
        ``"unrelated"``: no link between the sides is found at all; ``"shifted"``: row i belongs to
        row i + k; ``"partly_unrelated"``: whole runs of rows are no pairs;
        ``"scattered_unrelated"``: many single rows are none.

    Raises
    ------
    DataError
        If ``rows`` do not rise.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(300, 5)).astype(np.float32)
    >>> vector_findings(X[3:], X[:-3])[0].seen
    'In 297 of 297 rows the source belongs to the target 3 rows further down.'
    """
    rows = np.arange(len(source)) if rows is None else rows
    if (np.diff(rows) <= 0).any():
        raise DataError("rows: expected row numbers that rise, one per pair")
    if len(source) < FEWEST_ROWS:
        return ()
    parts = parts_of_file(source, target, rows)
    level = float(np.quantile([part.best for part in parts], 0.9))
    if level < LEAST_LINKED:
        return (_unrelated(len(rows)),)
    # Halfway between chance and what this file reaches where it is good.
    floor = (0.5 + level) / 2
    slips = _slips(parts, floor)
    of = {
        slip: [part for part, own in zip(parts, slips, strict=True) if own == slip]
        for slip in slips
    }
    slipped = [_shifted(slip, of[slip], len(rows)) for slip in of if slip]
    found = [*slipped, _partly(of.get(None, []), len(rows)), _scattered(of.get(0, []), level)]
    return tuple(finding for finding in found if finding is not None)


def _slips(parts: Sequence[Part], floor: float) -> list[int | None]:
    """Return the offset of each part, None where it is unrelated."""
    slips = [part.slip if part.best >= floor else None for part in parts]
    for number in range(1, len(parts) - 1):
        before, after = slips[number - 1], slips[number + 1]
        # Where a slip begins or ends within a part, neither offset ranks high in it.
        if slips[number] is None and None not in (before, after) and before != after:
            slips[number] = after or before
    return slips


def _unrelated(n: int) -> Finding:
    return Finding(
        "unrelated",
        f"In none of {n:,} rows is the translation nearer than the rows around it: either the rows "
        "are shuffled or of different texts, or an encoder does not know its language.",
        1.0,
        (),
        "Look at some rows by eye. If they are translations, try another encoder.",
        unsound=True,
    )


def _shifted(slip: int, parts: Sequence[Part], n: int) -> Finding:
    count = sum(len(part.rows) for part in parts)
    where = f"{abs(slip)} row{'s' * (abs(slip) > 1)} further {'down' if slip > 0 else 'up'}"
    side = "target" if slip > 0 else "source"
    return Finding(
        "shifted",
        f"In {count:,} of {n:,} rows the source belongs to the target {where}.",
        count / n,
        first_rows(part.rows[0] for part in parts),
        f"The {side} side has rows too many before these (they are found to within {PART} rows), "
        "or the other lacks some; correct the files and pair them again.",
        unsound=True,
    )


def _partly(parts: Sequence[Part], n: int) -> Finding | None:
    if not parts:
        return None
    count = sum(len(part.rows) for part in parts)
    return Finding(
        "partly_unrelated",
        f"In runs of about {PART} rows, {count:,} of {n:,} rows in all, the translation is no "
        "nearer than the rows around it.",
        count / n,
        first_rows(part.rows[0] for part in parts),
        "These runs are shuffled or no translations; leave them out or pair them again.",
        unsound=count >= UNSOUND_SHARE * n,
    )


def _scattered(parts: Sequence[Part], level: float) -> Finding | None:
    """Report rows that are unrelated among related ones, where the encoders separate them."""
    if level < WELL_LINKED or sum(len(part.rows) for part in parts) < FEWEST_SCATTERED:
        return None
    rows, own = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("rows", "own")
    )
    # Ranks of unrelated rows are spread evenly: a quarter of them lies in the lowest quarter.
    share = 4 * float((own < 0.25).mean())
    if share <= MOST_SCATTERED:
        return None
    return Finding(
        "scattered_unrelated",
        f"About {min(share, 1.0):.0%} of the rows fit no better than those around them.",
        share,
        first_rows(rows[own < 0.25]),
        "These rows are probably no translations, or very free ones; look at some by eye.",
        unsound=True,
    )
