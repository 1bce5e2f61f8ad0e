"""Self-learning: a map from a dictionary, a dictionary from the map, until neither changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from langalign.retrieval import mutual_nearest
from langalign.retrieval.local_means import NEIGHBOURHOOD
from langalign.retrieval.scoring import margins
from langalign.unsupervised.seeds import Matches
from langalign.vectors import Vectors

FIRST_KEPT = 0.1
"""Share of the similarities that the first dictionaries may use, as in the paper."""
PATIENCE = 10
"""Rounds without gain until more of them are used; the paper has 50, for whole vocabularies."""
LEAST_GAIN = 1e-6
MOST_ROUNDS = 400

Round = Callable[[int, float], None]


@dataclass(frozen=True, slots=True)
class Learned:
    """What self-learning came to.

    Parameters
    ----------
    matches
        Rows that are each other's nearest under CSLS.
    similarity
        Mean cosine of each source row to its nearest target.
    n_rounds
        Dictionaries induced.
    """

    matches: Matches
    similarity: float
    n_rounds: int


def self_learn(
    X: Vectors, Y: Vectors, seeds: Matches, *, random_state: int = 0, progress: Round | None = None
) -> Learned:
    r"""Refine a first dictionary.

    In each round: (1) the orthogonal maps of both sides onto common axes, :math:`X U` and
    :math:`Y V` with :math:`X_D' Y_D = U S V'` over the dictionary D; (2) a new dictionary of each
    row's nearest under CSLS, in both directions, where every similarity is kept with probability p
    only; where the mean similarity has not risen for some rounds, p is doubled; at p = 1 it ends.
    What is left out at random keeps it from staying in the nearest poor optimum.

    Parameters
    ----------
    X, Y
        Rows of length one around zero, (n, d_source) and (m, d_target).
    seeds
        Row numbers to begin with.
    random_state
        Seed of what is left out.
    progress
        Called with the number of the round and p.

    References
    ----------
    Artetxe, M., Labaka, G. and Agirre, E. (2018). As above, sections 3.3 and 3.4; the last step,
    re-weighting, is left to the aligner that is fitted on the matches.

    Examples
    --------
    >>> from langalign.unsupervised.seeds import centred_unit
    >>> X = centred_unit(np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32))
    >>> learned = self_learn(X, -X, (np.arange(9), np.arange(9)))
    >>> bool((learned.matches[0] == learned.matches[1]).all())
    True
    """
    rng = np.random.default_rng(random_state)
    kept, best, since = FIRST_KEPT, -np.inf, 0
    matches = seeds
    for number in range(1, MOST_ROUNDS + 1):
        if progress:
            progress(number, kept)
        scores, similarity = _csls(X, Y, matches)
        if similarity > best + LEAST_GAIN:
            best, since = similarity, 0
        else:
            since += 1
        if since > PATIENCE:
            if kept >= 1.0:
                break
            kept, since = min(1.0, 2 * kept), 0
        matches = _dictionary(scores, kept, rng)
    return Learned(_mutual(scores), similarity, number)


def _csls(X: Vectors, Y: Vectors, matches: Matches) -> tuple[Vectors, float]:
    """Return the CSLS of all rows on common axes, and the mean cosine of the nearest."""
    left, _, right = np.linalg.svd(X[matches[0]].T @ Y[matches[1]], full_matrices=False)
    cosines = (X @ left) @ (Y @ right.T).T
    scores = margins(cosines, _near(cosines)[:, None], _near(cosines.T), "csls")
    nearest = scores.argmax(axis=1)
    return scores, float(cosines[np.arange(len(X)), nearest].mean())


def _near(cosines: Vectors) -> NDArray[np.float32]:
    """Return the mean of the largest of each row."""
    count = min(NEIGHBOURHOOD, cosines.shape[1])
    largest = np.partition(cosines, cosines.shape[1] - count, axis=1)[:, -count:]
    near: NDArray[np.float32] = largest.mean(axis=1)
    return near


def _dictionary(scores: Vectors, kept: float, rng: np.random.Generator) -> Matches:
    if kept < 1.0:
        left_out = rng.random(scores.shape, dtype=np.float32) >= kept
        scores = np.where(left_out, -np.inf, scores)
    there, back = scores.argmax(axis=1), scores.argmax(axis=0)
    rows, columns = np.arange(len(scores)), np.arange(scores.shape[1])
    return np.concatenate([rows, back]), np.concatenate([there, columns])


def _mutual(scores: Vectors) -> Matches:
    """Return rows that are each other's nearest."""
    there, back = scores.argmax(axis=1), scores.argmax(axis=0)
    return mutual_nearest(there, back)
