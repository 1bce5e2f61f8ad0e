"""Tables and plots show whichever metrics the scores have."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from langalign.evaluation import Interval, Scores
from langalign.evaluation.metrics import METRIC_NAMES, metrics_of
from langalign.report import ReportRow, markdown_table, terminal_table
from langalign.report.content import Report, Section
from langalign.report.html import render_report
from langalign.report.score_plot import draw_scores, score_picture
from langalign.tasks import MULTILABEL, SIMILARITY


def rows_of(task):
    def scores(value):
        count = len(metrics_of(task))
        values = tuple(value - 0.1 * place for place in range(count))
        return Scores(values, tuple(Interval(v - 0.05, v + 0.05) for v in values), 200, task)

    return [ReportRow(task, "linear", scores(0.5)), ReportRow(task, "native", scores(0.6))]


@pytest.mark.parametrize("task", [MULTILABEL, SIMILARITY])
def test_every_metric_has_a_column_and_the_main_one_marks_the_best(task):
    rows = rows_of(task)
    names = [METRIC_NAMES[metric] for metric in metrics_of(task)]
    markdown = markdown_table(rows)
    assert f"| Strategy | {' | '.join(names)} | n | Note |" in markdown
    assert "**native**" in markdown
    assert "0.600 [0.55, 0.65]" in markdown
    page = render_report(Report(title="Scores", sections=(Section(title=task, rows=tuple(rows)),)))
    headings = re.findall(r'<th scope="col">([^<]+)</th>', page)
    assert headings == ["Strategy", *names, "Rows"]
    assert f"Best: highest {names[0]}" in page
    assert page.count('class="badge"') == 1
    assert f"{names[0]} with 95 % intervals" in score_picture(rows).alt
    assert names[0] in draw_scores(rows).axes[-1].get_xlabel()


def test_two_kinds_in_one_terminal_table_leave_cells_empty():
    stream = io.StringIO()
    table = terminal_table([*rows_of(MULTILABEL), *rows_of(SIMILARITY)])
    Console(file=stream, width=200).print(table)
    first, *lines = [
        line for line in stream.getvalue().splitlines() if "Strategy" in line or "[" in line
    ]
    assert all(name in first for name in ("Macro-F1", "Micro-F1", "Accuracy", "Spearman"))
    assert [line.count("[") for line in lines] == [3, 3, 2, 2]


def test_the_axis_reaches_below_zero_for_correlations():
    scores = Scores((-0.5, -0.5), (Interval(-0.8, -0.2),) * 2, 40, SIMILARITY)
    assert draw_scores([ReportRow("", "linear", scores)]).axes[0].get_xlim()[0] < -0.8
