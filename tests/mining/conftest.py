"""A toy pair of languages: ``a12`` and ``ㄱ12`` mean the same, and lie in turned spaces."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from langalign.data import ParallelText
from langalign.encoders.function import FunctionEncoder
from langalign.mining import fit_space

WIDTH = 16


def toy_encoders(noise):
    """Return the encoders of both languages; texts of one number are that near to each other."""
    rng = np.random.default_rng(0)
    meaning = rng.normal(size=(4000, WIDTH))
    turn = np.linalg.qr(rng.normal(size=(WIDTH, WIDTH)))[0]
    sides = meaning, (meaning + noise * rng.normal(size=meaning.shape)) @ turn + 1
    names = f"toy-source-{noise}", f"toy-target-{noise}"

    def encoder(vectors, name):
        return FunctionEncoder(lambda texts: vectors[[int(text[1:]) for text in texts]], name=name)

    return tuple(encoder(side, name) for side, name in zip(sides, names, strict=True))


def english(numbers):
    return [f"a{number}" for number in numbers]


def korean(numbers):
    return [f"ㄱ{number}" for number in numbers]


def pairs(numbers):
    return ParallelText(english(numbers), korean(numbers), "en", "ko")


def toy_space(noise):
    source, target = toy_encoders(noise)
    return fit_space(pairs(range(400)), source_encoder=source, target_encoder=target)


@pytest.fixture(scope="session")
def toy():
    return SimpleNamespace(
        english=english, korean=korean, pairs=pairs, space=toy_space, encoders=toy_encoders
    )
