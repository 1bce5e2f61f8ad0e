"""Agreement of sets of labels: Cohen's kappa of each label, in the mean."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from langalign.agreement.kappa import beyond_chance, cohen_kappa, surest
from langalign.agreement.measure import Agreement, Outputs
from langalign.errors import DataError
from langalign.probabilities.temperature import fit_temperature, tempered


class LabelMeasure:
    """Cohen's kappa of each label with and without it, in the mean over labels.

    A label counts where the reference predicts it for some pairs and not for others. For each, the
    pairs count on which the reference is surest, of those with the label and of those without.

    Parameters
    ----------
    reference
        Probabilities of the reference, shape (n, n_labels).

    Raises
    ------
    DataError
        If the reference predicts the same labels for every pair.
    """

    name: ClassVar[str] = "mean Cohen's kappa"
    refusal: ClassVar[str] = "predicts the same labels for every text"

    def __init__(self, reference: Outputs) -> None:
        said = reference >= 0.5
        self._labels = np.flatnonzero(said.any(axis=0) & ~said.all(axis=0))
        if not len(self._labels):
            raise DataError(
                "the source head predicts the same labels for all held-out pairs, so that there is "
                "nothing to agree on: the pairs are far from the task, or every label is rare. Use "
                "parallel text nearer to the task, or MultiLabelHead(class_weight='balanced'), or "
                "choose no settings (select=False, --no-select)"
            )
        self._said = said[:, self._labels].astype(np.int64)
        self._reference = reference[:, self._labels]
        margins = np.abs(self._reference - 0.5)
        columns = zip(margins.T, self._said.T, strict=True)
        self._counted = np.column_stack([surest(margin, said) for margin, said in columns])
        self.n_pairs = int(self._counted.any(axis=1).sum())

    def score(self, outputs: Outputs) -> Agreement:
        """Score probabilities of shape (n, n_labels)."""
        marked = outputs >= 0.5
        predicted = marked[:, self._labels].astype(np.int64)
        kappas, influence = [], np.zeros(len(outputs))
        for said, found, counted in zip(self._said.T, predicted.T, self._counted.T, strict=True):
            kappa, share = _kappa_of_label(said[counted], found[counted])
            kappas.append(kappa)
            influence[counted] += share / (counted.sum() * len(self._labels))
        _, repeats = np.unique(marked, axis=0, return_counts=True)
        return Agreement(
            score=float(np.mean(kappas)),
            standard_error=float(np.sqrt((influence**2).sum())),
            majority_share=float(repeats.max() / len(marked)),
            credits=float(np.mean(kappas)) + influence * len(influence),
        )

    def threshold(self, outputs: Outputs) -> float:
        """Return one half: a label is independent of the others, and none has a threshold."""
        return 0.5

    def temperature(self, outputs: Outputs, reference_temperature: float) -> float:
        """Return the temperature, one for all labels, that brings a candidate nearest."""
        found, expected = (
            table[self._counted][:, None] for table in (outputs[:, self._labels], self._reference)
        )
        expected = tempered(expected, reference_temperature, exclusive=False)
        return fit_temperature(found, expected, exclusive=False)


def _kappa_of_label(
    said: NDArray[np.int64], found: NDArray[np.int64]
) -> tuple[float, NDArray[np.float64]]:
    """Return kappa, and how far each row lies from it with chance taken as known (Cohen, 1960).

    Rows add up over labels before they are squared: a row that is wrong in one label is often wrong
    in another.
    """
    kappa = cohen_kappa(said, found, 2)
    return kappa, beyond_chance(said == found, kappa)
