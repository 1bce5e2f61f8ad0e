"""The self-test of a saved model: a few texts must give the vectors and scores that were saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from langalign.agreement import outputs_of
from langalign.alignment.aligned_classifier import AlignedClassifier
from langalign.encoders.function import FunctionEncoder
from langalign.encoders.static import StaticEncoder
from langalign.errors import PersistenceError, SpaceMismatchError
from langalign.inputs.spaces import is_ready
from langalign.inputs.text_vectors import TextVectors
from langalign.model.encoders import described, encodes_any
from langalign.text_pairs import features
from langalign.vectors import Vectors

if TYPE_CHECKING:
    from langalign.model import LangAlign

GOLDEN_TEXTS = (
    "Exactly what I was hoping for.",
    "다시는 여기서 사지 않을 거예요.",
    "思っていたよりずっと良かったです。",
    "还没用一个星期就坏了。",
)
TOLERANCE = 1e-3


def golden_arrays(model: LangAlign) -> dict[str, NDArray[Any]]:
    """Return what is saved to be compared later: vectors, and what the head gives for them."""
    vectors = _golden_vectors(model)
    return {"golden_vectors": vectors, "golden_scores": _scores(model.classifier_, vectors)}


def self_test(model: LangAlign, arrays: dict[str, Any], folder: Path, *, knows_texts: bool) -> None:
    """Compare the head, and where it is at hand the encoder, with what they gave when saved.

    Parameters
    ----------
    model
        Just read from ``folder``.
    arrays
        With what :func:`golden_arrays` returned back then.
    folder
        Named in messages.
    knows_texts
        Whether the golden vectors are those of texts.

    Raises
    ------
    PersistenceError
        If the head gives something else.
    SpaceMismatchError
        If the encoder is not the one of the fit, or gives other vectors.
    """
    golden, expected = arrays["golden_vectors"], arrays["golden_scores"]
    if not np.allclose(_scores(model.classifier_, golden), expected, atol=TOLERANCE):
        raise PersistenceError(
            f"{folder}: self-test failed, the head does not give what it gave when it was saved; "
            "pass the classifier of the fit, or save the model anew"
        )
    encoder, fingerprint = model.target_encoder_, model.target_fingerprint_
    # Others may take seconds to load; their fingerprint is compared when they first encode.
    if not isinstance(encoder, StaticEncoder | FunctionEncoder) or is_ready(fingerprint):
        return
    _require_fingerprint(model, folder)
    if isinstance(encoder, StaticEncoder) and knows_texts:
        _require_golden_vectors(model, golden, folder)


def prove_space(
    model: LangAlign, arrays: dict[str, Any], folder: Path, *, knows_texts: bool
) -> None:
    """Encode the golden texts with the model's encoder, however long that takes.

    What :func:`self_test` leaves to the first use is asked for here, before others rely on it.
    Parameters are as there.

    Raises
    ------
    SpaceMismatchError
        If the encoder is not the one of the fit, or gives other vectors.
    """
    _require_fingerprint(model, folder)
    if knows_texts:
        _require_golden_vectors(model, arrays["golden_vectors"], folder)


def _require_fingerprint(model: LangAlign, folder: Path) -> None:
    encoder, fingerprint = model.target_encoder_, model.target_fingerprint_
    if encoder.fingerprint != fingerprint:
        raise SpaceMismatchError(
            f"{folder}: {encoder!r} has fingerprint {encoder.fingerprint}, the model was fitted "
            f"with {fingerprint}; use the encoder of the fit, or fit again"
        )


def _require_golden_vectors(model: LangAlign, golden: Vectors, folder: Path) -> None:
    fresh = _encode_golden(model)
    if fresh.shape != golden.shape or not np.allclose(fresh, golden, atol=TOLERANCE):
        raise SpaceMismatchError(
            f"{folder}: self-test failed, {model.target_encoder_!r} does not give the vectors that "
            "it gave when the model was saved, though its weights are the same; install the "
            "version of tokenizers of then, or fit again"
        )


def _golden_vectors(model: LangAlign) -> Vectors:
    """Return vectors of a few texts of our own, or random ones where no text can be encoded."""
    classifier = model.classifier_
    if not is_ready(model.target_fingerprint_) and encodes_any(described(model.target_encoder_)):
        return _encode_golden(model)
    shape = (len(GOLDEN_TEXTS), classifier.n_features_in_)
    random = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    return np.stack([random, random[::-1]], axis=1) if classifier.reads_pairs_ else random


def _encode_golden(model: LangAlign) -> Vectors:
    texts: Any = list(GOLDEN_TEXTS)
    if model.takes_pairs_:
        texts = list(zip(texts, reversed(texts), strict=True))
    side = TextVectors(
        model.target_encoder_,
        pair_mode=model.pair_mode,
        cache=False,
        normalize=model.normalize,
    )
    return side(texts, name="golden texts")


def _scores(classifier: AlignedClassifier, vectors: Vectors) -> NDArray[np.float64]:
    return outputs_of(classifier.head_, features(classifier.map_target(vectors)))
