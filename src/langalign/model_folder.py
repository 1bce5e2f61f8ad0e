"""A fitted model as a folder: what is in it, how it is written, checked and read.

::

    config.json          format version, encoders, fingerprints, settings, checksums of the rest
    aligner/  spread/    components (safetensors + JSON)
    head/                the same; absent where a classifier was brought along
    vectors.safetensors  origins of both spaces; golden vectors and probabilities for the self-test
    metrics.json         what was chosen from what, and what the fit has seen
    README.md            model card
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from langalign.agreement import outputs_of
from langalign.aligned_classifier import AlignedClassifier
from langalign.aligners import aligners
from langalign.encoders.absent import Absent
from langalign.encoders.base import Encoder
from langalign.encoders.function import FunctionEncoder
from langalign.encoders.resolve import EncoderSpec, describe, from_description, resolve
from langalign.encoders.static import StaticEncoder
from langalign.errors import (
    EncoderError,
    MissingDependencyError,
    PersistenceError,
    SettingError,
    SpaceMismatchError,
    UnknownNameError,
)
from langalign.estimator import Estimator
from langalign.heads import Head, heads
from langalign.heads.traits import classes_of, task_of
from langalign.model_card import model_card
from langalign.model_record import recall, record_of
from langalign.persistence import (
    CONFIG,
    FORMAT_VERSION,
    checksums,
    load_arrays,
    load_component,
    read_config,
    require_seal,
    save_arrays,
    save_component,
    sealed,
    verify,
    write_folder,
    write_json,
    write_text,
)
from langalign.text_pairs import features
from langalign.text_vectors import TextVectors
from langalign.transforms import transforms
from langalign.vectors import Vectors
from langalign.version import __version__

if TYPE_CHECKING:
    from langalign.model import LangAlign

KIND = "model"
ARRAYS = "vectors.safetensors"
RECORD = "metrics.json"
GOLDEN_TEXTS = (
    "Exactly what I was hoping for.",
    "다시는 여기서 사지 않을 거예요.",
    "思っていたよりずっと良かったです。",
    "还没用一个星期就坏了。",
)
TOLERANCE = 1e-3


def save_model(model: LangAlign, path: str | Path) -> None:
    """Write a fitted model; an older one at ``path`` is replaced only when the new one is whole."""
    classifier = model.classifier_
    with write_folder(path) as folder:
        parts: list[tuple[str, Estimator, str]] = [
            ("aligner", classifier.aligner_, aligners.kind),
            ("spread", classifier.spread_, transforms.kind),
        ]
        if isinstance(classifier.head_, Head):  # not a classifier that was brought along
            parts.append(("head", classifier.head_, heads.kind))
        for name, component, kind in parts:
            (folder / name).mkdir()
            save_component(component, folder / name, kind=kind)
        golden = _golden_vectors(model)
        arrays = {
            "source_origin": classifier.source_origin_,
            "target_origin": classifier.target_origin_,
            "golden_vectors": golden,
            "golden_scores": _scores(classifier, golden),
        }
        save_arrays(arrays, folder / ARRAYS)
        write_json(folder / RECORD, record_of(model))
        config = _config(model)
        write_text(folder / "README.md", model_card(model, config["encoders"]))
        write_json(folder / CONFIG, sealed(config | {"files": checksums(folder)}))


def load_model(
    model_class: type[LangAlign],
    path: str | Path,
    *,
    source_encoder: EncoderSpec | None,
    target_encoder: EncoderSpec | None,
    head: Any,
) -> LangAlign:
    """Read a model, check its files and run its self-test; see :meth:`LangAlign.load`."""
    folder = Path(path)
    config = read_config(folder, expected=KIND)
    require_seal(config, folder / CONFIG)
    try:
        verify(folder, config["files"])
        model = _restored(model_class, folder, config, head)
        _give_encoders(model, config["encoders"], source_encoder, target_encoder)
        _self_test(model, folder, knows_texts=_encodes_any(config["encoders"]["target"]))
    except (
        EncoderError,
        MissingDependencyError,
        PersistenceError,
        SettingError,
        SpaceMismatchError,
        UnknownNameError,
    ):
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise PersistenceError(
            f"{folder}: its parts do not fit together ({error!r}); copy the folder again or save "
            "it anew"
        ) from error
    model.task_, model.classes_ = model.classifier_.task_, model.classifier_.classes_
    return model


def _config(model: LangAlign) -> dict[str, Any]:
    classifier = model.classifier_
    return {
        "format_version": FORMAT_VERSION,
        "kind": KIND,
        "langalign_version": __version__,
        "settings": _settings(model),
        "target_lang": model.target_lang_,
        "threshold": classifier.threshold_,
        "temperature": classifier.temperature_,
        "class_factors": (
            None if classifier.class_factors_ is None else classifier.class_factors_.tolist()
        ),
        "takes_pairs": model.takes_pairs_,
        "reads_pairs": classifier.reads_pairs_,
        "encoders": {
            "source": _described(model.source_encoder_),
            "target": _described(model.target_encoder_),
        },
        "fingerprints": {
            "source": model.source_fingerprint_,
            "target": model.target_fingerprint_,
        },
        "foreign_head": None if isinstance(classifier.head_, Head) else _foreign(classifier),
    }


def _settings(model: LangAlign) -> dict[str, Any]:
    """Return what JSON can hold of the constructor's arguments; the rest is in the components."""
    kept = (
        "source_lang",
        "task",
        "direction",
        "pair_mode",
        "max_made_pairs",
        "normalize",
        "spread",
        "class_weight",
        "calibrate",
        "select",
        "clean",
        "random_state",
    )
    shares = model.class_shares
    return {name: getattr(model, name) for name in kept} | {
        # A folder of this machine would mean nothing on another.
        "cache": model.cache is not False,
        # Labels may be numbers, which JSON's objects cannot have as keys.
        "class_shares": None if shares is None else [[c, share] for c, share in shares.items()],
    }


