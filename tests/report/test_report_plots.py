from __future__ import annotations

import itertools
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex

from langalign.errors import DataError, VectorError
from langalign.report import alignment_picture, draw_alignment, draw_scores, score_picture
from langalign.report.drawing import to_png, to_svg
from langalign.report.projection import on_a_plane
from langalign.report.theme import DARK, LIGHT


@pytest.fixture
def spaces():
    rng = np.random.default_rng(0)
    source, before = rng.normal(size=(300, 8)), rng.normal(size=(40, 8)) + 5
    return source, before, before - 5


def texts_of(axes):
    labels = [label.get_text() for label in axes.get_yticklabels()]
    return labels, [text.get_text() for text in axes.texts]


def test_one_panel_a_group_with_labels(rows, only_fonts):
    figure = draw_scores(rows, majority={"Korean sentiment": 0.36})
    first, second = figure.axes
    assert texts_of(first) == (["english-only", "linear"], ["0.600", "0.734"])
    assert first.get_title(loc="left") == "Korean sentiment"
    assert second.get_title(loc="left") == "group 2"
    assert texts_of(second)[0] == [r"[mean-shift] | \$5\$", "strategy 2"]
    low, high = first.get_xlim()
    assert low < 0.36 < 0.76 < high


def test_bars_start_at_the_majority_class_and_whiskers_are_where_they_belong(kinds):
    axes = draw_scores(kinds, metric="accuracy", majority={"Korean sentiment": 0.5}).axes[0]
    assert [bar.get_x() for bar in axes.patches] == [0.5] * 4
    lengths = [bar.get_width() for bar in axes.patches]
    assert lengths == pytest.approx([-0.09, 0.2444, 0.26, 0.3])
    dashed, first, *_ = axes.lines
    assert list(dashed.get_xdata()) == [0.5, 0.5]
    assert first.get_xdata() == pytest.approx([0.38, 0.44])
    assert list(first.get_ydata()) == [0, 0]


def test_bars_start_at_zero_where_the_majority_class_is_unknown(rows):
    first, second = draw_scores(rows, majority={"Korean sentiment": 0.36}).axes
    assert {bar.get_x() for bar in second.patches} == {0.0}
    assert {bar.get_x() for bar in first.patches} == {0.36}
    assert second.get_xlim()[0] == 0.0


def test_the_best_differs_by_shape_and_colour(kinds):
    axes = draw_scores(kinds).axes[0]
    diamonds = [line for line in axes.lines if line.get_marker() == "D"]
    assert [list(line.get_ydata()) for line in diamonds] == [[1]]
    colours = [to_hex(bar.get_edgecolor()) for bar in axes.patches]
    assert colours == [LIGHT.plain, LIGHT.accent, LIGHT.plain, LIGHT.plain]


def test_rows_that_are_no_fair_rivals_are_hatched_and_explained(kinds):
    figure = draw_scores(kinds, majority={"Korean sentiment": 0.5})
    hatches = [bar.get_hatch() for bar in figure.axes[0].patches]
    assert len({*hatches[1:]}) == 3
    assert hatches[0] == hatches[1]
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["majority class", "target labels", "oracle"]
    assert "linear, picked (oracle): 0.750" in score_picture(kinds).alt
    assert not draw_scores(kinds[:2]).legends


def test_forty_strategies_do_not_overlap(kinds):
    many = [
        type(row)(row.group, f"{row.strategy} {i}", row.scores) for i in range(10) for row in kinds
    ]
    figure = draw_scores(many)
    to_png(figure, dpi=int(figure.dpi))
    boxes = [label.get_window_extent() for label in figure.axes[0].get_yticklabels()]
    assert len(boxes) == 40
    assert all(a.y0 >= b.y1 for a, b in itertools.pairwise(boxes))
    assert min(box.x0 for box in boxes) >= 0


def test_output_is_the_same_each_time_and_well_formed(rows, spaces):
    for draw in (lambda: draw_scores(rows), lambda: draw_alignment(*spaces)):
        svg = to_svg(draw())
        assert svg == to_svg(draw())
        assert ElementTree.fromstring(svg).tag.endswith("svg")
        png = to_png(draw())
        assert png == to_png(draw())
        assert png.startswith(b"\x89PNG")


