"""How a language model is tuned: length, speed, device."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from langalign.errors import SettingError


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningSettings:
    """Length and speed of tuning a language model; the same for all steps that tune it.

    Parameters
    ----------
    epochs
        Passes over the training rows at most.
    batch_size
        Texts, or pairs of texts, per step.
    learning_rate
        Peak of the one-cycle schedule (warm-up, then decay) for the language model; its head
        learns ten times as fast.
    patience
        Epochs without a better held-out loss before training ends.
    temperature
        Of the contrastive objective: smaller values stress the nearest negatives.
    validation_fraction
        Share of the rows held out for early stopping.
    device
        For example ``"cpu"`` or ``"cuda"``. ``None``: a GPU if there is one, with the
        language model in bfloat16 where supported.
    checkpoint_every
        Steps after which a checkpoint is written, besides the one after each epoch.

    Raises
    ------
    SettingError
        If a setting has an invalid value.

    Examples
    --------
    >>> TuningSettings(epochs=1).batch_size
    32
    """

    epochs: int = 3
    batch_size: int = 32
    learning_rate: float = 2e-5
    patience: int = 2
    temperature: float = 0.05
    validation_fraction: float = 0.1
    device: str | None = None
    checkpoint_every: int | None = None

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "patience", "checkpoint_every"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, int) or value < 1):
                raise SettingError(f"{name}={value!r}: expected a whole number above 0")
        for name in ("learning_rate", "temperature"):
            value = getattr(self, name)
            if not (value > 0 and math.isfinite(value)):
                raise SettingError(f"{name}={value!r}: expected a number above 0")
        if not 0 < self.validation_fraction < 1:
            raise SettingError(
                f"validation_fraction={self.validation_fraction!r}: expected a number in (0, 1)"
            )

    def that_decide(self) -> dict[str, Any]:
        """Return the settings that decide the result, for comparison with those of another run."""
        return {
            name: value
            for name, value in asdict(self).items()
            if name not in ("device", "checkpoint_every")
        }
