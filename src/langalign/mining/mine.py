"""Parallel pairs out of two monolingual texts."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from langalign.data.parallel import ParallelText
from langalign.data.text import Text
from langalign.errors import SettingError
from langalign.mining.expectation import Expectations, Expected, expected_at
from langalign.mining.mined import Mined
from langalign.mining.outcome import Outcome, Sizes, outcome_of
from langalign.mining.probes import Probes, make_probes
from langalign.mining.shared_space import SharedSpace
from langalign.mining.texts import Minable, minable
from langalign.mining.threshold import choose_threshold
from langalign.progress import Progress
from langalign.retrieval import Matches, nearest_both_ways, one_to_one
from langalign.retrieval.both_ways import NEIGHBOURHOOD
from langalign.retrieval.local_means import require_neighbourhood
from langalign.retrieval.scoring import require_scoring
from langalign.vectors import Vectors

CANDIDATES = 4
"""Best partners kept of each text: where the best is taken, the next one is tried."""


def mine(
    source: Sequence[Text],
    target: Sequence[Text],
    space: SharedSpace,
    *,
    held_out: ParallelText | None = None,
    threshold: float | None = None,
    precision: float | None = None,
    scoring: str = "ratio",
    neighbourhood: int = NEIGHBOURHOOD,
    progress: Progress | None = None,
    random_state: int = 0,
) -> Mined:
    """Find texts that translate each other, and say how sure that is.

    Held-out pairs are hidden among the texts before the search, some whole, some with one side.
    One half of them serves to choose the threshold, the other to estimate precision and recall at
    it. They are not part of the result.

    Parameters
    ----------
    source, target
        Single texts of each language. A repeated text is searched once; one that is on both sides,
        or empty, is left out.
    space
        Where both languages' vectors can be compared.
    held_out
        Parallel text on which the space was not fitted, similar in kind to the files; needed unless
        a threshold is given.
    threshold
        The lowest score to keep, where it is known.
    precision
        Take the lowest threshold that is expected to reach this precision, instead of the one of
        best F1.
    scoring, neighbourhood
        As in :func:`~langalign.retrieval.both_ways.nearest_both_ways`. The scores of a cosine mean
        less: a text near to many gets high ones.
    progress
        Called with (stage, done, total).
    random_state
        Seed of how held-out pairs are split, and of the intervals.

    Raises
    ------
    DataError
        If no texts, or too few held-out pairs, are left.
    SettingError
        If neither held-out pairs nor a threshold are given, both a threshold and a precision are,
        no threshold reaches them, or ``scoring`` or ``neighbourhood`` is impossible.

    References
    ----------
    Artetxe, M. and Schwenk, H. (2019). Margin-based parallel corpus mining with multilingual
    sentence embeddings. arXiv 1811.01136.

    Examples
    --------
    >>> from langalign.encoders.function import FunctionEncoder
    >>> from langalign.mining import fit_space
    >>> vectors = np.random.default_rng(0).normal(size=(400, 16))
    >>> encoder = FunctionEncoder(lambda texts: vectors[[int(t[1:]) for t in texts]], name="toy")
    >>> english, korean = ([f"{letter}{i}" for i in range(400)] for letter in "aㄱ")
    >>> rows = ParallelText(english, korean, "en", "ko")
    >>> space = fit_space(rows.take(range(200)), source_encoder=encoder, target_encoder=encoder)
    >>> files, held_out = rows.take(range(200, 300)), rows.take(range(300, 400))
    >>> found = mine(files.source, files.target[50:], space, held_out=held_out)
    >>> bool((found.source_rows == found.target_rows + 50).all()), found.told_apart
    (True, True)
    """
    _require_settings(held_out, threshold, precision)
    # Both are checked again by the search, which begins only when all texts are encoded.
    require_scoring(scoring)
    require_neighbourhood(neighbourhood)
    sides = minable(source, target)
    probes = None
    if held_out is not None:
        probes = make_probes(held_out, *sides, random_state=random_state)
    hidden = (probes.source, probes.target) if probes else ((), ())
    X = _centred(space.source_vectors((*sides[0].texts, *hidden[0]), progress))
    Y = _centred(space.target_vectors((*sides[1].texts, *hidden[1]), progress))
    found = nearest_both_ways(
        X,
        Y,
        min(CANDIDATES, len(X), len(Y)),
        scoring=scoring,
        neighbourhood=neighbourhood,
        progress=progress and (lambda done, total: progress("Searching", done, total)),
    )
    matches = one_to_one(found)
    if probes is None:
        assert threshold is not None, "either was asked for at the beginning"
        return _kept(matches, sides, threshold, None)
    outcome = outcome_of(matches, _sizes(sides, probes))
    least, expected = _judged(outcome, threshold, precision, random_state)
    return _kept(matches, sides, least, expected)


def _judged(
    outcome: Outcome, threshold: float | None, precision: float | None, random_state: int
) -> tuple[float, Expected]:
    """Return the threshold, chosen by half of the probes, and what the other half expects of it."""
    if threshold is not None:
        # Minus infinity marks what was not found, which no threshold lets in.
        at = max(threshold, float(np.finfo(np.float64).min))
        judging = Expectations(outcome, wanted=(at,))
    else:
        chosen_by, judged_by = outcome.halves()
        choosing = Expectations(chosen_by)
        threshold = float(choosing.thresholds[choose_threshold(choosing, precision=precision)])
        known_at = float(choosing.thresholds[choosing.basis])
        at = threshold
        judging = Expectations(judged_by, wanted=(at, known_at), counted_at=known_at)
    place = judging.place(at)
    return threshold, expected_at(judging, place, random_state=random_state)


def _require_settings(
    held_out: ParallelText | None, threshold: float | None, precision: float | None
) -> None:
    if held_out is None and threshold is None:
        raise SettingError(
            "no held-out pairs were given to find a threshold with; give some, or a threshold"
        )
    if threshold is not None and math.isnan(threshold):
        raise SettingError("threshold=nan: expected a number, such as 1.1; no score reaches it")
    if threshold is not None and precision is not None:
        raise SettingError("threshold and precision exclude each other; give one of them")
    if precision is not None and not 0 < precision <= 1:
        raise SettingError(f"precision={precision:g}: expected a share above 0, such as 0.9")


def _centred(X: Vectors) -> Vectors:
    """Return vectors around their mean: the mean says which language and domain, not what."""
    centred: Vectors = X - X.mean(axis=0, dtype=np.float64).astype(np.float32)
    return centred


def _sizes(sides: tuple[Minable, Minable], probes: Probes) -> Sizes:
    return Sizes(
        n_source=len(sides[0]),
        n_target=len(sides[1]),
        n_planted=len(probes.planted),
        source_alone=len(probes.source_alone),
        target_alone=len(probes.target_alone),
    )


def _kept(
    matches: Matches, sides: tuple[Minable, Minable], threshold: float, expected: Expected | None
) -> Mined:
    """Return the pairs of the files that reach the threshold."""
    source, target = sides
    of_files = (matches.queries < len(source)) & (matches.keys < len(target))
    keep = of_files & (matches.scores >= threshold)
    queries, keys = matches.queries[keep], matches.keys[keep]
    return Mined(
        source=tuple(source.texts[row] for row in queries.tolist()),
        target=tuple(target.texts[row] for row in keys.tolist()),
        source_rows=np.asarray(source.rows, dtype=np.int64)[queries],
        target_rows=np.asarray(target.rows, dtype=np.int64)[keys],
        scores=matches.scores[keep],
        threshold=threshold,
        expected=expected,
        searched=(len(source), len(target)),
        left_out=(source.left_out(), target.left_out()),
    )
