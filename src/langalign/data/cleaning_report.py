"""What cleaning dropped, and why."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from langalign.data.text import Text


@dataclass(frozen=True, slots=True)
class DroppedRow:
    """A row that was dropped: its number, counted from 0, and its texts.

    Examples
    --------
    >>> DroppedRow(4, "OK", "OK").row
    4
    """

    row: int
    source: Text
    target: Text


@dataclass(frozen=True, slots=True)
class CleaningReport:
    """How many rows cleaning kept, and how many it dropped for which reason.

    Parameters
    ----------
    n_in, n_out
        The number of rows before and after.
    dropped
        The number of rows dropped, by reason.
    examples
        Up to three of these rows, by reason.

    Examples
    --------
    >>> CleaningReport(20000, 19904, {"duplicate": 96}, {}).summary()
    'kept 19,904 of 20,000 pairs (dropped: 96 duplicate)'
    """

    n_in: int
    n_out: int
    dropped: dict[str, int]
    examples: dict[str, tuple[DroppedRow, ...]]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values that JSON can hold.

        Examples
        --------
        >>> CleaningReport(1, 1, {}, {}).as_dict()
        {'n_in': 1, 'n_out': 1, 'dropped': {}, 'examples': {}}
        """
        return asdict(self)

    def summary(self) -> str:
        """Return the report in one line, the most frequent reason first.

        Examples
        --------
        >>> CleaningReport(3, 1, {"empty": 1, "wrong_script": 1}, {}).summary()
        'kept 1 of 3 pairs (dropped: 1 empty, 1 wrong script)'
        """
        line = f"kept {self.n_out:,} of {self.n_in:,} pairs"
        reasons = sorted(self.dropped.items(), key=lambda item: -item[1])
        listed = ", ".join(f"{count:,} {reason.replace('_', ' ')}" for reason, count in reasons)
        return f"{line} (dropped: {listed})" if listed else line

    def first_example(self) -> str:
        """Return one dropped row of the most frequent reason in a sentence, ``""`` without any.

        Examples
        --------
        >>> row = DroppedRow(4, "OK", "OK")
        >>> CleaningReport(5, 4, {"identical": 1}, {"identical": (row,)}).first_example()
        "For example row 4 (identical): 'OK' | 'OK'. "
        """
        if not self.examples:
            return ""
        reason = max(self.examples, key=lambda name: self.dropped[name])
        row = self.examples[reason][0]
        words = reason.replace("_", " ")
        return f"For example row {row.row} ({words}): {row.source!r:.60} | {row.target!r:.60}. "
