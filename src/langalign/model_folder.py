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

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from langalign.aligned_classifier import AlignedClassifier
from langalign.aligners import aligners
from langalign.encoders.precomputed import PrecomputedEncoder
from langalign.encoders.resolve import EncoderSpec, describe, from_description, resolve
from langalign.encoders.static import StaticEncoder
from langalign.errors import PersistenceError, SpaceMismatchError
from langalign.estimator import Estimator
from langalign.heads import Head, heads
from langalign.model_card import model_card
from langalign.persistence import (
    CONFIG,
    FORMAT_VERSION,
    checksums,
    load_arrays,
    load_component,
    read_config,
    save_arrays,
    save_component,
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
        for name, component, kind in (
            ("aligner", classifier.aligner_, aligners.kind),
            ("spread", classifier.spread_, transforms.kind),
            ("head", classifier.head_, heads.kind),
        ):
            if isinstance(component, Estimator):  # not a classifier that was brought along
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
        write_json(folder / "metrics.json", _record(model))
        write_text(folder / "README.md", model_card(model))
        write_json(folder / CONFIG, _config(model) | {"files": checksums(folder)})


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
    try:
        verify(folder, config["files"])
        model = _restored(model_class, config)
        model.classifier_ = _classifier(folder, config, head)
        described = config["encoders"]
        model.source_encoder = source_encoder or _named(described["source"])
        model.target_encoder = target_encoder or _named(described["target"])
        fingerprints = config["fingerprints"]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, PersistenceError):
            raise
        raise PersistenceError(
            f"{folder / CONFIG}: damaged ({error!r}); copy the folder again or save it anew"
        ) from error
    model.source_fingerprint_, model.target_fingerprint_ = (
        fingerprints["source"],
        fingerprints["target"],
    )
    model.source_encoder_ = _encoder(source_encoder, described["source"])
    model.target_encoder_ = _encoder(target_encoder, described["target"])
    model.classes_ = model.classifier_.classes_
    _self_test(model, folder, knows_golden=described["target"]["type"] != "precomputed")
    return model


