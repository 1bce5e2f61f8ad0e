"""Train ``mini``, the bundled encoder, from monolingual text in four languages.

No parallel text and no label is read: the languages lie apart, which is what aligners are for.
"""

from __future__ import annotations

import platform
import time
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from tokenizers import Tokenizer

from .corpus import CHECKSUMS, Ids, data_folder, read_lines, sample_lines, token_ids
from .folder import write_folder
from .subwords import MAX_TOKEN_CHARS, train_tokenizer
from .vectors import Matrix, centre, count_neighbours, factorise, to_ppmi

# Each group has its own space. Japanese and Chinese share one, since they share characters; a token
# that several groups use (digits, punctuation, Latin names) belongs to the one that uses it most.
GROUPS = (("en",), ("ko",), ("ja", "zh"))
OUTPUT = Path("src/langalign/encoders/mini_data")


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the result, besides the input files and the library versions."""

    vocab_size: int
    dim: int
    window: int
    context_smoothing: float
    power: float
    sif_a: float
    min_count: int
    sample_bytes: int
    english_sample_share: float
    seed: int


def _say(start: float, text: str) -> None:
    typer.echo(f"[{time.monotonic() - start:6.1f} s] {text}")


def _train_vocabulary(lines: dict[str, list[str]], recipe: Recipe) -> Tokenizer:
    sample: list[str] = []
    for lang in CHECKSUMS:
        share = recipe.english_sample_share if lang == "en" else 1.0
        n_bytes = int(recipe.sample_bytes * share)
        sample += sample_lines(lines[lang], n_bytes, seed=recipe.seed)
    return train_tokenizer(sample, vocab_size=recipe.vocab_size)


def _group_frequencies(ids: dict[str, Ids], n_vocab: int) -> Matrix:
    """Return each group's relative token frequencies, its languages weighing the same."""
    share = {
        lang: np.bincount(known, minlength=n_vocab) / len(known)
        for lang, known in ((lang, found[found >= 0]) for lang, found in ids.items())
    }
    rows = [sum(share[lang] for lang in group) / len(group) for group in GROUPS]
    return np.asarray(rows, dtype=np.float32)


def _group_rows(ids: Ids, n_vocab: int, recipe: Recipe) -> tuple[NDArray[np.intp], Matrix]:
    """Return the tokens that a group's text holds often enough, and their vectors."""
    counts = np.bincount(ids[ids >= 0], minlength=n_vocab)
    counts[0] = 0  # the unknown token
    tokens = np.flatnonzero(counts >= recipe.min_count)
    ppmi = to_ppmi(
        count_neighbours(ids, tokens, n_vocab, window=recipe.window),
        smoothing=recipe.context_smoothing,
    )
    return tokens, factorise(ppmi, dim=recipe.dim, power=recipe.power, seed=recipe.seed)


def _config(recipe: Recipe, max_tokens: int, counts: dict[str, Any]) -> dict[str, Any]:
    packages = ("numpy", "scipy", "scikit-learn", "tokenizers", "safetensors")
    return {
        "name": "mini",
        "languages": list(CHECKSUMS),
        "dim": recipe.dim,
        "vocab_size": recipe.vocab_size,
        "max_tokens": max_tokens,
        "max_token_chars": MAX_TOKEN_CHARS,
        "recipe": {"method": "BPE, PPMI, truncated SVD, SIF-weighted mean", **asdict(recipe)},
        "groups": [list(group) for group in GROUPS],
        "inputs": {f"mono/{lang}.txt.xz": checksum for lang, checksum in CHECKSUMS.items()},
        "counts": counts,
        "versions": {
            "python": platform.python_version(),
            **{package: version(package) for package in packages},
        },
    }


def train(
    output: Annotated[Path, typer.Option(help="Folder to write; replaced if there.")] = OUTPUT,
    vocab_size: Annotated[int, typer.Option(help="Sub-words, all languages together.")] = 40_000,
    dim: Annotated[int, typer.Option(help="Width of the vectors.")] = 352,
    window: Annotated[int, typer.Option(help="Farthest neighbour counted, in tokens.")] = 20,
    context_smoothing: Annotated[
        float, typer.Option(help="Exponent of the context frequencies.")
    ] = 1.0,
    power: Annotated[float, typer.Option(help="Exponent of the singular values.")] = 0.75,
    sif_a: Annotated[float, typer.Option(help="a of the token weight a / (a + p).")] = 1e-3,
    min_count: Annotated[int, typer.Option(help="Rarer tokens get no vector.")] = 10,
    sample_bytes: Annotated[
        int, typer.Option(help="Text a language for the sub-words.")
    ] = 10_000_000,
    english_sample_share: Annotated[float, typer.Option(help="Of that, for English.")] = 0.8,
    max_tokens: Annotated[int, typer.Option(help="Tokens of a text that count.")] = 512,
    seed: Annotated[int, typer.Option(help="Of the samples and of the SVD.")] = 0,
) -> None:
    """Train ``mini`` from $LANGALIGN_DATA/mono; takes about 8 GB of memory."""
    start = time.monotonic()
    recipe = Recipe(
        vocab_size=vocab_size,
        dim=dim,
        window=window,
        context_smoothing=context_smoothing,
        power=power,
        sif_a=sif_a,
        min_count=min_count,
        sample_bytes=sample_bytes,
        english_sample_share=english_sample_share,
        seed=seed,
    )
    folder = data_folder()
    lines = {lang: read_lines(folder, lang) for lang in CHECKSUMS}
    _say(start, "inputs are the recorded ones; training the sub-word vocabulary")
    tokenizer = _train_vocabulary(lines, recipe)
    n_vocab = tokenizer.get_vocab_size()
    if n_vocab != vocab_size:
        raise SystemExit(f"the sample holds {n_vocab} sub-words, not {vocab_size}; lower the size")
    _say(start, f"{n_vocab} sub-words; splitting all text")
    ids = {lang: token_ids(tokenizer, lines.pop(lang)) for lang in CHECKSUMS}
    frequencies = _group_frequencies(ids, n_vocab)
    owner = frequencies.argmax(axis=0)
    weights = sif_a / (sif_a + frequencies.max(axis=0))
    rows = np.zeros((n_vocab, dim), dtype=np.float32)
    for number, group in enumerate(GROUPS):
        _say(start, f"{'+'.join(group)}: neighbours, PPMI and SVD")
        text = np.concatenate([ids[lang] for lang in group])
        tokens, vectors = _group_rows(text, n_vocab, recipe)
        mine = owner[tokens] == number
        shares = (weights * frequencies[number])[tokens]
        rows[tokens[mine]] = centre(vectors, shares)[mine]
    weights = np.where(rows.any(axis=1), weights, 0)
    counts = {
        "tokens": {lang: int((found >= 0).sum()) for lang, found in ids.items()},
        "rows": {"+".join(g): int((owner == i).sum()) for i, g in enumerate(GROUPS)},
        "rows_without_vector": int((weights == 0).sum()),
    }
    config = _config(recipe, max_tokens, counts)
    write_folder(output, rows, weights.astype(np.float32), tokenizer, config)
    _say(start, f"wrote {output}: {counts}")


if __name__ == "__main__":
    typer.run(train)
