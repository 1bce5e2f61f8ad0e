from __future__ import annotations

import matplotlib.font_manager as font_manager
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from langalign.evaluation import Interval, Scores
from langalign.report import ReportRow


def scores(value, half=0.03):
    interval = Interval(value - half, value + half)
    return Scores((value, value - 0.01), (interval, Interval(value - 0.05, value + 0.02)), 800)


@pytest.fixture
def rows():
    return [
        ReportRow("Korean sentiment", "english-only", scores(0.61)),
        ReportRow("Korean sentiment", "linear", scores(0.7444), "chosen by agreement"),
        ReportRow("日本語の感情", "[mean-shift] | $5$", scores(0.7), "a|b"),
        ReportRow("日本語の感情", "線形", scores(0.65)),
    ]


def small_font(path, family, characters, *, last_resort=False):
    """Write a font: each character a bar of its own height, or all of them one box."""

    def glyph(height):
        pen = TTGlyphPen(None)
        pen.moveTo((0, 0))
        for corner in ((0, height), (900, height), (900, 0)):
            pen.lineTo(corner)
        pen.closePath()
        return pen.glyph()

    own = {char: "box" if last_resort else f"uni{ord(char):04X}" for char in characters}
    names = [".notdef", *dict.fromkeys(own.values())]
    builder = FontBuilder(1000)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(char): name for char, name in own.items()})
    builder.setupGlyf({name: glyph(100 + 7 * i) for i, name in enumerate(names)})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular", "psName": family})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)


@pytest.fixture
def only_fonts(monkeypatch, tmp_path):
    """Pretend that nothing is installed but matplotlib's own font and small made ones."""
    manager = font_manager.fontManager
    own = [entry for entry in manager.ttflist if entry.name == "DejaVu Sans"]
    monkeypatch.setattr(manager, "ttflist", own)

    def install(family, characters, **options):
        path = tmp_path / f"{family}.ttf"
        small_font(path, family, characters, **options)
        manager.addfont(path)

    return install


@pytest.fixture
def kinds():
    """Rows of every kind; an oracle and a ceiling above the best."""
    return [
        ReportRow(
            "Korean sentiment", "english-only", scores(0.41), against_best="-0.33, p < 0.001"
        ),
        ReportRow("Korean sentiment", "linear", scores(0.7444)),
        ReportRow("Korean sentiment", "linear, picked", scores(0.76), kind="oracle"),
        ReportRow("Korean sentiment", "native", scores(0.8), "ceiling", kind="target-labels"),
    ]
