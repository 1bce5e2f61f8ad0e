"""What the measures say, in plain words, for the terminal and for pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from langalign.diagnostics.hubness import Hubness
from langalign.diagnostics.isospectrality import Isospectrality
from langalign.diagnostics.spaces import SpaceDiagnostics

STRONG_HUBS = 2.0
"""Skewness from which a reading speaks of hubs; a matter of taste, no test."""
NARROW = 0.1
"""IsoScore below which a reading speaks of few directions; the same holds."""
OTHER_SHAPE = 3.0
"""Multiple of chance from which a reading says that shapes differ; the same holds."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure by name, its value as it is shown, and what that means.

    Parameters
    ----------
    name, value, words
        Ready to print.
    """

    name: str
    value: str
    words: str


def readings(found: SpaceDiagnostics) -> tuple[Reading, ...]:
    """Return all measures in words.

    Examples
    --------
    >>> import numpy as np
    >>> from langalign.diagnostics import diagnose_spaces
    >>> X = np.random.default_rng(0).normal(size=(500, 4))
    >>> for reading in readings(diagnose_spaces(X, -X))[-2:]:
    ...     print(reading.name, "|", reading.value, "|", reading.words)
    isotropy, mapped | 0.99 | varies as if 99% of the directions were used alike
    shape (isospectrality) | 0.0x | no further apart than two samples of one space
    """
    return tuple(_readings(found))


def _readings(found: SpaceDiagnostics) -> Iterator[Reading]:
    yield _of_hubs("hubness, source", found.source_hubness)
    yield _of_hubs("hubness, target", found.target_hubness)
    yield _of_hubs("hubness, mapped", found.mapped_hubness)
    for name, score in (
        ("isotropy, source", found.source_isotropy),
        ("isotropy, target", found.target_isotropy),
        ("isotropy, mapped", found.mapped_isotropy),
    ):
        if score is not None:
            yield _of_isotropy(name, score)
    if found.shape:
        yield _of_shape(found.shape)
    for part in found.parts:
        yield Reading(
            f"explained, {part.name}",
            f"{part.explained_variance:.3f}",
            f"of the variance of {part.n:,} held-out pairs",
        )


def _of_hubs(name: str, found: Hubness) -> Reading:
    hubs = "hubs, prefer CSLS to cosine" if found.skewness >= STRONG_HUBS else "few hubs"
    return Reading(
        name,
        f"{found.skewness:.2f}",
        f"{hubs}: {found.antihub_share:.0%} of the texts are near to none, one is near to "
        f"{found.largest_share:.0%}",
    )


def _of_isotropy(name: str, score: float) -> Reading:
    few = "narrow: " if score < NARROW else ""
    words = f"{few}varies as if {score:.0%} of the directions were used alike"
    return Reading(name, f"{score:.2f}", words)


def _of_shape(found: Isospectrality) -> Reading:
    times = found.times_chance
    if times <= 1.0:
        words = "no further apart than two samples of one space"
    elif times < OTHER_SHAPE:
        words = "a little further apart than two samples of one space"
    else:
        words = "the spaces differ in shape: expect a map to lose something"
    return Reading("shape (isospectrality)", f"{times:.1f}x", words)
