"""Aligner and head as a scikit-learn pipeline on ready vectors."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from langalign.alignment.dense_layers import Layers
from langalign.errors import SettingError
from langalign.export import sklearn_pipeline
from langalign.export.base import formats
from langalign.export.served import served
from langalign.model import LangAlign
from langalign.persistence import save_arrays, write_text
from langalign.tasks import MULTILABEL

_README = """# A classifier of vectors for scikit-learn

Written by LangAlign. Vectors are those of `{encoder}`. Nothing is pickled: `pipeline.py` makes the
pipeline of `langalign.json` and `weights.safetensors`.

    from pipeline import load
    load("this/folder").predict_proba(vectors)
"""


def to_sklearn(model: LangAlign) -> Any:
    """Return a fitted ``sklearn.pipeline.Pipeline`` from target vectors to labels.

    Its steps are ``unit_length`` (where the model normalises), ``aligner`` (in reverse) and
    ``head``: a ``LogisticRegression`` or ``MLPClassifier`` with the model's weights, inside a
    ``FixedThresholdClassifier`` where the threshold between two classes is not one half; for
    numbers a ``Ridge``.

    Parameters
    ----------
    model
        Fitted; single texts, or pairs that are read together.

    Raises
    ------
    SettingError
        If texts can have several labels, the model compares two vectors, or its aligner is not
        made of dense layers.

    Examples
    --------
    >>> from langalign import LangAlign
    >>> from langalign.data import bundled
    >>> reviews = bundled.sentiment("en", "train")
    >>> pairs = bundled.parallel("sentiment", "en", "ko", "train")
    >>> model = LangAlign(target_lang="ko", aligner="linear", cache=False)
    >>> pipeline = to_sklearn(model.fit(reviews, parallel=pairs))
    >>> [name for name, _ in pipeline.steps]
    ['head']
    """
    settings, aligner, head = _parts(model)
    return sklearn_pipeline.build(settings, aligner, head)


@formats.register("sklearn")
class SklearnFormat:
    """A folder of weights, and a Python file that makes a pipeline of them."""

    def write(self, model: LangAlign, folder: Path) -> dict[str, Any]:
        """Write weights and ``pipeline.py``.

        Raises
        ------
        SettingError
            As :func:`to_sklearn`.
        """
        settings, aligner, head = _parts(model)
        arrays: dict[str, Any] = {}
        for part, layers in (("aligner", aligner), ("head", head)):
            for number, (weight, bias) in enumerate(layers):
                arrays |= {f"{part}.weight.{number}": weight, f"{part}.bias.{number}": bias}
        save_arrays(arrays, folder / "weights.safetensors")
        write_text(folder / "pipeline.py", inspect.getsource(sklearn_pipeline))
        write_text(folder / "README.md", _README.format(encoder=model.target_encoder_))
        return settings | {"layers": {"aligner": len(aligner), "head": len(head)}}


def _parts(model: LangAlign) -> tuple[dict[str, Any], Layers, Layers]:
    answer = served(model)
    if answer.task == MULTILABEL:
        raise SettingError(
            "this model gives a text several labels, which a pipeline cannot say as LangAlign "
            "does; use --format onnx"
        )
    settings = answer.settings() | {"unit_length": answer.unit_length}
    return settings, answer.aligner, answer.head
