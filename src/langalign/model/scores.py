"""How good a fitted model is on labelled texts of its target language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from langalign.data.labeled import UNDETERMINED
from langalign.data.script_warning import warn_of_script
from langalign.evaluation.cells import cells_of
from langalign.evaluation.metrics import score_of
from langalign.evaluation.scores import Scores, evaluate_predictions
from langalign.inputs.asked_texts import require_known_labels
from langalign.tasks import SIMILARITY

if TYPE_CHECKING:
    from langalign.data.labeled import LabeledText
    from langalign.model import LangAlign


def score_of_model(model: LangAlign, texts: Any, y: Iterable[Any]) -> float:
    """Return accuracy, or Spearman's correlation of numbers; see :meth:`LangAlign.score`."""
    predicted = model.predict(texts)
    cells = cells_of(list(y), predicted, task=model.task_)
    return score_of(cells, "spearman" if model.task_ == SIMILARITY else "accuracy")


def scores_of_model(model: LangAlign, labeled: LabeledText) -> Scores:
    """Return metrics with intervals; see :meth:`LangAlign.evaluate`."""
    require_known_labels(labeled, model.classes_, model.task_)
    if model.clean:
        lang = model.target_lang_ if labeled.lang == UNDETERMINED else labeled.lang
        warn_of_script(labeled.texts, lang, name="texts to score on")
    predicted = [str(label) for label in model.predict(labeled.texts)]
    return evaluate_predictions(np.asarray(labeled.labels), np.asarray(predicted), task=model.task_)
