"""One cell of ``alignment.py``: fit an aligner on some pairs and score it, row by row."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from alignment_data import Language
from numpy.typing import NDArray
from real_baselines import TenLines, TunedNative

from langalign.aligners import Aligner, aligners
from langalign.aligners.auto import Auto
from langalign.aligners.fully_connected import FullyConnected
from langalign.aligners.perceptron import Perceptron
from langalign.alignment.aligned_classifier import AlignedClassifier
from langalign.components import component_of
from langalign.errors import FitWarning
from langalign.persistence import write_json
from langalign.retrieval import hits_both_ways
from langalign.strategies import Problem, strategies
from langalign.vectors import Vectors

AUTO, TAUGHT = "auto", "auto-taught"
ALIGNERS = tuple(name for name in aligners.names() if not aligners.get(name).same_width)
"""MiniLM and ``mini`` have different widths: moving the mean cannot be."""
SLOW = tuple(name for name in ALIGNERS if issubclass(aligners.get(name), Perceptron))
PLATEAU_EPOCHS = (15, 30, 60, 120)

Earned = NDArray[np.float64]


@dataclass(frozen=True)
class Cell:
    """What is fitted on how many pairs, and what it is scored in."""

    lang: str
    task: str
    n_pairs: int
    method: str
    seed: int

    @property
    def key(self) -> tuple[str, str, int, str, int]:
        """Return its name in parts."""
        return self.lang, self.task, self.n_pairs, self.method, self.seed


def play(cell: Cell, data: Language) -> tuple[Earned, dict[str, Any]]:
    """Return what each held-out row earns, between 0 and 1, and what was chosen."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FitWarning)
        return _retrieval(cell, data) if cell.task == "retrieval" else _sentiment(cell, data)


def _retrieval(cell: Cell, data: Language) -> tuple[Earned, dict[str, Any]]:
    rows = data.rows(cell.n_pairs, cell.seed)
    aligner = make(cell.method, cell.seed)
    return found_again(aligner, data.source[rows], data.target[rows], data.retrieved), {
        "league": getattr(aligner, "league_", None)
    }


def make(name: str, seed: int) -> Aligner:
    """Return an unfitted aligner with its default settings."""
    return component_of(name, aligners, Aligner, random_state=seed)


def found_again(
    aligner: Aligner, X: Vectors, Y: Vectors, held_out: tuple[Vectors, Vectors]
) -> Earned:
    """Fit an aligner; return the mean over both directions of whether a pair is found again."""
    mean = Y.mean(axis=0)
    return hits_both_ways(aligner.fit(X, Y).transform(held_out[0]) - mean, held_out[1] - mean)


def _sentiment(cell: Cell, data: Language) -> tuple[Earned, dict[str, Any]]:
    strategy: Any
    if cell.method == "ten-lines":
        strategy = TenLines()
    elif cell.method == "native":
        strategy = TunedNative(*data.dev)
    elif cell.method == TAUGHT:
        strategy = _Taught()
    else:
        strategy = strategies.get(cell.method)()
    fitted = strategy.fit(data.problem(max(cell.n_pairs, 2), cell.seed), random_state=cell.seed)
    X, y = data.scored
    return (fitted.predict(X) == y).astype(np.float64), _chosen(fitted)


class _Taught:
    """``auto``, and pairs teach the head as well."""

    def fit(self, problem: Problem, *, random_state: int = 0) -> AlignedClassifier:
        """Align, choose and train."""
        auto = Auto(teach=True, random_state=random_state)
        return AlignedClassifier(auto, problem.head(), random_state=random_state).fit(
            problem.X,
            problem.y,
            pairs=(problem.source, problem.target),
            unlabeled=problem.unlabeled,
            groups=problem.groups,
        )


def _chosen(fitted: Any) -> dict[str, Any]:
    choice = getattr(fitted, "choice_", None)
    if choice is None:
        return {}
    return {
        "agreement": choice.candidates[choice.chosen].score,
        "league": choice.league.as_dict() if choice.league else None,
    }


def learning_curve(data: Language, path: Path) -> None:
    """Train the paper's FC for more and more epochs; keep its precision@1 and held-out loss."""
    if path.exists():
        return
    points = []
    for epochs in PLATEAU_EPOCHS:
        start = time.perf_counter()
        aligner = FullyConnected(epochs=epochs, patience=epochs)
        earned = found_again(aligner, data.source, data.target, data.retrieved)
        points.append(
            {
                "epochs": epochs,
                "precision": float(earned.mean()),
                "held_out_loss": float(min(aligner.loss_curve_)),
                "earned": earned.tolist(),
                "seconds": round(time.perf_counter() - start, 1),
            }
        )
        write_json(path, {"n_pairs": len(data.source), "points": points})
