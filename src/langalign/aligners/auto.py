"""The aligner that tries the others on held-out pairs and keeps the best."""

from __future__ import annotations

import importlib.util
import time
import warnings
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.base import Aligner, aligners
from langalign.aligners.perceptron import Perceptron
from langalign.errors import FitWarning, SettingError
from langalign.folds import evenly, grouped_folds, pair_groups
from langalign.league import Credits, League, Played, settle
from langalign.retrieval import hits_both_ways
from langalign.threads import one_blas_thread
from langalign.vectors import Vectors

if TYPE_CHECKING:
    from typing import Self

FOR_HEADS = ("mean-shift", "procrustes", "whitened-procrustes")
FOR_RETRIEVAL = (
    "mean-shift",
    "procrustes",
    "iterative-normalisation",
    "linear",
    "rcsls",
    "contrastive",
)
"""Tried by default, cheapest first: those that were best somewhere on development data."""
NETWORKS_FROM = 2000
"""Pairs from which networks are tried: fewer do not feed them."""
FEWEST_PAIRS = 30
"""Below this held-out pairs say nothing."""
N_FOLDS = 3
MOST_SCORED = 1000
"""Held-out rows of a fold, and so the candidates in retrieval."""

STRENGTHS_APART = 2
"""Of an aligner's strengths every second is tried: neighbours do alike, and all cost time."""
VARIANCE_COUNTS = 0.1
"""Of explained variance beside precision@1: a map that shrinks explains more and finds less."""

Integers = NDArray[np.int64]


@aligners.register("auto")
class Auto(Aligner):
    """Choose between aligners on held-out pairs, and fit the one chosen on all pairs.

    On its own it knows no task. It scores a held-out pair by whether each side's nearest
    neighbour across the spaces is the other, in the mean of both directions, plus a tenth of its
    share in the explained variance, which decides where retrieval does not;
    :func:`langalign.league.settle` takes the best. Within :class:`~langalign.LangAlign` the
    agreement of the head decides instead.

    Parameters
    ----------
    names
        Aligners to choose between, cheapest first; ``None`` takes the usual ones, which are others
        for retrieval than for a head. Those that need spaces of one width, torch, or more pairs
        than there are, are left out.
    teach
        Whether a head behind the map learns from the pairs as well, as the source language's own
        head labels them (:class:`~langalign.alignment.taught_pairs.TaughtPairs`).
    random_state
        Seed of the folds and of the aligners.

    Attributes
    ----------
    aligner_ : Aligner
        The one chosen.
    league_ : dict
        What each reached, as :class:`~langalign.league.League` says it; ``None`` where there were
        too few pairs to choose by.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(300, 4))
    >>> Auto().fit(X, X @ np.diag([1.0, 2.0, 3.0, 4.0])).aligner_
    Linear()
    """

    recovers: ClassVar[Literal["shift", "rotation", "linear"] | None] = "linear"

    def __init__(
        self, *, names: Sequence[str] | None = None, teach: bool = False, random_state: int = 0
    ) -> None:
        self.names = names
        self.teach = teach
        self.random_state = random_state

    def fit(self, X: Any, Y: Any) -> Self:
        """Choose on held-out pairs of ``X`` (n, d_source) and ``Y`` (n, d_target), fit on all.

        Raises
        ------
        SettingError
            If ``names`` is no list, or none of them can be fitted to these pairs.
        UnknownNameError
            If there is no aligner of one of the names.
        """
        X, Y = self._check_pairs(X, Y)
        rivals = self._rivals(FOR_RETRIEVAL, len(X), X.shape[1] == Y.shape[1])
        folds = grouped_folds(pair_groups(X, Y), N_FOLDS, self.random_state)
        league = None
        if len(X) >= FEWEST_PAIRS and len(folds) == N_FOLDS and len(rivals) > 1:
            league = _league(rivals, X, Y, folds)
        self.league_ = league.as_dict() if league else None
        # Where nothing can be held out the first is taken, which trusts the pairs least.
        self.aligner_: Aligner = rivals[league.chosen if league else 0].fit(X, Y)
        self._set_widths(X.shape[1], Y.shape[1])
        return self

    def transform(self, X: Any) -> Vectors:
        """Map ``X`` of shape (n, d_source) to shape (n, d_target) by the chosen aligner."""
        X = self._check_source(X)
        return self.aligner_.transform(X)

    @property
    def teaches(self) -> bool:
        """Whether a head behind the map learns from the pairs as well."""
        return self.teach

    def settled(self) -> Aligner:
        """Return the aligner that was taken."""
        return self.aligner_

    def families(self, X: Vectors, Y: Vectors) -> list[list[Aligner]]:
        """Return the aligners to choose between, cheapest first, each as its candidates."""
        rivals = self._rivals(FOR_HEADS, len(X), X.shape[1] == Y.shape[1])
        return [list[Aligner](rival.candidates(X, Y)[::STRENGTHS_APART]) for rival in rivals]

    def _rivals(self, usual: Sequence[str], n_pairs: int, one_width: bool) -> list[Aligner]:
        if isinstance(self.names, str) or not isinstance(self.names, Iterable | None):
            raise SettingError(
                f"names={self.names!r}: expected a list of names, such as ['linear'], or None"
            )
        found = []
        for name in usual if self.names is None else self.names:
            rival = aligners.get(name)()
            if "random_state" in rival.get_params(deep=False):
                rival.set_params(random_state=self.random_state)
            if _is_allowed(rival, n_pairs, one_width):
                found.append(rival)
        if not found:
            raise SettingError(
                f"names={self.names!r}: none of these can be fitted to {n_pairs} pairs of spaces "
                f"of {'one width' if one_width else 'different widths'}; name others, or none for "
                "the usual ones"
            )
        return found


