"""What is checked of texts: the same ones that a fit would learn from."""

from __future__ import annotations

import pytest

from langalign.data import LabeledText, bundled
from langalign.errors import DataError, DataWarning
from langalign.head_room import check_head_room

PAIRS = bundled.parallel("sentiment", "en", "ko", "train")
LABELED = bundled.sentiment("en", "train").take(range(60))
UNLABELED = [*PAIRS.target[:40]]


def checked(labeled, unlabeled):
    return check_head_room(PAIRS, labeled, unlabeled=unlabeled, cache=False)


def test_empty_texts_change_nothing_and_are_counted():
    with_empty = LabeledText(
        [*LABELED.texts, "", " \u200b"], [*LABELED.labels, "positive", "negative"], "en"
    )
    with pytest.warns(DataWarning, match="2 of 62 are empty and are dropped"):
        found = checked(with_empty, [*UNLABELED, "", " "])
    assert found.as_dict() == checked(LABELED, UNLABELED).as_dict()


@pytest.mark.parametrize(
    ("labeled", "unlabeled", "word"),
    [
        (LabeledText(["", " "], ["a", "b"], "en"), None, "labelled texts: all 2 are empty"),
        (LABELED, ["", " "], "unlabelled texts: all 2 are empty"),
        (LabeledText(["좋아요", "싫어요"], ["a", "b"], "ko"), None, "the source language is 'en'"),
    ],
)
def test_texts_that_cannot_be_checked_are_refused(labeled, unlabeled, word):
    with pytest.raises(DataError, match=word):
        checked(labeled, unlabeled)
