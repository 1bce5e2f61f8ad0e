from __future__ import annotations

import io

import pytest
from rich.console import Console

from langalign.errors import DataError
from langalign.report import markdown_table, terminal_table


def printed(table, **options):
    stream = io.StringIO()
    Console(file=stream, width=160, **options).print(table)
    return stream.getvalue()


def test_markdown_is_exact(rows):
    assert markdown_table(rows) == (
        "### Korean sentiment\n"
        "\n"
        "| Strategy | Accuracy | Macro-F1 | n | Note |\n"
        "|:--|:--|:--|--:|:--|\n"
        "| english-only | 0.610 [0.58, 0.64] | 0.600 [0.56, 0.63] | 800 |  |\n"
        "| **linear** | **0.744 [0.71, 0.77]** | **0.734 [0.69, 0.76]** | **800** "
        "| chosen by agreement |\n"
        "\n"
        "### 日本語の感情\n"
        "\n"
        "| Strategy | Accuracy | Macro-F1 | n | Note |\n"
        "|:--|:--|:--|--:|:--|\n"
        "| **\\[mean-shift\\] \\| $5$** | **0.700 [0.67, 0.73]** | **0.690 [0.65, 0.72]** "
        "| **800** | a\\|b |\n"
        "| 線形 | 0.650 [0.62, 0.68] | 0.640 [0.60, 0.67] | 800 |  |\n"
    )


def test_terminal_table_shows_markup_characters_as_they_are(rows):
    text = printed(terminal_table(rows, title="[red]Scores"))
    assert "[red]Scores" in text
    assert "[mean-shift] | $5$" in text
    assert "0.744 [0.71, 0.77]" in text
    assert text.count("Korean sentiment") == 1


def test_the_best_of_each_group_is_bold(rows):
    lines = printed(terminal_table(rows), force_terminal=True, color_system="standard").split("\n")
    bold = [line for line in lines[3:] if "\x1b[1m" in line]
    assert ["linear" in bold[0], "mean-shift" in bold[1], len(bold)] == [True, True, 2]


def test_rows_that_show_the_same_score_are_both_best(rows):
    assert markdown_table([rows[1], rows[1], rows[0]]).count("**linear**") == 2


def test_a_row_alone_is_not_called_best(rows):
    assert "**" not in markdown_table(rows[:1])


def test_the_note_column_is_left_out_where_empty(rows):
    assert "Note" not in printed(terminal_table(rows[:1]))


def test_no_rows_are_refused():
    for table in (markdown_table, terminal_table):
        with pytest.raises(DataError, match="no rows"):
            table([])
