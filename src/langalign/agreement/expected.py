"""How accurate a carried classifier will be, judged without a target label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np

from langalign.agreement.measure import HeldOut, Outputs
from langalign.probabilities.temperature import fit_temperature, tempered

LEVEL = 0.9

TRUST_IN_ENGLISH = {"texts": 0.7, "pairs": 0.3}
"""Weight of the English skill in the geometric mean, by what confidence is taken on."""
MISSED = {"texts": (0.08, 0.14), "pairs": (0.58, 0.31)}
"""Most by which skill fell short of the estimate, and exceeded it, on eight tasks with 5,000 pairs
or more, each left out of finding the weight: of eight the furthest is the ninth tenth."""
SAMPLING = 3.1
"""What one held-out pair alone would add to that, in quadrature; it falls with the root of their
number."""


@dataclass(frozen=True, slots=True)
class ExpectedAccuracy:
    """Accuracy to be expected on target texts, and how far it may be off.

    Parameters
    ----------
    accuracy, low, high
        Shares of texts; the interval is made to hold the accuracy on nine of ten tasks like those
        it was developed on. In a new language it held fewer.
    majority
        What answering the most frequent class would reach, with the class shares that were given,
        else those of the labels.
    n_pairs, n_texts
        Held-out pairs, and unlabelled target texts, that it rests on.
    level
        What the interval is made to hold.
    """

    accuracy: float
    low: float
    high: float
    majority: float
    n_pairs: int
    n_texts: int
    level: float = LEVEL

    def __str__(self) -> str:
        """Return the accuracy with its interval, for people."""
        return f"{self.accuracy:.2f} ({self.low:.2f}-{self.high:.2f})"

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return asdict(self)

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """Return what :meth:`as_dict` wrote."""
        return cls(**record)


def expected_accuracy(
    english: HeldOut, pairs: HeldOut, texts: Outputs | None = None, *, majority: float
) -> ExpectedAccuracy:
    """Judge a classifier of the target language by what is known without its labels.

    Parameters
    ----------
    english
        Probabilities that heads like the English one gave for labelled rows held out from them,
        beside the truth as zeros and ones.
    pairs
        The classifier's probabilities for the target side of held-out pairs, beside the English
        head's for the source side.
    texts
        Its probabilities for unlabelled target texts, shape (n, n_classes); without them its
        confidence is taken on the pairs, whose domain may be another.
    majority
        Share of the most frequent class.

    Notes
    -----
    Skill is accuracy beyond guessing, :math:`(p - 1/k) / (1 - 1/k)` with :math:`k` classes. The
    English head's skill :math:`r` is known from its own labels, and so is the temperature at which
    it is as sure as it is right (Guo et al., 2017). A second temperature brings the classifier's
    probabilities for the target side of held-out pairs nearest to those, so that they are
    sure only where it agrees with English. :math:`x` is the skill that its mean confidence then
    claims (the average confidence of Guillory et al., 2021). The estimate is
    :math:`r^w x^{1 - w}`: perfect where both are perfect, and chance where one is.

    :math:`w` and the interval come from eight tasks with known labels in Korean and Japanese
    (``benchmarks/expected_accuracy.py``). The interval is over tasks, not over rows, and another
    task may miss in ways that those did not.

    References
    ----------
    Guo, C., Pleiss, G., Sun, Y. and Weinberger, K. Q. (2017). On calibration of modern neural
    networks. ICML. arXiv 1706.04599.

    Guillory, D., Shankar, V., Ebrahimi, S., Darrell, T. and Schmidt, L. (2021). Predicting with
    confidence on unseen distributions. ICCV. arXiv 2107.03315.

    Examples
    --------
    An English head that is always right, and a classifier that says what it says:

    >>> sure = np.eye(2)[np.arange(600) % 2]
    >>> found = expected_accuracy(HeldOut(sure, sure), HeldOut(sure, sure), sure, majority=0.5)
    >>> round(found.accuracy, 3)
    1.0
    """
    n_classes = english.outputs.shape[1]
    of_english = fit_temperature(english.outputs, english.expected)
    own = fit_temperature(pairs.outputs, tempered(pairs.expected, of_english))
    seen, known = (pairs.outputs, "pairs") if texts is None else (texts, "texts")
    confidence = float(tempered(seen, own).max(axis=1).mean())
    trust = TRUST_IN_ENGLISH[known]
    shares = english.right_share, confidence
    of_english_head, claimed = (_skill(share, n_classes) for share in shares)
    skill = of_english_head**trust * claimed ** (1 - trust)
    short, beyond = np.hypot(MISSED[known], SAMPLING / np.sqrt(len(pairs.outputs)))
    low, middle, high = (
        float(np.clip(1 / n_classes + (1 - 1 / n_classes) * each, 0, 1))
        for each in (skill - short, skill, skill + beyond)
    )
    return ExpectedAccuracy(
        accuracy=middle,
        low=low,
        high=high,
        majority=majority,
        n_pairs=len(pairs.outputs),
        n_texts=0 if texts is None else len(texts),
    )


def _skill(share: float, n_classes: int) -> float:
    """Return how far a share of right answers is beyond guessing, from 0 to 1."""
    return max((share - 1 / n_classes) / (1 - 1 / n_classes), 0.0)
