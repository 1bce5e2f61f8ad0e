from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score

from langalign.errors import DataError, SettingError
from langalign.evaluation import accuracy, confusion, macro_f1
from langalign.evaluation.metrics import count_metric

labels = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), min_size=1, max_size=60)


@settings(deadline=None)
@given(labels)
def test_equal_to_sklearn(pairs):
    y, predicted = np.array(pairs).T
    assert accuracy(y, predicted) == pytest.approx(accuracy_score(y, predicted))
    expected = f1_score(y, predicted, average="macro", zero_division=0)
    assert macro_f1(y, predicted) == pytest.approx(expected)
    classes = range(6)
    expected = confusion_matrix(y, predicted, labels=classes)
    assert (confusion(y, predicted, classes) == expected).all()


@settings(deadline=None)
@given(labels, st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(pairs, random):
    shuffled = pairs.copy()
    random.shuffle(shuffled)
    assert macro_f1(*zip(*pairs, strict=True)) == macro_f1(*zip(*shuffled, strict=True))


def test_worked_by_hand():
    truth, predicted = ["긍정", "부정", "부정", "중립"], ["긍정", "긍정", "부정", "부정"]
    assert accuracy(truth, predicted) == 0.5
    assert macro_f1(truth, predicted) == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)


def test_confusion_keeps_the_order_given():
    table = confusion(["b", "a"], ["b", "b"], classes=["b", "a", "never"])
    assert table.tolist() == [[1, 0, 0], [1, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ("y", "predicted", "message"),
    [
        ([], [], "no labels"),
        (["a", "b"], ["a"], "2 and 1 rows"),
        ([1, 0], ["1", "0"], "mix text"),
        (["a", None], ["a", "a"], "label 1 is None"),
        ([1.0, float("nan")], [1, 1], "label 1 is nan"),
        ([["a"], ["b"]], ["a", "b"], "one label per row"),
        ("ab", ["a", "b"], "pass a list"),
    ],
)
def test_what_cannot_be_scored_is_named(y, predicted, message):
    with pytest.raises(DataError, match=message):
        accuracy(y, predicted)


def test_label_outside_the_classes_is_named():
    with pytest.raises(DataError, match="'odd'"):
        confusion(["a", "odd"], ["a", "a"], classes=["a", "b"])


def test_unknown_metric_names_the_known_ones():
    with pytest.raises(SettingError, match="'accuracy', 'macro_f1'"):
        count_metric("f2")


def test_numpy_strings_and_lists_are_the_same_labels():
    assert accuracy(np.array(["a", "b"]), ["a", "b"]) == 1.0
    assert accuracy(np.array([True, False]), [1, 0]) == 1.0
