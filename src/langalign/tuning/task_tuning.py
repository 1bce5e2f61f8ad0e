"""Step 3, task fine-tuning: language model and head together, through the frozen aligner."""

from __future__ import annotations

import copy
import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.data.labeled import LabeledText
from langalign.encoders.transformer import TransformerEncoder
from langalign.errors import DataError, NotFittedError, SettingError
from langalign.model import LangAlign
from langalign.model.kept_examples import KeptExamples
from langalign.optional import require
from langalign.progress import DetailedProgress
from langalign.tuning.digest import digest_of
from langalign.tuning.encoder_tuning import trainable
from langalign.tuning.settings import TuningSettings


def tune_task(
    model: LangAlign,
    labeled: LabeledText,
    *,
    out: str | Path,
    settings: TuningSettings | None = None,
    progress: DetailedProgress | None = None,
) -> LangAlign:
    r"""Fine-tune a fitted model's language model and head on labelled source texts.

    .. math:: \min_{\theta, h} \sum_i \mathrm{CE}(h(A(e_\theta(x_i))), y_i)

    with the aligner ``A``, its spread and its origins frozen. Target texts are then served by the
    tuned language model and the tuned head, with nothing in between.

    Parameters
    ----------
    model
        Fitted forward, with one transformer as both encoders, an affine aligner or one of dense
        layers, and a native head. It is left as it is.
    labeled
        Labelled texts of the source language.
    out
        Folder to write the tuned encoder to, as :func:`tune_encoder` does.
    settings
        Length, speed and device.
    progress
        Called after each step with (stage, steps done, steps at most, the losses in words).

    Returns
    -------
    LangAlign
        A new model, not saved yet. Where no epoch lowered the held-out loss it predicts what
        ``model`` did. Its threshold is 0.5 and it has no agreement and no temperature: these
        were another head's.

    Raises
    ------
    NotFittedError
        If the model is not fitted.
    SettingError
        If the model is not of the kind above.
    DataError
        If the labelled texts are of another language, kind or other classes than the fit's.
    PersistenceError
        If ``out`` cannot be written or a checkpoint is damaged.
    MissingDependencyError
        If the extra ``torch`` is not installed.
    """
    tuned = task_tuned(model, labeled, out=Path(out), settings=settings, progress=progress)
    from langalign.tuning.tuning_run import remove_checkpoint

    remove_checkpoint(Path(out))
    return tuned


def task_tuned(
    model: LangAlign,
    labeled: LabeledText,
    *,
    out: Path,
    settings: TuningSettings | None,
    progress: DetailedProgress | None,
) -> LangAlign:
    """Do what :func:`tune_task` does, and leave the checkpoint, which alone has the tuned head.

    Who saves the model removes it then: a run that is killed before does not train again.
    """
    encoder = _one_encoder(model)
    codes = _codes(model, labeled)
    require("torch", extra="torch", purpose="Tuning a language model with its head")
    from langalign.tuning.dense import digest_of_weights, frozen_map, head_network, tuned_head
    from langalign.tuning.objectives.building import task_objective
    from langalign.tuning.tuning_run import tune

    chosen = settings or TuningSettings()
    classifier, seed = model.classifier_, model.random_state
    between = frozen_map(classifier, normalize=model.normalize)
    network = head_network(classifier.head_)
    objective = task_objective(
        labeled, codes, model.pair_mode, chosen, seed, between=between, head=network
    )
    tuned = tune(
        encoder,
        lambda lm: [objective],
        out=out,
        settings=chosen,
        identity={
            "objective": "task through the aligner",
            "pair_mode": model.pair_mode,
            "data": {"task": digest_of(labeled)},
            "aligner and head": digest_of_weights(between, network),
        },
        random_state=seed,
        stage="Tuning language model and head",
        progress=progress,
    )
    return _served(model, tuned, tuned_head(classifier.head_, network))


def _one_encoder(model: LangAlign) -> TransformerEncoder:
    """Return the model's encoder, if it has one transformer on both sides and maps forward."""
    if not hasattr(model, "classes_"):
        raise NotFittedError("this LangAlign is not fitted yet; fit it, then tune it")
    if model.direction != "forward":
        raise SettingError(
            f"direction={model.direction!r}: language model and head are tuned together in the "
            "forward direction only; fit with direction='forward'"
        )
    if model.source_fingerprint_ != model.target_fingerprint_:
        raise SettingError(
            f"source and target encoder differ ({model.source_encoder_!r}, "
            f"{model.target_encoder_!r}): tuning one would leave the other behind. Fit with one "
            "encoder on both sides, or train the head alone"
        )
    return trainable(model.target_encoder_)


def _codes(model: LangAlign, labeled: LabeledText) -> NDArray[np.int64]:
    """Return class numbers, in the order of the model's classes."""
    if not isinstance(labeled, LabeledText):
        raise DataError(
            f"labeled: expected a LabeledText, got {type(labeled).__name__}; make one of texts and "
            "labels: LabeledText(texts, labels, lang)"
        )
    if labeled.is_pairs != model.takes_pairs_:
        kinds = ("single texts", "pairs of texts")
        raise DataError(
            f"the model was fitted on {kinds[model.takes_pairs_]}, these are "
            f"{kinds[labeled.is_pairs]}; give the labelled texts of the fit"
        )
    numbers = {str(label): number for number, label in enumerate(model.classes_)}
    unknown = sorted(set(labeled.labels) - set(numbers))
    if unknown:
        raise DataError(
            f"label {unknown[0]!r} was none of the fit's ({', '.join(numbers)}); give the labelled "
            "texts of the fit"
        )
    return np.array([numbers[label] for label in labeled.labels])


def _served(model: LangAlign, encoder: TransformerEncoder, head: Any) -> LangAlign:
    """Return the model with another encoder and head."""
    tuned, classifier = copy.copy(model), copy.copy(model.classifier_)
    classifier.head_, classifier.threshold_, classifier.temperature_ = head, 0.5, 1.0
    classifier.choice_ = classifier.expected_accuracy_ = None
    classifier.shares_without_centring_ = None
    if classifier.calibrate and model.n_seen_["unlabeled"]:
        # Where texts are centred, shares weigh calibrated probabilities only; these are none.
        classifier.class_factors_ = None
    tuned.classifier_ = classifier
    tuned.source_encoder = tuned.target_encoder = encoder
    tuned.source_encoder_ = tuned.target_encoder_ = encoder
    tuned.source_fingerprint_ = tuned.target_fingerprint_ = encoder.fingerprint
    tuned.examples_ = None if model.examples_ is None else _encoded_anew(tuned, model.examples_)
    return tuned


def _encoded_anew(tuned: LangAlign, examples: KeptExamples) -> KeptExamples:
    """Return the kept texts with the vectors of the tuned encoder."""
    vectors = tuned.classifier_.map_source(tuned.target_vectors(examples.texts))
    return dataclasses.replace(examples, vectors=vectors)
