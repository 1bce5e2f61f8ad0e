"""A report as one HTML page that needs nothing beside itself."""

from __future__ import annotations

import base64
from pathlib import Path

from langalign.evaluation.metrics import METRIC_NAMES, Metric
from langalign.persistence import write_text
from langalign.report.content import Report, Section
from langalign.report.examples import by_language
from langalign.report.kinds import WORDS, explained
from langalign.report.rows import Group, cells_of_row, grouped

TEMPLATE = "template.html.j2"


def render_report(report: Report) -> str:
    """Return a report as one self-contained HTML page.

    Every text is escaped. Pictures are inlined, and the page forbids the browser to load anything
    from elsewhere. The same report gives the same page.

    Parameters
    ----------
    report
        What to show; empty parts are left out.

    Examples
    --------
    >>> page = render_report(Report(title="Korean <sentiment>"))
    >>> "Korean &lt;sentiment&gt;" in page
    True
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("langalign", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["data_uri"] = _data_uri
    template = environment.get_template(TEMPLATE)
    return template.render(
        report=report,
        groups=_groups(report),
        cells=cells_of_row,
        names=METRIC_NAMES,
        words=WORDS,
        explained=explained,
        by_language=by_language,
    )


def write_report(report: Report, path: str | Path) -> None:
    """Write :func:`render_report` to a file, whole or not at all."""
    write_text(path, render_report(report))


def _groups(report: Report) -> list[list[Group]]:
    """Return the groups of rows of each section."""
    return [_of_section(section, report.metric) for section in report.sections]


def _of_section(section: Section, metric: Metric) -> list[Group]:
    return grouped(section.rows, metric) if section.rows else []


def _data_uri(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8")).decode("ascii")
