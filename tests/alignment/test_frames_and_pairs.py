"""Origins of samples, and pairs of texts as features."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from langalign.alignment.frames import Frames, mean_vector
from langalign.text_pairs import features, once_each, shift_of_features

NUMBERS = st.floats(-10, 10, width=32)


def test_features_of_a_worked_pair():
    pair = np.array([[[1, -2], [3, 4]]], dtype=np.float32)
    np.testing.assert_array_equal(features(pair), [[1, -2, 3, 4, 2, 6, 3, -8]])
    assert features(pair).dtype == np.float32


def test_features_of_single_texts_are_themselves():
    Z = np.ones((3, 2), dtype=np.float32)
    assert features(Z) is Z


@settings(max_examples=50, deadline=None)
@given(arrays(np.float32, (4, 2, 3), elements=NUMBERS), arrays(np.float32, 3, elements=NUMBERS))
def test_a_shift_is_affine_in_the_features_of_pairs(Z, shift):
    weights, offset = shift_of_features(shift, pairs=True)
    assert weights.dtype == offset.dtype == np.float32
    np.testing.assert_allclose(features(Z + shift), features(Z) @ weights + offset, atol=1e-3)


@settings(max_examples=20, deadline=None)
@given(arrays(np.float32, (4, 3), elements=NUMBERS), arrays(np.float32, 3, elements=NUMBERS))
def test_a_shift_is_affine_in_single_texts(Z, shift):
    weights, offset = shift_of_features(shift, pairs=False)
    np.testing.assert_allclose(Z + shift, Z @ weights + offset, atol=1e-5)


def test_a_premise_of_several_pairs_is_one_text():
    rng = np.random.default_rng(0)
    texts, turn = rng.standard_normal((5, 3)).astype(np.float32), np.diag([1, -1, 2]).astype("f4")
    pairs = np.array([[0, 1], [0, 2], [3, 1], [0, 1], [4, 4]])
    source, target = once_each(texts[pairs], (texts @ turn)[pairs])
    np.testing.assert_array_equal(source, texts[[0, 1, 2, 3, 4]])
    np.testing.assert_array_equal(target, source @ turn)
    # Another translation of the same premise is another row.
    other = (texts @ turn)[pairs]
    other[1, 0] += 1
    assert len(once_each(texts[pairs], other)[0]) == 6


def test_parallel_single_texts_are_taken_as_they_are():
    X, Y = np.zeros((3, 2), dtype=np.float32), np.ones((3, 2), dtype=np.float32)
    assert once_each(X, Y)[0] is X
    assert once_each(X, Y)[1] is Y


def test_mean_vector_counts_both_texts_of_a_pair():
    pairs = np.array([[[0, 0], [2, 4]], [[4, 8], [6, 12]]], dtype=np.float32)
    np.testing.assert_array_equal(mean_vector(pairs), [3, 6])
    assert mean_vector(pairs).dtype == np.float32


def test_mean_vector_of_many_rows_does_not_drift():
    X = np.full((200_000, 1), 0.1, dtype=np.float32)
    assert mean_vector(X)[0] == np.float32(0.1)


def test_the_task_has_its_own_frame_only_where_both_sides_are_given():
    source, target, labeled, unlabeled = (np.full((3, 2), k, dtype=np.float32) for k in range(4))
    both = Frames.of(source, target, labeled=labeled, unlabeled=unlabeled)
    assert [frame[0] for frame in (both.source_task, both.target_task)] == [2, 3]
    assert [frame[0] for frame in (both.source_pairs, both.target_pairs)] == [0, 1]
    for sides in ({"labeled": labeled}, {"unlabeled": unlabeled}, {}):
        one = Frames.of(source, target, **sides)
        assert [frame[0] for frame in (one.source_task, one.target_task)] == [0, 1]
