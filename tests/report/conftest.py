from __future__ import annotations

import pytest

from langalign.evaluation import Interval, Scores
from langalign.report import ReportRow


def scores(value, half=0.03):
    interval = Interval(value - half, value + half)
    return Scores(value, interval, value - 0.01, Interval(value - 0.05, value + 0.02), 800)


@pytest.fixture
def rows():
    return [
        ReportRow("Korean sentiment", "english-only", scores(0.61)),
        ReportRow("Korean sentiment", "linear", scores(0.7444), "chosen by agreement"),
        ReportRow("日本語の感情", "[mean-shift] | $5$", scores(0.7), "a|b"),
        ReportRow("日本語の感情", "線形", scores(0.65)),
    ]
