from __future__ import annotations

import io

import pytest
from rich.console import Console

from langalign.errors import DataError
from langalign.evaluation import evaluate_predictions
from langalign.report import ReportRow, markdown_table, terminal_table


def printed(table, **options):
    stream = io.StringIO()
    Console(file=stream, width=160, **options).print(table)
    return stream.getvalue()


def read_columns(text):
    """Return what each column of a printed table says, its lines joined, by its heading."""
    lines = [line for line in text.splitlines() if line[0] in "┃│"]
    cells = [[cell.strip() for cell in line[1:-1].replace("┃", "│").split("│")] for line in lines]
    n_heading = sum(line[0] == "┃" for line in lines)
    parts = [
        (" ".join(filter(None, column[:n_heading])), " ".join(filter(None, column[n_heading:])))
        for column in zip(*cells, strict=True)
    ]
    return dict(parts)


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


def test_rows_that_are_no_fair_rivals_are_marked_explained_and_never_best(kinds):
    text = markdown_table(kinds)
    assert text.startswith(
        "### Korean sentiment\n"
        "\n"
        "| Strategy | Accuracy | Macro-F1 | n | Against best | Note |\n"
        "|:--|:--|:--|--:|:--|:--|\n"
        "| english-only | 0.410 [0.38, 0.44] | 0.400 [0.36, 0.43] | 800 | -0.33, p \\< 0.001 |  |\n"
        "| **linear** | **0.744 [0.71, 0.77]** | **0.734 [0.69, 0.76]** | **800** |  |  |\n"
        "| linear, picked (oracle) |"
    )
    assert "| native (target labels) | 0.800" in text
    assert text.endswith(
        "\n\ntarget labels: fitted with labels of the target language  \n"
        "oracle: settings picked with the test labels; what choosing well is worth, not a result"
        "  \n"
    )


def test_the_terminal_shows_kinds_and_comparisons_only_where_there_are_any(rows, kinds):
    text = printed(terminal_table(kinds))
    for part in ("Against best", "-0.33, p < 0.001", "native (target labels)", "test labels"):
        assert part in text
    plain = printed(terminal_table(rows))
    assert "Against best" not in plain
    assert "oracle" not in plain


def test_one_fair_row_among_others_is_not_called_best(kinds):
    assert "**" not in markdown_table(kinds[1:])


def test_narrow_terminals_lose_nothing(kinds):
    stream = io.StringIO()
    Console(file=stream, width=80).print(terminal_table(kinds))
    text = stream.getvalue()
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text
    assert all(line.rstrip()[-1] in "┓┃┩│┘" for line in text.splitlines() if line[0] in "┏┃┡│└")
    columns = read_columns(text)
    for row in kinds:
        value, interval = row.scores.accuracy, row.scores.accuracy_interval
        assert f"{value:.3f} [{interval.low:.2f}, {interval.high:.2f}]" in columns["Accuracy"]
        assert row.strategy in columns["Strategy"]
    assert "Korean sentiment" in columns["Strategy"]
    assert "-0.33, p < 0.001" in columns["Against best"]


@pytest.mark.parametrize("task", ["classification", "multilabel"])
@pytest.mark.parametrize("name", ["whitened-procrustes", "iterative-procrustes"])
def test_names_are_not_broken_where_folding_scores_makes_room(task, name):
    truth = ["a|b", "b"] * 500 if task == "multilabel" else ["a", "b"] * 500
    scores = evaluate_predictions(truth, ["a", "b"] * 400 + ["b", "a"] * 100, task=task)
    value, interval = scores.accuracy, scores.accuracy_interval
    stream = io.StringIO()
    row = ReportRow("es, validation", name, scores)
    Console(file=stream, width=80).print(terminal_table([row], heading="Aligner"))
    lines = stream.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    assert sum(name in line for line in lines) == 1
    assert sum("es, validation" in line for line in lines) == 1
    accuracy = f"{value:.3f} [{interval.low:.2f}, {interval.high:.2f}]"
    assert accuracy in read_columns(stream.getvalue())["Accuracy"]
    assert any(accuracy in line for line in lines) == (task == "classification")


def test_a_name_longer_than_the_terminal_is_broken_and_the_scores_are_not():
    scores = evaluate_predictions(["a", "b"] * 50, ["a", "b"] * 40 + ["b", "a"] * 10)
    stream = io.StringIO()
    table = terminal_table([ReportRow("ko", "x" * 200, scores)])
    Console(file=stream, width=80).print(table)
    assert max(map(len, stream.getvalue().splitlines())) <= 80
    assert stream.getvalue().count("x") == 200
    assert "0.800 [0.71, 0.87]" in read_columns(stream.getvalue())["Accuracy"]


def test_groups_of_one_row_are_named_in_a_column(kinds):
    one = [type(row)(f"task {i}", row.strategy, row.scores) for i, row in enumerate(kinds)]
    lines = printed(terminal_table(one)).splitlines()
    assert "Task" in lines[1]
    assert ["task 2" in line for line in lines].count(True) == 1
    assert next(line for line in lines if "task 2" in line).count("linear, picked") == 1
    assert "Task" not in printed(terminal_table(kinds))
