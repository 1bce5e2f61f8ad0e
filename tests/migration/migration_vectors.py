"""Vectors of an old model and of a new one, related by a matrix."""

from __future__ import annotations

import numpy as np

N, OLD, NEW = 300, 6, 4
RNG = np.random.default_rng(0)
X = RNG.normal(size=(N, OLD)).astype(np.float32)
TURN = RNG.normal(size=(OLD, NEW)).astype(np.float32)
Y = X @ TURN
IDS = RNG.permutation(N) + 1000
