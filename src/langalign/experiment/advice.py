"""What a comparison means for somebody who has to decide, in sentences made from its rows."""

from __future__ import annotations

from collections.abc import Iterator

from langalign.evaluation.metrics import METRIC_NAMES
from langalign.experiment.summary import PLAIN, StrategyRow, Summary

NATIVE = "native-"


def advice(summary: Summary) -> tuple[str, ...]:
    """Return the sentences; each number in them is one of the summary's, or a share made of them.

    A difference counts where its p-value, after Holm's correction, is below 0.05. The best was
    found by the same test, so that differences from it describe the table, and prove nothing.
    """
    return tuple(
        sentence
        for part in (_best, _choice, _native, _translated, _few_shot)
        for sentence in part(summary)
    )


def _best(summary: Summary) -> Iterator[str]:
    best = summary.row(summary.best_label_free)
    if best is None:
        return
    rivals = [row for row in summary.rows if row.label_free and row is not best]
    level = [row.strategy for row in rivals if row.level_with_best]
    if rivals:
        yield (
            f"Without labels of the target language {best.strategy} scores highest: "
            f"{_score(best, summary)}."
            + (f" It is not better than {_listed(level)} beyond chance." if level else "")
        )
    else:
        yield (
            f"{best.strategy} is the only strategy without labels of the target language that was "
            f"run: {_score(best, summary)}."
        )
    guess = _guess(summary)
    if best.summary.as_scores().interval(summary.metric).low <= guess:
        what = "no correlation" if summary.majority is None else "always the most frequent label"
        yield (
            f"That is not clearly above {guess:.3f}, which is {what}. Nothing useful is shown to "
            "carry over here; label some target texts."
        )


def _choice(summary: Summary) -> Iterator[str]:
    chosen = summary.row(summary.chosen) if summary.chosen else None
    if chosen is None:
        return
    yield (
        f"LangAlign's own choice, made by agreement across translations without looking at the "
        f"test, is {chosen.strategy}: {_score(chosen, summary)}."
    )
    plain, compared = summary.row(PLAIN), summary.chosen_against_plain
    if plain is not None and compared is not None:
        relation = f"the two cannot be distinguished on {compared.n:,} texts"
        if compared.better or compared.worse:
            word = "better" if compared.better else "worse"
            relation = f"row by row, {chosen.strategy} is {word}"
        yield f"English-only reaches {_score(plain, summary)}; {relation}."
    yield from _way_to_the_ceiling(chosen, summary)


def _way_to_the_ceiling(chosen: StrategyRow, summary: Summary) -> Iterator[str]:
    ceiling, guess = summary.row("native"), _guess(summary)
    if ceiling is None or not guess < _value(chosen, summary) < _value(ceiling, summary):
        return
    share = (_value(chosen, summary) - guess) / (_value(ceiling, summary) - guess)
    yield (
        f"{chosen.strategy} goes {share:.0%} of the way from guessing ({guess:.3f}) to all native "
        f"labels ({_value(ceiling, summary):.3f})."
    )


def _native(summary: Summary) -> Iterator[str]:
    """Say how many native labels the best label-free strategy is worth."""
    best = summary.best_label_free
    rows = _native_rows(summary)
    for size, row in rows:
        if row.level_with_best:
            yield (
                f"{size} native labels and {best} cannot be distinguished on {_n(row):,} "
                f"texts ({_score(row, summary)})."
            )
            return
        if _beats_best(row):
            yield (
                f"{size} native labels beat {best} ({_score(row, summary)}): label {size} native "
                "texts instead."
            )
            return
    if rows:
        yield f"{best} beats {rows[-1][0]} native labels ({_score(rows[-1][1], summary)})."


def _n(row: StrategyRow) -> int:
    return row.summary.as_scores().n


def _beats_best(row: StrategyRow) -> bool:
    compared = row.against_best
    return compared is not None and not row.level_with_best and compared.difference > 0


def _native_rows(summary: Summary) -> list[tuple[int, StrategyRow]]:
    sizes = [
        (int(row.strategy.removeprefix(NATIVE)), row)
        for row in summary.rows
        if row.strategy.startswith(NATIVE)
    ]
    return sorted(sizes, key=lambda item: item[0])


def _translated(summary: Summary) -> Iterator[str]:
    for name, what in (
        ("translated", "Training on translated texts"),
        ("translate-test", "Translating every text to be classified"),
    ):
        row = summary.row(name)
        if row is None or row.against_best is None:
            continue
        relation = "cannot be distinguished from" if row.level_with_best else "falls behind"
        yield f"{what} {relation} {summary.best_label_free}: {_score(row, summary)}."


def _few_shot(summary: Summary) -> Iterator[str]:
    for size, alone in _native_rows(summary):
        mixed = summary.row(f"linear+native-{size}")
        if mixed is None:
            continue
        yield (
            f"With {size} native labels at hand, aligned English data added to them makes "
            f"{_score(mixed, summary)} of {_score(alone, summary)}."
        )


def _guess(summary: Summary) -> float:
    """Return what needs no text: the most frequent label's score, or no correlation."""
    return 0.0 if summary.majority is None else summary.majority.value(summary.metric)


def _value(row: StrategyRow, summary: Summary) -> float:
    return row.summary.as_scores().value(summary.metric)


def _score(row: StrategyRow, summary: Summary) -> str:
    scores = row.summary.as_scores()
    interval = scores.interval(summary.metric)
    return (
        f"{METRIC_NAMES[summary.metric]} {scores.value(summary.metric):.3f} "
        f"[{interval.low:.3f}, {interval.high:.3f}]"
    )


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
