"""Text as the training reads it: packed rows per language and a tokenizer, in one folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer
from train_mini.corpus import LINES_PER_CALL, sample_lines

from langalign.persistence import (
    CONFIG,
    FORMAT_VERSION,
    load_arrays,
    read_config,
    save_arrays,
    sha256_of,
    write_folder,
    write_json,
)
from langalign.training.checkpoint import require_same

from .packing import Rows, pack
from .settings import TextSettings
from .subwords import PAD, UNK, train_tokenizer

KIND = "prepared text"
TOKENIZER = "tokenizer.json"
ROWS = "rows-{}.safetensors"
"""A language's file. There is one for each, so that they can be copied in turn to a machine that
takes little at once."""

HELD_OUT, HELD_OUT_EVERY = "held-out", 500
"""Of so many lines one is kept out of training, to see the loss on text that was not learned."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Text in rows.

    Parameters
    ----------
    rows
        For each language its tokenisations, each of shape (n_rows, row_length).
    held_out
        For each language the lines that are not trained on, shape (n_rows, row_length).
    tokenizer
        What split it.
    config
        Settings, checksums of the files, counts, versions.
    fingerprint
        Changes with anything in it.
    """

    rows: dict[str, list[Rows]]
    held_out: dict[str, Rows]
    tokenizer: Tokenizer
    config: dict[str, Any]
    fingerprint: str


def prepare(
    lines: Mapping[str, Sequence[str]],
    settings: TextSettings,
    checksums: Mapping[str, str],
    folder: Path,
    say: Callable[[str], None],
) -> None:
    """Learn the sub-words, split and pack all text, and write the folder whole or not at all.

    Parameters
    ----------
    lines
        Text of each language.
    settings
        How it is split.
    checksums
        Of the files that the lines are from, to be recorded.
    folder
        Is made, or replaced if it is one of these.
    say
        Called with what is being done.
    """
    chosen = {lang: list(texts[: settings.max_lines]) for lang, texts in lines.items()}
    say("learning the sub-words")
    sample: list[str] = []
    for texts in chosen.values():
        sample += sample_lines(texts, settings.sample_bytes, seed=settings.seed)
    tokenizer = train_tokenizer(sample, vocab_size=settings.vocab_size)
    arrays: dict[str, dict[str, Rows]] = {}
    counts: dict[str, Any] = {}
    for lang, texts in chosen.items():
        say(f"{lang}: splitting and packing {len(texts):,} lines")
        kept = [text for number, text in enumerate(texts) if number % HELD_OUT_EVERY]
        arrays[lang] = {
            HELD_OUT: _rows(tokenizer, texts[::HELD_OUT_EVERY], settings, 0.0),
            **{
                str(number): _rows(tokenizer, kept, settings, settings.bpe_dropout * (number > 0))
                for number in range(settings.tokenisations)
            },
        }
        counts[lang] = {"lines": len(texts)} | _counts(arrays[lang]["0"])
    with write_folder(folder, kind=KIND) as draft:
        for lang, rows in arrays.items():
            save_arrays(rows, draft / ROWS.format(lang))
        (draft / TOKENIZER).write_text(tokenizer.to_str() + "\n", encoding="utf-8")
        config = {
            "format_version": FORMAT_VERSION,
            "kind": KIND,
            "settings": asdict(settings),
            "languages": list(chosen),
            "inputs": dict(checksums),
            "vocab_size": tokenizer.get_vocab_size(),
            "counts": counts,
            "versions": {name: version(name) for name in ("numpy", "tokenizers")},
        }
        write_json(draft / CONFIG, config)


def load_prepared(folder: Path, settings: TextSettings) -> Prepared:
    """Read what :func:`prepare` wrote.

    Raises
    ------
    PersistenceError
        If the folder is missing, damaged or something else.
    SettingError
        If it was prepared with other settings.
    """
    config = read_config(folder, expected=KIND)
    require_same(asdict(settings), config["settings"], folder)
    files = {lang: folder / ROWS.format(lang) for lang in config["languages"]}
    arrays = {lang: load_arrays(file) for lang, file in files.items()}
    return Prepared(
        rows={
            lang: [of[str(number)] for number in range(settings.tokenisations)]
            for lang, of in arrays.items()
        },
        held_out={lang: of[HELD_OUT] for lang, of in arrays.items()},
        tokenizer=Tokenizer.from_file(str(folder / TOKENIZER)),
        config=config,
        fingerprint=" ".join(sha256_of(file) for file in files.values()),
    )


def _rows(
    tokenizer: Tokenizer, lines: Sequence[str], settings: TextSettings, bpe_dropout: float
) -> Rows:
    tokenizer.model.dropout = bpe_dropout or None
    try:
        return pack(_ids(tokenizer, lines), settings.row_length)
    finally:
        tokenizer.model.dropout = None


def _ids(tokenizer: Tokenizer, lines: Sequence[str]) -> Iterator[list[int]]:
    for start in range(0, len(lines), LINES_PER_CALL):
        block = list(lines[start : start + LINES_PER_CALL])
        for encoding in tokenizer.encode_batch_fast(block, add_special_tokens=False):
            yield encoding.ids


def _counts(rows: Rows) -> dict[str, Any]:
    tokens = int((rows != PAD).sum())
    return {
        "rows": len(rows),
        "tokens": tokens,
        "filled": round(tokens / max(rows.size, 1), 4),
        "unknown": round(float((rows == UNK).sum()) / max(tokens, 1), 6),
    }
