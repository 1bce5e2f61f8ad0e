"""How far apart two languages lie in one space."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from langalign.aligners.linear import Linear
from langalign.head_room.map_check import Integers
from langalign.vectors import Vectors, unit


@dataclass(frozen=True, slots=True)
class SpaceDistance:
    """How far apart two languages lie in one space, measured on held-out pairs.

    Parameters
    ----------
    mean_distance
        Distance of the two means, as a multiple of the texts' root mean square distance from the
        mean of their language.
    cosine_translations, cosine_random
        Mean cosine of translations, and of texts paired at random.
    probe_accuracy
        Accuracy of a linear probe, fitted on the other pairs, at separating the two languages; 0.5
        is chance.
    """

    mean_distance: float
    cosine_translations: float
    cosine_random: float
    probe_accuracy: float

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return asdict(self)


def space_distance(X: Vectors, Y: Vectors, held_out: Integers, rest: Integers) -> SpaceDistance:
    """Measure how far apart the two sides of pairs lie.

    Parameters
    ----------
    X, Y
        Source and target vectors of one space, both (m, d).
    held_out, rest
        Row numbers to measure on, and to fit the probe on.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(200, 4)).astype(np.float32)
    >>> space_distance(X, X + 9, np.arange(100), np.arange(100, 200)).probe_accuracy
    1.0
    """
    x, y = X[held_out], Y[held_out]
    unit_x, unit_y = unit(x), unit(y)
    # All n (n - 1) pairs that are no translations, from the two sums of unit vectors.
    own = float((unit_x * unit_y).sum())
    n = len(x)
    every = float(unit_x.sum(axis=0, dtype=np.float64) @ unit_y.sum(axis=0, dtype=np.float64))
    return SpaceDistance(
        mean_distance=distance_of_means(x, y),
        cosine_translations=own / n,
        cosine_random=(every - own) / (n * (n - 1)) if n > 1 else 0.0,
        probe_accuracy=_probe(X[rest], Y[rest], x, y),
    )


def distance_of_means(X: Vectors, Y: Vectors) -> float:
    """Return the distance of two samples' means over their mean spread.

    Examples
    --------
    >>> X = np.array([[1.0], [-1.0]], dtype=np.float32)
    >>> distance_of_means(X, X + 3)
    3.0
    """
    spread = np.sqrt((X.var(axis=0).sum() + Y.var(axis=0).sum()) / 2)
    distance = np.linalg.norm(X.mean(axis=0) - Y.mean(axis=0))
    return float(distance / spread) if spread > 0 else 0.0


def _probe(X: Vectors, Y: Vectors, x: Vectors, y: Vectors) -> float:
    """Return the accuracy of ridge regression on -1 and 1, which is a linear classifier."""
    language = np.repeat([-1.0, 1.0], [len(X), len(Y)])[:, None]
    probe = Linear().fit(np.vstack([X, Y]), language)
    right = np.concatenate([probe.transform(x)[:, 0] < 0, probe.transform(y)[:, 0] > 0])
    return float(right.mean())
