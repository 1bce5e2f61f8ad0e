"""The source language of a fitted model, as a model of its own: the same head, other texts."""

from __future__ import annotations

import copy

from langalign.encoders.absent import Absent
from langalign.encoders.precomputed import PrecomputedEncoder
from langalign.errors import SettingError
from langalign.inputs.spaces import is_ready
from langalign.model import LangAlign


def has_english_side(model: LangAlign) -> bool:
    """Return whether a fitted model can classify texts of its source language.

    For that its source encoder must be at hand.
    """
    return not is_ready(model.source_fingerprint_) and not isinstance(
        model.source_encoder_, Absent | PrecomputedEncoder
    )


def english_side(model: LangAlign) -> LangAlign:
    """Return a model that classifies source texts with the head of a fitted one.

    A reverse model's head takes source vectors as they are. A forward model's head was trained on
    mapped source vectors, so that is what it gets. Threshold, temperature and class shares were
    chosen for target texts and are left out.

    Parameters
    ----------
    model
        Fitted; nothing of it is changed.

    Raises
    ------
    SettingError
        If the model has no source encoder to ask.

    Examples
    --------
    >>> from langalign.data import bundled
    >>> reviews = bundled.sentiment("en", "train")
    >>> pairs = bundled.parallel("sentiment", "en", "ko", "train")
    >>> model = LangAlign(target_lang="ko", select=False, cache=False)
    >>> side = english_side(model.fit(reviews, parallel=pairs))
    >>> side.target_lang_, side.score(reviews.texts, reviews.labels) > 0.7
    ('en', True)
    """
    if not has_english_side(model):
        raise SettingError(
            f"texts of {model.source_lang!r} cannot be classified by this model: its source "
            "encoder is not at hand (ready vectors, or a function that is not saved); load it with "
            "source_encoder=..."
        )
    turned = copy.copy(model)
    turned.target_lang = turned.target_lang_ = model.source_lang
    turned.target_encoder = turned.target_encoder_ = model.source_encoder_
    turned.target_fingerprint_ = model.source_fingerprint_
    was = model.classifier_
    asked = turned.classifier_ = copy.copy(was)
    asked.threshold_, asked.temperature_, asked.class_factors_ = 0.5, 1.0, None
    # Mapped like A(source) of the forward direction; unmapped like targets of a forward model.
    asked.direction = "reverse" if was.direction == "forward" else "forward"
    asked.source_origin_, asked.target_origin_ = was.target_origin_, was.source_origin_
    asked.n_features_in_ = len(asked.target_origin_)
    turned.direction = asked.direction
    return turned
