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
from typing import Any

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

N_HELD_OUT = 1_000


@dataclass(frozen=True)
class Settings:
    """What is free in training a student."""

    start: str
    learning_rate: float
    epochs: int
    batch_size: int = 512
    """Batches of 64 take three times as long to a worse loss."""

    def as_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return asdict(self)


STARTS = {"noise": Settings("noise", 0.2, epochs=10), "mini": Settings("mini", 0.01, epochs=5)}
"""The best of some rates on dev of Korean, with as many epochs as the held-out loss falls."""


@dataclass(frozen=True)
class Snapshot:
    """The student after an epoch; seconds are of training alone."""

    epoch: int
    seconds: float
    held_out_loss: float
    accuracy: float
    accuracy_centred: float

    def as_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return asdict(self)


def distilled(
    pairs: ParallelText,
    taught: Vectors,
    settings: Settings,
    accuracies: Callable[[SentenceTransformer], tuple[float, float]],
    *,
    seed: int,
) -> list[Snapshot]:
    """Train a student; return what it was worth after each epoch.

    Parameters
    ----------
    taught
        The teacher's vectors of ``pairs.source``, shape (n, d).
    accuracies
        Score a student, as it is and centred.
    """
    student = _student(settings.start, taught.shape[1])
    held_out, learned = slice(0, N_HELD_OUT), slice(N_HELD_OUT, None)
    watch = _Watch(pairs.target[held_out], taught[held_out], accuracies)
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
    modules: list[nn.Module] = [StaticEmbedding(tokenizer, embedding_weights=table), widened]
    return SentenceTransformer(modules=modules, device="cpu")


class _Watch(TrainerCallback):
    """Scores the student after every epoch, with the clock stopped."""

    def __init__(
        self,
        texts: tuple[Any, ...],
        taught: Vectors,
        accuracies: Callable[[SentenceTransformer], tuple[float, float]],
    ) -> None:
        self.texts, self.taught, self.accuracies = list(texts), taught, accuracies
        self.snapshots: list[Snapshot] = []
        self._seconds = self._since = 0.0

    def on_train_begin(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        self._since = time.perf_counter()

    def on_epoch_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        model = rest["model"]
        self._seconds += time.perf_counter() - self._since
        vectors = model.encode(self.texts, show_progress_bar=False)
        loss = float(np.square(vectors - self.taught).mean())
        epoch, seconds = len(self.snapshots) + 1, round(self._seconds, 2)
        self.snapshots.append(Snapshot(epoch, seconds, loss, *self.accuracies(model)))
        self._since = time.perf_counter()
