"""The scores of one classifier on one test set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from langalign.errors import DataError
from langalign.evaluation.cells import cells_of
from langalign.evaluation.intervals import LEVEL, N_RESAMPLES, Interval, cells_interval
from langalign.evaluation.metrics import Metric, score_of


@dataclass(frozen=True, slots=True)
class Scores:
    """Accuracy and macro-F1 with their 95 % intervals over test rows.

    Parameters
    ----------
    accuracy, macro_f1
        Between 0 and 1.
    accuracy_interval, macro_f1_interval
        Percentile bootstrap intervals.
    n
        Rows scored.
    """

    accuracy: float
    accuracy_interval: Interval
    macro_f1: float
    macro_f1_interval: Interval
    n: int

    def value(self, metric: Metric) -> float:
        """Return the score named."""
        return self.accuracy if metric == "accuracy" else self.macro_f1

    def interval(self, metric: Metric) -> Interval:
        """Return the interval of the score named."""
        return self.accuracy_interval if metric == "accuracy" else self.macro_f1_interval

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record; ``interval`` is the one of accuracy."""
        return {
            "accuracy": self.accuracy,
            "macro_f1": self.macro_f1,
            "n": self.n,
            "interval": self.accuracy_interval.as_list(),
            "macro_f1_interval": self.macro_f1_interval.as_list(),
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """Undo :meth:`as_dict`.

        Raises
        ------
        DataError
            If something is missing or not a number.
        """
        try:
            return cls(
                accuracy=float(record["accuracy"]),
                accuracy_interval=Interval(*map(float, record["interval"])),
                macro_f1=float(record["macro_f1"]),
                macro_f1_interval=Interval(*map(float, record["macro_f1_interval"])),
                n=int(record["n"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(
                f"not a record of scores ({error!r}); expected what Scores.as_dict gives"
            ) from error


def evaluate_predictions(
    y_true: Any, y_pred: Any, *, n_resamples: int = N_RESAMPLES, random_state: int = 0
) -> Scores:
    """Score predictions of shape (n,) against the truth of shape (n,).

    Parameters
    ----------
    y_true, y_pred
        Labels of the same rows.
    n_resamples, random_state
        Bootstrap resamples behind the intervals, and their seed.

    Raises
    ------
    DataError
        If the labels are empty, of different lengths, missing, or text against numbers.

    Examples
    --------
    >>> scores = evaluate_predictions(["a", "b"] * 20, ["a", "b"] * 15 + ["b", "a"] * 5)
    >>> scores.accuracy, scores.n
    (0.75, 40)
    """
    cells = cells_of(y_true, y_pred)

    def interval(metric: Metric) -> Interval:
        return cells_interval(
            cells, metric, level=LEVEL, n_resamples=n_resamples, random_state=random_state
        )

    return Scores(
        accuracy=score_of(cells, "accuracy"),
        accuracy_interval=interval("accuracy"),
        macro_f1=score_of(cells, "macro_f1"),
        macro_f1_interval=interval("macro_f1"),
        n=cells.n,
    )