def _foreign(classifier: AlignedClassifier) -> dict[str, Any]:
    head = classifier.head_
    return {
        "class": f"{type(head).__module__}.{type(head).__qualname__}",
        "classes": [str(label) for label in classifier.classes_],
    }


def _restored(
    model_class: type[LangAlign], folder: Path, config: dict[str, Any], head: Any
) -> LangAlign:
    classifier = _classifier(folder, config, head)
    settings = config["settings"]
    shares = settings["class_shares"]
    model = model_class(
        target_lang=config["target_lang"],
        aligner=classifier.aligner,
        head=classifier.head,
        **(settings | {"class_shares": None if shares is None else dict(shares)}),
    )
    model.classifier_ = classifier
    model.target_lang_ = config["target_lang"]
    model.takes_pairs_ = bool(config["takes_pairs"])
    model.source_fingerprint_ = str(config["fingerprints"]["source"])
    model.target_fingerprint_ = str(config["fingerprints"]["target"])
    recall(model, folder / RECORD)
    return model


def _classifier(folder: Path, config: dict[str, Any], head: Any) -> AlignedClassifier:
    aligner = load_component(folder / "aligner", aligners)
    spread = load_component(folder / "spread", transforms)
    unfitted = head
    if config["foreign_head"] is not None:
        _check_foreign(folder, config["foreign_head"], head)
    elif head is None:
        head = load_component(folder / "head", heads)
        unfitted = head.fresh()
    else:
        raise SettingError(f"{folder}: its head is saved with it; load it without head=")
    settings = config["settings"]
    classifier = AlignedClassifier(
        aligner.fresh(),
        unfitted,
        direction=settings["direction"],
        spread=settings["spread"],
        select=settings["select"],
        calibrate=settings.get("calibrate", False),
        random_state=settings["random_state"],
    )
    arrays = load_arrays(folder / ARRAYS)
    classifier.aligner_, classifier.spread_, classifier.head_ = aligner, spread, head
    classifier.source_origin_ = arrays["source_origin"]
    classifier.target_origin_ = arrays["target_origin"]
    classifier.threshold_ = float(config["threshold"])
    # Folders of version 0.1 have neither.
    classifier.temperature_ = float(config.get("temperature", 1.0))
    factors = config.get("class_factors")
    classifier.class_factors_ = None if factors is None else np.array(factors, dtype=np.float64)
    classifier.shares_without_centring_ = None
    classifier.reads_pairs_ = bool(config["reads_pairs"])
    classifier.task_, classifier.classes_ = task_of(head), classes_of(head)
    classifier.n_features_in_ = len(classifier.target_origin_)
    return classifier


