"""What a measure of agreement is: how well a candidate's answers follow the reference's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

Outputs = NDArray[np.float64]
"""What a head gives: a probability per class or label, or one number; shape (n, n_outputs)."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """What was given for rows that were not learned from, beside what was expected.

    Parameters
    ----------
    expected, outputs
        Shape (n, n_outputs) each; the truth as zeros and ones, or the outputs of a reference.
    """

    expected: Outputs
    outputs: Outputs

    @property
    def right_share(self) -> float:
        """Share of rows whose highest output is of the class that was expected most."""
        return float((self.outputs.argmax(axis=1) == self.expected.argmax(axis=1)).mean())


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """How well one candidate agrees.

    Parameters
    ----------
    score, standard_error
        Beyond chance: zero for a candidate that guesses.
    majority_share
        Share of its most frequent prediction; one for a constant candidate.
    credits
        What each pair counted adds to the score: their mean is the score, so that two candidates
        can be compared pair by pair. Chance is taken as known.
    """

    score: float
    standard_error: float
    majority_share: float
    credits: NDArray[np.float64]


class Measure(Protocol):
    """Agreement with one reference; made from its outputs on held-out pairs."""

    name: ClassVar[str]
    """The last word is its short name."""
    refusal: ClassVar[str]
    """What a constant candidate does."""
    n_pairs: int
    """Pairs that the scores rest on."""

    def score(self, outputs: Outputs) -> Agreement:
        """Score a candidate's outputs on the same pairs."""

    def threshold(self, outputs: Outputs) -> float:
        """Return the threshold that suits a candidate; 0.5 where there is none to choose."""

    def temperature(self, outputs: Outputs, reference_temperature: float) -> float:
        """Return the temperature that brings a candidate nearest to the reference at its own."""
