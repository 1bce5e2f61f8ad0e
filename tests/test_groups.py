"""Rows that share a text, directly or through others, are one group."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from langalign.data import ParallelText, bundled
from langalign.data.groups import text_groups


def groups(source, target):
    return text_groups(ParallelText(source, target, "en", "ko")).tolist()


def test_a_text_that_repeats_on_either_side_binds_its_rows():
    assert groups(["a", "b", "c"], ["가", "나", "다"]) == [0, 1, 2]
    assert groups(["a", "a", "c"], ["가", "나", "다"]) == [0, 0, 1]
    assert groups(["a", "b", "c"], ["가", "나", "가"]) == [0, 1, 0]
    # 0 and 3 share nothing themselves.
    assert groups(["a", "a", "b", "c"], ["가", "나", "나", "다"]) == [0, 0, 0, 1]


def test_case_and_outer_space_make_no_other_text():
    assert groups(["Hello", " hello "], ["가", "나"]) == [0, 0]


def test_the_same_text_in_two_languages_binds_nothing():
    assert groups(["OK", "no"], ["no", "OK"]) == [0, 1]


def test_pairs_that_share_a_premise_or_a_hypothesis_hang_together():
    rest = [(f"p{i}", f"h{i}") for i in range(9)]
    pairs = [("a", "b"), ("a", "c"), ("d", "b"), ("e", "f"), *rest]
    apart = [(f"{i}.", f"{i}!") for i in range(len(pairs))]
    alone = list(range(1, 11))
    assert groups(pairs, apart) == [0, 0, 0, *alone]
    assert groups(apart, pairs) == [0, 0, 0, *alone]
    # The premise of one is the hypothesis of the other.
    pairs[3] = ("b", "f")
    assert groups(pairs, apart)[:5] == [0, 0, 0, 0, 1]


def test_hypotheses_that_bind_nearly_all_rows_are_left_out():
    premises = [f"p{i // 2}" for i in range(12)]
    repeated = [(premise, "Nobody eats.") for premise in premises]
    apart = [(f"{i}.", f"{i}!") for i in range(12)]
    assert groups(repeated, apart) == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    # Up to a third of the rows, which fit into a fold, they bind.
    some = [(premise, "Nobody eats." if i < 4 else f"h{i}") for i, premise in enumerate(premises)]
    assert groups(some, apart) == [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    more = [(premise, "Nobody eats." if i < 5 else f"h{i}") for i, premise in enumerate(premises)]
    assert groups(more, apart) == groups(repeated, apart)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("가나다라마바")), min_size=1))
@settings(max_examples=60, deadline=None)
def test_groups_are_the_finest_that_share_no_text(rows):
    source, target = zip(*rows, strict=True)
    found = groups(source, target)
    assert sorted(set(found)) == list(range(max(found) + 1))
    for side in (source, target):
        for text in side:
            assert len({g for g, other in zip(found, side, strict=True) if other == text}) == 1
    # By hand: each row joins all groups that it shares a text with.
    by_hand = []
    for pair in rows:
        texts = {("source", pair[0]), ("target", pair[1])}
        joined = [other for other in by_hand if other & texts]
        by_hand = [other for other in by_hand if not other & texts]
        by_hand.append(texts.union(*joined))
    assert len(by_hand) == max(found) + 1


def test_every_row_of_the_bundled_data_has_a_group():
    pairs = bundled.parallel("sentiment", "en", "ja", "train")
    found = text_groups(pairs)
    assert found.shape == (len(pairs),)
    assert np.issubdtype(found.dtype, np.integer)
