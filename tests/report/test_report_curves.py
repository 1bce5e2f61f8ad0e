from __future__ import annotations

import itertools

import numpy as np
import pytest

from langalign.errors import DataError
from langalign.report import Curve, curve_picture, draw_curves
from langalign.report.drawing import to_png

SIZES = (100, 300, 1000)
OPTIONS = {"metric": "accuracy", "x_label": "native labels"}


def curve(name="native", start=0.6, **options):
    means = tuple(start + 0.05 * i for i in range(3))
    lows, highs = (tuple(mean + step for mean in means) for step in (-0.02, 0.03))
    return Curve(name, SIZES, means, lows, highs, **options)


def test_points_whiskers_and_axis_are_where_they_belong():
    axes = draw_curves([curve()], **OPTIONS).axes[0]
    assert axes.get_xscale() == "log"
    line, points = axes.lines
    for drawn in (line, points):
        assert tuple(drawn.get_xdata()) == SIZES
        assert drawn.get_ydata() == pytest.approx([0.6, 0.65, 0.7])
    whiskers = [segment[:, 1] for segment in axes.collections[0].get_segments()]
    assert np.allclose(whiskers, [[0.58, 0.63], [0.63, 0.68], [0.68, 0.73]])
    assert [label.get_text() for label in axes.get_xticklabels()] == ["100", "300", "1,000"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("native labels", "Accuracy")


def test_the_fitted_line_replaces_the_joined_means():
    fitted = ((50.0, 0.5), (5000.0, 0.75))
    axes = draw_curves([curve(fitted=fitted)], **OPTIONS).axes[0]
    assert [tuple(point) for point in axes.lines[0].get_xydata()] == list(fitted)
    low, high = axes.get_xlim()
    assert low < 50 < 5000 < high
    low, high = axes.get_ylim()
    assert low < 0.5 < 0.75 < high


def test_reference_lines_are_labelled_and_inside():
    lines = {"native, all labels": 0.81, "no labels": 0.55}
    figure = draw_curves([curve()], reference_lines=lines, **OPTIONS)
    axes = figure.axes[0]
    assert [line.get_ydata()[0] for line in axes.lines[2:]] == [0.81, 0.55]
    assert len({line.get_linestyle() + str(line._dash_pattern) for line in axes.lines[2:]}) == 2
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["native", "native, all labels: 0.810", "no labels: 0.550"]
    assert axes.get_ylim()[1] > 0.81


def test_curves_are_distinguished_without_colour():
    shown = [curve(str(i), 0.5 + i / 50, kind="target-labels" if i else "") for i in range(4)]
    figure = draw_curves(shown, **OPTIONS)
    lines = figure.axes[0].lines
    assert len({line.get_marker() for line in lines[1::2]}) == 4
    assert len({str(line._dash_pattern) for line in lines[::2]}) == 4
    full = [line.get_markerfacecolor() == line.get_color() for line in lines[1::2]]
    assert full == [True, False, False, False]
    assert figure.legends[0].get_texts()[1].get_text() == "1 (target labels)"


def test_whiskers_at_one_size_stay_apart():
    figure = draw_curves([curve("a"), curve("b")], **OPTIONS)
    to_png(figure, dpi=int(figure.dpi))
    first, second = (
        drawn.get_transform().transform(drawn.get_segments()[0])[0, 0]
        for drawn in figure.axes[0].collections
    )
    assert second - first == pytest.approx(3.5 / 72 * figure.dpi)


def test_numbers_on_the_axis_do_not_overlap():
    sizes = (100, 110, 120, 1000, 1100, 100_000, 200_000)
    scores = (0.5,) * 7
    figure = draw_curves([Curve("a", sizes, scores, scores, scores)], **OPTIONS)
    to_png(figure, dpi=int(figure.dpi))
    boxes = [label.get_window_extent() for label in figure.axes[0].get_xticklabels()]
    assert len(boxes) == 3
    assert all(a.x1 < b.x0 for a, b in itertools.pairwise(boxes))


def test_pictures_tell_their_numbers():
    shown = curve_picture(
        [curve(kind="target-labels")],
        reference_lines={"all": 0.8},
        caption="Five draws.",
        **OPTIONS,
    )
    assert shown.alt == (
        "Accuracy by native labels. native (target labels): 0.600 at 100, 0.650 at 300, 0.700 at "
        "1,000; all: 0.800; target labels: fitted with labels of the target language."
    )
    assert shown.caption == "Five draws."
    assert shown == curve_picture(
        [curve(kind="target-labels")],
        reference_lines={"all": 0.8},
        caption="Five draws.",
        **OPTIONS,
    )


def test_names_without_a_font_are_explained(only_fonts):
    shown = curve_picture([curve("네이티브")], reference_lines={"전부": 0.8}, **OPTIONS)
    assert shown.caption == "(curve 1 = 네이티브, line 1 = 전부)"


def test_what_cannot_be_drawn_is_named():
    with pytest.raises(DataError, match="no curves"):
        draw_curves([], **OPTIONS)
    with pytest.raises(DataError, match="3 sizes, 2 means"):
        Curve("a", SIZES, (0.5, 0.6), (0.5, 0.6), (0.5, 0.6))
    with pytest.raises(DataError, match="at least one"):
        Curve("a", (), (), (), ())
    with pytest.raises(DataError, match="size 0 has no place"):
        Curve("a", (0, 10), (0.5, 0.6), (0.5, 0.6), (0.5, 0.6))
