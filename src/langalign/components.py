"""Components by name, or as given: an aligner, a head for the task."""

from __future__ import annotations

from typing import Any, TypeVar

from langalign.errors import SettingError
from langalign.estimator import Estimator
from langalign.heads import Head, heads
from langalign.heads.base import Labels
from langalign.heads.default import default_name, settled_task
from langalign.heads.traits import is_fitted, task_of
from langalign.heads.weighting import weighted_head
from langalign.registry import Registry

Component = TypeVar("Component", bound=Estimator)


def component_of(
    given: str | Component,
    registry: Registry[Any],
    base: type[Component],
    *,
    random_state: int,
) -> Component:
    """Return the component that is meant; one that is named gets the seed, where it has one.

    Parameters
    ----------
    given
        A registered name, or a component, which is returned as it is.
    registry, base
        Where it is registered, and what it must be.
    random_state
        The seed.

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    SettingError
        If it is something else.

    Examples
    --------
    >>> from langalign.aligners import Aligner, aligners
    >>> component_of("linear", aligners, Aligner, random_state=0)
    Linear()
    """
    component = registry.get(given)() if isinstance(given, str) else given
    if not isinstance(component, base):
        raise SettingError(
            f"{registry.kind}={given!r}: expected one of {', '.join(registry.names())}, or an "
            f"instance of {base.__name__}"
        )
    if "random_state" in component.get_params(deep=False) and isinstance(given, str):
        component.set_params(random_state=random_state)
    return component


def head_of(
    given: Any,
    *,
    task: str | None,
    labels: Labels | None,
    class_weight: str | None,
    random_state: int,
) -> Any:
    """Return the head that is meant.

    Parameters
    ----------
    given
        A registered name, an unfitted head, any fitted classifier or regressor; ``None`` takes the
        one of the kind of task.
    task
        As a user set it.
    labels
        Those to learn from; ``None`` where there are none.
    class_weight
        As in :func:`~langalign.heads.weighting.weighted_head`.
    random_state
        The seed of a head that is named.

    Raises
    ------
    UnknownNameError
        If no head has that name.
    SettingError
        If it is no head, or is for another kind of task, or cannot be weighted.
    """
    if given is None:
        given = default_name(settled_task(task, None, labels))
        head = component_of(given, heads, Head, random_state=random_state)
    elif is_fitted(given):
        head = given
        settled_task(task, task_of(head), None)
    else:
        head = component_of(given, heads, Head, random_state=random_state)
        settled_task(task, task_of(head), labels)
    return weighted_head(head, class_weight)
