"""Cleaning parallel text: drop rows that are not translations, and report which and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from langalign.data.cleaning_report import CleaningReport, DroppedRow
from langalign.data.languages import language_scripts
from langalign.data.parallel import ParallelText
from langalign.data.scripts import letters_worth, script_share
from langalign.data.text import folded, parts_of
from langalign.errors import DataError, SettingError

_RATIO_FROM = 30.0  # below this length, in Latin letters, a ratio means nothing
_EXAMPLES = 3


def clean(
    parallel: ParallelText,
    *,
    max_length_ratio: float = 3.0,
    min_chars: int = 1,
    max_chars: int = 2000,
) -> tuple[ParallelText, CleaningReport]:
    """Drop rows that are no translations or no use, each for the first reason that holds.

    The reasons, in order: ``empty``; ``too_short`` and ``too_long``; ``identical`` (source and
    target are the same text); ``wrong_script`` (less than half of a text's letters are in a
    script of its language; texts without letters are kept, as are languages whose script is not
    known); ``length_ratio`` (one side says much more than the other; short texts are kept);
    ``duplicate`` (the same row is there before). Texts are compared after Unicode NFKC, case
    folding and folding of white space; a row of pairs is dropped if either text of it is bad. For
    script and ratio, a character of Chinese, Japanese or Korean counts as 1.8 to 3 Latin letters.

    Parameters
    ----------
    parallel
        The n rows.
    max_length_ratio
        The longer side may be this many times as long as the other; at least 1.
    min_chars, max_chars
        The number of characters that a text must and may have.

    Returns
    -------
    tuple of ParallelText and CleaningReport
        The rows kept, as they were and in their order, and what was dropped.

    Raises
    ------
    DataError
        If no row is left; the message shows the report.
    SettingError
        If a limit makes no sense.

    Examples
    --------
    >>> rows = ParallelText(["Hello", "OK", "hello "], ["안녕", "OK", "안녕"], "en", "ko")
    >>> cleaned, report = clean(rows)
    >>> cleaned.source, report.summary()
    (('Hello',), 'kept 1 of 3 pairs (dropped: 1 duplicate, 1 identical)')
    """
    faults = row_faults(
        parallel, max_length_ratio=max_length_ratio, min_chars=min_chars, max_chars=max_chars
    )
    dropped: dict[str, list[int]] = {}
    kept = []
    for number, reason in enumerate(faults):
        if reason is None:
            kept.append(number)
        else:
            dropped.setdefault(reason, []).append(number)
    report = _report(parallel, len(kept), dropped)
    if not kept:
        raise DataError(
            f"cleaning left nothing: {report.summary()}. {report.first_example()}"
            f"Are the files {parallel.source_lang} -> {parallel.target_lang}, in this order?"
        )
    return parallel.take(kept), report


def row_faults(
    parallel: ParallelText,
    *,
    max_length_ratio: float = 3.0,
    min_chars: int = 1,
    max_chars: int = 2000,
) -> list[str | None]:
    """Return the first reason that speaks against each row, None where none does.

    Takes and raises what :func:`clean` does, but for rows of which none is good.

    Examples
    --------
    >>> row_faults(ParallelText(["Hello", "OK"], ["안녕", "OK"], "en", "ko"))
    [None, 'identical']
    """
    limits = _limits(parallel, max_length_ratio, min_chars, max_chars)
    seen: set[Folded] = set()
    faults = []
    for row in folded_rows(parallel):
        faults.append(_fault(row, limits) or ("duplicate" if row in seen else None))
        seen.add(row)
    return faults


@dataclass(frozen=True, slots=True)
class _Limits:
    max_length_ratio: float
    min_chars: int
    max_chars: int
    scripts: tuple[frozenset[str] | None, frozenset[str] | None]


Folded = tuple[tuple[str, ...], tuple[str, ...]]


def _limits(parallel: ParallelText, ratio: float, min_chars: int, max_chars: int) -> _Limits:
    if not ratio >= 1:
        raise SettingError(f"max_length_ratio is {ratio!r}; it must be at least 1 (3 is usual)")
    if not 0 <= min_chars <= max_chars:
        raise SettingError(
            f"min_chars is {min_chars!r} and max_chars is {max_chars!r}; "
            "0 <= min_chars <= max_chars must hold"
        )
    languages = parallel.source_lang, parallel.target_lang
    return _Limits(
        ratio,
        min_chars,
        max_chars,
        (language_scripts(languages[0]), language_scripts(languages[1])),
    )


def folded_rows(parallel: ParallelText) -> Iterator[Folded]:
    """Yield the two sides of each row, their texts as they are compared."""
    for source, target in zip(parallel.source, parallel.target, strict=True):
        yield (
            tuple(folded(part) for part in parts_of(source)),
            tuple(folded(part) for part in parts_of(target)),
        )


def _fault(row: Folded, limits: _Limits) -> str | None:
    parts = [*row[0], *row[1]]
    pairs = list(zip(*row, strict=True))
    checks: dict[str, Callable[[], bool]] = {
        "empty": lambda: not all(parts),
        "too_short": lambda: any(len(part) < limits.min_chars for part in parts),
        "too_long": lambda: any(len(part) > limits.max_chars for part in parts),
        "identical": lambda: any(source == target for source, target in pairs),
        "wrong_script": lambda: any(
            in_wrong_script(part, scripts)
            for side, scripts in zip(row, limits.scripts, strict=True)
            for part in side
        ),
        "length_ratio": lambda: any(
            _length_ratio(*pair) > limits.max_length_ratio for pair in pairs
        ),
    }
    return next((reason for reason, holds in checks.items() if holds()), None)


def in_wrong_script(text: str, scripts: frozenset[str] | None) -> bool:
    """Return whether less than half of a text's letters are in the scripts, where those are known.

    Examples
    --------
    >>> in_wrong_script("Hello", frozenset({"Hangul"})), in_wrong_script("1 + 1", frozenset())
    (True, False)
    """
    share = None if scripts is None else script_share(text, scripts)
    return share is not None and share < 0.5


def _length_ratio(source: str, target: str) -> float:
    shorter, longer = sorted((letters_worth(source), letters_worth(target)))
    return longer / shorter if longer >= _RATIO_FROM else 1.0


def _report(parallel: ParallelText, n_out: int, dropped: dict[str, list[int]]) -> CleaningReport:
    return CleaningReport(
        n_in=len(parallel),
        n_out=n_out,
        dropped={reason: len(rows) for reason, rows in sorted(dropped.items())},
        examples={
            reason: tuple(
                DroppedRow(row, parallel.source[row], parallel.target[row])
                for row in rows[:_EXAMPLES]
            )
            for reason, rows in sorted(dropped.items())
        },
    )
