"""What the figures mean, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from langalign.finding import Finding
from langalign.head_room.map_check import MapCheck
from langalign.head_room.task_check import TaskCheck
from langalign.league import beats

LEAST_EXPLAINED = 0.01
"""Sound pairs of encoders that know both languages explain ten times as much; shuffled ones, with
thousands of pairs, a thousandth."""
ERRORS = 2.0
"""Standard errors from which a difference counts: about one in forty is then by chance."""
LEAST_GAIN = 0.02
"""Precision that alignment must gain where the task is not known; less is within its interval."""
MOST_MAJORITY = 0.95
"""A classifier that gives one label to nineteen of twenty texts is of little use in most tasks."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to expect of alignment.

    Parameters
    ----------
    kind
        ``"unsound"``: correct the pairs; ``"nothing"`` carries over; ``"lost"``: the task does not;
        ``"together"``: English-only may do; ``"unclear"``: alignment's gain is not shown;
        ``"room"``: alignment can help.
    words
        The same in sentences, with the figures that it rests on and what to do.
    """

    kind: str
    words: str


def judge(mapped: MapCheck, task: TaskCheck | None, findings: Sequence[Finding]) -> Verdict:
    """Derive the verdict; what is looked for first forbids what comes after it."""
    unsound = [finding.kind for finding in findings if finding.unsound]
    if unsound:
        return Verdict(
            "unsound",
            f"the pairs are not sound ({', '.join(unsound)}): correct them before anything is "
            "fitted; the figures say little until then.",
        )
    if _nothing(mapped):
        return Verdict(
            "nothing",
            "nothing carries over: shuffled or wrong pairs, too few of them, or encoders that do "
            f"not know the language. On {mapped.n:,} held-out pairs the map explains no more than "
            "one fitted on shuffled pairs. Look at some rows by eye, then try another encoder.",
        )
    return _of_spaces(mapped) if task is None else _of_task(task, mapped)


def _nothing(mapped: MapCheck) -> bool:
    explained = mapped.explained_variance.low - max(mapped.explained_variance_shuffled, 0.0)
    found = max(mapped.aligned.cosine.low, mapped.aligned.csls.low)
    return explained < LEAST_EXPLAINED and found <= ERRORS / mapped.n


def _together(mapped: MapCheck) -> bool:
    if mapped.unaligned is None:
        return False
    before, after = mapped.unaligned.csls, mapped.aligned.csls
    return after.value - before.value < LEAST_GAIN or before.value >= after.low


def _of_task(task: TaskCheck, mapped: MapCheck) -> Verdict:
    aligned, zero = task.aligned, task.zero_shot
    shown = f"{task.measure.split()[-1]} {aligned.score:.2f} ± {aligned.standard_error:.2f}"
    gains = True
    if zero is not None:
        shown += f", against {zero.score:.2f} ± {zero.standard_error:.2f} without alignment"
        # On the same pairs both mostly err together: their own errors do not add up.
        gains = beats(aligned.credits, zero.credits, errors=ERRORS)
        works = zero.score > ERRORS * zero.standard_error
        if works and _together(mapped) and not gains:
            return Verdict(
                "together",
                "the languages already lie together for this task: English-only may do. "
                f"Agreement across translations: {shown}.",
            )
    if aligned.score <= ERRORS * aligned.standard_error:
        return Verdict(
            "lost",
            f"meaning carries over, but the task does not: agreement across translations is at "
            f"chance ({shown}). Use parallel text nearer to the task, or label some target texts.",
        )
    if not gains:
        return Verdict(
            "unclear",
            f"the languages lie apart ({_found(mapped)}), but for this task no gain is shown: "
            f"agreement across translations is {shown}. More parallel text, or text nearer to the "
            "task, would show it; so would some labelled target texts.",
        )
    return Verdict(
        "room",
        f"alignment has room: agreement across translations is {shown}.{_one_sided(task)}",
    )


def _one_sided(task: TaskCheck) -> str:
    share = task.majority_share_unlabeled or 0.0
    if share < MOST_MAJORITY:
        return ""
    return (
        f" But {share:.0%} of the unlabelled texts would get one label: they differ from the "
        "labelled ones more than centring corrects. Label some of them to see."
    )


def _of_spaces(mapped: MapCheck) -> Verdict:
    after = mapped.aligned.csls
    if mapped.unaligned is None:
        return Verdict(
            "room",
            f"the map finds translations (precision@1 {after.value:.2f} among {mapped.n:,}, by "
            "CSLS): the spaces can be aligned. Give labelled texts to see what a task keeps.",
        )
    if _together(mapped):
        return Verdict(
            "together",
            f"the languages already lie together ({_found(mapped)}): English-only may do. Give "
            "labelled texts to see whether it does for a task.",
        )
    return Verdict("room", f"alignment has room ({_found(mapped)}).")


def _found(mapped: MapCheck) -> str:
    before = f"{mapped.unaligned.csls.value:.2f} unaligned, " if mapped.unaligned else ""
    return f"precision@1 by CSLS {before}{mapped.aligned.csls.value:.2f} aligned"
