"""Something found in data that its user should know of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

SHOWN_ROWS = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """What was seen in parallel data, where, and what to do about it.

    Parameters
    ----------
    kind
        A short name, such as ``"shuffled"``.
    seen
        What was seen, in a sentence.
    share
        Share of the rows that it concerns.
    rows
        Numbers of the first such rows among those given, counted from 0; none where it concerns
        all.
    remedy
        What to do, in a sentence.
    unsound
        Whether the pairs should not be used as they are.

    Examples
    --------
    >>> print(Finding("empty", "2 of 9 rows have no text.", 0.22, (3, 7), "Drop them.").summary())
    empty: 2 of 9 rows have no text. First rows, counted from 0: 3, 7. Drop them.
    """

    kind: str
    seen: str
    share: float
    rows: tuple[int, ...]
    remedy: str
    unsound: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return asdict(self)

    def summary(self, places: Sequence[str] | None = None) -> str:
        """Return it in one line.

        Parameters
        ----------
        places
            Where each row stands, such as its file and line; by default rows are numbers.
        """
        where = ""
        if self.rows and places is None:
            where = f"First rows, counted from 0: {', '.join(map(str, self.rows))}. "
        elif self.rows and places is not None:
            where = f"First rows: {'; '.join(places[row] for row in self.rows)}. "
        return f"{self.kind}: {self.seen} {where}{self.remedy}"


def first_rows(rows: Iterable[int]) -> tuple[int, ...]:
    """Return the numbers that a finding shows.

    Examples
    --------
    >>> first_rows(range(100))
    (0, 1, 2, 3, 4)
    """
    return tuple(sorted(int(row) for row in rows)[:SHOWN_ROWS])
