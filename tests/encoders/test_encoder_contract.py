"""What every encoder promises; a registered one is tested with no edit here."""

from __future__ import annotations

import numpy as np
import pytest

from langalign.encoders import Encoder, encoders
from langalign.encoders.cache import CachedEncoder, VectorCache
from langalign.encoders.function import FunctionEncoder
from langalign.encoders.transformer import TransformerEncoder

TEXTS = ["A man eats.", "", "좋은 영화", "A man eats.", "良い映画", "好电影", "x " * 3000, "\n\t "]


def byte_counts(texts):
    return [np.bincount(list(text.encode()), minlength=256) for text in texts]


@pytest.fixture(params=[*encoders.names(), "function", "cached", "transformer"])
def make(request, tmp_path):
    """A function that makes the encoder under test anew."""
    if request.param == "function":
        return lambda: FunctionEncoder(byte_counts)
    if request.param == "cached":
        cache = VectorCache(tmp_path)
        return lambda: CachedEncoder(FunctionEncoder(byte_counts), cache)
    if request.param == "transformer":
        pytest.importorskip("sentence_transformers")
        folder = request.getfixturevalue("tiny_bert")
        return lambda: TransformerEncoder(folder, long_texts="pool")
    return encoders.get(request.param)


def test_is_an_encoder(make):
    encoder = make()
    assert isinstance(encoder, Encoder)
    assert isinstance(encoder.fingerprint, str)
    assert encoder.fingerprint
    assert isinstance(encoder.reads_pairs, bool)


def test_shape_type_and_order(make):
    encoder = make()
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dim)
    assert vectors.dtype == np.float32
    assert vectors.flags.c_contiguous
    assert np.isfinite(vectors).all()


def test_row_does_not_depend_on_its_neighbours(make):
    encoder = make()
    alone = np.concatenate([make().encode([text]) for text in TEXTS])
    np.testing.assert_allclose(encoder.encode(TEXTS), alone, atol=1e-5)


def test_duplicates_are_equal(make):
    vectors = make().encode(TEXTS)
    np.testing.assert_allclose(vectors[0], vectors[3], atol=1e-6)


def test_same_again_and_in_another_instance(make):
    encoder = make()
    first = encoder.encode(TEXTS)
    np.testing.assert_array_equal(first, encoder.encode(TEXTS))
    other = make()
    np.testing.assert_array_equal(first, other.encode(TEXTS))
    assert other.fingerprint == encoder.fingerprint


def test_callers_list_is_left_alone(make):
    texts = list(TEXTS)
    make().encode(texts)
    assert texts == TEXTS


def test_no_texts_give_no_rows(make):
    encoder = make()
    vectors = encoder.encode([])
    assert vectors.shape == (0, encoder.dim)
    assert vectors.dtype == np.float32


def test_tells_texts_apart(make):
    vectors = make().encode(["a dog", "좋은"])
    assert np.abs(vectors[0] - vectors[1]).max() > 0


def test_pair_is_a_row_where_pairs_are_read(make):
    encoder = make()
    if not encoder.reads_pairs:
        pytest.skip("reads one text at a time")
    assert encoder.encode([("A man eats.", "Nobody eats.")]).shape == (1, encoder.dim)
