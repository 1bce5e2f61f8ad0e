"""Two small languages whose vectors differ by a rotation, and a dictionary between them."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from langalign.words import BilingualDictionary, WordVectors

N, DIM = 300, 12


@pytest.fixture(scope="session")
def pair():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(N, DIM)) * np.linspace(2, 0.5, DIM) + 0.3
    turn = np.linalg.qr(rng.normal(size=(DIM, DIM)))[0]
    english = tuple(f"e{i}" for i in range(N))
    korean = tuple(f"가{i}" for i in range(N))
    noise = 0.05 * rng.normal(size=X.shape)
    pairs = tuple(zip(english, korean, strict=True))
    return SimpleNamespace(
        source=WordVectors(english, X),
        target=WordVectors(korean, X @ turn + noise),
        train=BilingualDictionary(pairs[:150]),
        test=BilingualDictionary(pairs[150:]),
    )
