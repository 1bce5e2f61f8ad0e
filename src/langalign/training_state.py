"""The state of a training run between two steps, and the way to a checkpoint and back.

A run that is stopped and goes on from its checkpoint takes the steps that it would have taken: the
weights, the optimizer, the schedule, the order of the rows and the random numbers are all here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from langalign.checkpoint import Snapshot

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
    """

    def __init__(
        self,
        module: torch.nn.Module,
        groups: Groups,
        *,
        total_steps: int,
        generator: torch.Generator,
    ) -> None:
        self.module, self.generator, self.total_steps = module, generator, total_steps
        self.optimizer = torch.optim.Adam(list(groups), fused=True)
        self.cycle = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer, max_lr=[group["lr"] for group in groups], total_steps=total_steps
        )
        self.history: list[float] = []
        self.epoch = 0
        self.steps_in_epoch = 0
        self.best = self._weights()
        self.shuffling = generator.get_state()

    @property
    def steps(self) -> int:
        """Steps taken so far."""
        return int(self.cycle.last_epoch)

    def begin_epoch(self) -> None:
        """Put the shuffling where this epoch's order is drawn from, also when going on within."""
        if self.steps_in_epoch:
            self.generator.set_state(self.shuffling)
        else:
            self.shuffling = self.generator.get_state()

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
            "cycle": self.cycle.state_dict(),
            "groups": optimizer["param_groups"],
        }
        return Snapshot({name: value.contiguous() for name, value in tensors.items()}, state)

    def restore(self, snapshot: Snapshot) -> None:
        """Become what :meth:`snapshot` returned, the random generators included."""
        tensors, state = snapshot.tensors, snapshot.state
        self.module.load_state_dict(_below("module.", tensors))
        self.best = {
            name: value.to(self._device) for name, value in _below("best.", tensors).items()
        }
        moments: dict[int, dict[str, torch.Tensor]] = {}
        for name, value in _below("optimizer.", tensors).items():
            index, _, moment = name.partition(".")
            moments.setdefault(int(index), {})[moment] = value
        self.optimizer.load_state_dict({"state": moments, "param_groups": state["groups"]})
        self.cycle.load_state_dict(state["cycle"])
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


def _below(prefix: str, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }
