from __future__ import annotations

import re

import pytest

from langalign.report import ReportRow, draw_scores, score_picture
from langalign.report.drawing import to_png, to_svg
from langalign.report.fonts import BASE, fallback_family
from langalign.report.labels import drawn_labels, width_of

LABELS = {"ko": "긍정", "ja": "ほめ言葉", "zh": "好评价"}


def fonts_of(svg):
    """Return the fonts whose glyphs an SVG holds, and whether one of them is the box."""
    glyphs = re.findall(r'id="([A-Za-z-]+)-([0-9a-f]+)"', svg)
    return {font for font, _ in glyphs}, any(number == "0" for _, number in glyphs)


def drawn(label, scores):
    return to_svg(draw_scores([ReportRow(label, label, scores), ReportRow(label, "b", scores)]))


@pytest.mark.parametrize("label", LABELS.values(), ids=LABELS)
def test_an_installed_font_draws_the_label(label, rows, only_fonts, caplog):
    only_fonts("TestGothic", label)
    figure = draw_scores([ReportRow(label, label, rows[0].scores)])
    assert figure.axes[0].get_title(loc="left") == label
    assert figure.axes[0].get_yticklabels()[0].get_text() == label
    fonts, box = fonts_of(to_svg(figure))
    assert "TestGothic" in fonts
    assert not box
    assert to_png(figure).startswith(b"\x89PNG")
    assert not caplog.records


@pytest.mark.parametrize("label", LABELS.values(), ids=LABELS)
def test_without_a_font_the_label_is_replaced(label, rows, only_fonts):
    only_fonts("TestGothic", label[:-1])
    svg = drawn(label, rows[0].scores)
    assert fonts_of(svg) == ({"DejaVuSans", "DejaVuSans-Bold"}, False)
    assert drawn_labels(["a", label], "class") == ["a", "class 2"]
    shown = score_picture([ReportRow(label, "a", rows[0].scores)], caption="Two.")
    assert shown.caption == f"Two. (group 1 = {label})"


def test_whatever_is_installed_here_there_are_no_boxes(rows, caplog):
    for label in (*LABELS.values(), "感情", "한국어 감정 · 日本語の感情 · 中文情感"):
        fonts, box = fonts_of(drawn(label, rows[0].scores))
        assert not box
        assert not any("LastResort" in font for font in fonts)
        assert drawn(label, rows[0].scores) == drawn(label, rows[0].scores)
    assert not caplog.records


def test_a_font_of_last_resort_is_no_font(only_fonts):
    only_fonts("TestBoxes", "가각갂갃", last_resort=True)
    assert fallback_family("각갂") is None


def test_characters_take_the_shapes_of_their_language(rows, only_fonts):
    every = "".join(LABELS.values()) + "感情"
    for family in ("Meiryo", "Malgun Gothic", "SimHei"):
        only_fonts(family, every)
    for language, family in (("ko", "Malgun Gothic"), ("ja", "Meiryo"), ("zh", "SimHei")):
        assert fallback_family("感情", language=language) == family
        pair = [
            ReportRow(LABELS[language], "感情", rows[0].scores),
            ReportRow(LABELS[language], "b", rows[0].scores),
        ]
        axes = draw_scores(pair).axes[0]
        assert axes.get_yticklabels()[0].get_fontfamily() == [BASE, family]
        assert axes.get_yticklabels()[1].get_fontfamily() == [BASE]


def test_pages_stay_the_same_with_a_fallback_font(rows, only_fonts):
    only_fonts("TestGothic", "日本語の感情線形")
    assert score_picture(rows) == score_picture(rows)


@pytest.mark.parametrize("text", ["שלום", "مرحبا", "नमस्ते", "สวัสดี"])
def test_scripts_that_need_shaping_are_replaced(text):
    assert drawn_labels([text], "class") == ["class 1"]


def test_accents_stay_where_the_font_has_them():
    assert drawn_labels(["négatif", "tre\u0301s", "ñ"], "class") == ["négatif", "trés", "ñ"]


def test_labels_stay_different_and_short():
    labels = drawn_labels(["x" * 40 + "1", "x" * 40 + "2", "é", "e", "\n", ""], "label")
    assert len(set(labels)) == 6
    assert all(len(label) <= 24 and label.isprintable() for label in labels)


def test_wide_characters_count_twice(only_fonts):
    only_fonts("TestGothic", "긍정적인")
    assert width_of("긍정ab") == 6
    (label,) = drawn_labels(["긍정적인" * 9], "class")
    assert label.endswith("...")
    assert width_of(label) <= 24
