"""The state of a training run between two steps, and the way to a checkpoint and back.

A run that is stopped and resumes from its checkpoint takes the steps that it would have taken: the
weights, the optimizer, the schedule, the order of the rows and the random numbers are all here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import torch

from langalign.training.checkpoint import Snapshot

Groups = Sequence[dict[str, Any]]
"""Parameter groups as ``torch.optim`` takes them; each has ``params`` and ``lr``."""


class TrainingState:
    """A network in training.

    Parameters
    ----------
    module
        The network.
    groups
        Its trained parameters with their peak learning rates.
    total_steps
        Length of the one-cycle schedule.
    generator
        Source of the shuffling.
    averaging
        Share of a step that the running mean of the weights keeps; 0: there is none. With a mean
        the learning rate stays as it is, for averaging quiets what annealing would.
    """

    def __init__(
        self,
        module: torch.nn.Module,
        groups: Groups,
        *,
        total_steps: int,
        generator: torch.Generator,
        averaging: float = 0.0,
    ) -> None:
        self.module, self.generator, self.total_steps = module, generator, total_steps
        self.averaging = averaging
        self.mean = self._weights() if averaging else {}
        self.optimizer = torch.optim.Adam(list(groups), fused=True)
        self.rate = _rate(self.optimizer, None if averaging else total_steps)
        self.history: list[float] = []
        self.epoch = 0
        self.steps_in_epoch = 0
        self.best = self._weights()
        self.shuffling = generator.get_state()

    @property
    def steps(self) -> int:
        """Steps taken so far."""
        return int(self.rate.last_epoch)

    def begin_epoch(self) -> None:
        """Put the shuffling where this epoch's order is drawn from, also when going on within."""
        if self.steps_in_epoch:
            self.generator.set_state(self.shuffling)
        else:
            self.shuffling = self.generator.get_state()

    def step(self) -> None:
        """Take an optimiser step with the gradients at hand."""
        self.optimizer.step()
        self.rate.step()
        self.steps_in_epoch += 1
        if self.mean:
            self._average()

    def _average(self) -> None:
        # The mean forgets the start sooner while there are few steps.
        keep = min(self.averaging, (1 + self.steps) / (10 + self.steps))
        weights = self.module.state_dict()
        for name, mean in self.mean.items():
            mean.lerp_(weights[name], 1 - keep)

    @contextlib.contextmanager
    def averaged(self) -> Iterator[None]:
        """Give the network the mean of its weights, where one is kept, for one block."""
        if not self.mean:
            yield
            return
        trained = self._weights()
        self.module.load_state_dict(self.mean)
        try:
            yield
        finally:
            self.module.load_state_dict(trained)

    def end_epoch(self) -> None:
        """Count the epoch."""
        self.epoch += 1
        self.steps_in_epoch = 0

    def score(self, held_out_loss: float) -> None:
        """Note a held-out loss; the weights that gave the least are kept."""
        self.history.append(held_out_loss)
        if held_out_loss <= min(self.history):
            self.best = self._weights()

    def snapshot(self) -> Snapshot:
        """Return all of it; tensors are copies or never written to."""
        optimizer = self.optimizer.state_dict()
        tensors = {f"module.{name}": value for name, value in self._weights().items()}
        tensors |= {f"best.{name}": value for name, value in self.best.items()}
        tensors |= {f"mean.{name}": value.clone() for name, value in self.mean.items()}
        for index, values in optimizer["state"].items():
            tensors |= {f"optimizer.{index}.{name}": value for name, value in values.items()}
        tensors["random.shuffling"] = self.shuffling
        tensors["random.generator"] = self.generator.get_state()
        tensors["random.cpu"] = torch.get_rng_state()
        if self._device.type == "cuda":
            tensors["random.cuda"] = torch.cuda.get_rng_state(self._device)
        state = {
            "history": self.history,
            "epoch": self.epoch,
            "steps_in_epoch": self.steps_in_epoch,
            "rate": self.rate.state_dict(),
            "groups": optimizer["param_groups"],
        }
        return Snapshot({name: value.contiguous() for name, value in tensors.items()}, state)

    def restore(self, snapshot: Snapshot) -> None:
        """Become what :meth:`snapshot` returned, the random generators included."""
        tensors, state = snapshot.tensors, snapshot.state
        self.module.load_state_dict(_below("module.", tensors))
        self.best, self.mean = (
            {name: value.to(self._device) for name, value in _below(prefix, tensors).items()}
            for prefix in ("best.", "mean.")
        )
        moments: dict[int, dict[str, torch.Tensor]] = {}
        for name, value in _below("optimizer.", tensors).items():
            index, _, moment = name.partition(".")
            moments.setdefault(int(index), {})[moment] = value
        self.optimizer.load_state_dict({"state": moments, "param_groups": state["groups"]})
        self.rate.load_state_dict(state["rate"])
        self.history = list(state["history"])
        self.epoch, self.steps_in_epoch = state["epoch"], state["steps_in_epoch"]
        self.shuffling = tensors["random.shuffling"]
        self.generator.set_state(tensors["random.generator"])
        torch.set_rng_state(tensors["random.cpu"])
        if self._device.type == "cuda" and "random.cuda" in tensors:
            torch.cuda.set_rng_state(tensors["random.cuda"], self._device)

    def finish(self) -> None:
        """Give the network its best weights, ready for use."""
        self.module.load_state_dict(self.best)
        self.module.eval()

    @property
    def _device(self) -> torch.device:
        return next(self.module.parameters()).device

    def _weights(self) -> dict[str, torch.Tensor]:
        return {name: value.clone() for name, value in self.module.state_dict().items()}


def _rate(
    optimizer: torch.optim.Optimizer, total_steps: int | None
) -> torch.optim.lr_scheduler.LRScheduler:
    """Return the one-cycle schedule of so many steps, or one that leaves the rates as they are."""
    if total_steps is None:
        return torch.optim.lr_scheduler.ConstantLR(optimizer, factor=1.0, total_iters=0)
    peaks = [group["lr"] for group in optimizer.param_groups]
    return torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=peaks, total_steps=total_steps)


def _below(prefix: str, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }
