from __future__ import annotations

from dataclasses import replace

import pytest

from langalign.data import LabeledText, ParallelText
from langalign.errors import DataError, DataWarning
from langalign.experiment.texts import ExperimentTexts

PARALLEL = ParallelText(
    ["Good.", "Bad.", "Fine.", "Poor."],
    ["좋아요 A", "나빠요", "괜찮아요", "형편없어요"],
    "en",
    "ko",
)
LABELED = LabeledText(["Good.", "Bad.", "Great.", "Awful."], ["good", "bad", "good", "bad"], "en")
TEST = LabeledText(["좋아요 a", "싫어요"], ["good", "bad"], "ko")


def texts(**changes):
    return ExperimentTexts(**({"parallel": PARALLEL, "labeled": LABELED, "test": TEST} | changes))


def korean(*rows, label="good"):
    return LabeledText(rows, [label] * len(rows), "ko")


def test_rows_that_stand_in_the_test_are_dropped_from_every_part_to_learn_from():
    # Case, white space and the width of letters do not make another text.
    native = korean("  좋아요   Ａ ", "좋아요", "싫어요!", "그저 그래요")
    translated = korean("싫어요", "멋져요", "좋아요 b")
    kept, dropped = texts(native=native, translated=translated).without_leaks()
    assert dropped == {"parallel": 1, "native": 1, "translated": 1, "labeled": 1}
    assert kept.parallel.target == PARALLEL.target[1:]
    assert kept.parallel.source == PARALLEL.source[1:]
    assert kept.native.texts == native.texts[1:]
    assert kept.translated.texts == translated.texts[1:]
    # "Good." is, by the pair that was dropped, the original of a test text.
    assert (kept.labeled, kept.test) == (LABELED.take([1, 2, 3]), TEST)


def test_nothing_is_dropped_where_nothing_repeats():
    given = texts(parallel=PARALLEL.take([1, 2, 3]), unlabeled=TEST.texts)
    kept, dropped = given.without_leaks()
    assert (kept, dropped) == (given, {})


def test_a_pair_of_texts_is_dropped_as_a_whole():
    rows = [("비가 온다", "젖는다"), ("비가 온다", "해가 난다"), ("눈이 온다", "춥다")]
    native = LabeledText(rows, ["yes", "no", "yes"], "ko")
    english = LabeledText([("It rains", "It is wet")] * 2, ["yes", "no"], "en")
    test = LabeledText([("비가 온다", "젖는다 "), ("덥지 않다", "춥지 않다")], ["yes", "no"], "ko")
    single = ParallelText(
        ["It is wet", "b", "c", "d"], ["젖는다", "춥다", "비가  온다", "덥다"], "en", "ko"
    )
    given = ExperimentTexts(parallel=single, labeled=english, test=test, native=native)
    kept, dropped = given.without_leaks()
    assert kept.native.texts == native.texts[1:]
    # Of single sentences those go that are one of a test row's.
    assert kept.parallel.target == ("춥다", "덥다")
    assert dropped == {"parallel": 2, "native": 1}


def test_a_labelled_pair_is_an_original_where_both_its_texts_are():
    english = LabeledText(
        [("it rains", "It is  wet"), ("It rains", "It is dry"), ("No", "Yes")],
        ["yes", "no", "yes"],
        "en",
    )
    test = LabeledText([("비가 온다", "젖는다"), ("춥다", "덥다")], ["yes", "no"], "ko")
    single = ParallelText(
        ["It rains", "It is wet", "It is dry", "No"],
        ["비가 온다", "젖는다", "마르다", "아니"],
        "en",
        "ko",
    )
    given = ExperimentTexts(parallel=single, labeled=english, test=test)
    kept, dropped = given.without_leaks()
    assert kept.labeled.texts == english.texts[1:]
    assert dropped == {"parallel": 2, "labeled": 1}


def test_a_labelled_text_that_is_a_translated_test_text_is_dropped():
    given = texts(
        parallel=PARALLEL.take([1, 2, 3]),
        test_translated=(LABELED.texts[0].upper() + " ", "Something else"),
    )
    kept, dropped = given.without_leaks()
    assert kept.labeled == LABELED.take([1, 2, 3])
    assert dropped == {"labeled": 1}
    assert kept.test_translated == given.test_translated


def test_nothing_left_to_learn_from_is_an_error_that_counts():
    with pytest.raises(DataError, match="native: 2 of 3 rows stand in the test set too"):
        texts(native=korean("좋아요 a", "싫어요", "멋져요")).without_leaks()


