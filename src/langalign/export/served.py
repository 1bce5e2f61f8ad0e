"""What a fitted model does to a target text's vector, as dense layers and a last step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from langalign.alignment.dense_layers import Layers, head_layers, joined
from langalign.alignment.mapping_layers import mapping_layers
from langalign.encoders.base import Encoder
from langalign.encoders.cache import CachedEncoder
from langalign.errors import SettingError
from langalign.model import LangAlign
from langalign.probabilities.class_priors import TINY


@dataclass(frozen=True)
class Served:
    """From a vector to scores, whose softmax (of classes) or logistic function is the answer."""

    unit_length: bool
    """Whether the vector is given length one first."""
    aligner: Layers
    """What is in front of the head, in reverse; else nothing."""
    head: Layers
    task: str
    labels: list[Any]
    threshold: float

    @property
    def layers(self) -> Layers:
        """Aligner and head."""
        return joined(self.aligner, self.head)

    def settings(self) -> dict[str, Any]:
        """Return what a reader of the answers has to know, as JSON-able values."""
        return {"task": self.task, "labels": self.labels, "threshold": self.threshold}


def served(model: LangAlign) -> Served:
    """Return what a fitted model does to the vector of a text, or of two that are read together.

    Raises
    ------
    SettingError
        If the model takes two vectors (siamese pairs), its head is a foreign one, or its aligner
        is not made of dense layers.
    """
    classifier = model.classifier_
    if classifier.reads_pairs_:
        raise SettingError(
            "this model compares the vectors of two texts (pair_mode='siamese'), which exports "
            "cannot yet; serve it with LangAlign, or fit with pair_mode='cross'"
        )
    head = head_layers(classifier.head_)
    weight, bias = head[-1]
    scale = np.float32(classifier.temperature_)
    head[-1] = weight / scale, bias / scale
    if classifier.class_factors_ is not None:
        weight, bias = head[-1]
        shift = np.log(np.maximum(classifier.class_factors_, TINY))
        head[-1] = weight, bias + shift.astype(np.float32)
    return Served(
        unit_length=model.normalize,
        aligner=mapping_layers(classifier) if classifier.direction == "reverse" else [],
        head=head,
        task=str(classifier.task_),
        labels=classifier.classes_.tolist(),
        threshold=float(classifier.threshold_),
    )


def bare(encoder: Encoder) -> Encoder:
    """Return the encoder itself, without the cache around it."""
    return encoder.encoder if isinstance(encoder, CachedEncoder) else encoder
