from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from langalign.errors import DataError
from langalign.report import confusion_picture, draw_confusion
from langalign.report.drawing import to_png
from langalign.report.fonts import BASE
from langalign.report.theme import DARK, LIGHT, contrast

TRUTH = ["긍정"] * 10 + ["부정"] * 5
PREDICTED = ["긍정"] * 8 + ["부정"] * 2 + ["긍정"] * 3 + ["부정"] * 2


@pytest.fixture
def many():
    """28 classes; class 3 is taken for class 7 four times, all else is right but one."""
    truth = [f"class {i:02}" for i in range(28) for _ in range(6)]
    predicted = list(truth)
    predicted[18:22] = ["class 07"] * 4
    predicted[0] = "class 01"
    return truth, predicted


def cells_of(figure):
    """Return opacity by (row, column)."""
    return {
        (round(cell.get_y() + 0.5), round(cell.get_x() + 0.5)): cell.get_facecolor()[3]
        for cell in figure.axes[0].patches
    }


def test_cells_hold_shares_of_the_truth_and_counts():
    figure = draw_confusion(TRUTH, PREDICTED)
    cells = {text.get_position()[::-1]: text.get_text() for text in figure.axes[0].texts}
    assert cells == {(0, 0): "80%\n8", (0, 1): "20%\n2", (1, 0): "60%\n3", (1, 1): "40%\n2"}
    shades = cells_of(figure)
    assert sorted(shades, key=shades.get) == [(0, 1), (1, 1), (1, 0), (0, 0)]


def test_truth_runs_down_and_prediction_across_in_the_order_given():
    axes = draw_confusion(TRUTH, PREDICTED, classes=["부정", "긍정"]).axes[0]
    assert [label.get_text()[-2:] for label in axes.get_yticklabels()] in (
        ["부정", "긍정"],
        [" 1", " 2"],
    )
    assert {text.get_position(): text.get_text() for text in axes.texts}[0, 0] == "40%\n2"
    low, high = axes.get_ylim()
    assert low > high
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted", "truth")


def test_class_names_are_drawn_where_there_is_a_font(only_fonts):
    only_fonts("TestGothic", "긍정부")
    axes = draw_confusion(TRUTH, PREDICTED).axes[0]
    for labels in (axes.get_xticklabels(), axes.get_yticklabels()):
        assert [label.get_text() for label in labels] == ["긍정", "부정"]
        assert labels[0].get_fontfamily() == [BASE, "TestGothic"]


def test_class_names_are_explained_where_there_is_none(only_fonts):
    shown = confusion_picture(TRUTH, PREDICTED, caption="Reviews.")
    assert shown.caption == "Reviews. (class 1 = 긍정, class 2 = 부정)"
    assert "부정 taken for 긍정 (3); 긍정 taken for 부정 (2)." in shown.alt


def test_many_classes_are_listed_in_words(many):
    figure = draw_confusion(*many, title="Topics")
    assert not figure.axes[0].texts
    shades = cells_of(figure)
    assert len(shades) == 28 + 2
    assert shades[5, 5] == 1
    assert 0 < shades[0, 1] < shades[3, 3] < shades[3, 7] < 1
    shown = confusion_picture(*many, title="Topics", caption="All.")
    confusions = (
        "Most frequent confusions: class 03 taken for class 07 (4); "
        "class 00 taken for class 01 (1)."
    )
    assert shown.caption == f"All. {confusions}"
    assert shown.alt == f"Topics: Truth against prediction of 168 rows in 28 classes. {confusions}"


def test_many_labels_stay_apart_and_inside(many):
    names = {f"class {i:02}": f"a rather long name {i}" for i in range(28)}
    figure = draw_confusion(*([names[label] for label in column] for column in many))
    to_png(figure, dpi=int(figure.dpi))
    down = [label.get_window_extent() for label in figure.axes[0].get_yticklabels()]
    across = [label.get_window_extent() for label in figure.axes[0].get_xticklabels()]
    assert min(box.x0 for box in down) >= 0
    assert min(box.y0 for box in across) >= 0
    assert max(np.diff([box.y0 for box in down])) < -0.8 * max(box.height for box in down)


def test_a_class_that_never_occurs_is_an_empty_row():
    figure = draw_confusion([0, 1], [0, 1], classes=[0, 1, 2])
    assert cells_of(figure)[2, 2] == 0
    assert confusion_picture([0, 1], [0, 1]).alt.endswith("Nothing was confused.")


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_numbers_stand_out_from_their_cells(theme):
    page, over = (np.array(to_rgb(colour)) for colour in (theme.paper, theme.plain))
    for shade in np.linspace(0, 1, 21):
        cell = shade * over + (1 - shade) * page
        assert contrast(to_rgb(theme.ink_on(shade)), tuple(cell)) > 3.9
    figure = draw_confusion(TRUTH, PREDICTED, theme=theme)
    assert {text.get_color() for text in figure.axes[0].texts} <= {theme.ink, theme.paper}


def test_labels_must_be_known():
    with pytest.raises(DataError, match="not among the classes"):
        draw_confusion(TRUTH, PREDICTED, classes=["긍정"])
