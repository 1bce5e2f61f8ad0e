"""The space in which ``langalign mine`` compares texts, from its options."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from langalign.cli.options import (
    BackendOption,
    PoolingOption,
    PromptOption,
    ThreadsOption,
    encoder_of,
)

if TYPE_CHECKING:
    from langalign.data import ParallelText
    from langalign.encoders.base import Encoder
    from langalign.mining import SharedSpace
    from langalign.progress import Progress

Encoders = tuple["Encoder | None", "Encoder | None"]


def encoder_or_none(
    spec: str | None,
    pooling: PoolingOption,
    prompt: PromptOption,
    threads: ThreadsOption,
    backend: BackendOption,
) -> Encoder | None:
    """Return the encoder that is meant, ``None`` where the model's or the usual one is."""
    if spec is None and pooling is None and prompt is None:
        return None
    return encoder_of(spec or "mini", pooling, prompt, threads, backend=backend)


def space_of_saved_model(folder: Path, encoders: Encoders, cache: bool | Path) -> SharedSpace:
    """Return the space of a model folder; encoders that are given replace those it names."""
    from langalign.mining import space_of_model
    from langalign.model import LangAlign

    loaded = LangAlign.load(folder, source_encoder=encoders[0], target_encoder=encoders[1])
    loaded.cache = cache
    return space_of_model(loaded)


def space_of_aligner_option(
    aligner: str,
    pairs: ParallelText | None,
    probes: ParallelText | None,
    encoders: Encoders,
    *,
    cache: bool | Path,
    report: Progress,
    seed: int,
) -> tuple[SharedSpace, ParallelText | None]:
    """Return the space of a saved or of a fitted aligner, and pairs it was not fitted on."""
    from langalign.aligners import aligners
    from langalign.mining import fit_space, hold_out_pairs, space_of_aligner
    from langalign.persistence import load_component

    source, target = (encoder or "mini" for encoder in encoders)
    if aligner not in aligners.names() and Path(aligner).is_dir():
        fitted = load_component(Path(aligner), aligners)
        saved = space_of_aligner(fitted, source_encoder=source, target_encoder=target, cache=cache)
        return saved, pairs
    if pairs is None:
        raise typer.BadParameter(
            "no map between the languages: give --parallel to fit one on, or a saved one with "
            "--aligner DIR or --model DIR"
        )
    spare = None
    if probes is None:
        pairs, spare = hold_out_pairs(pairs, random_state=seed)
    space = fit_space(
        pairs,
        source_encoder=source,
        target_encoder=target,
        aligner=aligner,
        cache=cache,
        progress=report,
        random_state=seed,
    )
    return space, spare
