"""Head-room from texts: read by the encoders, then measured as vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.data.cleaning import row_faults
from langalign.data.groups import text_groups
from langalign.data.labeled import LabeledText
from langalign.data.parallel import ParallelText
from langalign.data.soundness import text_findings
from langalign.encoders.resolve import EncoderSpec, resolve_both
from langalign.errors import DataError
from langalign.head_room.length_bands import length_bands
from langalign.head_room.map_check import FEWEST_PAIRS
from langalign.head_room.measure import HeadRoom, measure_head_room
from langalign.head_room.worst_pairs import WorstPair
from langalign.inputs.fit_texts import labeled_rows, unlabeled_texts
from langalign.inputs.text_vectors import TextVectors
from langalign.progress import Progress

RUN = 50
"""Rows of a sample stand in runs, so that slipped rows can be seen."""


def check_head_room(
    parallel: ParallelText,
    labeled: LabeledText | None = None,
    *,
    unlabeled: Sequence[Any] | None = None,
    source_encoder: EncoderSpec = "mini",
    target_encoder: EncoderSpec = "mini",
    pair_mode: str = "siamese",
    max_pairs: int | None = 10_000,
    parts: Sequence[str] | None = None,
    n_worst: int = 0,
    cache: bool | str | Path = True,
    progress: Progress | None = None,
    random_state: int = 0,
) -> HeadRoom:
    """Say from texts whether alignment can help and whether the parallel text is sound.

    For ready vectors see :func:`~langalign.head_room.measure.measure_head_room`. The texts'
    findings are those of all rows; vectors are made of a sample that is cleaned as a fit does it,
    and of labelled and unlabelled texts that are not empty.

    Parameters
    ----------
    parallel
        Parallel text in the order of its file.
    labeled
        Labelled source texts; with them it is measured what of the task carries over.
    unlabeled
        Target texts like those to be classified.
    source_encoder, target_encoder
        As in :class:`~langalign.model.LangAlign`. If both are the same, the languages are also
        compared as they are.
    pair_mode
        How pairs of texts become vectors: ``"siamese"`` or ``"cross"``.
    max_pairs
        Rows to encode at most; ``None`` for all.
    parts
        Group of each row, such as its source or domain, (n,); by default rows are grouped by
        length.
    n_worst
        How many of the pairs that fit worst to name, of those encoded.
    cache, progress, random_state
        As in :class:`~langalign.model.LangAlign` and its ``fit``.

    Raises
    ------
    DataError
        If there are fewer than twenty pairs, the labelled texts are not in the source language, or
        all labelled or all unlabelled texts are empty.
    EncoderError
        If an encoder cannot be loaded.

    Examples
    --------
    >>> from langalign.data import bundled
    >>> pairs = bundled.parallel("sentiment", "en", "ko")
    >>> found = check_head_room(pairs, bundled.sentiment("en"), cache=False)
    >>> found.sound, found.verdict.kind
    (True, 'room')
    """
    known = text_findings(parallel)
    sample = _runs(len(parallel), max_pairs, random_state)
    sample = sample[_usable(parallel.take(sample.tolist()))]
    chosen = parallel.take(sample.tolist())
    if chosen.is_pairs and pair_mode == "siamese":
        chosen = _single(chosen)
        # The hypotheses follow the premises, as if they stood further down in the file.
        sample = np.concatenate([sample, sample + len(parallel)])
    encoders = resolve_both(source_encoder, target_encoder)
    source, target = (
        TextVectors(encoder, pair_mode=pair_mode, cache=cache) for encoder in encoders
    )
    texts, labels = labeled_rows(labeled, None, source_lang=parallel.source_lang, clean=True)
    U = None
    if unlabeled is not None:
        U = target(unlabeled_texts(unlabeled), name="unlabelled texts", progress=progress)
    found = measure_head_room(
        source(chosen.source, name="parallel text (source)", progress=progress),
        target(chosen.target, name="parallel text (target)", progress=progress),
        None if texts is None else source(texts, name="labelled texts", progress=progress),
        labels,
        unlabeled=U,
        groups=text_groups(chosen),
        rows=sample,
        parts=length_bands(chosen.source) if parts is None else _of(sample, parts, parallel),
        n_worst=n_worst,
        one_space=encoders[0].fingerprint == encoders[1].fingerprint,
        known=known,
        random_state=random_state,
    )
    n = len(parallel)
    findings = tuple(
        replace(finding, rows=tuple(sorted({row % n for row in finding.rows})))
        for finding in found.findings
    )
    return replace(found, findings=findings, worst=_of_rows(found.worst, n))


def _of(
    sample: NDArray[np.int64], parts: Sequence[str], parallel: ParallelText
) -> NDArray[np.str_]:
    if len(parts) != len(parallel):
        raise DataError(f"{len(parts)} parts of {len(parallel)} pairs; expected one name a pair")
    return np.asarray(parts, dtype=np.str_)[sample % len(parallel)]


def _of_rows(worst: Sequence[WorstPair], n: int) -> tuple[WorstPair, ...]:
    """Return each row once, with its lower margin: premises and hypotheses stand in one row."""
    lowest: dict[int, WorstPair] = {}
    for pair in worst:
        lowest.setdefault(pair.row % n, replace(pair, row=pair.row % n))
    return tuple(lowest.values())


def _runs(n: int, most: int | None, random_state: int) -> NDArray[np.int64]:
    """Return row numbers in order: all, or runs of consecutive rows, ``most`` in all."""
    if most is None or most >= n:
        return np.arange(n)
    length = min(RUN, most)
    starts = np.random.default_rng(random_state).choice(n // length, most // length, replace=False)
    rows: NDArray[np.int64] = (np.sort(starts)[:, None] * length + np.arange(length)).ravel()
    return rows


def _usable(parallel: ParallelText) -> NDArray[np.int64]:
    """Return the rows that a fit would use; where that is few, all that hold texts.

    A file of which little is left has its findings already; its vectors are still worth a look.
    """
    faults = row_faults(parallel)
    clean = [row for row, fault in enumerate(faults) if fault is None]
    if 2 * len(clean) < len(faults):
        clean = [row for row, fault in enumerate(faults) if fault != "empty"]
    if len(clean) < FEWEST_PAIRS:
        raise DataError(
            f"{len(clean)} usable pairs of {len(faults)} are too few to say anything (at least "
            f"{FEWEST_PAIRS}, and some hundreds to say much). Give more parallel text."
        )
    return np.asarray(clean, dtype=np.int64)


def _single(parallel: ParallelText) -> ParallelText:
    """Return all premises, then all hypotheses, as single texts."""
    source, target = (
        tuple(pair[part] for part in (0, 1) for pair in side)
        for side in (parallel.source, parallel.target)
    )
    return ParallelText(source, target, parallel.source_lang, parallel.target_lang)
