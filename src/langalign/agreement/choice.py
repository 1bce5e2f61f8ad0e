"""What was tried, how it scored, and what was chosen."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from langalign.agreement.measure import HeldOut
from langalign.aligners.base import Aligner
from langalign.league import League


@dataclass(frozen=True, slots=True)
class Candidate:
    """One choice of settings and how it scored.

    Parameters
    ----------
    aligner, head
        The parameters that differ between candidates.
    score
        Agreement with the reference on held-out pairs: Cohen's kappa, its mean over labels, or a
        correlation; :attr:`Choice.measure` says which.
    standard_error
        Of ``score``.
    majority_share
        Share of its most frequent prediction.
    refused
        Why it cannot be chosen; empty where it can.
    """

    aligner: dict[str, Any]
    head: dict[str, Any]
    score: float
    standard_error: float
    majority_share: float
    refused: str = ""

    @property
    def kappa(self) -> float:
        """Return the score, by its name where there are classes."""
        return self.score


@dataclass(frozen=True, slots=True)
class Choice:
    """The settings chosen, and everything they were chosen from.

    Parameters
    ----------
    aligner, head
        Unfitted, with the chosen parameters.
    threshold
        Probability from which the second of two classes is predicted; 0.5 for more classes. Of the
        head's own probabilities: those that a temperature has not changed.
    candidates
        All variants of the chosen aligner that were tried, strongest regularisation first.
    chosen
        Index of the chosen one.
    n_pairs
        Held-out pairs that the scores rest on: the confident ones, where the reference is surer of
        some than of others.
    measure
        What the scores are: ``"Cohen's kappa"``, ``"mean Cohen's kappa"`` or ``"Spearman's rho"``.
    temperature
        At which the head's probabilities come nearest to the reference's; 1 where that was not
        asked for.
    league
        What each aligner reached, where there was more than one to choose from.
    taught
        Pairs of whose label the source head is sure, where heads learned from these as well.
    held_out
        The chosen candidate's outputs on the target side of all pairs scored, beside the
        reference's on the source side. Not kept with a saved model.
    english
        Outputs of heads like the reference for labelled source rows held out from them, beside
        the truth; ``None`` where that is not known. Not kept either.
    """

    aligner: Aligner
    head: Any
    threshold: float
    candidates: tuple[Candidate, ...]
    chosen: int
    n_pairs: int
    measure: str = "Cohen's kappa"
    temperature: float = 1.0
    league: League | None = None
    taught: int = 0
    held_out: HeldOut | None = field(default=None, repr=False, compare=False)
    english: HeldOut | None = field(default=None, repr=False, compare=False)

    @property
    def symbol(self) -> str:
        """Return the measure in one word: ``"kappa"`` or ``"rho"``."""
        return self.measure.split()[-1]

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record of the choice."""
        return {
            "threshold": self.threshold,
            "temperature": self.temperature,
            "chosen": self.chosen,
            "n_pairs": self.n_pairs,
            "measure": self.measure,
            "taught": self.taught,
            "candidates": [asdict(candidate) for candidate in self.candidates],
            "league": self.league.as_dict() if self.league else None,
        }
