"""ParallelText and LabeledText: what they hold and what they refuse."""

import dataclasses

import numpy as np
import pytest

from langalign.data import LabeledText, ParallelText
from langalign.errors import DataError

PAIR = ("It rains.", "It is wet.")
KOREAN_PAIR = ("비가 온다.", "젖었다.")


def parallel(source, target, languages=("en", "ko")):
    return ParallelText(source, target, *languages)


def test_lists_become_tuples_and_languages_are_normalised():
    text = ParallelText(["a", "b"], ["가", "나"], "eng-Latn", "kor-Hang")
    assert text.source == ("a", "b")
    assert (text.source_lang, text.target_lang) == ("en", "ko")
    assert len(text) == 2
    assert not text.is_pairs


def test_pairs_are_distinguished_from_single_texts():
    text = parallel([list(PAIR)], [KOREAN_PAIR])
    assert text.is_pairs
    assert text.source == (PAIR,)
    assert LabeledText([PAIR], ["neutral"], "en").is_pairs


def test_they_are_frozen_and_equal_by_content():
    text = parallel(["a"], ["가"])
    assert text == parallel(("a",), ("가",))
    with pytest.raises(dataclasses.FrozenInstanceError):
        text.source = ()


def test_repr_shows_no_texts():
    assert repr(parallel([PAIR], [KOREAN_PAIR])) == "ParallelText(1 pairs of texts, en -> ko)"
    assert repr(LabeledText(["가"] * 2000, ["x"] * 2000, "ko")) == "LabeledText(2,000 texts, ko)"


def test_take_keeps_the_order_given():
    text = parallel(["a", "b", "c"], ["가", "나", "다"])
    assert text.take(np.array([2, 0])).target == ("다", "가")
    labeled = LabeledText(["a", "b"], ["x", "y"], "en")
    assert labeled.take([1, 1]).labels == ("y", "y")
    assert len(labeled.take([])) == 0


@pytest.mark.parametrize("rows", [[3], [-1], [0.5], ["0"], [True], np.array([True, False])])
def test_take_refuses_what_is_no_row(rows):
    with pytest.raises(DataError, match="row"):
        parallel(["a", "b"], ["가", "나"]).take(rows)


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        (["a", "b"], ["가"], "source has 2 texts and target has 1"),
        (
            ["a", None],
            ["가", "나"],
            r"source \(en\), row 1: expected a text, got None \(NoneType\)",
        ),
        (["a"], [3], r"target \(ko\), row 0: expected a text, got 3 \(int\)"),
        (["a", PAIR], ["가", "나"], "row 0 is a single text and row 1 is a pair"),
        ([PAIR, "a"], ["가", "나"], "row 0 is a pair and row 1 is a single text"),
        ([PAIR], ["가"], "one side holds pairs"),
        ([("a", "b", "c")], ["가"], "row 0: expected a text or a pair of two texts"),
        ([("a", 1)], ["가"], "row 0: expected a text or a pair of two texts"),
        ("a", ["가"], "got one string"),
        (None, ["가"], "expected a list of texts, got NoneType"),
        (["a\ud800"], ["가"], "row 0: half of a surrogate pair"),
    ],
)
def test_parallel_text_refuses(source, target, message):
    with pytest.raises(DataError, match=message):
        parallel(source, target)


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_a_whole_table_is_not_read_as_the_names_of_its_columns(library):
    module = pytest.importorskip(library)
    make = module.table if library == "pyarrow" else module.DataFrame
    table = make({"text": ["a", "b"]})
    with pytest.raises(DataError, match=r"got a whole table .* table\['text'\]"):
        parallel(table, table)
    column = table["text"].to_pylist() if library == "pyarrow" else table["text"]
    assert parallel(column, ["가", "나"]).source == ("a", "b")


@pytest.mark.parametrize("rows", [{"a": 1, "b": 2}, {"a", "b"}, frozenset("ab")])
def test_what_has_no_order_is_no_list_of_texts(rows):
    with pytest.raises(DataError, match=f"in their order, got a {type(rows).__name__}"):
        parallel(rows, ["가", "나"])
    assert parallel(dict.fromkeys("ab").keys(), ["가", "나"]).source == ("a", "b")


def test_rows_of_numbers_are_said_to_be_vectors():
    for rows in ([[0.5, 1.5, 2.5]], np.ones((1, 3), dtype=object)):
        with pytest.raises(DataError, match="vectors are given as one NumPy array of numbers"):
            parallel(rows, ["가"])


def test_one_language_twice_is_refused():
    with pytest.raises(DataError, match="two different languages"):
        parallel(["a"], ["b"], ("en", "eng"))


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["x"], "2 texts and 1 labels"),
        (["x", 1], r"labels, row 1: .* got 1 \(int\).*str\(label\)"),
        (["x", None], "labels, row 1"),
        (["x", " "], "labels, row 1"),
        ("xy", "got one string"),
    ],
)
def test_labeled_text_refuses(labels, message):
    with pytest.raises(DataError, match=message):
        LabeledText(["a", "b"], labels, "en")
