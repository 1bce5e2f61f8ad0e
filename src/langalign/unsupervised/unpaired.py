"""A map between two spaces from texts that are not paired. Experimental."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.base import Aligner
from langalign.aligners.linear import Linear
from langalign.errors import AlignmentFailedError, DataError
from langalign.estimator import Estimator
from langalign.progress import Progress
from langalign.threads import one_blas_thread
from langalign.unsupervised.seeds import Matches, centred_unit, sorted_similarity_matches
from langalign.unsupervised.self_learning import MOST_ROUNDS, self_learn
from langalign.unsupervised.success import Success, against_mirrored, agreement_of, on_pairs
from langalign.vectors import Vectors, as_vectors, require_same_rows

if TYPE_CHECKING:
    from typing import Self

FEWEST_TEXTS = 300
HELD_OUT = 0.2
MOST_HELD_OUT = 1000

Integers = NDArray[np.int64]


class UnpairedAligner(Estimator):
    """Find a map without pairs, and say whether it can be trusted.

    A fifth of the rows is held out. On each half of the others, which share no row, a dictionary is
    learned from sorted similarities and refined by self-learning, and a map is fitted on its mutual
    nearest neighbours. The two maps are compared on the held-out rows, and set against mirrored
    targets. The map that is returned is fitted on the matches of both halves; where the test
    fails, none is.

    It works where the two spaces have one shape, such as one encoder before and after a rotation.
    Between encoders, or languages, it often fails: see ``success_``.

    Parameters
    ----------
    aligner
        Fitted on the matches; any aligner. ``None`` takes ``linear``.
    max_rows
        Rows of each half and side: time and memory grow with its square.
    random_state
        Random seed.

    Attributes
    ----------
    success_ : Success
        What the test found.
    candidate_ : Aligner
        The map, whether or not it can be trusted: to investigate a failure.
    n_matches_ : int
        Matches that it was fitted on.

    References
    ----------
    Artetxe, M., Labaka, G. and Agirre, E. (2018). A robust self-learning method for fully
    unsupervised cross-lingual mappings of word embeddings. ACL 2018. arXiv 1805.06297. The test is
    ours.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> topics = 1.5 * rng.normal(size=(12, 6))
    >>> X = topics[rng.integers(0, 12, 1000)] + 0.5 * rng.gamma(1.0, size=(1000, 6))
    >>> turn = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    >>> found = UnpairedAligner(max_rows=400).fit(X, rng.permutation(X @ turn))
    >>> found.success_.passed
    True
    >>> bool(np.abs(found.transform(X) - X @ turn).mean() < 0.1)
    True
    """

    def __init__(
        self, *, aligner: Aligner | None = None, max_rows: int = 2000, random_state: int = 0
    ) -> None:
        self.aligner = aligner
        self.max_rows = max_rows
        self.random_state = random_state

    def fit(
        self,
        X: Any,
        Y: Any,
        *,
        pairs: tuple[Any, Any] | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Look for a map and test it.

        Parameters
        ----------
        X, Y
            Source and target vectors, (n, d_source) and (m, d_target), in no common order.
        pairs
            Source and target vectors of some known pairs, to test with; nothing is learned from
            them, and no row of theirs should stand in ``X`` or ``Y``.
        progress
            Called with (stage, done, total).

        Raises
        ------
        VectorError
            If something is no array of vectors, or the pairs do not fit.
        DataError
            If there are fewer than 300 texts on a side.
        """
        X, Y = as_vectors(X, name="X"), as_vectors(Y, name="Y")
        _require_enough(X, Y)
        known = None if pairs is None else _checked(pairs, X.shape[1], Y.shape[1])
        rng = np.random.default_rng(self.random_state)
        held_x, *halves_x = _split(len(X), self.max_rows, rng)
        held_y, *halves_y = _split(len(Y), self.max_rows, rng)
        with one_blas_thread():
            matches = []
            for number, (rows_x, rows_y) in enumerate(zip(halves_x, halves_y, strict=True)):
                found = self._matches(X[rows_x], Y[rows_y], number, progress)
                matches.append((rows_x[found[0]], rows_y[found[1]]))
            maps = [self._fitted(X, Y, [each]) for each in matches]
            self.candidate_ = self._fitted(X, Y, matches)
            self.n_matches_ = sum(len(rows) for rows, _ in matches)
            self.success_ = self._tested(maps, X[held_x], Y[held_y], known)
        return self

    def transform(self, X: Any) -> Vectors:
        """Map ``X`` of shape (n, d_source) to shape (n, d_target), float32.

        Raises
        ------
        AlignmentFailedError
            If the test failed.
        """
        return self.aligner_.transform(X)

    @property
    def aligner_(self) -> Aligner:
        """Return the fitted aligner.

        Raises
        ------
        AlignmentFailedError
            If the test failed.
        """
        self._require_fitted()
        if not self.success_.passed:
            raise AlignmentFailedError(
                f"{self.success_.summary()}\nGive some hundred pairs and use an aligner, or more "
                "texts of the same kind on both sides, or another encoder."
            )
        return self.candidate_

    def _matches(self, X: Vectors, Y: Vectors, number: int, progress: Progress | None) -> Matches:
        x, y = centred_unit(X), centred_unit(Y)
        stage = f"Self-learning, half {number + 1}"

        def report(done: int, kept: float) -> None:
            if progress:
                progress(stage, done, MOST_ROUNDS)

        n = min(len(x), len(y))
        seeds = sorted_similarity_matches(x[:n], y[:n])
        learned = self_learn(x, y, seeds, random_state=self.random_state + number, progress=report)
        return learned.matches

    def _fitted(self, X: Vectors, Y: Vectors, matches: list[Matches]) -> Aligner:
        unfitted = Linear() if self.aligner is None else self.aligner
        rows_x, rows_y = (np.concatenate(rows) for rows in zip(*matches, strict=True))
        return unfitted.fresh().fit(X[rows_x], Y[rows_y])

    def _tested(
        self,
        maps: list[Aligner],
        X: Vectors,
        Y: Vectors,
        pairs: tuple[Vectors, Vectors] | None,
    ) -> Success:
        centre = Y.mean(axis=0)
        first, second = (each.transform(X) for each in maps)
        nearness, turned, p_turned = against_mirrored(
            self.candidate_.transform(X) - centre, Y - centre, self.random_state
        )
        evidence: dict[str, Any] = {}
        if pairs is not None:
            near, p_pairs = on_pairs(self.candidate_, *pairs, Y)
            evidence = {"n_pairs": len(pairs[0]), "pairs_near": near, "p_pairs": p_pairs}
        return Success(
            n=len(X),
            agreement=agreement_of(first - first.mean(axis=0), second - second.mean(axis=0)),
            nearness=nearness,
            nearness_turned=turned,
            p_turned=p_turned,
            **evidence,
        )


def _split(n: int, max_rows: int, rng: np.random.Generator) -> tuple[Integers, ...]:
    """Return rows to hold out, and two halves of the others, none of them too large."""
    order = rng.permutation(n)
    n_held = min(MOST_HELD_OUT, int(HELD_OUT * n))
    held_out, rest = order[:n_held], order[n_held:]
    half = min(max_rows, len(rest) // 2)
    return held_out, rest[:half], rest[half : 2 * half]


def _require_enough(X: Vectors, Y: Vectors) -> None:
    if min(len(X), len(Y)) < FEWEST_TEXTS:
        raise DataError(
            f"{len(X)} source and {len(Y)} target texts are too few to align without pairs (at "
            f"least {FEWEST_TEXTS} a side, and thousands are better); give more texts, or pairs"
        )


def _checked(pairs: tuple[Any, Any], dim_x: int, dim_y: int) -> tuple[Vectors, Vectors]:
    source = as_vectors(pairs[0], name="pairs (source)", dim=dim_x)
    target = as_vectors(pairs[1], name="pairs (target)", dim=dim_y)
    require_same_rows(source, target, names=("pairs (source)", "pairs (target)"))
    return source, target
