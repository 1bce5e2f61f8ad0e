"""Kinds of task: what labels look like, and how each kind reads and writes them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from langalign.data import LabeledText
from langalign.errors import DataError, SettingError
from langalign.heads import heads
from langalign.heads.default import default_head, settled_task
from langalign.heads.ridge import RidgeHead
from langalign.tasks import (
    CLASSIFICATION,
    MULTILABEL,
    SIMILARITY,
    TASKS,
    as_numbers,
    as_sets,
    atomic_labels,
    indicator,
    infer_task,
    join_labels,
    joined_rows,
    require_task,
    split_labels,
)

NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="|"), min_size=1
)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["bad", "good"], CLASSIFICATION),
        ([0, 1, 1], CLASSIFICATION),
        ([True, False], CLASSIFICATION),
        (["1", "2", "3", "4", "5"] * 3, CLASSIFICATION),
        ([1.0, 5.0, 3.0], CLASSIFICATION),
        ([str(intent) for intent in range(77)] * 3, CLASSIFICATION),
        (list(range(20)), CLASSIFICATION),
        (list(range(21)), SIMILARITY),
        (["4.2", "3.0"], SIMILARITY),
        ([0.0, 0.25], SIMILARITY),
        (np.array([0.5, 1.5], dtype=np.float32), SIMILARITY),
        (["4.2", "high"], CLASSIFICATION),
        (["0.5", "nan"], CLASSIFICATION),
        (["1_000", "0.5"], CLASSIFICATION),
        (["anger", "anger|joy"], MULTILABEL),
        (["|", "joy"], MULTILABEL),
        (["0.5|1"], MULTILABEL),
        (np.array(["a", "b|c"], dtype=object), MULTILABEL),
        ((label for label in ["joy|fear"]), MULTILABEL),
        ([], CLASSIFICATION),
    ],
)
def test_what_labels_look_like(labels, expected):
    assert infer_task(labels) == expected


@pytest.mark.parametrize("kind", TASKS)
def test_what_is_set_goes_before_what_labels_look_like(kind):
    assert settled_task(kind, None, ["a|b", "c"]) == kind
    assert settled_task(None, kind, ["1", "2"]) == kind  # nothing speaks against it
    assert settled_task(None, kind, None) == kind
    assert default_head(kind).task == kind


def test_a_head_made_from_a_default_is_none_itself(monkeypatch):
    class AHead(RidgeHead):
        """As a user may register it."""

    monkeypatch.setitem(heads._classes, "a", AHead)
    assert type(default_head("similarity")) is RidgeHead
    monkeypatch.setattr(RidgeHead, "is_default", False)
    AHead.is_default = True
    assert type(default_head("similarity")) is AHead


@pytest.mark.parametrize(
    ("task", "own", "labels", "message"),
    [
        ("multilabel", "classification", ["a", "b"], "task='multilabel', but the head is for 'cla"),
        (None, "classification", ["a|b"], "look like 'multilabel', but .* head='multilabel'"),
        (None, "multilabel", ["0.5"], "look like 'similarity', .* set task='multilabel'"),
        ("topic", None, ["a"], "expected one of 'classification', 'multilabel', 'similarity'"),
    ],
)
def test_a_head_of_another_kind_is_refused(task, own, labels, message):
    with pytest.raises(SettingError, match=message):
        settled_task(task, own, labels)


def test_a_kind_may_be_set_against_what_labels_look_like():
    assert settled_task("classification", "classification", ["a|b", "c"]) == CLASSIFICATION
    assert require_task("similarity") == SIMILARITY


@given(st.lists(st.lists(NAMES), min_size=1))
def test_sets_survive_being_written_as_strings(rows):
    wanted = [set(row) for row in rows]
    written = [join_labels(row) for row in rows]
    assert all(row.strip() for row in written)  # a file may hold it
    assert [set(split_labels(row)) for row in written] == wanted
    assert as_sets(written).tolist() == written
    classes = atomic_labels(written)
    assert classes == sorted(set().union(*wanted))
    assert joined_rows(indicator(written, classes), classes).tolist() == written


def test_the_empty_set_survives_a_file(tmp_path):
    path = tmp_path / "labels.tsv"
    path.write_text("text\tlabel\n기뻐요\tjoy|love\n책상\t|\n", encoding="utf-8")
    labels = LabeledText.read(path, lang="ko").labels
    assert [split_labels(label) for label in labels] == [("joy", "love"), ()]


def test_order_repeats_and_spaces_in_a_row_mean_nothing():
    assert as_sets(["joy|anger", "anger | joy|joy", "", "||"]).tolist() == [
        "anger|joy",
        "anger|joy",
        "|",
        "|",
    ]


@pytest.mark.parametrize("wrong", [["a|b"], [" "], [""]])
def test_a_label_with_the_separator_or_none_is_refused(wrong):
    with pytest.raises(DataError, match="expected text without"):
        join_labels(wrong)
    with pytest.raises(DataError, match="list of labels"):
        join_labels("joy")


def test_numbers_are_read_from_text():
    np.testing.assert_array_equal(as_numbers(["4.2", "-1e3", " 3 "]), [4.2, -1000.0, 3.0])
    assert as_numbers(np.array([[1], [2]])).tolist() == [1.0, 2.0]
    with pytest.raises(DataError, match=r"row 1 is 'inf', not a finite number"):
        as_numbers(["1", "inf"])
    with pytest.raises(DataError, match="one axis"):
        as_numbers(np.ones((2, 2)))
