"""What experiments start from: rows without leaks, their vectors, a store of cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langalign.data.script_warning import warn_of_script
from langalign.encoders.resolve import EncoderSpec, resolve_both
from langalign.evaluation.metrics import Metric, count_metric, metrics_of
from langalign.experiment.cells import CellStore
from langalign.experiment.run import Setting
from langalign.experiment.texts import ExperimentTexts
from langalign.experiment.vectors import ExperimentVectors
from langalign.inputs.fit_texts import warn_of_language
from langalign.persistence.run_folder import require_run_folder
from langalign.progress import Progress
from langalign.version import __version__


@dataclass(frozen=True, slots=True)
class Experiment:
    """Data, vectors and settings of one experiment, and where its results are kept.

    Parameters
    ----------
    texts, vectors
        What is learned from and tested on; no training row stands in the test.
    setting
        What all cells share.
    store
        The cells that are done.
    leaks
        How many training rows were dropped because they stand in the test, by part.
    """

    texts: ExperimentTexts
    vectors: ExperimentVectors
    setting: Setting
    store: CellStore
    leaks: Mapping[str, int]


def prepare(
    texts: ExperimentTexts,
    out: str | Path,
    *,
    source_encoder: EncoderSpec,
    target_encoder: EncoderSpec,
    metric: Metric | None,
    max_pairs: int | None,
    pair_mode: str,
    clean: bool,
    cache: bool | str | Path,
    name: str,
    progress: Progress | None,
) -> Experiment:
    """Drop leaks, open the folder and encode every text.

    Parameters are those of :func:`langalign.experiment.compare.compare`.

    Raises
    ------
    SettingError
        If ``out`` holds another experiment, or the metric is none of this kind of task.
    PersistenceError
        If ``out`` is a file, or holds a saved model.
    """
    require_run_folder(out)
    metric = metrics_of(texts.kind)[0] if metric is None else metric
    count_metric(metric, texts.kind)  # a wrong one is reported before anything is run
    languages = texts.parallel.source_lang, texts.parallel.target_lang
    texts, leaks = (texts.cleaned() if clean else texts).without_leaks()
    source, target = resolve_both(source_encoder, target_encoder)
    for encoder, lang in zip((source, target), languages, strict=True):
        warn_of_language(encoder, lang)
    if clean:
        _warn_of_scripts(texts)
    setting = Setting(
        task=name,
        languages=languages,
        data=texts.checksums(),
        encoders={"source": source.fingerprint, "target": target.fingerprint},
        metric=metric,
        max_pairs=max_pairs,
        kind=texts.kind,
    )
    store = CellStore(Path(out), store_key(setting, pair_mode))
    vectors = ExperimentVectors.encode(
        texts, source, target, pair_mode=pair_mode, cache=cache, progress=progress
    )
    return Experiment(texts, vectors, setting, store, leaks)


def _warn_of_scripts(texts: ExperimentTexts) -> None:
    """Warn of parts that are not in a script of their language; parallel text is cleaned."""
    source, target = texts.parallel.source_lang, texts.parallel.target_lang
    warn_of_script(texts.labeled.texts, source, name="labeled")
    warn_of_script(texts.unlabeled or (), target, name="unlabeled")
    parts = {"test": texts.test, "native": texts.native, "translated": texts.translated}
    for name, part in parts.items():
        if part is not None:
            warn_of_script(part.texts, target, name=name)


def store_key(setting: Setting, pair_mode: str) -> dict[str, Any]:
    """Return what decides the results of all cells."""
    return {
        "langalign": __version__,
        "data": dict(setting.data),
        "encoders": dict(setting.encoders),
        "max_pairs": setting.max_pairs,
        "pair_mode": pair_mode,
        "task": setting.kind,
        "metric": setting.metric,
    }
