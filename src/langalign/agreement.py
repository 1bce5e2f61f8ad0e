"""Choosing settings without target labels, by agreement across held-out translation pairs.

A candidate (aligner strength, head penalty, threshold) is scored by how well its prediction on
the target side of a pair agrees with an English head's prediction on the English side. Arrays and
estimators only: this module knows no texts and no model.

Safeguards. The English reference head is fixed first, by cross-validation on its own labels.
Agreement is corrected for chance (Cohen's kappa) and counted where the reference is confident, so
that a constant predictor scores zero, and one is refused. Folds are grouped by text. Among
candidates within one standard error of the best, the most regularised is taken.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.base import Aligner
from langalign.errors import DataError, FitWarning
from langalign.heads.base import Classifier, Head, Labels, Probabilities
from langalign.threads import one_blas_thread
from langalign.vectors import Vectors

Integers = NDArray[np.int64]

FEWEST_PAIRS = 30
"""Below this agreement is noise; settings then keep their defaults."""
CONFIDENT_SHARE = 0.5
"""Pairs on which the reference is surest; the rest are as likely its own errors as ours."""
MOST_SCORED_PAIRS = 6000


@dataclass(frozen=True, slots=True)
class Candidate:
    """One choice of settings and how it scored.

    Parameters
    ----------
    aligner, head
        The parameters that differ between candidates.
    kappa
        Cohen's kappa with the reference on confident held-out pairs.
    standard_error
        Of ``kappa``.
    majority_share
        Share of its most frequent prediction.
    refused
        Why it cannot be chosen; empty where it can.
    """

    aligner: dict[str, Any]
    head: dict[str, Any]
    kappa: float
    standard_error: float
    majority_share: float
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The settings chosen, and everything they were chosen from.

    Parameters
    ----------
    aligner, head
        Unfitted, with the chosen parameters.
    threshold
        Probability from which the second of two classes is predicted; 0.5 for more classes.
    candidates
        All that were tried, strongest regularisation first.
    chosen
        Index of the chosen one.
    n_pairs
        Confident held-out pairs that the scores rest on.
    """

    aligner: Aligner
    head: Any
    threshold: float
    candidates: tuple[Candidate, ...]
    chosen: int
    n_pairs: int

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record of the choice."""
        return {
            "threshold": self.threshold,
            "chosen": self.chosen,
            "n_pairs": self.n_pairs,
            "candidates": [asdict(candidate) for candidate in self.candidates],
        }


Predict = Callable[[Aligner, Sequence[Any], Integers, Integers], Iterable[Probabilities]]
"""Fit an aligner on some pair rows, then give each head's probabilities on other pair rows."""
Reference = Callable[[Integers], Probabilities]
"""The reference head's probabilities on the source side of pair rows, (n_items, n_classes)."""


