"""Which kind of task it is, and the head that is taken where none is named."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from langalign.errors import SettingError
from langalign.heads.base import Head, heads
from langalign.tasks import CLASSIFICATION, Task, infer_task, require_task


def default_name(task: Task) -> str:
    """Return the registered name of the head for a kind of task.

    Examples
    --------
    >>> default_name("multilabel")
    'multilabel'
    """
    kinds = {name: heads.get(name) for name in heads.names()}
    (found,) = (
        name
        for name, kind in kinds.items()
        if kind.task == task and vars(kind).get("is_default", False)
    )
    return found


def default_head(task: Task) -> Head:
    """Return an unfitted head for a kind of task, its strength left open.

    Examples
    --------
    >>> default_head("similarity")
    RidgeHead()
    """
    return heads.get(default_name(task))()


def settled_task(task: str | None, own: Task | None, labels: Iterable[Any] | None) -> Task:
    """Return the kind of task: the one set, else the head's, else what the labels look like.

    Parameters
    ----------
    task
        As a user set it.
    own
        That of a head that a user named.
    labels
        Those to learn from; ``None`` with a foreign head, which is fitted.

    Raises
    ------
    SettingError
        If the head is for another kind than the one set, or than the labels plainly are.

    Examples
    --------
    >>> settled_task(None, None, ["joy", "anger|joy"])
    'multilabel'
    >>> settled_task(None, "similarity", ["1", "5"])
    'similarity'
    """
    found = CLASSIFICATION if labels is None else infer_task(labels)
    kind = found if task is None else require_task(task)
    if own is None or kind == own:
        return kind
    if task is None and found == CLASSIFICATION:  # which is what is left when nothing else shows
        return own
    given = f"task={task!r}" if task is not None else f"the labels look like {found!r}"
    raise SettingError(
        f"{given}, but the head is for {own!r}. Give head={default_name(kind)!r}, or none; or set "
        f"task={own!r} if that is what the labels are"
    )
