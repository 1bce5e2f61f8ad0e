from __future__ import annotations

import functools

import numpy as np
import pytest

from langalign.encoders.function import FunctionEncoder
from langalign.errors import EncoderError, SettingError


def lengths(texts):
    return np.array([[len(text), 1.0] for text in texts])


class Service:
    def encode(self, texts):
        return lengths(texts)

    @classmethod
    def shared(cls, texts):
        return lengths(texts)

    def __call__(self, texts):
        return lengths(texts)


def test_vectors_and_width():
    encoder = FunctionEncoder(lengths)
    vectors = encoder.encode(["ab", ""])
    np.testing.assert_array_equal(vectors, [[2, 1], [0, 1]])
    assert vectors.dtype == np.float32
    assert encoder.dim == 2
    assert FunctionEncoder(lengths).encode([]).shape == (0, 2)


def test_given_width_needs_no_call():
    encoder = FunctionEncoder(lambda texts: 1 / 0, name="never", dim=7)
    assert encoder.dim == 7
    assert encoder.encode([]).shape == (0, 7)


def test_named_by_module_and_function():
    assert FunctionEncoder(lengths).fingerprint == f"function:{__name__}.lengths"
    assert FunctionEncoder(Service.shared).fingerprint.endswith(".Service.shared")
    assert FunctionEncoder(lengths, name="v2").fingerprint == "function:v2"


@pytest.mark.parametrize(
    "function",
    [lambda texts: [[1, 2]], Service().encode, Service(), functools.partial(lengths)],
    ids=["lambda", "method of an object", "object", "partial"],
)
def test_name_is_asked_for(function):
    with pytest.raises(SettingError, match="name='my-encoder-v1'"):
        FunctionEncoder(function)
    assert FunctionEncoder(function, name="mine").encode(["a"]).shape == (1, 2)


def test_local_function_needs_a_name():
    def local(texts):
        return lengths(texts)

    with pytest.raises(SettingError, match="<locals>"):
        FunctionEncoder(local)


def test_not_a_function():
    with pytest.raises(SettingError, match="expected a function, got int"):
        FunctionEncoder(3)


def test_returned_rows_must_match():
    encoder = FunctionEncoder(lambda texts: lengths(texts)[:1], name="short")
    with pytest.raises(EncoderError, match=r"the function 'short' returned shape \(1, 2\)"):
        encoder.encode(["a", "b"])


def test_width_may_not_change():
    encoder = FunctionEncoder(lambda texts: np.ones((len(texts), len(texts))), name="odd")
    encoder.encode(["a"])
    with pytest.raises(EncoderError, match=r"expected \(2, 1\)"):
        encoder.encode(["a", "b"])


def test_pairs_only_where_allowed():
    seen = []
    encoder = FunctionEncoder(
        lambda texts: seen.extend(texts) or np.ones((len(texts), 2)), name="p", reads_pairs=True
    )
    encoder.encode([("a", "b")])
    assert seen == [("a", "b")]
    with pytest.raises(EncoderError, match="one text at a time"):
        FunctionEncoder(lengths).encode([("a", "b")])


def test_function_cannot_change_the_callers_list():
    texts = ["a", "b"]
    FunctionEncoder(lambda given: (lengths(given), given.clear())[0], name="rude").encode(texts)
    assert texts == ["a", "b"]
