"""What stands in which marked place of docs/paper.md, and in README.md from there."""

from __future__ import annotations

from collections.abc import Callable

from results_pages.paper.choice import choice, emotion_gap, inference_ceiling
from results_pages.paper.claims import claims, paper_headline
from results_pages.paper.labels import labels_needed, mixes
from results_pages.paper.networks import network_counts, network_points, seconds
from results_pages.paper.picture import paper_picture
from results_pages.paper.records import TASK_NAMES
from results_pages.paper.setup import paper_setup
from results_pages.paper.tables import strategies
from results_pages.records import Records

PAPER_BLOCKS: dict[str, Callable[[Records], str]] = {
    **{f"paper-{task}": strategies(task) for task in TASK_NAMES},
    **{f"paper-{task}-choice": choice(task) for task in TASK_NAMES},
    "paper-claims": claims,
    "paper-emotion-gap": emotion_gap,
    "paper-headline": paper_headline,
    "paper-labels": labels_needed,
    "paper-mixes": mixes,
    "paper-networks": network_counts,
    "paper-networks-points": network_points,
    "paper-nli-ceiling": inference_ceiling,
    "paper-picture": paper_picture,
    "paper-seconds": seconds,
    "paper-setup": paper_setup,
}