def _config(model: LangAlign) -> dict[str, Any]:
    classifier = model.classifier_
    return {
        "format_version": FORMAT_VERSION,
        "kind": KIND,
        "langalign_version": __version__,
        "settings": _settings(model),
        "target_lang": getattr(model, "target_lang_", model.target_lang),
        "threshold": classifier.threshold_,
        "reads_pairs": classifier.reads_pairs_,
        "encoders": {
            "source": describe(model.source_encoder_),
            "target": describe(model.target_encoder_),
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
        "direction",
        "pair_mode",
        "normalize",
        "spread",
        "select",
        "clean",
        "random_state",
    )
    return {name: getattr(model, name) for name in kept}


def _foreign(classifier: AlignedClassifier) -> dict[str, Any]:
    head = classifier.head_
    return {
        "class": f"{type(head).__module__}.{type(head).__qualname__}",
        "classes": [str(label) for label in classifier.classes_],
    }


def _record(model: LangAlign) -> dict[str, Any]:
    classifier, cleaning = model.classifier_, getattr(model, "cleaning_", None)
    return {
        "seen": getattr(model, "n_seen_", {}),
        "cleaning": cleaning.as_dict() if cleaning else None,
        "agreement": classifier.choice_.as_dict() if classifier.choice_ else None,
    }


def _restored(model_class: type[LangAlign], config: dict[str, Any]) -> LangAlign:
    model = model_class(target_lang=config["target_lang"], **config["settings"])
    model.target_lang_ = config["target_lang"]
    return model


def _classifier(folder: Path, config: dict[str, Any], head: Any) -> AlignedClassifier:
    aligner = load_component(folder / "aligner", aligners)
    spread = load_component(folder / "spread", transforms)
    if config["foreign_head"] is None:
        head = load_component(folder / "head", heads)
    else:
        _check_foreign(folder, config["foreign_head"], head)
    settings = config["settings"]
    classifier = AlignedClassifier(
        aligner.fresh(), head, direction=settings["direction"], spread=settings["spread"]
    )
    arrays = load_arrays(folder / ARRAYS)
    classifier.aligner_, classifier.spread_, classifier.head_ = aligner, spread, head
    classifier.source_origin_ = arrays["source_origin"]
    classifier.target_origin_ = arrays["target_origin"]
    classifier.threshold_ = float(config["threshold"])
    classifier.reads_pairs_ = bool(config["reads_pairs"])
    classifier.classes_ = np.asarray(head.classes_)
    classifier.n_features_in_ = len(classifier.target_origin_)
    classifier.choice_ = None
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


def _encoder(given: EncoderSpec | None, description: dict[str, Any]) -> Any:
    if given is not None:
        return resolve(given)
    if description["type"] in ("function", "custom"):
        return Absent(description["name"])
    return from_description(description)


def _named(description: dict[str, Any]) -> Any:
    return description.get("name") or description.get("model") or description.get("path")


class Absent:
    """Stands where an encoder was not saved: asking it for anything tells how to pass it.

    A forward model never asks for its source encoder, so that it can be served without one.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def fingerprint(self) -> str:
        """Raise: there is no encoder to ask."""
        raise PersistenceError(
            f"this model was fitted with the function {self.name!r}, which is not saved with it; "
            "pass it: LangAlign.load(path, target_encoder=function)"
        )

    def __repr__(self) -> str:
        return f"Absent({self.name!r})"


def _golden_vectors(model: LangAlign) -> Vectors:
    """Return vectors of a few texts of our own, or random ones where there is no encoder."""
    classifier = model.classifier_
    ready = model.target_fingerprint_.startswith("vectors:")
    if ready or isinstance(model.target_encoder_, PrecomputedEncoder):
        shape = (len(GOLDEN_TEXTS), classifier.n_features_in_)
        random = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
        return np.stack([random, random[::-1]], axis=1) if classifier.reads_pairs_ else random
    return _encode_golden(model)


def _encode_golden(model: LangAlign) -> Vectors:
    texts: Any = list(GOLDEN_TEXTS)
    if model.classifier_.reads_pairs_:
        texts = list(zip(texts, reversed(texts), strict=True))
    side = TextVectors(
        model.target_encoder_,
        pair_mode=model.pair_mode,
        cache=False,
        normalize=model.normalize,
    )
    return side(texts, name="golden texts")


def _scores(classifier: AlignedClassifier, vectors: Vectors) -> Any:
    if hasattr(classifier.head_, "predict_proba"):
        return classifier.predict_proba(vectors)
    labels = classifier.head_.predict(features(classifier.map_target(vectors)))
    return (labels[:, None] == classifier.classes_).astype(np.float64)


def _self_test(model: LangAlign, folder: Path, *, knows_golden: bool) -> None:
    """Compare the head, and where it is at hand the encoder, with what they gave when saved."""
    arrays = load_arrays(folder / ARRAYS)
    golden, expected = arrays["golden_vectors"], arrays["golden_scores"]
    if not np.allclose(_scores(model.classifier_, golden), expected, atol=TOLERANCE):
        raise PersistenceError(
            f"{folder}: self-test failed, the head does not give what it gave when it was saved; "
            "pass the classifier of the fit, or save the model anew"
        )
    if not isinstance(model.target_encoder_, StaticEncoder) or not knows_golden:
        # Vectors made beforehand know no golden texts: the saved ones are random.
        # A transformer takes seconds to load; its fingerprint is compared when it first encodes.
        return
    if not model.target_fingerprint_.startswith("vectors:"):
        fresh = _encode_golden(model)
        if fresh.shape != golden.shape or not np.allclose(fresh, golden, atol=TOLERANCE):
            raise SpaceMismatchError(
                f"{folder}: self-test failed, {model.target_encoder_!r} does not give the vectors "
                "that the model was fitted on; use the encoder of the fit, or fit again"
            )
