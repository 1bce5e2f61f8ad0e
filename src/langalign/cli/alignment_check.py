"""How good a map is on pairs it was not fitted on, beside what chance gives."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langalign.aligners import Aligner
    from langalign.vectors import Vectors

FEWEST_PAIRS = 20
MOST_HELD_OUT = 2000


@dataclass(frozen=True, slots=True)
class AlignmentCheck:
    """What a map reaches on held-out pairs.

    Parameters
    ----------
    n
        Held-out pairs.
    explained_variance
        Share of the target's variance around its mean on the fitted pairs.
    explained_variance_shuffled
        The same of a map fitted on the same pairs, shuffled.
    precision_at_1
        Share of mapped vectors whose nearest target vector, by cosine around the mean of the
        fitted pairs, is their translation's.
    """

    n: int
    explained_variance: float
    explained_variance_shuffled: float
    precision_at_1: float

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return asdict(self)

    def summary(self) -> str:
        """Return the figures in words, one a line."""
        return (
            f"On {self.n:,} held-out pairs:\n"
            f"  explained variance  {self.explained_variance:.3f}  "
            f"(pairs shuffled: {self.explained_variance_shuffled:.3f})\n"
            f"  precision@1         {self.precision_at_1:.3f}  (chance: {1 / self.n:.3f})"
        )


def check_alignment(aligner: Aligner, X: Vectors, Y: Vectors, seed: int) -> AlignmentCheck | None:
    """Fit on nine tenths and measure on the rest; ``None`` where there are too few pairs."""
    import numpy as np

    if len(X) < FEWEST_PAIRS:
        return None
    random = np.random.default_rng(seed)
    order = random.permutation(len(X))
    n = min(len(X) // 10, MOST_HELD_OUT)
    held_out, rows = order[:n], order[n:]
    mean = Y[rows].mean(axis=0)
    variance = float(((Y[held_out] - mean) ** 2).sum()) or 1.0

    def mapped(targets: Any) -> tuple[Vectors, float]:
        result = aligner.fresh().fit(X[rows], Y[targets]).transform(X[held_out])
        return result, 1.0 - float(((Y[held_out] - result) ** 2).sum()) / variance

    result, explained = mapped(rows)
    _, shuffled = mapped(random.permutation(rows))
    similarity = _unit(result - mean) @ _unit(Y[held_out] - mean).T
    hits = similarity.argmax(axis=1) == np.arange(n)
    return AlignmentCheck(n, explained, shuffled, float(hits.mean()))


def _unit(X: Vectors) -> Vectors:
    import numpy as np

    norms = np.linalg.norm(X, axis=1, keepdims=True)
    return np.asarray(X / np.where(norms > 0, norms, 1), dtype=np.float32)
