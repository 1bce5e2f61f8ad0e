"""Results to look at: tables, plots and one self-contained HTML page."""

from langalign.report.alignment_picture import alignment_picture, draw_alignment
from langalign.report.confusion_picture import confusion_picture, draw_confusion
from langalign.report.content import (
    Curve,
    Example,
    Fact,
    Picture,
    Report,
    ReportRow,
    Section,
    Setting,
)
from langalign.report.curve_picture import curve_picture, draw_curves
from langalign.report.drawing import to_png, to_svg
from langalign.report.html import render_report, write_report
from langalign.report.score_plot import draw_scores, score_picture
from langalign.report.table import markdown_table, terminal_table

__all__ = [
    "Curve",
    "Example",
    "Fact",
    "Picture",
    "Report",
    "ReportRow",
    "Section",
    "Setting",
    "alignment_picture",
    "confusion_picture",
    "curve_picture",
    "draw_alignment",
    "draw_confusion",
    "draw_curves",
    "draw_scores",
    "markdown_table",
    "render_report",
    "score_picture",
    "terminal_table",
    "to_png",
    "to_svg",
    "write_report",
]
