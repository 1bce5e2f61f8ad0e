"""``langalign words align``, ``induce`` and ``evaluate``: word vectors of two languages."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from langalign.cli.console import plain_table, progress, show, show_json, show_table
from langalign.cli.options import JsonOption, SeedOption, ThreadsOption, use_threads
from langalign.cli.writing import require_file_place, require_folder

if TYPE_CHECKING:
    from langalign.words import InductionScores, WordVectors


class Scoring(StrEnum):
    """What ranks target words."""

    COSINE = "cosine"
    CSLS = "csls"
    INVERTED_SOFTMAX = "inverted-softmax"


SourceArgument = Annotated[
    Path,
    typer.Argument(
        metavar="SOURCE.vec", help="Source words: .vec or .txt as text, .bin; also with .gz."
    ),
]
TargetArgument = Annotated[
    Path, typer.Argument(metavar="TARGET.vec", help="The same of the target language.")
]
DictionaryOption = Annotated[
    Path,
    typer.Option(
        metavar="FILE",
        help="Pairs of words, two columns: source word, translation. Repeat a word for each of "
        "its translations.",
    ),
]
MaxWordsOption = Annotated[
    int, typer.Option(metavar="N", min=1, help="Read at most N words of each side.")
]


def align(
    source: SourceArgument,
    target: TargetArgument,
    dictionary: DictionaryOption,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder to write.")],
    aligner: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="common-space, which maps both sides, or one of 'langalign list aligners'.",
        ),
    ] = "common-space",
    normalize: Annotated[
        str,
        typer.Option(
            metavar="NAMES",
            help="Transforms of each side before the map, separated by commas, or none.",
        ),
    ] = "unit-norm,center,unit-norm",
    refine: Annotated[
        int,
        typer.Option(metavar="N", min=0, help="Rounds of self-learning, for small dictionaries."),
    ] = 0,
    max_words: MaxWordsOption = 200_000,
    seed: SeedOption = 0,
    threads: ThreadsOption = None,
    json: JsonOption = False,
) -> None:
    r"""Bring two languages' word vectors into one space, by a dictionary.

    Writes DIR/source.vec and DIR/target.vec, the words of both sides in one space, for any tool
    that reads word2vec's text format, and the map itself.

    Example:
      langalign words align en.vec ko.vec --dictionary train.txt --out map
      langalign words evaluate map/source.vec map/target.vec \
          --dictionary test.txt
    """
    use_threads(threads)
    from langalign.words import align_words, read_dictionary, save_alignment
    from langalign.words.folder import KIND

    require_folder(out, kind=KIND)

    pairs = read_dictionary(dictionary)
    with progress("Aligning words") as report:
        sides = _read(source, max_words, report), _read(target, max_words, report)
        alignment = align_words(
            *sides,
            pairs,
            aligner=aligner,
            normalize=() if normalize == "none" else normalize.split(","),
            refine=refine,
            random_state=seed,
            progress=report,
        )
        save_alignment(alignment, out, *sides)
    if json:
        record = {"map": repr(alignment.map), "dictionary_pairs": len(pairs)}
        used = {"seed_pairs": alignment.n_seed_pairs, "pairs": alignment.n_pairs}
        words = {"source_words": len(sides[0]), "target_words": len(sides[1])}
        show_json(record | used | words | {"out": str(out)})
        return
    show(
        f"Aligned {len(sides[0]):,} and {len(sides[1]):,} words with {alignment.n_seed_pairs:,} of "
        f"{len(pairs):,} pairs (the others have no vectors)."
    )
    if refine:
        show(f"Self-learning ended with {alignment.n_pairs:,} pairs.")
    show(
        f"Saved to {out}. How good is it? langalign words evaluate {out}/source.vec "
        f"{out}/target.vec --dictionary TEST"
    )


def induce(
    source: SourceArgument,
    target: TargetArgument,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE", help="Table to write, tab-separated.")
    ],
    words: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Source words, one per line.", show_default="all source words"
        ),
    ] = None,
    k: Annotated[int, typer.Option("-k", metavar="N", min=1, help="Translations per word.")] = 10,
    scoring: Annotated[Scoring, typer.Option(help="What ranks translations.")] = Scoring.CSLS,
    max_words: MaxWordsOption = 200_000,
    threads: ThreadsOption = None,
) -> None:
    """Write a dictionary: the best translations of each source word, with scores.

    SOURCE.vec and TARGET.vec must be in one space, as 'langalign words align' writes them, or
    another tool such as VecMap or MUSE. Words without a vector are left out and counted.

    Example:
      langalign words induce map/source.vec map/target.vec --out en-ko.tsv -k 3
    """
    use_threads(threads)
    require_file_place(out, read=[source, target, *([words] if words is not None else [])])

    from langalign.data.files import read_lines
    from langalign.persistence import write_text
    from langalign.words import induce as induced

    with progress("Looking for translations") as report:
        sides = _read(source, max_words, report), _read(target, max_words, report)
        asked = sides[0].words
        if words is not None:
            lines = (line.strip() for _, line in read_lines(words))
            asked = tuple(dict.fromkeys(line for line in lines if line))
        known = [word for word in asked if word in sides[0]]
        found = induced(*sides, known, k=k, scoring=scoring.value) if known else []
    rows = [f"{each.source}\t{each.target}\t{each.score:.4f}\n" for each in found]
    write_text(out, "".join(["source\ttarget\tscore\n", *rows]))
    left = len(asked) - len(known)
    missing = f"; {left:,} words have no vector" if left else ""
    show(f"Wrote {len(found):,} translations of {len(known):,} words to {out}{missing}.")


def evaluate(
    source: SourceArgument,
    target: TargetArgument,
    dictionary: DictionaryOption,
    train: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The dictionary that was learned from; testing a source word of it is an error.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Also write a record as JSON."),
    ] = None,
    max_words: MaxWordsOption = 200_000,
    seed: SeedOption = 0,
    threads: ThreadsOption = None,
    json: JsonOption = False,
) -> None:
    """Say how often the right translation is among the nearest words.

    Prints precision at 1, 5 and 10 with 95 % intervals, ranked by cosine, CSLS and inverted
    softmax. A word is right if any of its translations in the dictionary is found; words without
    vectors are left out, and their share is reported.

    Example:
      langalign words evaluate map/source.vec map/target.vec --dictionary test.txt
    """
    use_threads(threads)
    if out is not None:
        require_file_place(out, read=[source, target, dictionary])

    from langalign.evaluation import environment_versions
    from langalign.persistence import sha256_of, write_json
    from langalign.words import evaluate_induction, read_dictionary, require_apart

    gold = read_dictionary(dictionary)
    if train is not None:
        require_apart(read_dictionary(train), gold)
    with progress("Scoring translations") as report:
        sides = _read(source, max_words, report), _read(target, max_words, report)
        scores = evaluate_induction(*sides, gold, random_state=seed, progress=report)
    files = {path.name: sha256_of(path) for path in (source, target, dictionary)}
    record = scores.as_dict() | {"data": files, "seed": seed, "versions": environment_versions()}
    if out is not None:
        write_json(out, record)
    if json:
        show_json(record)
    else:
        _show(scores, dictionary)


def _read(path: Path, max_words: int, report: Any) -> WordVectors:
    from langalign.words import read_word_vectors

    return read_word_vectors(path, max_words=max_words, progress=report)


def _show(scores: InductionScores, path: Path) -> None:
    at = list(next(iter(scores.precision.values())))
    table = plain_table("ranked by", *(f"precision@{k}" for k in at), title=str(path))
    for scoring, by_k in scores.precision.items():
        table.add_row(
            scoring, *(f"{m.value:.3f} [{m.low:.2f}, {m.high:.2f}]" for m in by_k.values())
        )
    show_table(table)
    show(
        f"Scored: {scores.n:,} of {scores.n_words:,} words ({scores.coverage:.0%}); the others, or "
        "all their translations, have no vector."
    )
