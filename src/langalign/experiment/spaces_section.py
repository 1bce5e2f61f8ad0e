"""The geometry of the two spaces of a comparison, as a section of its page."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from langalign.diagnostics import diagnose_spaces, readings
from langalign.folds import pair_groups
from langalign.head_room.map_check import FEWEST_PAIRS
from langalign.report.content import Fact, Section
from langalign.strategies.base import Problem
from langalign.text_pairs import once_each

MOST_PAIRS = 10_000
"""As many as ``langalign check`` looks at: more change the figures little."""


def spaces_section(problem: Problem) -> Iterator[Section]:
    """Yield hubs, isotropy and shape of the two spaces; nothing where pairs are too few."""
    source, target = once_each(problem.source, problem.target)
    groups = problem.groups
    if groups is None or len(groups) != len(source):  # of pairs of texts, each text is a row
        groups = pair_groups(source, target)
    rows = np.random.default_rng(0).permutation(len(groups))[:MOST_PAIRS]
    if len(np.unique(groups[rows])) < FEWEST_PAIRS:
        return
    found = diagnose_spaces(source[rows], target[rows], groups=groups[rows])
    yield Section(
        title="The spaces and the map",
        text=f"Of {len(rows):,} pairs; the map is linear and measured on pairs it was not fitted "
        "on. To see the pairs that fit worst: langalign check --worst 50.",
        facts=tuple(Fact(each.name, each.value, each.words) for each in readings(found)),
    )
