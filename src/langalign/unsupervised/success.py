"""Whether a map found without pairs can be trusted, from data that it was not fitted on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.base import Aligner
from langalign.retrieval import csls_nearest, hits_at_k, local_means, mutual_nearest
from langalign.retrieval.scoring import margins
from langalign.vectors import Vectors, unit

LEAST_AGREEMENT = 0.5
"""Share of texts that two maps must send to the same place; failed ones agree on a hundredth, maps
that work on nearly all."""
N_TURNS = 99
"""Null maps: a hundredth is then the least p-value."""
MOST_P = 0.01
NEAR = 0.1
"""A pair counts as found where its target is in the nearest tenth, which chance hits one in ten."""


@dataclass(frozen=True, slots=True)
class Success:
    """Evidence for or against a map that was found without pairs.

    Parameters
    ----------
    n
        Held-out texts of each side.
    agreement
        How often two maps, learned from halves that share no text, send a held-out source text
        nearer to each other than to where the other texts go; chance is 1 / n.
    nearness
        Mean CSLS of held-out texts, mapped, that are mutual nearest neighbours with held-out target
        texts, times their share.
    nearness_turned
        The highest of the same when the target is mirrored along random main axes of its own, so
        that its spread stays and its meaning goes.
    p_turned
        Share of the mirrored that reach as much; the map itself counts as one.
    n_pairs, pairs_near
        Pairs given to test with, and how many have their target in the nearest tenth of it all.
    p_pairs
        How likely chance gives as many; ``None`` without pairs.
    """

    n: int
    agreement: float
    nearness: float
    nearness_turned: float
    p_turned: float
    n_pairs: int = 0
    pairs_near: int = 0
    p_pairs: float | None = None

    @property
    def passed(self) -> bool:
        """Whether all of the evidence speaks for the map."""
        by_pairs = self.p_pairs is None or self.p_pairs <= MOST_P
        return self.agreement >= LEAST_AGREEMENT and self.p_turned <= MOST_P and by_pairs

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return asdict(self) | {"passed": self.passed}

    def summary(self) -> str:
        """Return the verdict with its reasons, one per line."""
        verdict = (
            "The map can be trusted, as far as can be judged without pairs."
            if self.passed
            else "FAILED: no map was found that could be trusted; none is returned."
        )
        lines = [
            verdict,
            f"  two halves of the data agree on {self.agreement:.0%} of {self.n:,} held-out texts "
            f"(expected: {LEAST_AGREEMENT:.0%} at least)",
            f"  nearness of mutual neighbours {self.nearness:.3f}; of mirrored targets "
            f"{self.nearness_turned:.3f} at most (p = {self.p_turned:.2f})",
        ]
        if self.p_pairs is not None:
            lines.append(
                f"  of {self.n_pairs:,} pairs given, {self.pairs_near:,} have their target in the "
                f"nearest tenth (p = {self.p_pairs:.2g})"
            )
        return "\n".join(lines)


def agreement_of(first: Vectors, second: Vectors) -> float:
    """Return how often a row is nearer to its own place under the other map than to any other.

    Examples
    --------
    >>> agreement_of(np.eye(3), 2 * np.eye(3))
    1.0
    """
    return float(hits_at_k(csls_nearest(first, second).indices).mean())


def nearness_of(mapped: Vectors, target: Vectors) -> float:
    """Return the mean CSLS of mutual nearest neighbours, times the share of rows that are such."""
    of_mapped, of_target = local_means(mapped, target)
    cosines = unit(mapped) @ unit(target).T
    scores = margins(cosines, of_mapped[:, None], of_target, "csls")
    mutual = mutual_nearest(scores.argmax(axis=1), scores.argmax(axis=0))
    return float(scores[mutual].sum() / len(mapped))


def against_mirrored(
    mapped: Vectors, target: Vectors, random_state: int
) -> tuple[float, float, float]:
    """Return the nearness, the highest of mirrored targets, and the p-value.

    Of each two consecutive main axes one is mirrored, drawn at random: half of the spread, so that
    no mirrored target is nearly the target itself.
    """
    own = nearness_of(mapped, target)
    _, _, axes = np.linalg.svd(target, full_matrices=False)
    coordinates = target @ axes.T
    rng = np.random.default_rng(random_state)
    null = [
        nearness_of(mapped, (coordinates * _signs(len(axes), rng)) @ axes) for _ in range(N_TURNS)
    ]
    reached = 1 + sum(value >= own for value in null)
    return own, max(null), reached / (1 + N_TURNS)


def _signs(n: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return 1 and -1 for each two consecutive axes, in an order drawn at random."""
    first = rng.choice([-1.0, 1.0], (n + 1) // 2)
    return np.column_stack([first, -first]).ravel()[:n].astype(np.float32)


def on_pairs(aligner: Aligner, X: Vectors, Y: Vectors, candidates: Vectors) -> tuple[int, float]:
    """Return how many given pairs are near, and how likely chance gives as many.

    Parameters
    ----------
    aligner
        Fitted.
    X, Y
        The two sides of the pairs, (k, d_source) and (k, d_target).
    candidates
        Target vectors that each target competes with, (n, d_target).
    """
    from scipy.stats import binomtest

    mean = candidates.mean(axis=0)
    mapped, own = unit(aligner.transform(X) - mean), unit(Y - mean)
    others = mapped @ unit(candidates - mean).T
    nearer: NDArray[Any] = (others >= (mapped * own).sum(axis=1)[:, None]).mean(axis=1)
    found = int((nearer < NEAR).sum())
    return found, float(binomtest(found, len(X), NEAR, alternative="greater").pvalue)
