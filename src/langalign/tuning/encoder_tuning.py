"""Step 1, embedding tuning: the language model is trained on the task, or on translations."""

from __future__ import annotations

from pathlib import Path

from langalign.data.labeled import LabeledText
from langalign.data.parallel import ParallelText
from langalign.encoders.cache import CachedEncoder
from langalign.encoders.resolve import EncoderSpec, resolve
from langalign.encoders.transformer import TransformerEncoder
from langalign.errors import DataError, SettingError
from langalign.inputs.text_vectors import PAIR_MODES
from langalign.optional import require
from langalign.progress import DetailedProgress
from langalign.tuning.digest import digest_of
from langalign.tuning.settings import TuningSettings

OBJECTIVES = ("task", "contrastive", "both")


def tune_encoder(
    encoder: EncoderSpec,
    *,
    out: str | Path,
    objective: str = "task",
    labeled: LabeledText | None = None,
    parallel: ParallelText | None = None,
    pair_mode: str = "siamese",
    settings: TuningSettings | None = None,
    random_state: int = 0,
    progress: DetailedProgress | None = None,
) -> TransformerEncoder:
    """Fine-tune a transformer so that its vectors suit the task, and return it as a new encoder.

    Parameters
    ----------
    encoder
        A sentence-transformers or Hugging Face model: an encoder, a name or a folder. It is left
        as it is.
    out
        Folder to write, in the format of sentence-transformers; an older encoder that was tuned
        here is replaced. A killed run resumes from the checkpoint beside it.
    objective
        ``"task"``: cross-entropy of a linear head on labelled texts (the head starts at its best
        for the untuned vectors, and is discarded afterwards); ``"contrastive"``: translations
        near each other, by symmetric InfoNCE; ``"both"``: the sum.
    labeled
        Labelled texts, for the task.
    parallel
        Parallel text, for the contrastive objective. Pairs of texts are split, unless
        ``pair_mode`` is ``"cross"``.
    pair_mode
        How pairs of texts become vectors: ``"siamese"`` or ``"cross"``.
    settings
        Length, speed and device.
    random_state
        Random seed.
    progress
        Called after each step with (stage, steps done, steps at most, the losses in words).

    Returns
    -------
    TransformerEncoder
        Loaded from ``out``. Where no epoch lowered the held-out loss, it is the encoder as it was.

    Raises
    ------
    SettingError
        If a setting has an invalid value, or the encoder is not a transformer.
    DataError
        If the data of the objective are missing or too few.
    PersistenceError
        If ``out`` cannot be written or a checkpoint is damaged.
    MissingDependencyError
        If the extra ``torch`` is not installed.

    References
    ----------
    The head's start: Kumar, A. et al. (2022). Fine-tuning can distort pretrained features and
    underperform out-of-distribution. arXiv 2202.10054.

    Examples
    --------
    >>> tune_encoder("mini", out="tuned")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    langalign.errors.SettingError: MiniEncoder() cannot be tuned, only transformers can: ...
    """
    start = trainable(encoder)
    parts = _parts(objective, labeled, parallel)
    if pair_mode not in PAIR_MODES:
        raise SettingError(f"pair_mode={pair_mode!r}: expected 'siamese' or 'cross'")
    require("torch", extra="torch", purpose="Tuning an encoder")
    from langalign.tuning.objectives.building import encoder_objectives
    from langalign.tuning.tuning_run import remove_checkpoint, tune

    chosen = settings or TuningSettings()
    tuned = tune(
        start,
        lambda lm: encoder_objectives(parts, lm, pair_mode, chosen, random_state),
        out=Path(out),
        settings=chosen,
        identity={
            "objective": objective,
            "pair_mode": pair_mode,
            "data": {name: digest_of(data) for name, data in parts.items()},
        },
        random_state=random_state,
        stage=f"Tuning the encoder ({objective})",
        progress=progress,
    )
    remove_checkpoint(Path(out))
    return tuned


def trainable(encoder: EncoderSpec) -> TransformerEncoder:
    """Return the transformer that is meant.

    Raises
    ------
    SettingError
        If it is another kind of encoder.
    """
    found = resolve(encoder)
    if isinstance(found, CachedEncoder):
        found = found.encoder
    if not isinstance(found, TransformerEncoder):
        raise SettingError(
            f"{found!r} cannot be tuned, only transformers can: give a model of the Hugging Face "
            "hub, or its folder"
        )
    return found


def _parts(
    objective: str, labeled: LabeledText | None, parallel: ParallelText | None
) -> dict[str, LabeledText | ParallelText]:
    """Return the data of each objective that is asked for."""
    if objective not in OBJECTIVES:
        raise SettingError(f"objective={objective!r}: expected one of {', '.join(OBJECTIVES)}")
    given = {"task": labeled, "contrastive": parallel}
    kinds: dict[str, type[LabeledText | ParallelText]] = {
        "task": LabeledText,
        "contrastive": ParallelText,
    }
    wanted = given if objective == "both" else {objective: given[objective]}
    parts: dict[str, LabeledText | ParallelText] = {}
    for name, data in wanted.items():
        if not isinstance(data, kinds[name]):
            argument = "labeled" if name == "task" else "parallel"
            raise DataError(
                f"objective={objective!r} needs {argument}=, a {kinds[name].__name__}, got "
                f"{type(data).__name__}"
            )
        parts[name] = data
    return parts
