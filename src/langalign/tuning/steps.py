"""The paper's three training steps, each switchable, in one folder; a killed run resumes."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from langalign.data.cleaning import clean
from langalign.data.filled import learned_texts
from langalign.data.labeled import LabeledText
from langalign.data.parallel import ParallelText
from langalign.data.text import as_texts
from langalign.encoders.transformer import TransformerEncoder
from langalign.model import LangAlign
from langalign.optional import require
from langalign.persistence.run_folder import require_run_folder
from langalign.progress import DetailedProgress
from langalign.tuning.digest import digest_of
from langalign.tuning.encoder_folder import record_of
from langalign.tuning.encoder_tuning import tune_encoder
from langalign.tuning.settings import TuningSettings
from langalign.tuning.step_checks import (
    one_encoder,
    require_choices,
    require_data,
    require_tunable,
)
from langalign.tuning.task_tuning import task_tuned
from langalign.tuning.training_record import TrainingRecord

ENCODER, MODEL, WORK = "encoder", "model", "work"


def train_in_steps(
    model: LangAlign,
    labeled: LabeledText,
    *,
    parallel: ParallelText,
    out: str | Path,
    unlabeled: Any = None,
    embedding: str = "off",
    task: str = "head",
    settings: TuningSettings | None = None,
    progress: DetailedProgress | None = None,
) -> LangAlign:
    """Tune the encoder, align with the encoder frozen, fine-tune the task: the paper's three steps.

    Parameters
    ----------
    model
        Unfitted, with one transformer as both encoders; its other settings are those of step 2.
    labeled
        Labelled texts of the source language.
    parallel
        Parallel text.
    out
        Folder of the run: ``encoder/`` (the tuned language model, where one was), ``model/`` (what
        :meth:`LangAlign.load` reads; it refers to the encoder) and ``training.json``. Called again
        with the same arguments, a killed run resumes, and a finished one is loaded.
    unlabeled
        Target texts like those to be classified, for step 2.
    embedding
        Step 1: ``"off"``, or an objective of :func:`tune_encoder`: ``"task"``, ``"contrastive"``,
        ``"both"``.
    task
        Step 3: ``"head"`` trains the head alone, which is part of step 2's fit; ``"full"`` then
        tunes language model and head with :func:`tune_task`.
    settings
        Length, speed and device of steps 1 and 3.
    progress
        Called as the work goes on with (stage, done, total), and in steps 1 and 3 the losses in
        words.

    Returns
    -------
    LangAlign
        The fitted model, as loaded from ``out/model``.

    Raises
    ------
    SettingError
        If a setting has an invalid value, the encoders are not one transformer, or
        ``out`` holds a run with other settings or data.
    DataError
        If the data do not fit together or are too few.
    PersistenceError
        If ``out`` is a file or holds other things, or something in it is damaged.
    MissingDependencyError
        If the extra ``torch`` is not installed.

    Examples
    --------
    >>> from langalign.data import bundled
    >>> model = LangAlign("intfloat/multilingual-e5-small", "mini", target_lang="ko")
    >>> train_in_steps(  # doctest: +ELLIPSIS
    ...     model,
    ...     bundled.sentiment("en", "train"),
    ...     parallel=bundled.parallel("sentiment", "en", "ko", "train"),
    ...     out="run",
    ... )
    Traceback (most recent call last):
    langalign.errors.SettingError: MiniEncoder() cannot be tuned, only transformers can: ...
    """
    require_choices(embedding, task)
    require_run_folder(out)
    require_data(labeled, parallel)
    labeled = learned_texts(labeled, name="labelled texts") if model.clean else labeled
    encoder = one_encoder(model)
    if unlabeled is not None:
        unlabeled = as_texts(unlabeled, name="unlabelled texts")
    require("torch", extra="torch", purpose="Training in steps")
    if task == "full":
        require_tunable(model, labeled)
    run = _Run(
        model,
        encoder,
        (labeled, parallel, unlabeled),
        (embedding, task),
        settings or TuningSettings(),
        Path(out),
        progress,
    )
    return run.finished()


class _Run:
    """One call: its settings, its record, and a method a step that does it or finds it done."""

    def __init__(
        self,
        model: LangAlign,
        encoder: TransformerEncoder,
        data: tuple[LabeledText, ParallelText, Any],
        switches: tuple[str, str],
        settings: TuningSettings,
        folder: Path,
        progress: DetailedProgress | None,
    ) -> None:
        self.model, self.encoder, self.settings = model, encoder, settings
        self.labeled, self.parallel, self.unlabeled = data
        self.embedding, self.task = switches
        self.folder, self.progress = folder, progress
        # What step 3 will replace is kept separately, and deleted at the end.
        self.before_task = folder if self.task == "head" else folder / WORK
        names = ("labeled", "parallel", "unlabeled")
        run = {
            "embedding": self.embedding,
            "task": self.task,
            "tuning": settings.that_decide(),
            "model": _settings(model),
            "encoder": encoder.fingerprint,
            "data": {name: digest_of(each) for name, each in zip(names, data, strict=True)},
        }
        self.record = TrainingRecord(folder, run)

    def finished(self) -> LangAlign:
        """Do what is not done yet, and return the model as a new process would load it."""
        from langalign.tuning.tuning_run import remove_checkpoint

        if self._last not in self.record.steps:
            fitted = self._align(self._embed())
            if self.task == "full":
                self._tune(fitted)
        remove_checkpoint(self.folder / ENCODER)
        shutil.rmtree(self.folder / WORK, ignore_errors=True)
        tuned = self.task == "full" or self.embedding != "off"
        return self._load(self.folder, self._at(self.folder) if tuned else self.encoder)

    @property
    def _last(self) -> str:
        return "task" if self.task == "full" else "langalign"

    def _embed(self) -> TransformerEncoder:
        """Step 1: return the encoder, tuned where that is wanted."""
        if self.embedding == "off":
            return self.encoder
        if "embedding" not in self.record.steps:
            tune_encoder(
                self.encoder,
                out=self.before_task / ENCODER,
                objective=self.embedding,
                labeled=self.labeled,
                parallel=clean(self.parallel)[0] if self.model.clean else self.parallel,
                pair_mode=self.model.pair_mode,
                settings=self.settings,
                random_state=self.model.random_state,
                progress=self.progress,
            )
            self.record.finish("embedding", _tuning_result(self.before_task / ENCODER))
        return self._at(self.before_task)

    def _align(self, encoder: TransformerEncoder) -> LangAlign:
        """Step 2, and step 3 where it is the head alone: what LangAlign's fit does."""
        if "langalign" not in self.record.steps:
            began = time.monotonic()
            fitted = self.model.fresh(source_encoder=encoder, target_encoder=encoder)
            fitted.fit(
                self.labeled,
                parallel=self.parallel,
                unlabeled=self.unlabeled,
                progress=self.progress,
            )
            fitted.save(self.before_task / MODEL)
            self.record.finish("langalign", _fit_result(fitted, time.monotonic() - began))
        return self._load(self.before_task, encoder)

    def _tune(self, fitted: LangAlign) -> None:
        """Step 3 for language model and head."""
        tuned = task_tuned(
            fitted,
            self.labeled,
            out=self.folder / ENCODER,
            settings=self.settings,
            progress=self.progress,
        )
        tuned.save(self.folder / MODEL)
        self.record.finish("task", _tuning_result(self.folder / ENCODER))

    def _at(self, folder: Path) -> TransformerEncoder:
        """Return the tuned encoder in a folder, run as the first one is."""
        return self.encoder.at((folder / ENCODER).resolve(), device=self.settings.device)

    def _load(self, folder: Path, encoder: TransformerEncoder) -> LangAlign:
        loaded = LangAlign.load(folder / MODEL, source_encoder=encoder, target_encoder=encoder)
        return loaded.set_params(cache=self.model.cache)


def _settings(model: LangAlign) -> dict[str, str]:
    """Return the model's settings in words; encoders and data are compared by their hashes."""
    params = model.get_params(deep=False)
    without = ("source_encoder", "target_encoder", "cache")
    return {name: repr(value) for name, value in params.items() if name not in without}


def _tuning_result(encoder: Path) -> dict[str, Any]:
    record = record_of(encoder)
    kept = ("held_out_loss", "seconds", "device", "training_rows", "held_out_rows")
    return {name: record[name] for name in kept}


def _fit_result(fitted: LangAlign, seconds: float) -> dict[str, Any]:
    classifier = fitted.classifier_
    choice = classifier.choice_
    return {
        "aligner": repr(classifier.aligner_),
        "head": repr(classifier.head_),
        "agreement": choice.candidates[choice.chosen].kappa if choice else None,
        "seen": fitted.n_seen_,
        "seconds": round(seconds, 1),
    }
