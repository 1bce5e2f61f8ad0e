"""Colours of plots: readable on white and on black, and distinct to colour-blind readers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a drawing.

    Parameters
    ----------
    ink, muted, grid
        Of text, of lesser text, of lines in the background.
    paper
        Of what a drawing is laid on, which stays transparent, and of text on ``plain``.
    plain, accent
        Of a bar, and of the best bar.
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
    paper: str
    plain: str
    accent: str
    classes: tuple[str, ...]
    other: str

    def ink_on(self, shade: float) -> str:
        """Return the colour of text that can be read on ``plain`` of an opacity, 0 to 1.

        Examples
        --------
        >>> LIGHT.ink_on(0.1) == LIGHT.ink, LIGHT.ink_on(1.0) == LIGHT.paper
        (True, True)
        """
        ground = tuple(
            shade * over + (1 - shade) * under
            for over, under in zip(_rgb(self.plain), _rgb(self.paper), strict=True)
        )
        return max((self.ink, self.paper), key=lambda text: contrast(_rgb(text), ground))


def contrast(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    """Return the contrast of two colours, each red, green and blue from 0 to 1.

    References
    ----------
    Web Content Accessibility Guidelines 2.2, definitions of contrast ratio and of relative
    luminance.

    Examples
    --------
    >>> contrast((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    21.0
    """
    dark, light = sorted(_luminance(colour) for colour in (first, second))
    return round((light + 0.05) / (dark + 0.05), 2)


def _luminance(colour: tuple[float, ...]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))


LIGHT = Theme(
    ink="#1b1f24",
    muted="#57606a",
    grid="#d8dee4",
    paper="#ffffff",
    plain="#0072b2",
    accent="#d55e00",
    classes=("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b08900"),
    other="#8c959f",
)
DARK = Theme(
    ink="#e6edf3",
    muted="#9aa4af",
    grid="#343b44",
    paper="#0f1318",
    plain="#56b4e9",
    accent="#e69f00",
    classes=("#56b4e9", "#e69f00", "#2fc89b", "#e59ac4", "#f0e442"),
    other="#848d97",
)
