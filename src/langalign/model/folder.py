"""A fitted model as a folder: what is in it, how it is written, checked and read.

::

    config.json          format version, encoders, fingerprints, settings, checksums of the rest
    aligner/  spread/    components (safetensors + JSON)
    head/                the same; absent for a foreign classifier
    examples/            labelled texts that were kept and their vectors; absent unless asked for
    vectors.safetensors  origins of both spaces; golden vectors and probabilities for the self-test
    metrics.json         what was chosen from what, and what the fit has seen
    README.md            model card
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from langalign.aligners import aligners
from langalign.alignment.aligned_classifier import AlignedClassifier
from langalign.encoders.resolve import EncoderSpec
from langalign.errors import (
    PersistenceError,
    SettingError,
    SpaceMismatchError,
    UnknownNameError,
)
from langalign.estimator import Estimator
from langalign.heads import Head, heads
from langalign.heads.base import Labels, Probabilities
from langalign.heads.traits import classes_of, task_of
from langalign.model.card import model_card
from langalign.model.encoders import described, encoders_given, encodes_any
from langalign.model.kept_examples import KeptExamples
from langalign.model.record import recall, record_of
from langalign.model.self_test import golden_arrays, prove_space, self_test
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
from langalign.transforms import transforms
from langalign.version import __version__

if TYPE_CHECKING:
    from langalign.model import LangAlign

KIND = "model"
ARRAYS = "vectors.safetensors"
RECORD = "metrics.json"


def save_model(model: LangAlign, path: str | Path) -> None:
    """Write a fitted model; an older one at ``path`` is replaced only when the new one is whole."""
    classifier = model.classifier_
    with write_folder(path, kind=KIND) as folder:
        parts: list[tuple[str, Estimator, str]] = [
            ("aligner", classifier.aligner_, aligners.kind),
            ("spread", classifier.spread_, transforms.kind),
        ]
        if isinstance(classifier.head_, Head):  # not a foreign classifier
            parts.append(("head", classifier.head_, heads.kind))
        for name, component, kind in parts:
            (folder / name).mkdir()
            save_component(component, folder / name, kind=kind)
        arrays = {
            "source_origin": classifier.source_origin_,
            "target_origin": classifier.target_origin_,
        }
        save_arrays(arrays | golden_arrays(model), folder / ARRAYS)
        write_json(folder / RECORD, record_of(model))
        if model.examples_ is not None:
            model.examples_.save(folder)
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
    config = read_config(folder, expected=KIND, whole=True)
    require_seal(config, folder / CONFIG)
    try:
        verify(folder, config["files"])
        model = _restored(model_class, folder, config, head)
        source, target = encoders_given(config["encoders"], source_encoder, target_encoder)
        model.source_encoder = model.source_encoder_ = source
        model.target_encoder = model.target_encoder_ = target
        self_test(
            model,
            load_arrays(folder / ARRAYS),
            folder,
            knows_texts=encodes_any(config["encoders"]["target"]),
        )
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        if isinstance(error, SettingError | SpaceMismatchError | UnknownNameError):
            raise  # these say by themselves what is wrong
        raise PersistenceError(
            f"{folder}: its parts do not fit together ({error!r}); copy the folder again or save "
            "it anew"
        ) from error
    model.task_, model.classes_ = model.classifier_.task_, model.classifier_.classes_
    return model


def prove_model(model: LangAlign, path: str | Path) -> None:
    """Check that a model read from ``path`` gives the vectors it gave when it was saved.

    Loads the encoder's weights, which :func:`load_model` leaves to the first use.

    Raises
    ------
    SpaceMismatchError
        If it does not, or its encoder is another one.
    """
    folder = Path(path)
    encoders = read_config(folder, expected=KIND, whole=True)["encoders"]
    prove_space(
        model,
        load_arrays(folder / ARRAYS),
        folder,
        knows_texts=encodes_any(encoders["target"]),
    )


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
            "source": described(model.source_encoder_),
            "target": described(model.target_encoder_),
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
    model = model_class(
        target_lang=config["target_lang"],
        aligner=classifier.aligner,
        head=classifier.head,
        **(config["settings"] | {"class_shares": classifier.class_shares}),
    )
    model.classifier_ = classifier
    model.target_lang_ = config["target_lang"]
    model.takes_pairs_ = bool(config["takes_pairs"])
    model.source_fingerprint_ = str(config["fingerprints"]["source"])
    model.target_fingerprint_ = str(config["fingerprints"]["target"])
    recall(model, folder / RECORD)
    model.examples_ = KeptExamples.load(folder)
    model.keep_examples = len(model.examples_ or ())
    return model


def _classifier(folder: Path, config: dict[str, Any], head: Any) -> AlignedClassifier:
    aligner = load_component(folder / "aligner", aligners)
    spread = load_component(folder / "spread", transforms)
    head, unfitted = _head(folder, config["foreign_head"], head)
    settings = config["settings"]
    shares = settings["class_shares"]
    classifier = AlignedClassifier(
        aligner.fresh(),
        unfitted,
        direction=settings["direction"],
        spread=settings["spread"],
        select=settings["select"],
        class_shares=None if shares is None else dict(shares),
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
    classifier.shares_without_centring_ = None
    classifier.reads_pairs_ = bool(config["reads_pairs"])
    classifier.task_, classifier.classes_ = task_of(head), classes_of(head)
    classifier.class_factors_ = _factors(config.get("class_factors"), classifier.classes_)
    classifier.n_features_in_ = len(classifier.target_origin_)
    return classifier


def _factors(saved: Any, classes: Labels) -> Probabilities | None:
    if saved is None:
        return None
    factors = np.array(saved, dtype=np.float64)
    if factors.shape != classes.shape or not (np.isfinite(factors) & (factors >= 0)).all():
        raise ValueError(f"class_factors={saved!r}: expected a number for each class, none below 0")
    return factors


def _head(folder: Path, foreign: dict[str, Any] | None, given: Any) -> tuple[Any, Any]:
    """Return the fitted head, saved or foreign, and what another fit takes."""
    if foreign is not None:
        _check_foreign(folder, foreign, given)
        return given, given
    if given is not None:
        raise SettingError(f"{folder}: its head is saved with it; load it without head=")
    head = load_component(folder / "head", heads)
    return head, head.fresh()


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
