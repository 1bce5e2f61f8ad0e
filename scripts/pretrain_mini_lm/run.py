"""The training loop: masked language modelling for some steps or minutes, which may be stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from langalign.training.checkpoint import Checkpoint, Snapshot

from .log import Log
from .masking import Masked, mask
from .network import evaluating, guessing_loss
from .optimising import Optimizers
from .pace import Length, learning_rate
from .packing import Rows
from .row_order import RowOrder
from .settings import TrainingSettings
from .subwords import PAD

MAX_GRADIENT = 1.0
NETWORK = "network."
"""Before the names of weights in a checkpoint; all else in it is the optimizers'."""
HELD_OUT = 2**32 - 1
"""Stands in the place of a step's number where the masks of held-out text are drawn."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is trained on what.

    Parameters
    ----------
    network
        Is trained in place.
    order
        Gives each step's rows.
    held_out
        Rows of each language that are not trained on.
    settings
        How it is trained.
    length
        For how long.
    device
        Where the network is.
    """

    network: Any
    order: RowOrder
    held_out: Mapping[str, Rows]
    settings: TrainingSettings
    length: Length
    device: torch.device


class _State:
    """The run between two steps. Random numbers are drawn anew each step, so none is kept."""

    def __init__(self, task: Task) -> None:
        self.named: dict[str, torch.Tensor] = dict(task.network.named_parameters())
        self.optimizers = Optimizers(task.network, task.settings)
        self.step, self.tokens, self.seconds = 0, 0, 0.0

    def snapshot(self) -> Snapshot:
        weights = {f"{NETWORK}{name}": each.detach() for name, each in self.named.items()}
        tensors = weights | self.optimizers.tensors()
        state = {"step": self.step, "tokens": self.tokens, "seconds": self.seconds}
        return Snapshot({name: each.contiguous() for name, each in tensors.items()}, state)

    def restore(self, snapshot: Snapshot) -> None:
        tensors = dict(snapshot.tensors)
        with torch.no_grad():
            for name, each in self.named.items():
                each.copy_(tensors.pop(f"{NETWORK}{name}"))
        self.optimizers.restore(tensors)
        state = snapshot.state
        self.step, self.tokens, self.seconds = state["step"], state["tokens"], state["seconds"]


def pretrain(
    task: Task,
    *,
    checkpoint: Checkpoint,
    log: Log,
    log_every: int,
    report: Callable[[Mapping[str, Any]], None],
) -> dict[str, Any]:
    """Train until the length is reached, going on from a checkpoint if there is one.

    Parameters
    ----------
    task
        What is trained.
    checkpoint
        Where the state is kept; the caller removes it when its work is done.
    log
        Gets an entry every ``log_every`` steps and at each checkpoint.
    log_every
        The loss is read from the device then alone, so that the device need not wait.
    report
        Is called with each entry.

    Returns
    -------
    dict
        Steps, tokens, seconds, passes over each language, held-out loss of each language.
    """
    state = _State(task)
    snapshot = checkpoint.read()
    if snapshot is not None:
        state.restore(snapshot)
    log.keep_until(state.step)
    network = task.network.train()
    if task.settings.compiled:
        network.model.compile()
    clock = _Clock(state.seconds)
    losses, since = [], _Mark(state.tokens, state.seconds)
    while (share := task.length.share(state.step, clock.seconds)) < 1:
        losses.append(_step(task, state, share))
        at_checkpoint = checkpoint.every is not None and state.step % checkpoint.every == 0
        if state.step % log_every == 0 or at_checkpoint:
            loss = float(torch.stack(losses).mean())
            state.seconds = clock.seconds
            share = task.length.share(state.step, state.seconds)
            entry = {"step": state.step, "share": share, "loss": loss} | since.rates(state)
            losses, since = [], _Mark(state.tokens, state.seconds)
            if at_checkpoint:
                entry["held_out"] = held_out_loss(task)
            log.write(entry)
            report(entry)
        if at_checkpoint:
            state.seconds = clock.seconds
            checkpoint.write(state.snapshot())
    state.seconds = clock.seconds
    checkpoint.write(state.snapshot())
    result = {
        "steps": state.step,
        "tokens": state.tokens,
        "seconds": round(state.seconds, 1),
        "passes": dict(zip(task.held_out, task.order.passes(state.step), strict=True)),
        "held_out": held_out_loss(task),
    }
    log.write({"step": state.step, "share": 1.0, "held_out": result["held_out"]})
    return result


def held_out_loss(task: Task) -> dict[str, float]:
    """Return the loss on each language's held-out rows, always behind the same masks."""
    found = {}
    with evaluating(task.network):
        for lang, rows in task.held_out.items():
            rng = np.random.default_rng([task.settings.seed, HELD_OUT])
            weighted, n_hidden = 0.0, 0
            for start in range(0, len(rows), task.settings.batch_rows):
                batch = _masked(task, rows[start : start + task.settings.batch_rows], rng)
                if len(batch.places):
                    loss = float(_loss(task, batch))
                    weighted += loss * len(batch.places)
                    n_hidden += len(batch.places)
            found[lang] = round(weighted / max(n_hidden, 1), 4)
    return found


def _step(task: Task, state: _State, share: float) -> torch.Tensor:
    """Take a step; return its loss, still on the device."""
    settings = task.settings
    rng = np.random.default_rng([settings.seed, state.step])
    torch.manual_seed(int(rng.integers(2**63)))  # of the dropout
    rows = task.order.batch(state.step)
    rate = learning_rate(share, peak=settings.learning_rate, warm_up=settings.warm_up)
    loss = _loss(task, _masked(task, rows, rng))
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(task.network.parameters(), MAX_GRADIENT)
    state.optimizers.step(rate)
    state.step += 1
    state.tokens += int((rows != PAD).sum())
    return loss.detach()


def _loss(task: Task, batch: Masked) -> torch.Tensor:
    return guessing_loss(task.network, batch, task.device, bfloat16=task.settings.bfloat16)


def _masked(task: Task, rows: Rows, rng: np.random.Generator) -> Masked:
    settings = task.settings
    n_vocab = task.network.config.vocab_size
    return mask(rows, share=settings.mask_share, spans=settings.spans, n_vocab=n_vocab, rng=rng)


class _Clock:
    """Seconds of a run, those before it was stopped included."""

    def __init__(self, before: float) -> None:
        self.start = time.monotonic() - before

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.start


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where the run stood at the last entry."""

    tokens: int
    seconds: float

    def rates(self, state: _State) -> dict[str, Any]:
        passed = max(state.seconds - self.seconds, 1e-9)
        return {
            "tokens": state.tokens,
            "seconds": round(state.seconds, 1),
            "tokens_per_second": round((state.tokens - self.tokens) / passed),
        }