def test_a_users_settings_do_not_leak_in_or_out(rows):
    expected = to_svg(draw_scores(rows))
    with mpl.rc_context({"font.family": ["serif"], "svg.fonttype": "none"}):
        assert to_svg(draw_scores(rows)) == expected
        assert mpl.rcParams["svg.fonttype"] == "none"


def test_pyplot_stays_out():
    code = (
        "import sys; from langalign.evaluation import *; from langalign.report import *;"
        "row = ReportRow('g', 's', evaluate_predictions([0, 1], [0, 1]));"
        "score_picture([row]); assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_pictures_tell_their_numbers(rows):
    shown = score_picture(rows[:2], metric="accuracy", caption="below")
    assert "Korean sentiment, linear: 0.744 [0.71, 0.77]" in shown.alt
    assert shown.caption == "below"
    assert LIGHT.ink in shown.light
    assert DARK.ink in shown.dark


def test_many_groups_rows_and_labels_fit(rows):
    many = [
        type(row)(f"{row.group} {i}", row.strategy * 9, row.scores) for row in rows for i in "ab"
    ]
    assert to_png(draw_scores(many, theme=DARK), background="#000000")


def test_projection_keeps_distances_of_flat_data():
    flat = np.random.default_rng(0).normal(size=(30, 2))
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(6, 6)))[0][:2]
    (first, second), share = on_a_plane(flat[:10] @ turn, flat[10:] @ turn)
    assert share == pytest.approx(1)
    expected = np.linalg.norm(flat[3] - flat[20])
    assert np.linalg.norm(first[3] - second[10]) == pytest.approx(expected)


def test_projection_of_degenerate_data():
    points, share = on_a_plane(np.ones((3, 1)), np.ones((1, 1)))
    assert share == 1.0
    assert [part.shape for part in points] == [(3, 2), (1, 2)]
    assert np.allclose(points[0], 0)


@pytest.mark.parametrize(
    ("spaces", "message"),
    [
        ([np.ones((2, 3)), np.ones((2, 4))], "same width"),
        ([np.ones(3)], r"expected \(n, d\)"),
        ([np.ones((0, 3))], "neither zero"),
        ([np.full((2, 2), np.nan)], "finite"),
    ],
)
def test_what_cannot_be_drawn_is_named(spaces, message):
    with pytest.raises(VectorError, match=message):
        on_a_plane(*spaces)


def test_alignment_samples_rows_and_leaves_the_arrays_alone(spaces):
    copies = [space.copy() for space in spaces]
    before, after = draw_alignment(*spaces).axes
    assert [len(line.get_xdata()) for line in after.lines] == [250, 40]
    gaps = [
        abs(np.mean(axes.lines[0].get_xdata()) - np.mean(axes.lines[1].get_xdata()))
        for axes in (before, after)
    ]
    assert gaps[0] > 5 * gaps[1]
    assert all((a == b).all() for a, b in zip(copies, spaces, strict=True))


def test_labels_are_colours_and_languages_are_shapes(spaces):
    figure = draw_alignment(*spaces, source_labels=[0, 1] * 150, target_labels=[0, 1] * 20)
    lines = figure.axes[0].lines
    assert [line.get_marker() for line in lines] == ["o", "o", "^", "^"]
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["source", "target", "0", "1"]


def test_more_labels_than_colours_become_other(spaces):
    source_labels = [f"a rather long label {i % 9}" for i in range(300)]
    figure = draw_alignment(*spaces, source_labels=source_labels, target_labels=source_labels[:40])
    assert figure.legends[0].get_texts()[-1].get_text() == "other"


def test_labels_without_a_font_are_explained_in_the_caption(spaces, only_fonts):
    shown = alignment_picture(
        *spaces,
        source_labels=["긍정", "부정"] * 150,
        target_labels=["부정"] * 40,
        languages=("English", "한국어"),
        caption="Two.",
    )
    assert shown.caption == "Two. (language 2 = 한국어, class 1 = 긍정, class 2 = 부정)"


def test_alignment_inputs_must_fit(spaces):
    source, before, after = spaces
    with pytest.raises(DataError, match="40 rows before, 39 after"):
        draw_alignment(source, before, after[1:])
    with pytest.raises(DataError, match="one language only"):
        draw_alignment(*spaces, source_labels=[0] * 300)
    with pytest.raises(DataError, match="target: 40 vectors and 2 labels"):
        draw_alignment(*spaces, source_labels=[0] * 300, target_labels=[0, 1])
