"""What a model card should state and no model can know of itself: licence, data, test scores."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from langalign.errors import SettingError

if TYPE_CHECKING:
    from langalign.evaluation.scores import Scores


@dataclass(frozen=True, slots=True)
class CardFacts:
    """Facts for the model card, kept with the model.

    Parameters
    ----------
    license
        Identifier of the model's licence, such as ``"apache-2.0"`` or ``"cc-by-4.0"``; ``None``
        writes ``unknown``.
    data
        A line for each data set that the model was trained on: its name and origin.
    scores
        What :meth:`~langalign.model.LangAlign.evaluate` returned, by the name of the test set.

    Raises
    ------
    SettingError
        If the licence is not an identifier.

    Examples
    --------
    >>> CardFacts(license="cc-by-4.0", data=("Tatoeba, English-Korean",)).as_dict()
    {'license': 'cc-by-4.0', 'data': ['Tatoeba, English-Korean'], 'scores': {}}
    >>> CardFacts(license="free for all")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    langalign.errors.SettingError: license='free for all': expected an identifier such as ...
    """

    license: str | None = None
    data: tuple[str, ...] = ()
    scores: Mapping[str, Scores] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the licence, which a machine will read."""
        if self.license is not None and not re.fullmatch(r"[a-z0-9][a-z0-9.+-]*", self.license):
            raise SettingError(
                f"license={self.license!r}: expected an identifier such as 'apache-2.0', "
                "'cc-by-4.0' or 'other', in lower case"
            )

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return {
            "license": self.license,
            "data": list(self.data),
            "scores": {name: scores.as_dict() for name, scores in self.scores.items()},
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """Undo :meth:`as_dict`."""
        from langalign.evaluation.scores import Scores

        scores = {str(name): Scores.from_dict(each) for name, each in record["scores"].items()}
        return cls(record["license"], tuple(map(str, record["data"])), scores)
