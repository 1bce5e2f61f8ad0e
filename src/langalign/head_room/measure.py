"""Head-room from vectors alone: arrays in, numbers, findings and a verdict out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.linear import Linear
from langalign.diagnostics.spaces import SpaceDiagnostics, diagnose_spaces
from langalign.errors import DataError, SettingError
from langalign.finding import Finding
from langalign.head_room.map_check import MapCheck, check_map, hold_out
from langalign.head_room.pair_soundness import vector_findings
from langalign.head_room.space_distance import SpaceDistance, distance_of_means, space_distance
from langalign.head_room.task_check import TaskCheck, check_task
from langalign.head_room.verdict import Verdict, judge
from langalign.head_room.worst_pairs import WorstPair, worst_pairs
from langalign.heads.base import Labels
from langalign.heads.labels import read_labels
from langalign.tasks import infer_task
from langalign.threads import one_blas_thread
from langalign.vectors import Vectors, as_vectors, require_same_rows

N_PARTS = 5


@dataclass(frozen=True, slots=True)
class HeadRoom:
    """What alignment can be expected to do, and whether the pairs are sound.

    Parameters
    ----------
    n_pairs
        Pairs that were measured.
    distance
        How far apart the languages lie; ``None`` unless both sides are of one space.
    mapped
        What a linear map reaches on held-out pairs.
    spaces
        Hubs, isotropy and shape of the two spaces, and the map by parts of the pairs.
    task
        What of a task carries over; ``None`` without labelled vectors.
    domain_distance
        Distance between the mean of the unlabelled texts and that of the pairs' target side, as
        a multiple of the spread; ``None`` without unlabelled vectors.
    findings
        What is doubtful about the pairs, the unsound first.
    worst
        The pairs that fit worst, the worst first; as many as were asked for.
    verdict
        All of it in words.
    """

    n_pairs: int
    distance: SpaceDistance | None
    mapped: MapCheck
    spaces: SpaceDiagnostics
    task: TaskCheck | None
    domain_distance: float | None
    findings: tuple[Finding, ...]
    worst: tuple[WorstPair, ...]
    verdict: Verdict

    @property
    def sound(self) -> bool:
        """Whether no finding forbids the use of the pairs."""
        return not any(finding.unsound for finding in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return {
            "verdict": self.verdict.kind,
            "words": self.verdict.words,
            "sound": self.sound,
            "findings": [finding.as_dict() for finding in self.findings],
            "n_pairs": self.n_pairs,
            "distance": self.distance.as_dict() if self.distance else None,
            "mapped": self.mapped.as_dict(),
            "spaces": self.spaces.as_dict(),
            "task": self.task.as_dict() if self.task else None,
            "domain_distance": self.domain_distance,
            "worst": [pair.as_dict() for pair in self.worst],
        }


def measure_head_room(
    source: Any,
    target: Any,
    X: Any = None,
    y: Any = None,
    *,
    unlabeled: Any = None,
    groups: NDArray[Any] | None = None,
    rows: NDArray[Any] | None = None,
    parts: NDArray[Any] | None = None,
    n_worst: int = 0,
    one_space: bool = False,
    known: tuple[Finding, ...] = (),
    random_state: int = 0,
) -> HeadRoom:
    """Measure head-room and soundness from vectors.

    Parameters
    ----------
    source, target
        Vectors of parallel text, (m, d_source) and (m, d_target), in the order of the file: that
        order is how slipped rows are found.
    X, y
        Labelled source vectors, (n, d_source) or (n, 2, d_source), and labels.
    unlabeled
        Vectors of target texts like those to be classified, (k, d_target) or (k, 2, d_target).
    groups
        Pairs with equal group share a text, shape (m,); by default each is its own.
    rows
        Number of each pair's row in the file, rising, shape (m,); by default 0 to m - 1.
    parts
        Name of each pair's source, domain or length, shape (m,): the map is measured on each.
    n_worst
        How many of the pairs that fit worst to name.
    one_space
        Whether both sides are vectors of one encoder.
    known
        Findings made before, from the texts.
    random_state
        Random seed.

    Raises
    ------
    DataError
        If there are fewer than twenty pairs, or labels, pairs or widths do not fit together.
    SettingError
        If ``one_space`` is said of sides that differ in width, or ``n_worst`` is negative.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> source = rng.normal(size=(400, 8))
    >>> turn = np.linalg.qr(rng.normal(size=(8, 8)))[0]
    >>> measure_head_room(source, source @ turn, one_space=True).verdict.kind
    'room'
    >>> measure_head_room(source, source, one_space=True).verdict.kind
    'together'
    >>> measure_head_room(source, rng.permutation(source)).findings[0].kind
    'unrelated'
    """
    source, target = _sides(source, target, one_space)
    groups = _per_pair(groups, len(source), "groups")
    rows = _per_pair(rows, len(source), "rows")
    X, y = _labeled(X, y, source.shape[1])
    if unlabeled is not None:
        unlabeled = as_vectors(unlabeled, name="unlabeled", dim=target.shape[1], pairs=True)
    split = hold_out(groups, N_PARTS, random_state)
    with one_blas_thread():
        mapped = check_map(
            Linear(), source, target, *split, one_space=one_space, random_state=random_state
        )
        task = None
        if X is not None and y is not None:
            task = check_task(
                X,
                y,
                source,
                target,
                groups=groups,
                unlabeled=unlabeled,
                one_space=one_space,
                random_state=random_state,
            )
        findings = sorted(
            (*known, *vector_findings(source, target, rows)), key=lambda found: not found.unsound
        )
        distance = space_distance(source, target, *split) if one_space else None
        spaces = diagnose_spaces(
            source, target, groups=groups, parts=parts, random_state=random_state
        )
        worst = worst_pairs(
            source, target, n_worst, groups=groups, rows=rows, random_state=random_state
        )
    domain = None
    if unlabeled is not None:
        domain = distance_of_means(unlabeled.reshape(-1, target.shape[1]), target)
    verdict = judge(mapped, task, findings)
    return HeadRoom(
        n_pairs=len(source),
        distance=distance,
        mapped=mapped,
        spaces=spaces,
        task=task,
        domain_distance=domain,
        findings=tuple(findings),
        worst=worst,
        verdict=verdict,
    )


def _sides(source: Any, target: Any, one_space: bool) -> tuple[Vectors, Vectors]:
    source, target = as_vectors(source, name="source"), as_vectors(target, name="target")
    require_same_rows(source, target, names=("the source side", "the target side"))
    if one_space and source.shape[1] != target.shape[1]:
        raise SettingError(
            f"one_space=True, but the sides have {source.shape[1]} and {target.shape[1]} "
            "dimensions; they are of two encoders"
        )
    return source, target


def _labeled(X: Any, y: Any, dim: int) -> tuple[Vectors | None, Labels | None]:
    if X is None and y is None:
        return None, None
    counts = ["no" if side is None else str(len(side)) for side in (X, y)]
    if counts[0] != counts[1]:
        raise DataError(
            f"{counts[0]} labelled vectors and {counts[1]} labels were given; give one per vector"
        )
    return as_vectors(X, name="X", dim=dim, pairs=True), read_labels(y, infer_task(y))


def _per_pair(given: NDArray[Any] | None, n: int, name: str) -> NDArray[Any]:
    values = np.arange(n) if given is None else np.asarray(given)
    if values.shape != (n,):
        raise DataError(f"{name} of shape {values.shape}: expected one per pair, shape ({n},)")
    return values
