"""Who wins among rivals that were scored on the same held-out rows, and the table of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Credits = NDArray[np.float64]
"""What each held-out row adds to a rival's score: their mean is the score; shape (n_rows,)."""
ROUNDING = 1e-9
"""Two that are both perfect differ by less."""


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """How one rival did.

    Parameters
    ----------
    name, settings
        Of the rival, as users know them.
    first
        Credits on the rows of the first fold.
    all
        Credits on the rows of every fold; ``None`` for one too expensive to be fitted for each.
    seconds
        That fitting and scoring took.
    learns_map
        Whether it does more than move the mean.
    """

    name: str
    settings: str
    first: Credits
    all: Credits | None
    seconds: float
    learns_map: bool = True

    @property
    def credits(self) -> Credits:
        """Return the credits that its score in the table rests on."""
        return self.first if self.all is None else self.all


@dataclass(frozen=True, slots=True)
class Place:
    """One row of the table.

    Parameters
    ----------
    name, settings
        Of the rival.
    score, standard_error
        Mean credit, and its error over rows.
    n_rows
        Held-out rows that they rest on.
    seconds
        That fitting and scoring took.
    """

    name: str
    settings: str
    score: float
    standard_error: float
    n_rows: int
    seconds: float


@dataclass(frozen=True, slots=True)
class League:
    """All rivals, and the one that is taken.

    Parameters
    ----------
    places
        In the order in which they were tried, cheapest first.
    chosen
        Index of the one taken.
    measure
        What the scores are.
    """

    places: tuple[Place, ...]
    chosen: int
    measure: str

    @property
    def verdict(self) -> str:
        """Return in a sentence why the chosen one was taken."""
        taken = self.places[self.chosen]
        best = max(self.places, key=lambda place: place.score)
        if len(self.places) == 1:
            return f"{taken.name} was the only one that could be tried"
        if taken.score >= best.score:
            return f"{taken.name} did best"
        return f"{taken.name} is taken: {best.name} does not beat it beyond noise"

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return asdict(self) | {"places": [asdict(place) for place in self.places]}

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """Return what :meth:`as_dict` wrote."""
        return cls(**(dict(record) | {"places": tuple(Place(**one) for one in record["places"])}))


def settle(played: Sequence[Played], measure: str) -> League:
    """Return the table, with the winner.

    The best score on all folds wins. The best of those that were scored on the first fold only must
    beat it there by more than one standard error of the paired difference. Where one among the
    rivals only moves the mean, so must the winner beat that one: a map that is not worth more than
    noise is not worth having.

    Examples
    --------
    >>> import numpy as np
    >>> hits = np.array([0.0, 1.0, 1.0, 1.0])
    >>> table = settle([Played("a", "", hits[::-1], hits[::-1], 0.1),
    ...                 Played("b", "", hits + 1, hits + 1, 0.1)], "accuracy")
    >>> table.places[table.chosen].name
    'b'
    """
    complete = _best([index for index, one in enumerate(played) if one.all is not None], played)
    partial = _best([index for index, one in enumerate(played) if one.all is None], played)
    if complete is None or partial is None:
        winner = partial if complete is None else complete
    else:
        beaten = beats(played[partial].first, played[complete].first)
        winner = partial if beaten else complete
    assert winner is not None, "there are no rivals"
    still = _best([index for index, one in enumerate(played) if not one.learns_map], played)
    if still is not None and still != winner and not _beats_at_its_best(played, winner, still):
        winner = still
    return League(tuple(_place(one) for one in played), winner, measure)


def _best(among: Sequence[int], played: Sequence[Played]) -> int | None:
    return max(among, key=lambda index: float(played[index].credits.mean()), default=None)


def _beats_at_its_best(played: Sequence[Played], one: int, other: int) -> bool:
    if played[one].all is None or played[other].all is None:
        return beats(played[one].first, played[other].first)
    return beats(played[one].credits, played[other].credits)


def beats(one: Credits, other: Credits, *, errors: float = 1.0) -> bool:
    """Return whether the first is better by so many standard errors of the paired difference.

    Parameters
    ----------
    one, other
        What each earned on the same held-out rows, shape (n_rows,).
    errors
        How many; one by default.

    Examples
    --------
    >>> hits = np.array([0.0, 1.0, 1.0, 1.0])
    >>> beats(hits + 0.1, hits), beats(hits[::-1], hits)
    (True, False)
    """
    difference = one - other
    error = float(difference.std() / np.sqrt(len(difference)))
    return float(difference.mean()) > max(errors * error, ROUNDING)


def _place(one: Played) -> Place:
    earned = one.credits
    return Place(
        name=one.name,
        settings=one.settings,
        score=float(earned.mean()),
        standard_error=float(earned.std() / np.sqrt(len(earned))),
        n_rows=len(earned),
        seconds=round(one.seconds, 3),
    )