PARTS = {
    "native": korean("멋져요", "그래요"),
    "translated": korean("좋다", "싫다"),
    "test_translated": ("Good a", "Hate it"),
    "unlabeled": ("그럭저럭", "별로"),
}


@pytest.mark.parametrize("name", ["parallel", "labeled", "test", *PARTS])
def test_a_checksum_tells_each_row_of_its_part_and_nothing_else(name):
    given = texts(**PARTS)
    before = given.checksums()
    assert set(before) == {"parallel", "labeled", "test", *PARTS}
    assert len(set(before.values())) == len(before)
    part = getattr(given, name)
    for row in range(len(part)):
        after = replace(given, **{name: changed(part, row)}).checksums()
        assert {each for each in before if after[each] != before[each]} == {name}
    turned = part[::-1] if isinstance(part, tuple) else part.take(range(len(part))[::-1])
    assert replace(given, **{name: turned}).checksums()[name] != before[name]


def changed(part, row):
    def edit(rows):
        return tuple(text + "!" if index == row else text for index, text in enumerate(rows))

    if isinstance(part, tuple):
        return edit(part)
    if isinstance(part, ParallelText):
        return replace(part, target=edit(part.target))
    return replace(part, texts=edit(part.texts))


def test_labels_count_in_checksums_and_missing_parts_have_none():
    swapped = replace(LABELED, labels=LABELED.labels[::-1])
    assert texts().checksums()["labeled"] != texts(labeled=swapped).checksums()["labeled"]
    assert set(texts().checksums()) == {"parallel", "labeled", "test"}
    assert texts().checksums() == texts(task="classification").checksums()


PAIRS = [("a", "b"), ("c", "d")]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"labeled": replace(LABELED, lang="ja")}, "labeled: the texts are 'ja', expected 'en'"),
        ({"test": replace(TEST, lang="en")}, "test: the texts are 'en', expected 'ko'"),
        ({"native": replace(TEST, lang="zh")}, "native: the texts are 'zh', expected 'ko'"),
        ({"translated": replace(TEST, lang="en")}, "translated: the texts are 'en'"),
        (
            {"native": LabeledText(PAIRS, ["good", "bad"], "ko")},
            "native: rows are pairs of texts, the labelled rows single texts",
        ),
        (
            {"parallel": ParallelText(PAIRS, PAIRS, "en", "ko")},
            "the labelled rows are single texts and the parallel rows are pairs",
        ),
        ({"test": korean("a", label="positive")}, "test labels 'positive' do not occur .* 'bad',"),
        ({"native": korean("a", label="+")}, r"native labels '\+' do not occur"),
        ({"translated": korean("a", label="+")}, r"translated labels '\+' do not occur"),
        ({"test": korean("a", "b")}, "all 2 test rows have the label 'good'"),
        ({"test_translated": ("one",)}, "the translated test has 1 rows, the test 2"),
    ],
)
def test_parts_that_do_not_fit_together_are_reported(changes, message):
    with pytest.raises(DataError, match=message):
        texts(**changes)


def test_a_language_that_nobody_named_and_a_region_fit():
    assert texts(test=replace(TEST, lang="und"), labeled=replace(LABELED, lang="en-GB"))


def test_numbers_need_not_occur_among_the_labelled():
    given = texts(
        labeled=replace(LABELED, labels=("1.25", "3.5", "2", "4")),
        test=replace(TEST, labels=("2.25", "4")),
    )
    assert given.kind == "similarity"


def test_cleaning_without_empty_labelled_texts_is_of_the_parallel_text_alone():
    doubtful = ParallelText([*PARALLEL.source, "Good."], [*PARALLEL.target, ""], "en", "ko")
    given = texts(parallel=doubtful, unlabeled=("", ""))
    assert given.cleaned().parallel.target == PARALLEL.target
    assert replace(given.cleaned(), parallel=doubtful) == given


def test_cleaning_drops_empty_texts_to_learn_from_and_none_to_test_on():
    labeled = LabeledText([*LABELED.texts, " "], [*LABELED.labels, "bad"], "en")
    test = LabeledText([*TEST.texts, ""], [*TEST.labels, "bad"], "ko")
    with pytest.warns(DataWarning) as caught:
        found = texts(labeled=labeled, native=korean("", "좋아요 c"), test=test).cleaned()
    assert (found.labeled, found.native, found.test) == (LABELED, korean("좋아요 c"), test)
    said = [str(warning.message) for warning in caught]
    assert [line.partition(":")[0] for line in said] == ["labeled", "native"]
