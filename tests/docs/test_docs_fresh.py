"""Generated parts are what the code and the records say; links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from pages import PAGES, ROOT, SCRIPTS, WRITTEN, name_of
from results_pages.marks import MARK, wanted
from results_pages.records import Records

LINK = re.compile(r"\]\((?!https?:)([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


def test_reference_is_fresh():
    done = subprocess.run(
        [sys.executable, SCRIPTS / "reference.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"


def test_reference_check_tells_a_stale_page(monkeypatch, tmp_path):
    import reference

    monkeypatch.setattr(reference, "ROOT", tmp_path)
    monkeypatch.setattr(reference, "REFERENCE", tmp_path / "reference")
    monkeypatch.setattr(reference, "PAGES", {"index.md": reference.index})
    monkeypatch.setattr(sys, "argv", ["reference.py", "--check"])
    with pytest.raises(SystemExit, match=r"reference\.py"):
        reference.main()
    monkeypatch.setattr(sys, "argv", ["reference.py"])
    reference.main()
    monkeypatch.setattr(sys, "argv", ["reference.py", "--check"])
    reference.main()


def test_pages_hold_what_the_records_say():
    stale = [
        name_of(file)
        for file, text in wanted(Records.read()).items()
        if file.suffix == ".md" and file.read_text("utf-8") != text
    ]
    assert not stale, "run: python scripts/results.py"


def test_every_mark_is_closed_and_filled():
    for page in PAGES:
        text = FENCE.sub("", page.read_text("utf-8"))
        text = re.sub(r"`[^`\n]+`", "", text)
        assert text.count("<!-- results: ") == text.count("<!-- end -->")


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_no_score_is_typed_by_hand(page):
    prose = FENCE.sub("", MARK.sub("", page.read_text("utf-8")))
    assert not re.findall(r"(?<![\w.])0?\.\d{2,3}(?![\w.])|\d+(?:\.\d+)? points", prose)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    text = FENCE.sub("", page.read_text("utf-8"))
    for link in LINK.findall(text):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        if anchor:
            assert anchor in anchors(target), link


def anchors(page):
    """Return the anchors that GitHub gives to a page's headings."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_is_in_the_index():
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    linked = {((ROOT / "docs") / link.partition("#")[0]).resolve() for link in LINK.findall(index)}
    pages = {page for page in PAGES if (ROOT / "docs") in page.parents}
    assert pages - linked - {ROOT / "docs" / "index.md", ROOT / "docs/reference/README.md"} == set()
