from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from langalign.report import (
    Example,
    Fact,
    Picture,
    Report,
    Section,
    Setting,
    render_report,
    score_picture,
    write_report,
)

EVIL = '<script>alert("1")</script>'
VOID = {"meta", "img", "source", "link", "br"}


class Page(HTMLParser):
    """Tags, attributes and text of a page; fails where tags do not nest."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.open, self.text = [], [], [], ""
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *attribute) for attribute in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def report(rows):
    examples = (
        Example("배우들의 연기가 훌륭했다.", "긍정", "긍정", 0.974, "ko"),
        Example(("前提", EVIL), "neutral", "entailment", None, "ja"),
    )
    section = Section(
        title="Korean sentiment",
        text="What it is.",
        rows=tuple(rows),
        pictures=(score_picture(rows),),
        examples=examples,
        settings=(Setting("aligner", "linear", "kappa 0.71"),),
    )
    return Report(
        title="Scores",
        summary=("It works.",),
        facts=(Fact("macro-F1", "0.734", "linear"),),
        sections=(section, Section(title="Empty")),
        commands=("langalign compare --seed 0",),
        versions={"python": "3.11"},
        fingerprints={"en": "mini-1"},
        checksums={"test.tsv": "ab" * 32},
        date="2026-03-01",
    )


def test_everything_given_is_on_the_page(report):
    page = Page(render_report(report))
    for text in (
        "It works.",
        "0.734",
        "chosen by agreement",
        "[0.71, 0.77]",
        "배우들의 연기가 훌륭했다.",
        "(probability 0.97)",
        "✓ right",
        "✗ wrong",
        "kappa 0.71",
        "langalign compare --seed 0",
        "mini-1",
        "ab" * 32,
        "2026-03-01",
    ):
        assert text in page.text
    assert page.tags.count("table") == 3
    assert ("div", "lang", "ko") in page.attributes


def test_nothing_is_loaded_from_elsewhere(report):
    text = render_report(report)
    assert not re.search(r"https?:|//[a-z]+\.|@import|url\(", text, re.IGNORECASE)
    page = Page(text)
    assert not {"script", "link", "iframe", "object", "style-src"} & set(page.tags)
    loads = [value for _, name, value in page.attributes if name in {"src", "srcset"}]
    assert loads
    assert all(value.startswith("data:image/svg+xml;base64,") for value in loads)
    assert any("default-src 'none'" in (value or "") for *_, value in page.attributes)


def test_texts_are_escaped_wherever_they_come_from(rows):
    row = type(rows[0])(EVIL, EVIL, rows[0].scores, EVIL)
    picture = Picture("<svg/>", "<svg/>", alt=EVIL, caption=EVIL)
    section = Section(
        title=EVIL,
        text=EVIL,
        rows=(row,),
        pictures=(picture,),
        examples=(Example(EVIL, EVIL, EVIL, 0.5, '"><script>'),),
        settings=(Setting(EVIL, EVIL, EVIL),),
    )
    text = render_report(
        Report(
            title=EVIL,
            summary=(EVIL,),
            facts=(Fact(EVIL, EVIL, EVIL),),
            sections=(section, section),
            commands=(EVIL,),
            versions={EVIL: EVIL},
            date=EVIL,
        )
    )
    assert "<script" not in text
    assert "script" not in Page(text).tags


def test_every_picture_has_an_alternative_text(report):
    page = Page(render_report(report))
    alts = [value for tag, name, value in page.attributes if (tag, name) == ("img", "alt")]
    assert len(alts) == page.tags.count("img") == 1
    assert "Korean sentiment, linear" in alts[0]


def test_readable_on_phones_and_in_the_dark(report):
    text = render_report(report)
    assert 'name="viewport" content="width=device-width' in text
    assert "prefers-color-scheme: dark" in text
    assert "overflow-wrap: anywhere" in text
    assert 'class="scroll"' in text


def test_right_is_decided_by_equality():
    assert Example("a", 1, 1).right
    assert not Example("a", 1, "1").right


def test_an_empty_report_has_no_empty_headings():
    page = Page(render_report(Report(title="Nothing yet")))
    assert "Nothing yet" in page.text
    assert not {"table", "figure", "h3", "section", "nav"} & set(page.tags)


def test_same_report_same_page(report, tmp_path):
    text = render_report(report)
    assert text == render_report(report)
    write_report(report, tmp_path / "new" / "report.html")
    assert (tmp_path / "new" / "report.html").read_text(encoding="utf-8") == text
    assert len(list((tmp_path / "new").iterdir())) == 1