def _league(rivals: Sequence[Aligner], X: Vectors, Y: Vectors, folds: Sequence[Integers]) -> League:
    with one_blas_thread():
        played = [_play(rival, X, Y, folds) for rival in rivals]
    return settle(played, "precision@1 + explained variance / 10")


def _play(rival: Aligner, X: Vectors, Y: Vectors, folds: Sequence[Integers]) -> Played:
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FitWarning)
        earned = [
            _credits(rival, X, Y, fold) for fold in (folds if rival.closed_form else folds[:1])
        ]
    return Played(
        name=str(getattr(rival, "registered_name", type(rival).__name__)),
        settings=repr(rival),
        first=earned[0],
        all=np.concatenate(earned) if rival.closed_form else None,
        seconds=time.perf_counter() - start,
        learns_map=rival.learns_map,
    )


def _credits(rival: Aligner, X: Vectors, Y: Vectors, held_out: Integers) -> Credits:
    """Return what a map fitted on the other pairs earns on some of those held out."""
    rest = np.setdiff1d(np.arange(len(X)), held_out)
    scored = evenly(held_out, MOST_SCORED)
    mean = Y[rest].mean(axis=0)
    mapped = rival.fresh().fit(X[rest], Y[rest]).transform(X[scored]) - mean
    goal = Y[scored] - mean
    return hits_both_ways(mapped, goal) + VARIANCE_COUNTS * _explained(mapped, goal)


def _explained(mapped: Vectors, goal: Vectors) -> Credits:
    """Return each row's share in the explained variance, the size of the mapped cloud apart.

    A rotation leaves the size as it was; what follows an aligner matches it
    (:class:`~langalign.transforms.match_spread.MatchSpread`).
    """
    size = float(np.vdot(mapped, mapped))
    factor = float(np.vdot(mapped, goal)) / size if size else 0.0
    missed = ((goal - factor * mapped) ** 2).sum(axis=1, dtype=np.float64)
    energy = float((goal**2).sum(axis=1, dtype=np.float64).mean()) or 1.0
    return np.asarray(1 - missed / energy)


def _is_allowed(rival: Aligner, n_pairs: int, one_width: bool) -> bool:
    if rival.same_width and not one_width:
        return False
    if not isinstance(rival, Perceptron):
        return True
    return n_pairs >= NETWORKS_FROM and importlib.util.find_spec("torch") is not None
