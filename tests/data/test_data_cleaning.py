"""Cleaning: every reason, the report, and what must never happen."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langalign.data import ParallelText, clean
from langalign.errors import DataError, SettingError

GOOD = ("Good morning, everyone.", "여러분, 좋은 아침입니다.")


def cleaned(*rows, languages=("en", "ko"), **limits):
    """Clean some rows after a good one; return what was dropped."""
    good = GOOD if isinstance(rows[0][0], str) else ((GOOD[0], "Hi."), (GOOD[1], "안녕."))
    if languages != ("en", "ko"):
        good = ("1", "2")
    source, target = zip(good, *rows, strict=True)
    kept, report = clean(ParallelText(source, target, *languages), **limits)
    assert kept.source[0] == good[0]
    assert report.n_in == len(rows) + 1
    assert report.n_out == len(kept) == report.n_in - sum(report.dropped.values())
    return report.dropped


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ("", "안녕", "empty"),
        ("Hi", " \u3000\u200b", "empty"),
        ("Python", "python ", "identical"),
        ("ＡＢＣ", "abc", "identical"),
        ("Hello there", "Bonjour à tous", "wrong_script"),
        ("안녕하세요", "여러분 안녕", "wrong_script"),
        ("See the manual", "см. руководство", "wrong_script"),
        (
            "Yes.",
            "네, 어제 말씀드린 것처럼 그 일은 이미 다 끝났고 지금은 쉬고 있습니다.",
            "length_ratio",
        ),
        ("GOOD morning,  everyone.", GOOD[1], "duplicate"),
        ("a" * 2001, "가" * 900, "too_long"),
    ],
)
def test_reasons(source, target, reason):
    assert cleaned((source, target)) == {reason: 1}


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("1 + 1", "2 = 2"),
        ("Yes.", "네, 그래요."),
        ("The API docs", "API 문서"),
        ("See also the asyncio module.", "asyncio 모듈도 보세요."),
        ("OK?", "좋아?"),
        ("Good evening, everyone.", GOOD[1]),
    ],
)
def test_good_rows_are_kept(source, target):
    assert cleaned((source, target)) == {}


@pytest.mark.parametrize(
    ("lang", "text", "dropped"),
    [
        ("zh", "我喜欢读书。", {}),
        ("zh", "ここはひらがなです。", {"wrong_script": 1}),
        ("ja", "本を読むのが好きだ。", {}),
        ("ja", "책을 좋아한다.", {"wrong_script": 1}),
        ("ru", "Я люблю читать.", {}),
        ("ar", "أحب القراءة", {}),
        ("tlh", "책을 좋아한다.", {}),
        ("sr-Latn", "Volim da čitam.", {}),
    ],
)
def test_scripts_of_other_languages(lang, text, dropped):
    assert cleaned(("I like reading.", text), languages=("en", lang)) == dropped


def test_length_is_weighed_by_script():
    english = "The committee will announce its decision about the new library tomorrow morning."
    chinese = "委员会将于明天上午公布关于新图书馆的决定。"
    assert len(english) / len(chinese) > 3
    assert cleaned((english, chinese), languages=("en", "zh")) == {}
    assert cleaned((english, "明天。"), languages=("en", "zh")) == {"length_ratio": 1}


def test_limits():
    row = ("Good night.", "잘 자.")
    assert cleaned(row, min_chars=5) == {"too_short": 1}
    assert cleaned(row, max_chars=100) == {}
    long = ("We will see you again tomorrow at noon.", "내일 봐요.")
    assert cleaned(long, max_length_ratio=2) == {"length_ratio": 1}


def test_pairs_fall_with_either_text():
    assert cleaned((("It rains.", "Wet."), ("비가 온다.", ""))) == {"empty": 1}
    assert cleaned((("It rains.", "Wet."), ("비가 온다.", "Wet."))) == {"identical": 1}
    assert cleaned((("It rains.", "Wet."), ("비가 온다.", "젖었다."))) == {}


def test_report():
    rows = [GOOD] * 6 + [("x", "x")]
    source, target = zip(*rows, strict=True)
    kept, report = clean(ParallelText(source, target, "en", "ko"))
    assert len(kept) == 1
    assert report.summary() == "kept 1 of 7 pairs (dropped: 5 duplicate, 1 identical)"
    assert [example.row for example in report.examples["duplicate"]] == [1, 2, 3]
    assert report.examples["identical"][0].source == "x"
    as_json = json.loads(json.dumps(report.as_dict(), ensure_ascii=False))
    assert as_json["dropped"] == {"duplicate": 5, "identical": 1}
    assert as_json["examples"]["identical"] == [{"row": 6, "source": "x", "target": "x"}]


def test_nothing_left_shows_the_report():
    swapped = ParallelText(["안녕하세요"], ["Hello there"], "en", "ko")
    with pytest.raises(DataError) as error:
        clean(swapped)
    message = str(error.value)
    assert "kept 0 of 1 pairs (dropped: 1 wrong script)" in message
    assert "row 0 (wrong script): '안녕하세요' | 'Hello there'" in message
    assert "Are the files en -> ko" in message


@pytest.mark.parametrize(
    "limits", [{"max_length_ratio": 0.5}, {"max_length_ratio": float("nan")}, {"min_chars": 9000}]
)
def test_limits_that_make_no_sense(limits):
    with pytest.raises(SettingError, match="must"):
        cleaned(GOOD, **limits)


TEXTS = st.text(st.sampled_from("ab 1한글漢😀"), max_size=8)


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=12))
def test_cleaning_is_idempotent_and_keeps_the_order(rows):
    source, target = zip(GOOD, *rows, strict=True)
    once, report = clean(ParallelText(source, target, "en", "ko"))
    twice, again = clean(once)
    assert twice == once
    assert not again.dropped
    assert report.n_in - report.n_out == sum(report.dropped.values())
    remaining = iter(zip(source, target, strict=True))
    assert all(row in remaining for row in zip(once.source, once.target, strict=True))
