"""One run of the training loop over a language model: what all steps that tune it share."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from langalign.encoders.transformer import TransformerEncoder
from langalign.files.replaceable import require_replaceable
from langalign.progress import DetailedProgress
from langalign.training.checkpoint import Checkpoint
from langalign.training.loop import Schedule, TrainingProgress, seeded, train
from langalign.tuning.encoder_folder import KIND, RECORD, save_encoder
from langalign.tuning.language_model import LanguageModel, device_of
from langalign.tuning.objectives.base import Objective
from langalign.tuning.objectives.total import Total
from langalign.tuning.settings import TuningSettings

MAX_GRADIENT = 1.0
"""As is usual for transformers: a rare batch must not undo what the others taught."""


def tune(
    encoder: TransformerEncoder,
    objectives: Callable[[LanguageModel], Sequence[Objective]],
    *,
    out: Path,
    settings: TuningSettings,
    identity: Mapping[str, Any],
    random_state: int,
    stage: str,
    progress: DetailedProgress | None,
) -> TransformerEncoder:
    """Tune a copy of an encoder and write it to a folder; a killed run resumes.

    The checkpoint is left beside the folder: the caller removes it when its own work is done too.

    Parameters
    ----------
    encoder
        Where it starts; left alone.
    objectives
        Makes the objectives; their heads are trained in place.
    out
        The folder to write.
    settings
        Length and speed.
    identity
        What the run is, for its checkpoint and the record in the folder.
    random_state
        Seed of shuffling and dropout.
    stage
        What is being done, for ``progress``.
    progress
        Called after each step.

    Returns
    -------
    TransformerEncoder
        The tuned encoder, loaded from ``out``.
    """
    require_replaceable(out, kind=KIND, mark=RECORD)
    device = device_of(settings.device)
    run = dict(identity) | {"settings": settings.that_decide(), "random_state": random_state}
    run["encoder"] = encoder.fingerprint
    checkpoint = Checkpoint(checkpoint_path(out), run, settings.checkpoint_every)
    began = time.monotonic()
    report = None if progress is None else _report(progress, stage)
    with seeded(random_state, device) as generator:
        lm = LanguageModel(encoder, device)
        total = Total(lm, objectives(lm))
        history = _trained(total, settings, generator, checkpoint, report)
    result = {
        "base": encoder.model,
        "held_out_loss": history,
        "training_rows": [len(each.training_rows) for each in total.each()],
        "held_out_rows": [len(each.held_out_rows) for each in total.each()],
        "seconds": round(time.monotonic() - began, 1),
        "device": str(device),
    }
    save_encoder(lm, out, run | result)
    return encoder.at(out.resolve(), device=settings.device)


def checkpoint_path(out: Path) -> Path:
    """Return the file beside the folder that holds the checkpoint while the run goes on."""
    return out.with_name(f".{out.name}.checkpoint.safetensors")


def remove_checkpoint(out: Path) -> None:
    """Delete the checkpoint of a run that is done."""
    checkpoint_path(out).unlink(missing_ok=True)


def _trained(
    total: Total,
    settings: TuningSettings,
    generator: torch.Generator,
    checkpoint: Checkpoint,
    report: TrainingProgress | None,
) -> list[float]:
    """Train the language model with its objectives; return the held-out loss of each epoch."""
    return train(
        total,
        total.step,
        lambda: total.held_out_loss(settings.batch_size),
        n_rows=total.n_rows,
        schedule=Schedule(
            epochs=settings.epochs,
            batch_size=settings.batch_size,
            learning_rate=settings.learning_rate,
            patience=settings.patience,
            max_gradient=MAX_GRADIENT,
        ),
        generator=generator,
        groups=total.groups(settings.learning_rate),
        lengths=total.lengths,
        start_counts=True,
        checkpoint=checkpoint,
        progress=report,
    )


def _report(progress: DetailedProgress, stage: str) -> TrainingProgress:
    def report(done: int, total: int, loss: float, held_out: float | None) -> None:
        held = "" if held_out is None else f", held out {held_out:.4g}"
        progress(stage, done, total, f"loss {loss:.4g}{held}")

    return report
