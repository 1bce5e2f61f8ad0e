"""The map of a fitted classifier, from raw vectors to raw vectors, as dense layers."""

from __future__ import annotations

from langalign.alignment.aligned_classifier import AlignedClassifier
from langalign.alignment.dense_layers import Layers, aligner_layers


def mapping_layers(classifier: AlignedClassifier) -> Layers:
    """Return the map that is served in reverse, or was trained on forward, with all centring.

    It takes vectors of the target language in reverse, of the source language forward.

    Raises
    ------
    SettingError
        If the aligner is neither affine nor a stack of dense layers.
    """
    here, there = classifier.source_origin_, classifier.target_origin_
    if classifier.direction == "reverse":
        here, there = there, here
    layers = list(aligner_layers(classifier.aligner_))
    weight, bias = layers[0]
    layers[0] = weight, bias - here @ weight
    weight, bias = layers[-1]
    spread = classifier.spread_.transform  # linear: rows of weights are vectors to it as well
    layers[-1] = spread(weight), spread(bias[None])[0] + there
    return layers
