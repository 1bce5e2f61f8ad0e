"""What a classifier says of vectors, one record per row: for files, pipes and servers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from langalign.errors import SettingError
from langalign.probabilities.answers import confidence_of_sets, decide
from langalign.tasks import MULTILABEL, SIMILARITY, joined_rows
from langalign.vectors import Vectors

if TYPE_CHECKING:
    from langalign.alignment.aligned_classifier import AlignedClassifier

Answer = dict[str, Any]
"""``label``; of classes ``probability``, that of the label; unless numbers, ``probabilities``."""


def answer_rows(classifier: AlignedClassifier, vectors: Vectors) -> list[Answer]:
    """Return an answer for each target vector, of plain Python values.

    Parameters
    ----------
    classifier
        Fitted.
    vectors
        Target vectors, shape (n, d) or (n, 2, d).

    Raises
    ------
    SettingError
        If the classifier is foreign and gives no probabilities.
    """
    if classifier.task_ == SIMILARITY:
        return [{"label": number} for number in classifier.predict(vectors).tolist()]
    classes = [str(name) for name in classifier.classes_]
    probabilities = classifier.predict_proba(vectors)
    rows = probabilities.tolist()
    if classifier.task_ == MULTILABEL:
        labels = joined_rows(probabilities >= 0.5, classes).tolist()
        return [
            {"label": label, "probabilities": dict(zip(classes, row, strict=True))}
            for label, row in zip(labels, rows, strict=True)
        ]
    columns = decide(probabilities, np.arange(len(classes)), classifier.threshold_).tolist()
    return [
        {
            "label": classes[column],
            "probability": row[column],
            "probabilities": dict(zip(classes, row, strict=True)),
        }
        for column, row in zip(columns, rows, strict=True)
    ]


def abstain(answer: Answer, below: float) -> Answer:
    """Return an answer without its label where it is not sure enough, and say whether it was.

    How sure a set of labels is :func:`~langalign.probabilities.answers.confidence_of_sets` says.

    Raises
    ------
    SettingError
        If the answer is a number.

    Examples
    --------
    >>> abstain({"label": "good", "probability": 0.6}, 0.8)
    {'label': '', 'probability': 0.6, 'abstained': True}
    """
    sure = answer.get("probability")
    if sure is None and "probabilities" not in answer:
        raise SettingError(
            f"the answer is a number ({answer['label']}), which has no probability to go by; leave "
            "abstaining out"
        )
    if sure is None:
        sure = float(confidence_of_sets([list(answer["probabilities"].values())])[0])
    return answer | {"label": "" if sure < below else answer["label"], "abstained": sure < below}
