"""The peer of ``distillation.py``: a static student trained by sentence-transformers.

Its own model class, loss, trainer and collator, as its documentation on multilingual models says
(columns ``english``, ``non_english``, ``label``).
"""

from __future__ import annotations

import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any, ClassVar

import numpy as np
from datasets import Dataset
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.sentence_transformer.losses import MSELoss
from sentence_transformers.sentence_transformer.modules import Dense, StaticEmbedding
from tokenizers import Tokenizer
from torch import nn
from transformers import TrainerCallback

from langalign.data import ParallelText
from langalign.encoders.mini import MiniEncoder
from langalign.vectors import Vectors

STARTS = ("noise", "mini")
N_HELD_OUT = 1_000


@dataclass(frozen=True)
class Settings:
    """What is free in training a student."""

    start: str
    learning_rate: float
    epochs: int = 10
    batch_size: int = 64

    LEARNING_RATES: ClassVar[dict[str, float]] = {"noise": 1e-2, "mini": 1e-3}
    """By what it starts from; the best of 1e-4 to 1e-1 on dev of Korean and Japanese."""

    @classmethod
    def of(cls, start: str, learning_rate: float | None, epochs: int) -> Settings:
        """Return the settings for one start."""
        return cls(start, learning_rate or cls.LEARNING_RATES[start], epochs)

    def as_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return asdict(self)


@dataclass(frozen=True)
class Snapshot:
    """The student after an epoch; seconds are of training alone."""

    epoch: int
    seconds: float
    held_out_loss: float
    accuracy: float

    def as_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return asdict(self)


def distilled(
    pairs: ParallelText,
    taught: Vectors,
    settings: Settings,
    accuracy: Callable[[SentenceTransformer], float],
    *,
    seed: int,
) -> list[Snapshot]:
    """Train a student; return what it was worth after each epoch.

    Parameters
    ----------
    taught
        The teacher's vectors of ``pairs.source``, shape (n, d).
    accuracy
        Scores a student.
    """
    student = _student(settings.start, taught.shape[1])
    held_out, learned = slice(0, N_HELD_OUT), slice(N_HELD_OUT, None)
    watch = _Watch(pairs.target[held_out], taught[held_out], accuracy)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trainer = SentenceTransformerTrainer(
            model=student,
            args=SentenceTransformerTrainingArguments(
                output_dir=folder,
                num_train_epochs=settings.epochs,
                per_device_train_batch_size=settings.batch_size,
                learning_rate=settings.learning_rate,
                warmup_steps=0.1,
                seed=seed,
                save_strategy="no",
                logging_strategy="no",
                report_to=[],
                disable_tqdm=True,
            ),
            train_dataset=Dataset.from_dict(
                {
                    "english": list(pairs.source[learned]),
                    "non_english": list(pairs.target[learned]),
                    "label": taught[learned],
                }
            ),
            loss=MSELoss(student),
            callbacks=[watch],
        )
        trainer.train()
    return watch.snapshots


def _student(start: str, dim: int) -> SentenceTransformer:
    """Return a static model with the sub-words of ``mini``."""
    path = files("langalign.encoders") / "mini_data" / "tokenizer.json"
    tokenizer = Tokenizer.from_str(path.read_text("utf-8"))
    if start == "noise":
        return SentenceTransformer(
            modules=[StaticEmbedding(tokenizer, embedding_dim=dim)], device="cpu"
        )
    table = MiniEncoder()._table
    widened = Dense(table.shape[1], dim, activation_function=nn.Identity())
    modules = [StaticEmbedding(tokenizer, embedding_weights=table), widened]
    return SentenceTransformer(modules=modules, device="cpu")


class _Watch(TrainerCallback):  # type: ignore[misc]
    """Scores the student after every epoch, with the clock stopped."""

    def __init__(
        self,
        texts: tuple[Any, ...],
        taught: Vectors,
        accuracy: Callable[[SentenceTransformer], float],
    ) -> None:
        self.texts, self.taught, self.accuracy = list(texts), taught, accuracy
        self.snapshots: list[Snapshot] = []
        self._seconds = self._since = 0.0

    def on_train_begin(self, *state: Any, **rest: Any) -> None:
        self._since = time.perf_counter()

    def on_epoch_end(self, *state: Any, model: SentenceTransformer, **rest: Any) -> None:
        self._seconds += time.perf_counter() - self._since
        vectors = model.encode(self.texts, show_progress_bar=False)
        loss = float(np.square(vectors - self.taught).mean())
        score = self.accuracy(model)
        self.snapshots.append(
            Snapshot(len(self.snapshots) + 1, round(self._seconds, 2), loss, score)
        )
        self._since = time.perf_counter()
