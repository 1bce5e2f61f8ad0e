"""Colours of plots: readable on white and on black, and told apart by colour-blind readers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a drawing.

    Parameters
    ----------
    ink, muted, grid
        Of text, of lesser text, of lines in the background.
    plain, accent
        Of a dot, and of the best dot.
    classes
        Of labels, in turn.
    other
        Of labels beyond those.

    References
    ----------
    Okabe, M. and Ito, K. (2008). Color universal design: how to make figures and presentations
    that are friendly to colorblind people.
    """

    ink: str
    muted: str
    grid: str
    plain: str
    accent: str
    classes: tuple[str, ...]
    other: str


LIGHT = Theme(
    ink="#1b1f24",
    muted="#57606a",
    grid="#d8dee4",
    plain="#0072b2",
    accent="#d55e00",
    classes=("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b08900"),
    other="#8c959f",
)
DARK = Theme(
    ink="#e6edf3",
    muted="#9aa4af",
    grid="#343b44",
    plain="#56b4e9",
    accent="#e69f00",
    classes=("#56b4e9", "#e69f00", "#2fc89b", "#e59ac4", "#f0e442"),
    other="#848d97",
)
