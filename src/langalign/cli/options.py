"""Options that several commands share, and what they become."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

if TYPE_CHECKING:
    from langalign.encoders.base import Encoder
    from langalign.encoders.transformer_loading import Pooling as PoolingName

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "RAYON_NUM_THREADS",
)


class Pooling(StrEnum):
    """How a transformer's token vectors become one vector."""

    MEAN = "mean"
    CLS = "cls"
    MAX = "max"


class LongTexts(StrEnum):
    """What is done with a text that is longer than a transformer reads."""

    TRUNCATE = "truncate"
    POOL = "pool"


class Backend(StrEnum):
    """What runs a transformer."""

    TORCH = "torch"
    ONNX = "onnx"
    ONNX_INT8 = "onnx-int8"


class Task(StrEnum):
    """What a text is given."""

    CLASSIFICATION = "classification"
    MULTILABEL = "multilabel"
    SIMILARITY = "similarity"


class PairMode(StrEnum):
    """How pairs of texts become vectors."""

    SIAMESE = "siamese"
    CROSS = "cross"


AlignerOption = Annotated[str, typer.Option(metavar="NAME", help="See 'langalign list aligners'.")]
TaskOption = Annotated[
    Task | None,
    typer.Option(
        help="What a text is given: one of several classes, any number of labels joined by | (| "
        "alone: none), or a number.",
        show_default="inferred from the labels",
    ),
]
HeadOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="See 'langalign list heads'.",
        show_default="logistic, multilabel or ridge, by the task",
    ),
]
SeedOption = Annotated[int, typer.Option(metavar="N", min=0, help="Random seed.")]
PoolingOption = Annotated[
    Pooling | None,
    typer.Option(
        help="Transformers only: how token vectors become one.", show_default="the model's"
    ),
]
PromptOption = Annotated[
    str | None,
    typer.Option(
        metavar="TEXT",
        help='Transformers only: put before each text, such as "query: ".',
        show_default="the model's",
    ),
]
LongTextsOption = Annotated[
    LongTexts,
    typer.Option(
        help="Transformers only: cut texts that are too long (truncate), or read all of them in "
        "windows and take the mean (pool)."
    ),
]
BackendOption = Annotated[
    Backend | None,
    typer.Option(
        help="Transformers only, what runs them: PyTorch, ONNX Runtime (the same vectors, faster "
        "on a CPU), or the same in 8 bits (faster still, slightly different vectors).",
        show_default="onnx on a CPU where it is installed, else torch",
    ),
]
PairModeOption = Annotated[
    PairMode,
    typer.Option(
        help="Pairs of texts: encoded separately (siamese), or together by a cross-encoder (cross)."
    ),
]
SplitOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Rows to read, where FILE has a column split.", show_default="all"
    ),
]
AbstainOption = Annotated[
    float | None,
    typer.Option(
        metavar="P",
        min=0.0,
        max=1.0,
        help="Give no label where its probability is below this.",
        show_default="a label for every text",
    ),
]
CacheOption = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Folder where vectors are kept, so that a text is encoded once.",
        show_default="$LANGALIGN_CACHE or the user's cache folder",
    ),
]
NoCacheOption = Annotated[bool, typer.Option("--no-cache", help="Keep no vectors on disk.")]
ThreadsOption = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, help="CPU threads.", show_default="as the libraries choose"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")]
EncoderChoice: TypeAlias = tuple[str, Pooling | None, str | None]
"""What is said of one side's encoder: its name, pooling and prompt."""
ModelArgument = Annotated[
    Path, typer.Argument(metavar="DIR", help="Model folder that 'langalign fit' wrote.")
]


def cache_of(folder: Path | None, no_cache: bool) -> bool | Path:
    """Return the two options as the one argument that the library has."""
    if folder is not None and no_cache:
        raise typer.BadParameter("--cache and --no-cache exclude each other; give one of them")
    return not no_cache if folder is None else folder


def use_threads(threads: int | None) -> None:
    """Limit the threads of libraries that are loaded from now on; they read it when loaded."""
    if threads is not None:
        os.environ.update(dict.fromkeys(THREAD_VARIABLES, str(threads)))


def encoder_of(
    spec: str,
    pooling: Pooling | None,
    prompt: str | None,
    threads: int | None,
    long_texts: LongTexts = LongTexts.TRUNCATE,
    backend: Backend | None = None,
) -> Encoder:
    """Return the encoder that is meant."""
    from langalign.encoders.resolve import resolve

    chosen: PoolingName | None = None if pooling is None else pooling.value
    return resolve(
        spec,
        pooling=chosen,
        prompt=prompt,
        threads=threads,
        long_texts=long_texts.value,
        backend=None if backend is None else backend.value,
    )


def encoders_of(
    source: EncoderChoice,
    target: EncoderChoice,
    threads: int | None,
    long_texts: LongTexts = LongTexts.TRUNCATE,
    backend: Backend | None = None,
) -> tuple[Encoder, Encoder]:
    """Return the encoders of both sides; one that is chosen twice is loaded once."""
    first = encoder_of(*source, threads, long_texts, backend)
    if target == source:
        return first, first
    return first, encoder_of(*target, threads, long_texts, backend)


def require_names(aligner: str, head: str | None) -> None:
    """Raise where a name is mistyped, before anything is read or encoded.

    Raises
    ------
    UnknownNameError
        If there is no aligner or no head of that name.
    """
    from langalign.aligners import aligners
    from langalign.heads import heads

    aligners.get(aligner)
    if head is not None:
        heads.get(head)


def shares_of(given: list[str] | None) -> dict[str, float] | None:
    """Return ``["complaint=0.1", "other=0.9"]`` as a share of each label."""
    if not given:
        return None
    shares = {}
    for text in given:
        label, _, share = text.rpartition("=")
        try:
            shares[label] = float(share)
        except ValueError:
            label = ""
        if not label:
            raise typer.BadParameter(f"{text!r}: expected label=share, such as complaint=0.1")
    return shares
