"""What the texts alone show of a parallel file: swapped, untranslated, repeated, wrong language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from langalign.data.cleaning import Folded, folded_rows, in_wrong_script, row_faults
from langalign.data.languages import language_scripts, primary_language
from langalign.data.parallel import ParallelText
from langalign.data.scripts import script_of
from langalign.finding import Finding, first_rows

NOTABLE_SHARE = 0.01
"""Every real file has some odd rows; cleaning drops these without a word of ours."""
UNSOUND_SHARE = 0.1
"""Where every tenth row is visibly wrong, others are wrong in ways that texts do not show."""
REPEATED_SHARE = 0.5
"""Several translations of one text are usual; half of a file is not."""
STOCK_SHARE = 0.05
"""No sentence is so frequent in real text; a placeholder is."""
STOCK_TIMES = 5
SWAPPED_SHARE = 0.5
OTHER_LANGUAGE_SHARE = 0.5
"""A Japanese text without kana is possible, as is a Chinese one that quotes kana; most are not."""

KANA = frozenset({"Hiragana", "Katakana"})
_DROPPED = "Fitting leaves such rows out; look at how they came into the file."


def text_findings(parallel: ParallelText) -> tuple[Finding, ...]:
    """Return what is doubtful about a parallel file, from its texts.

    Looked for: swapped sides; texts in a script that their language does not use; Chinese in place
    of Japanese and the other way round; rows that are empty, identical on both sides, very unequal
    in length, very long, or repeated; a side that repeats few texts. Languages that share a script
    cannot be distinguished in this way. What concerns less than a hundredth of the rows is not
    reported.

    Examples
    --------
    >>> rows = ParallelText(["안녕", "고마워"], ["Hello", "Thanks"], "en", "ko")
    >>> [finding.kind for finding in text_findings(rows)]
    ['swapped']
    """
    if not len(parallel):
        return ()
    rows = list(folded_rows(parallel))
    swapped = _swapped(parallel, rows)
    found = [swapped] if swapped else [*_scripts(parallel, rows), *_languages(parallel, rows)]
    found += _faults(parallel)
    found += _repeated(rows)
    return tuple(finding for finding in found if finding is not None)


def _swapped(parallel: ParallelText, rows: Sequence[Folded]) -> Finding | None:
    own = [language_scripts(lang) for lang in (parallel.source_lang, parallel.target_lang)]
    if own[0] is None or own[1] is None or own[0] & own[1]:
        return None
    other = own[::-1]

    def is_swapped(row: Folded) -> bool:
        sides = list(zip(row, own, other, strict=True))
        return all(
            in_wrong_script(part, scripts) and not in_wrong_script(part, others)
            for side, scripts, others in sides
            for part in side
        )

    wrong = [number for number, row in enumerate(rows) if is_swapped(row)]
    if len(wrong) < SWAPPED_SHARE * len(rows):
        return None
    langs = f"{parallel.source_lang!r} and {parallel.target_lang!r}"
    return Finding(
        "swapped",
        f"{_count(wrong, rows)} are swapped: their sides are in each other's scripts ({langs}).",
        len(wrong) / len(rows),
        first_rows(wrong),
        "Swap the two columns, or the two language codes.",
        unsound=True,
    )


def _scripts(parallel: ParallelText, rows: Sequence[Folded]) -> list[Finding | None]:
    found = []
    for number, side in enumerate(("source", "target")):
        lang = getattr(parallel, f"{side}_lang")
        scripts = language_scripts(lang)
        wrong = [
            row
            for row, texts in enumerate(rows)
            if texts[0] != texts[1]  # these are reported as untranslated
            and any(in_wrong_script(part, scripts) for part in texts[number])
        ]
        seen = f"on the {side} side are not in a script of {lang!r} but in {{scripts}}."
        letters = "".join(part for row in wrong[:1000] for part in rows[row][number])
        found.append(
            _finding("wrong_script", wrong, len(rows), seen.format(scripts=_main_script(letters)))
        )
    return found


def _languages(parallel: ParallelText, rows: Sequence[Folded]) -> list[Finding | None]:
    """Distinguish Japanese and Chinese, which share a script, by kana."""
    found: list[Finding | None] = []
    for number, side in enumerate(("source", "target")):
        lang = primary_language(getattr(parallel, f"{side}_lang"))
        if lang not in ("ja", "zh"):
            continue
        han = [row for row, texts in enumerate(rows) if _has(texts[number], frozenset({"Han"}))]
        kana = {row for row in han if _has(rows[row][number], KANA)}
        wrong = [row for row in han if (row in kana) == (lang == "zh")]
        if len(wrong) <= OTHER_LANGUAGE_SHARE * len(han):
            continue
        what = "hold no kana, and look Chinese" if lang == "ja" else "hold kana, and look Japanese"
        found.append(
            Finding(
                "wrong_language",
                f"{_count(wrong, rows)} on the {side} side ({lang!r}) {what}.",
                len(wrong) / len(rows),
                first_rows(wrong),
                "Check which column is read, and the language codes.",
                unsound=True,
            )
        )
    return found


_SEEN = {
    "empty": "lack a text.",
    "identical": "have the same text on both sides: they are not translated.",
    "length_ratio": "say three times as much on one side as on the other: no translations.",
    "too_long": "are longer than 2,000 characters: documents rather than sentences.",
    "duplicate": "stand in the file before.",
}


def _faults(parallel: ParallelText) -> list[Finding | None]:
    faults = row_faults(parallel)
    return [
        _finding(
            kind, [row for row, fault in enumerate(faults) if fault == kind], len(faults), seen
        )
        for kind, seen in _SEEN.items()
    ]


def _repeated(rows: Sequence[Folded]) -> list[Finding]:
    """Report a side of few texts, or of one that is everywhere; equal rows count once."""
    distinct = {row: number for number, row in reversed(list(enumerate(rows)))}
    found = []
    for number, side in enumerate(("source", "target")):
        counts = Counter(row[number] for row in distinct)
        most, times = counts.most_common(1)[0]
        stock = times >= STOCK_TIMES and times >= STOCK_SHARE * len(distinct)
        share = 1 - len(counts) / len(distinct)
        if not stock and share < REPEATED_SHARE:
            continue
        what = f"{' / '.join(most)[:40]!r} stands in {times:,} of them" if stock else "few texts"
        again = [at for row, at in distinct.items() if counts[row[number]] > 1]
        found.append(
            Finding(
                f"repeated_{side}",
                f"Of {len(distinct):,} different rows, {share:.0%} repeat a text of the {side} "
                f"side ({what}), beside another translation.",
                share,
                first_rows(again),
                "Drop rows whose text is a placeholder; of many translations keep a few.",
                unsound=stock,
            )
        )
    return found


def _finding(kind: str, wrong: Sequence[int], n_rows: int, seen: str) -> Finding | None:
    share = len(wrong) / n_rows
    if not wrong or share < NOTABLE_SHARE:
        return None
    return Finding(
        kind,
        f"{len(wrong):,} of {n_rows:,} rows {seen}",
        share,
        first_rows(wrong),
        _DROPPED,
        unsound=share >= UNSOUND_SHARE,
    )


def _count(wrong: Sequence[int], rows: Sequence[Folded]) -> str:
    return f"{len(wrong):,} of {len(rows):,} rows"


def _has(texts: Sequence[str], scripts: frozenset[str]) -> bool:
    return any(script_of(character) in scripts for text in texts for character in text)


def _main_script(text: str) -> str:
    counts = Counter(script_of(character) for character in text if character.isalpha())
    return counts.most_common(1)[0][0] if counts else "another"
