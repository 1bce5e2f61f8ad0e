"""Reading TMX translation memories."""

import pytest

from langalign.data import ParallelText
from langalign.errors import DataError

KOREAN = {"source_lang": "en", "target_lang": "ko"}


@pytest.fixture
def write(tmp_path):
    def write_file(name, content):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8", newline="")
        return path

    return write_file


def unit(**variants):
    inside = "".join(
        f'<tuv xml:lang="{lang.replace("_", "-")}"><seg>{text}</seg></tuv>'
        for lang, text in variants.items()
    )
    return f"<tu>{inside}</tu>"


def memory(*units):
    doctype = '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE tmx SYSTEM "tmx14.dtd">'
    return f'{doctype}\n<tmx><header srclang="en"/><body>{"".join(units)}</body></tmx>'


def test_tmx_matches_the_language_and_skips_incomplete_units(write):
    path = write(
        "a.tmx",
        memory(unit(EN_US="Hi", ko_KR="안녕"), unit(en="x", ja="や"), unit(ko="네", en="Yes")),
    )
    read = ParallelText.read(path, **KOREAN)
    assert (read.source, read.target) == (("Hi", "Yes"), ("안녕", "네"))


def test_tmx_prefers_the_variant_asked_for(write):
    path = write("a.tmx", memory(unit(en="Hi", zh_CN="简体", zh_Hant="繁體")))
    for lang, text in (("zh", "简体"), ("zh-Hant", "繁體"), ("zh-Hans", "简体")):
        read = ParallelText.read(path, source_lang="en", target_lang=lang)
        assert read.target == (text,)


def test_tmx_drops_markup_and_keeps_text(write):
    english = 'Press <bpt i="1">&lt;b&gt;</bpt>OK<ept i="1">x</ept> <hi>now</hi> &amp; go'
    content = memory(unit(en=english, ko="확인")).replace("xml:lang", "lang")
    assert ParallelText.read(write("a.tmx", content), **KOREAN).source == ("Press OK now & go",)


def test_tmx_in_utf_16(tmp_path):
    path = tmp_path / "a.tmx"
    content = memory(unit(en="Hi", ko="안녕")).replace("UTF-8", "UTF-16")
    path.write_bytes(content.encode("utf-16"))
    assert ParallelText.read(path, **KOREAN).target == ("안녕",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<tmx>\n<body><tu></body></tmx>", r"line 2, column 13: not well-formed XML"),
        (memory(unit(en="Hi", ja="や")), "no unit has both en and ko; its languages: en, ja"),
        (memory(unit(en="Hi"), unit(ko="네")), "its languages: en, ko"),
        (memory(), "no translation unit"),
        ("<html></html>", "no TMX; its first element is <html>"),
        ("", "line 1, column 1: not well-formed"),
        ('<!DOCTYPE tmx [<!ENTITY a "b">]><tmx/>', "declares entities"),
        ('<?xml version="1.0" encoding="EUC-KR"?><tmx/>', "export it again as UTF-8"),
        (
            memory(unit(en="<hi>" * 3000 + "a" + "</hi>" * 3000, ko="가")),
            "cannot be parsed",
        ),
    ],
)
def test_broken_memories(write, content, message):
    with pytest.raises(DataError, match=message):
        ParallelText.read(write("a.tmx", content), **KOREAN)
