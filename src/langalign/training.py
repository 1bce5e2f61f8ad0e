"""The one PyTorch loop: ``step(rows) -> loss`` until the held-out loss stops falling.

An objective is one file beside this one; it brings the module, the step and the held-out loss.
Whole tensors stay in memory and batches are index slices, so that no Python runs per row.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch

Step = Callable[[torch.Tensor], torch.Tensor]


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast to train.

    Parameters
    ----------
    epochs
        Passes over the training rows, at the most.
    batch_size
        Rows a step.
    learning_rate
        Peak of the one-cycle schedule of Adam.
    patience
        Epochs without a better held-out loss before training ends.
    """

    epochs: int
    batch_size: int
    learning_rate: float
    patience: int


SMALL_STEP = 1e8
"""Weights times rows below which a second thread costs more in waiting than it saves."""


@contextlib.contextmanager
def _threads_for(module: torch.nn.Module, batch_size: int) -> Iterator[None]:
    """Run small steps on one thread, large ones on as many as PyTorch is set to."""
    before = torch.get_num_threads()
    weights = sum(parameter.numel() for parameter in module.parameters())
    if weights * batch_size < SMALL_STEP:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[torch.Generator]:
    """Seed PyTorch for one block and leave the global generator as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield torch.Generator().manual_seed(seed)


def train(
    module: torch.nn.Module,
    step: Step,
    validate: Callable[[], float],
    *,
    n_rows: int,
    schedule: Schedule,
    generator: torch.Generator,
) -> list[float]:
    """Train ``module`` in place, keep its best state, return the held-out loss of each epoch.

    Parameters
    ----------
    module
        The network; evaluated in ``eval`` mode, trained in ``train`` mode.
    step
        Takes the row numbers of a batch, returns the loss to minimise.
    validate
        Returns the held-out loss of the module as it stands.
    n_rows
        Number of training rows.
    schedule
        Length and speed.
    generator
        Source of the shuffling.
    """
    batches = max(1, n_rows // schedule.batch_size)
    optimizer = torch.optim.Adam(module.parameters(), lr=schedule.learning_rate, fused=True)
    cycle = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=schedule.learning_rate, total_steps=schedule.epochs * batches
    )
    history: list[float] = []
    best = _copy_of_state(module)
    with _threads_for(module, schedule.batch_size):
        for _ in range(schedule.epochs):
            module.train()
            order = torch.randperm(n_rows, generator=generator)[: batches * schedule.batch_size]
            for rows in order.split(schedule.batch_size):  # type: ignore[no-untyped-call]
                optimizer.zero_grad(set_to_none=True)
                step(rows).backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                cycle.step()
            module.eval()
            with torch.no_grad():
                history.append(validate())
            if history[-1] <= min(history):
                best = _copy_of_state(module)
            elif len(history) - history.index(min(history)) > schedule.patience:
                break
    module.load_state_dict(best)
    module.eval()
    return history


def _copy_of_state(module: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in module.state_dict().items()}
