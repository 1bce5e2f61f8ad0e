"""Results to look at: tables, plots and one self-contained HTML page."""

from langalign.report.alignment_picture import alignment_picture, draw_alignment
from langalign.report.content import Example, Fact, Picture, Report, ReportRow, Section, Setting
from langalign.report.drawing import to_png, to_svg
from langalign.report.html import render_report, write_report
from langalign.report.score_plot import draw_scores, score_picture
from langalign.report.table import markdown_table, terminal_table

__all__ = [
    "Example",
    "Fact",
    "Picture",
    "Report",
    "ReportRow",
    "Section",
    "Setting",
    "alignment_picture",
    "draw_alignment",
    "draw_scores",
    "markdown_table",
    "render_report",
    "score_picture",
    "terminal_table",
    "to_png",
    "to_svg",
    "write_report",
]
