"""What the texts of a parallel file tell, each fault planted in sound rows."""

import pytest

from langalign.data import ParallelText, bundled
from langalign.data.soundness import text_findings

SOUND = bundled.parallel("sentiment", "en", "ko").take(range(400))


def with_rows(*rows, start=10):
    """Put rows in the place of some sound ones."""
    source, target = list(SOUND.source), list(SOUND.target)
    for number, (new_source, new_target) in enumerate(rows, start):
        source[number], target[number] = new_source, new_target
    return ParallelText(source, target, "en", "ko")


def one_side(target, lang):
    source = [f"sentence {number}" for number in range(len(target))]
    return text_findings(ParallelText(source, target, "en", lang))


@pytest.mark.parametrize("task", ["sentiment", "nli"])
@pytest.mark.parametrize("lang", ["ko", "ja", "zh"])
@pytest.mark.parametrize("split", [None, "test"])
def test_bundled_text_is_sound(task, lang, split):
    assert text_findings(bundled.parallel(task, "en", lang, split)) == ()


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (("", "안녕"), "empty"),
        (("Seoul Tower", "Seoul Tower"), "identical"),
        (("Good food and a friendly host", "Bonne cuisine et un hôte aimable"), "wrong_script"),
        (("No", "아니요, 저는 거기에 가지 않을 것이고 다시는 말하지 않을 겁니다"), "length_ratio"),
        (("word " * 500, "낱말 " * 500), "too_long"),
    ],
)
def test_a_fault_is_counted_and_its_rows_are_named(row, kind):
    few = text_findings(with_rows(*[(row[0] + " " * n, row[1]) for n in range(8)]))
    assert few[0].kind == kind
    assert few[0].rows == (10, 11, 12, 13, 14)
    assert few[0].share == pytest.approx(8 / len(SOUND))
    assert not few[0].unsound
    assert f"8 of {len(SOUND)} rows" in few[0].seen


def test_one_odd_row_of_many_is_not_reported():
    assert text_findings(with_rows(("", "안녕"))) == ()


def test_many_faults_are_unsound():
    row = ("Good food", "Bonne cuisine")
    (found, *_) = text_findings(with_rows(*[row] * 60))
    assert (found.kind, found.unsound) == ("wrong_script", True)
    assert "'ko' but in Latin" in found.seen


def test_swapped_sides():
    (found,) = text_findings(ParallelText(SOUND.target, SOUND.source, "en", "ko"))
    assert (found.kind, found.unsound) == ("swapped", True)
    assert found.share > 0.95
    assert found.rows[0] == 0


def test_languages_of_one_script_cannot_be_swapped():
    rows = ParallelText(["Guten Morgen", "Danke"], ["Good morning", "Thanks"], "en", "de")
    assert text_findings(rows) == ()


def test_duplicates_and_repeats():
    twice = SOUND.take([*range(200), *range(100)])
    (found,) = text_findings(twice)
    assert (found.kind, found.rows, found.unsound) == ("duplicate", tuple(range(200, 205)), True)
    placeholder = ParallelText(
        SOUND.source[:200], ["번역 없음"] * 20 + list(SOUND.target[20:200]), "en", "ko"
    )
    found = next(f for f in text_findings(placeholder) if f.kind == "repeated_target")
    assert (found.kind, found.rows[0], found.unsound) == ("repeated_target", 0, True)
    assert "'번역 없음' stands in 20" in found.seen
    many = ParallelText(
        [SOUND.source[n // 4] for n in range(200)], list(SOUND.target[:200]), "en", "ko"
    )
    assert [(f.kind, f.unsound) for f in text_findings(many)][-1] == ("repeated_source", False)


def test_chinese_for_japanese_and_the_other_way_round():
    chinese = [f"我喜欢第{number}本书。" for number in range(20)]
    japanese = [f"{number}番の本が好きです。" for number in range(20)]
    (found,) = one_side(chinese, "ja")
    assert (found.kind, found.share) == ("wrong_language", 1.0)
    assert "look Chinese" in found.seen
    assert "wrong_language" in [found.kind for found in one_side(japanese, "zh")]
    assert one_side(chinese, "zh") == one_side(japanese, "ja") == ()


def test_pairs_of_texts_and_no_rows():
    pairs = bundled.parallel("nli", "en", "ko")
    swapped = ParallelText(pairs.target, pairs.source, "en", "ko")
    assert [found.kind for found in text_findings(swapped)] == ["swapped"]
    assert text_findings(ParallelText([], [], "en", "ko")) == ()
