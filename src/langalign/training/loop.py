"""The one PyTorch loop: ``step(rows) -> loss`` until the held-out loss stops falling.

Who trains brings the module, the step and the held-out loss: a network among the aligners, or an
objective in :mod:`langalign.tuning`. Whole tensors stay in memory and batches are index slices, so
that no Python runs per row.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch

from langalign.training.checkpoint import Checkpoint
from langalign.training.state import Groups, TrainingState

Step = Callable[[torch.Tensor], torch.Tensor]
TrainingProgress = Callable[[int, int, float, float | None], None]
"""Called with steps taken, steps at most, the last step's loss and the last held-out loss."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast to train.

    Parameters
    ----------
    epochs
        Passes over the training rows at most.
    batch_size
        Rows per step.
    learning_rate
        Peak of the one-cycle schedule of Adam; with ``averaging`` its rate throughout.
    patience
        Epochs without a better held-out loss before training ends.
    max_gradient
        Length to which a longer gradient is cut; ``None`` leaves it as it is.
    averaging
        Share of a step that the running mean of the weights keeps, which is then what is scored
        and what remains; 0: the weights themselves.

    References
    ----------
    Polyak, B. T. and Juditsky, A. B. (1992). Acceleration of stochastic approximation by averaging.
    SIAM Journal on Control and Optimization 30, 838-855.
    """

    epochs: int
    batch_size: int
    learning_rate: float
    patience: int
    max_gradient: float | None = None
    averaging: float = 0.0


SORTED_TOGETHER = 8
"""Batches whose rows are sorted by length among each other: little padding, still random."""
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
def seeded(seed: int, device: torch.device | None = None) -> Iterator[torch.Generator]:
    """Seed PyTorch for one block and leave the global generators as they were."""
    on_gpu = device is not None and device.type == "cuda"
    with torch.random.fork_rng(devices=[device] if on_gpu else []):
        # torch.manual_seed would seed the generators of all GPUs, which are not put back.
        torch.default_generator.manual_seed(seed)
        if on_gpu:
            with torch.cuda.device(device):
                torch.cuda.manual_seed(seed)
        elif device is not None and device.type != "cpu":
            torch.manual_seed(seed)  # of other accelerators nothing can be put back
        yield torch.Generator().manual_seed(seed)


def train(
    module: torch.nn.Module,
    step: Step,
    validate: Callable[[], float],
    *,
    n_rows: int,
    schedule: Schedule,
    generator: torch.Generator,
    groups: Groups | None = None,
    lengths: torch.Tensor | None = None,
    start_counts: bool = False,
    checkpoint: Checkpoint | None = None,
    progress: TrainingProgress | None = None,
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
    groups
        Parameters to train, each group with a learning rate of its own; by default all, with the
        schedule's.
    lengths
        Length of each row, shape (n_rows,): rows of like length then share a batch.
    start_counts
        Whether the state before training competes with the trained ones; its held-out loss is then
        the first of those returned.
    checkpoint
        Where the run goes on from and is kept; the caller removes it when its work is done.
    progress
        Called after each step.

    Raises
    ------
    PersistenceError
        If the checkpoint is damaged.
    SettingError
        If it is of a run with other settings or data.
    """
    n_batches = max(1, n_rows // schedule.batch_size)
    state = TrainingState(
        module,
        groups or [{"params": list(module.parameters()), "lr": schedule.learning_rate}],
        total_steps=schedule.epochs * n_batches,
        generator=generator,
        averaging=schedule.averaging,
    )
    snapshot = checkpoint.read() if checkpoint is not None else None
    if snapshot is not None:
        state.restore(snapshot)
    with _threads_for(module, schedule.batch_size):
        if start_counts and not state.history:
            _score(state, validate)
        while state.epoch < schedule.epochs and not _is_stale(state, schedule):
            state.begin_epoch()
            batches = _batches(n_rows, schedule.batch_size, generator, lengths)
            _epoch(state, step, batches, schedule.max_gradient, checkpoint, progress)
            _score(state, validate)
            state.end_epoch()
            if checkpoint is not None:
                checkpoint.write(state.snapshot())
    state.finish()
    return state.history


def _epoch(
    state: TrainingState,
    step: Step,
    batches: list[torch.Tensor],
    max_gradient: float | None,
    checkpoint: Checkpoint | None,
    progress: TrainingProgress | None,
) -> None:
    """Take the steps of an epoch that have not been taken."""
    state.module.train()
    for rows in batches[state.steps_in_epoch :]:
        state.optimizer.zero_grad(set_to_none=True)
        loss = step(rows)
        loss.backward()  # type: ignore[no-untyped-call]
        if max_gradient is not None:
            torch.nn.utils.clip_grad_norm_(state.module.parameters(), max_gradient)
        state.step()
        if progress is not None:
            held_out = state.history[-1] if state.history else None
            progress(state.steps, state.total_steps, float(loss.detach()), held_out)
        if checkpoint is not None and checkpoint.every and state.steps % checkpoint.every == 0:
            checkpoint.write(state.snapshot())


def _batches(
    n_rows: int, batch_size: int, generator: torch.Generator, lengths: torch.Tensor | None
) -> list[torch.Tensor]:
    """Return an epoch's rows in random order, cut into batches; the rest of a batch is left out."""
    n_batches = max(1, n_rows // batch_size)
    order = torch.randperm(n_rows, generator=generator)[: n_batches * batch_size]
    if lengths is None:
        return list(order.split(batch_size))  # type: ignore[no-untyped-call]
    near = [
        part[lengths[part].argsort(stable=True)]
        for part in order.split(batch_size * SORTED_TOGETHER)  # type: ignore[no-untyped-call]
    ]
    batches = torch.cat(near).split(batch_size)  # type: ignore[no-untyped-call]
    return [batches[index] for index in torch.randperm(len(batches), generator=generator).tolist()]


def _score(state: TrainingState, validate: Callable[[], float]) -> None:
    state.module.eval()
    with torch.no_grad(), state.averaged():
        state.score(validate())


def _is_stale(state: TrainingState, schedule: Schedule) -> bool:
    """Return whether patience has run out; the start does not count: training first leaves it."""
    trained = state.history[len(state.history) - state.epoch :]
    return bool(trained) and len(trained) - 1 - trained.index(min(trained)) >= schedule.patience
