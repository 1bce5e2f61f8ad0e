"""Marked places of pages, and how they are filled."""

from __future__ import annotations

import re
from pathlib import Path

from results_pages.aligner_curves import aligner_pictures
from results_pages.blocks import BLOCKS
from results_pages.paper.picture import paper_pictures
from results_pages.pictures import pictures
from results_pages.places import DOCS, ROOT
from results_pages.records import Records
from results_pages.scale_picture import scale_picture

MARK = re.compile(r"(<!-- results: ([a-z0-9-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(text: str, records: Records) -> str:
    """Return a page with all marked places filled."""

    def fill(mark: re.Match[str]) -> str:
        name = mark[2]
        if name.startswith("output-"):
            content = f"```text\n{records.tutorial.get(name, '')}\n```"
        else:
            content = BLOCKS[name](records)
        return f"{mark[1]}\n{content}\n\n{mark[3]}" if content else f"{mark[1]}{mark[3]}"

    return MARK.sub(fill, text)


def wanted(records: Records) -> dict[Path, str]:
    """Return what every file that depends on records should hold."""
    pages = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
    texts = {page: page.read_text("utf-8") for page in pages}
    made = {page: filled(text, records) for page, text in texts.items() if MARK.search(text)}
    drawn = pictures(records) | paper_pictures(records) | aligner_pictures(records)
    return made | drawn | scale_picture()
