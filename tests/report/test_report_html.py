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
        self.path, self.texts = [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *attribute) for attribute in attrs]
        if tag not in VOID:
            self.open.append(tag)
            given = dict(attrs)
            language = f"[{given['lang']}]" if "lang" in given else ""
            self.path.append(f"{tag}.{given['class']}" if "class" in given else tag + language)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        self.path.pop()

    def handle_data(self, data):
        self.text += data
        if data.strip():
            self.texts.append((tuple(self.path), data.strip()))

    def within(self, *names):
        """Return the texts inside elements given as ``tag.class`` or ``tag[lang]``."""
        return [text for path, text in self.texts if all(name in path for name in names)]


@pytest.fixture
def report(rows):
    examples = (
        Example("배우들의 연기가 훌륭했다.", "긍정", "긍정", 0.974, "ko", "The acting was superb."),
        Example("지루했다.", "부정", "긍정", 0.6, "ko"),
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


def test_right_and_wrong_examples_stand_apart_by_language(report):
    page = Page(render_report(report))
    assert page.within("section.card", "h4") == ["Korean", "Japanese"]
    texts = ("배우들의 연기가 훌륭했다.", "지루했다.", "前提")
    marks = ("✓ right", "✗ wrong", "Korean", "Japanese", "None among those shown.")
    order = [text for _, text in page.texts if text in (*texts, *marks)]
    assert order == [
        "Korean", "✓ right", texts[0], "✗ wrong", texts[1],
        "Japanese", "✓ right", marks[-1], "✗ wrong", texts[2],
    ]  # fmt: skip
    assert page.within("div[ko]", "p.text") == [texts[0], texts[1]]
    assert page.within("div[ja]", "p.text") == ["前提", EVIL]


def test_a_translation_stands_below_its_text_in_the_language_of_the_page(report):
    page = Page(render_report(report))
    assert page.within("p.translation") == ["The acting was superb."]
    assert not page.within("div[ko]", "p.translation")


def test_rows_that_are_no_fair_rivals_are_marked_and_explained(kinds, rows):
    page = Page(render_report(Report(title="All", sections=(Section(title="a", rows=kinds),))))
    assert page.within("tr.best", "th") == ["linear", "best"]
    assert page.within("tr.kind", "th") == ["linear, picked", "oracle", "native", "target labels"]
    explained = [text for text in page.within("p.quiet") if "not counted for the best" in text]
    assert [text.split(":")[0] for text in explained] == ["target labels", "oracle"]
    assert "Against best" in page.text
    assert "-0.33, p < 0.001" in page.text
    plain = Page(render_report(Report(title="All", sections=(Section(title="a", rows=rows),))))
    assert "Against best" not in plain.text
    assert "oracle" not in plain.text


def test_contents_are_listed_from_four_sections_on():
    sections = tuple(Section(title=f"Part {i}") for i in range(4))
    assert "nav" not in Page(render_report(Report(title="a", sections=sections[:3]))).tags
    page = Page(render_report(Report(title="a", sections=sections)))
    assert page.within("nav.card", "a") == [f"Part {i}" for i in range(4)]
    links = {value[1:] for tag, name, value in page.attributes if (tag, name) == ("a", "href")}
    places = {value for tag, name, value in page.attributes if (tag, name) == ("section", "id")}
    assert links == places


def test_commands_are_blocks_and_checksums_are_folded(rows):
    section = Section(title="a", commands=("langalign demo --out one",))
    page = Page(
        render_report(
            Report(
                title="a",
                sections=(section,),
                commands=("langalign demo",),
                versions={"python": "3.11"},
                checksums={"test.tsv": "ab" * 32},
            )
        )
    )
    assert page.within("pre") == ["langalign demo --out one", "langalign demo"]
    assert page.within("details", "dd", "code") == ["3.11", "ab" * 32]
    assert "user-select: all" in render_report(Report(title="a"))


def test_tables_scroll_in_their_own_box_beside_their_first_column(report):
    text = render_report(report)
    page = Page(text)
    cells = [path for path, _ in page.texts if "table" in path or "table.settings" in path]
    assert cells
    assert all("div.scroll" in path for path in cells)
    assert re.search(r"th:first-child \{ position: sticky; left: 0;", text)
    assert text.count("<tr") == text.count('<th scope="row">') + page.tags.count("thead")


def test_the_page_begins_as_html(report):
    assert render_report(report).startswith("<!DOCTYPE html>")
    assert "{" not in Page(render_report(report)).within("title")[0]