def _check_foreign(folder: Path, expected: dict[str, Any], head: Any) -> None:
    if head is None:
        raise PersistenceError(
            f"{folder}: was fitted with a {expected['class']} that is not saved with it; "
            "load it as you saved it and pass it: LangAlign.load(path, head=...)"
        )
    found = [str(label) for label in getattr(head, "classes_", [])]
    if found != expected["classes"]:
        raise PersistenceError(
            f"{folder}: the head given has classes {found}, the model was fitted with "
            f"{expected['classes']}; pass the classifier of the fit"
        )


def _give_encoders(
    model: LangAlign,
    described: Mapping[str, Any],
    source: EncoderSpec | None,
    target: EncoderSpec | None,
) -> None:
    """Set the encoders given, or those described, as parameters and as what fit resolves."""
    model.target_encoder_ = resolve(target) if target is not None else _saved(described["target"])
    if source is not None:
        model.source_encoder_ = resolve(source)
    elif target is None and described["source"] == described["target"]:
        model.source_encoder_ = model.target_encoder_
    else:
        model.source_encoder_ = _if_here(described["source"])
    model.source_encoder, model.target_encoder = model.source_encoder_, model.target_encoder_


def _saved(description: Mapping[str, Any]) -> Encoder:
    if description["type"] in ("function", "custom"):
        return Absent(description)
    return from_description(description)


def _if_here(description: Mapping[str, Any]) -> Encoder:
    """Return an encoder that nobody will ask: it need not be on this machine."""
    try:
        return _saved(description)
    except (EncoderError, UnknownNameError):
        return Absent(description)


def _described(encoder: Encoder) -> dict[str, Any]:
    return encoder.description if isinstance(encoder, Absent) else describe(encoder)


def _golden_vectors(model: LangAlign) -> Vectors:
    """Return vectors of a few texts of our own, or random ones where no text can be encoded."""
    classifier = model.classifier_
    if not _is_ready(model.target_fingerprint_) and _encodes_any(_described(model.target_encoder_)):
        return _encode_golden(model)
    shape = (len(GOLDEN_TEXTS), classifier.n_features_in_)
    random = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    return np.stack([random, random[::-1]], axis=1) if classifier.reads_pairs_ else random


def _encodes_any(description: Mapping[str, Any]) -> bool:
    """Tell whether texts of our own can be encoded: there is code, and it is ours to run."""
    return description["type"] not in ("precomputed", "function", "custom")


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


def _self_test(model: LangAlign, folder: Path, *, knows_texts: bool) -> None:
    """Compare the head, and where it is at hand the encoder, with what they gave when saved."""
    arrays = load_arrays(folder / ARRAYS)
    golden, expected = arrays["golden_vectors"], arrays["golden_scores"]
    if not np.allclose(_scores(model.classifier_, golden), expected, atol=TOLERANCE):
        raise PersistenceError(
            f"{folder}: self-test failed, the head does not give what it gave when it was saved; "
            "pass the classifier of the fit, or save the model anew"
        )
    encoder, fingerprint = model.target_encoder_, model.target_fingerprint_
    # Others may take seconds to load; their fingerprint is compared when they first encode.
    if not isinstance(encoder, StaticEncoder | FunctionEncoder) or _is_ready(fingerprint):
        return
    if encoder.fingerprint != fingerprint:
        raise SpaceMismatchError(
            f"{folder}: {encoder!r} has fingerprint {encoder.fingerprint}, the model was fitted "
            f"with {fingerprint}; use the encoder of the fit, or fit again"
        )
    if not isinstance(encoder, StaticEncoder) or not knows_texts:
        return
    fresh = _encode_golden(model)
    if fresh.shape != golden.shape or not np.allclose(fresh, golden, atol=TOLERANCE):
        raise SpaceMismatchError(
            f"{folder}: self-test failed, {encoder!r} does not give the vectors that it gave when "
            "the model was saved, though its weights are the same; install the version of "
            "tokenizers of then, or fit again"
        )


def _is_ready(fingerprint: str) -> bool:
    """Tell whether a side was given as ready vectors, of an encoder that is not known."""
    return fingerprint.startswith("vectors:")