def choose(
    aligners: Sequence[Aligner],
    heads: Sequence[Any],
    predict: Predict,
    reference: Reference,
    *,
    groups: NDArray[Any],
    n_folds: int = 3,
    random_state: int = 0,
) -> Choice:
    """Choose aligner, head and threshold by agreement with the reference on held-out pairs.

    Parameters
    ----------
    aligners, heads
        Unfitted variants, strongest regularisation first; or the one head that is fitted already.
    predict
        Fits on some pair rows and predicts others from their target side only. The columns stand
        in the order of the reference's.
    reference
        Predicts pair rows from their source side.
    groups
        Pairs of one group stay in one fold, shape (n,): the same text must not stand on both sides.
    n_folds
        Folds; one means a single held-out fifth, for aligners that are dear to fit.
    random_state
        Seed of the folds.

    Raises
    ------
    DataError
        If every candidate predicts one class only, or all pairs are of one group.
    """
    folds = grouped_folds(groups, n_folds, random_state)
    if not folds:
        raise DataError(
            "all pairs are of one group, so none can be held out to choose settings by; give other "
            "groups, or fix the settings"
        )
    rows = np.arange(len(groups))
    with one_blas_thread():
        referred, predicted = _held_out_predictions(
            aligners, heads, predict, reference, folds, rows
        )
    sure = _confident(referred)
    expected, probabilities = referred[sure].argmax(axis=1), predicted[:, sure]
    candidates = _score(aligners, heads, probabilities, expected)
    chosen = _strongest_within_one_error(candidates, len(heads))
    threshold = 0.5
    if referred.shape[1] == 2:
        threshold = _threshold(probabilities[chosen, :, 1], expected)
    return Choice(
        aligner=aligners[chosen // len(heads)],
        head=heads[chosen % len(heads)],
        threshold=threshold,
        candidates=tuple(candidates),
        chosen=chosen,
        n_pairs=len(expected),
    )


def reference_head(
    head: Head, Z: Vectors, y: Labels, *, n_folds: int = 3, random_state: int = 0
) -> Head:
    """Return the English head, its own strength chosen by English cross-validation.

    That choice is legitimate here: it is scored on the language it is trained on.
    """
    with one_blas_thread():
        variants = head.candidates(Z)
        if len(variants) > 1:
            folds = grouped_folds(_row_groups(Z), n_folds, random_state)
            correct = np.zeros(len(variants))
            for held_out in folds:
                training = np.setdiff1d(np.arange(len(Z)), held_out)
                if len(np.unique(y[training])) < 2:
                    continue
                for index, variant in enumerate(variants):
                    fitted = variant.fresh().fit(Z[training], y[training])
                    correct[index] += (fitted.predict(Z[held_out]) == y[held_out]).sum()
            variants = [variants[int(correct.argmax())]]
        return variants[0].fresh().fit(Z, y)


def grouped_folds(groups: NDArray[Any], n_folds: int, random_state: int) -> list[Integers]:
    """Part rows into folds so that no group stands in two; one fold means a held-out fifth."""
    _, codes = np.unique(groups, return_inverse=True)
    shuffled = np.random.default_rng(random_state).permutation(codes.max() + 1)
    parts = max(n_folds, 1) if n_folds > 1 else 5
    fold_of = shuffled[codes] % parts
    folds = [np.flatnonzero(fold_of == fold) for fold in range(parts if n_folds > 1 else 1)]
    return [fold for fold in folds if 0 < len(fold) < len(groups)]


def cohen_kappa(expected: Integers, predicted: Integers, n_classes: int) -> float:
    """Return Cohen's kappa, agreement beyond chance; zero for a constant predictor.

    References
    ----------
    Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and
    Psychological Measurement 20, 37-46.

    Examples
    --------
    >>> import numpy as np
    >>> cohen_kappa(np.array([0, 1, 0, 1]), np.array([0, 1, 0, 0]), 2)
    0.5
    """
    table = np.bincount(expected * n_classes + predicted, minlength=n_classes**2)
    shares = table.reshape(n_classes, n_classes) / len(expected)
    by_chance = float(shares.sum(axis=1) @ shares.sum(axis=0))
    return float((np.trace(shares) - by_chance) / (1 - by_chance)) if by_chance < 1 else 0.0


def probabilities_of(head: Classifier, Z: Vectors) -> Probabilities:
    """Return probabilities of a classifier; one that has none is certain of its labels."""
    if hasattr(head, "predict_proba"):
        return np.asarray(head.predict_proba(Z), dtype=np.float64)
    labels = np.asarray(head.predict(Z))
    certain: Probabilities = (labels[:, None] == np.asarray(head.classes_)).astype(np.float64)
    return certain


def _held_out_predictions(
    aligners: Sequence[Aligner],
    heads: Sequence[Any],
    predict: Predict,
    reference: Reference,
    folds: Sequence[Integers],
    rows: Integers,
) -> tuple[Probabilities, NDArray[np.float64]]:
    """Return the reference's and (n_candidates, n_items, n_classes) probabilities, out of fold."""
    referred, by_fold = [], []
    for held_out in folds:
        training = np.setdiff1d(rows, held_out)
        # Evenly from all of them: pairs often stand in the order of their sources.
        n_scored = min(len(held_out), MOST_SCORED_PAIRS // len(folds))
        scored = held_out[np.linspace(0, len(held_out) - 1, n_scored).astype(np.int64)]
        referred.append(reference(scored))
        predictions = [
            probabilities
            for aligner in aligners
            for probabilities in predict(aligner, heads, training, scored)
        ]
        by_fold.append(np.stack(predictions))
    return np.concatenate(referred), np.concatenate(by_fold, axis=1)


def _confident(reference: Probabilities) -> NDArray[np.bool_]:
    """Mark the rows on which the reference's first choice leads most clearly."""
    ordered = np.sort(reference, axis=1)
    margin = ordered[:, -1] - ordered[:, -2]
    # Of more than two classes each is asked for its own surest: a class between others never leads
    # by much, and would not count at all.
    kinds = reference.argmax(axis=1) if reference.shape[1] > 2 else np.zeros(len(reference), int)
    sure = np.zeros(len(reference), dtype=bool)
    for kind in np.unique(kinds):
        rows = kinds == kind
        sure |= rows & (margin >= np.quantile(margin[rows], 1 - CONFIDENT_SHARE))
    return sure


def _score(
    aligners: Sequence[Aligner],
    heads: Sequence[Any],
    probabilities: NDArray[np.float64],
    expected: Integers,
) -> list[Candidate]:
    predicted, n_classes = probabilities.argmax(axis=2), probabilities.shape[2]
    candidates = []
    for (aligner, head), row in zip(itertools.product(aligners, heads), predicted, strict=True):
        majority = float(np.bincount(row).max() / len(row))
        kappa = cohen_kappa(expected, row, n_classes)
        candidates.append(
            Candidate(
                aligner=_varied(aligner, aligners),
                head=_varied(head, heads),
                kappa=kappa,
                standard_error=_standard_error(kappa, expected == row),
                majority_share=majority,
                refused="predicts one class only" if majority == 1.0 else "",
            )
        )
    return candidates


def _standard_error(kappa: float, hits: NDArray[np.bool_]) -> float:
    """Return kappa's standard error with the agreement by chance taken as known (Cohen, 1960)."""
    observed = float(hits.mean())
    beyond_chance = (1 - observed) / (1 - kappa) if kappa < 1 else 1.0
    return float(np.sqrt(observed * (1 - observed) / len(hits)) / max(beyond_chance, 1e-9))


def _varied(estimator: Any, among: Sequence[Any]) -> dict[str, Any]:
    """Return the parameters of an estimator in which its variants differ."""
    if len(among) == 1:
        return {}
    params = [variant.get_params(deep=False) for variant in among]
    own = estimator.get_params(deep=False)
    return {name: own[name] for name in own if len({repr(other[name]) for other in params}) > 1}


def _strongest_within_one_error(candidates: Sequence[Candidate], n_heads: int) -> int:
    """Return the candidate to take: strongest in sum of ranks, among equals the best."""
    allowed = [index for index, candidate in enumerate(candidates) if not candidate.refused]
    if not allowed:
        raise DataError(
            "every setting tried predicts one class only on the held-out pairs: nothing carries "
            "over from these labels to these pairs. Use parallel text nearer to the task, more of "
            "it, or label some target texts."
        )
    best = max((candidates[index] for index in allowed), key=lambda candidate: candidate.kappa)
    if best.kappa <= 2 * best.standard_error:
        warnings.warn(
            f"agreement across the pairs is at chance (kappa {best.kappa:.2f}, standard error "
            f"{best.standard_error:.2f}): expect little of this classifier. Use more parallel "
            "text, nearer to the task, or label some target texts",
            FitWarning,
            stacklevel=2,
        )
    floor = best.kappa - best.standard_error
    near = [index for index in allowed if candidates[index].kappa >= floor]
    return min(near, key=lambda i: (i // n_heads + i % n_heads, -candidates[i].kappa))


def _threshold(probability: NDArray[np.float64], expected: Integers) -> float:
    """Return the threshold of best kappa; 0.5 unless another is better beyond one error."""
    # Evenly spaced, so that a gap between sure scores is cut in its middle: its edge would cut off
    # the texts that are less sure than these pairs.
    low, high = np.quantile(probability, (0.1, 0.9)).tolist()
    options = np.linspace(low, high, 33)
    kappas = [cohen_kappa(expected, (probability >= t).astype(np.int64), 2) for t in options]
    best = float(np.median(options[np.array(kappas) == max(kappas)]))
    half = (probability >= 0.5).astype(np.int64)
    hits_half, hits_best = half == expected, (probability >= best) == (expected == 1)
    difference = hits_best.astype(float) - hits_half
    error = difference.std() / np.sqrt(len(expected))
    return best if difference.mean() > error else 0.5


def _row_groups(Z: Vectors) -> Integers:
    """Return a number for each row, the same for equal vectors."""
    _, groups = np.unique(Z, axis=0, return_inverse=True)
    return np.asarray(groups, dtype=np.int64).reshape(-1)
