from __future__ import annotations

import itertools

import numpy as np
import pytest

from langalign.encoders.boundary import require_texts, require_vectors, text_bytes
from langalign.errors import EncoderError


def test_different_texts_have_different_bytes():
    pieces = ["", "a", "ab", "b", "\x00", "\xff", "aa", "좋은"]
    texts = [*pieces, *itertools.product(pieces, repeat=2)]
    assert len({text_bytes(text) for text in texts}) == len(texts)


def test_callers_list_is_left_alone():
    texts = ["a", ["b", "c"]]
    assert require_texts(texts, reads_pairs=True) == ["a", ("b", "c")]
    assert texts == ["a", ["b", "c"]]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ("one text", "put it in a list"),
        (["a", None], "text 1 should be a string, it is NoneType"),
        (["a", float("nan")], "text 1 should be a string, it is float"),
        ([b"a"], "it is bytes"),
        ([("a", "b")], "reads one text at a time"),
        (["\ud800"], "text 0 is not valid Unicode"),
    ],
)
def test_what_is_no_text_is_named(texts, message):
    with pytest.raises(EncoderError, match=message):
        require_texts(texts, reads_pairs=False)


@pytest.mark.parametrize("item", [("a",), ("a", "b", "c"), ("a", None), 3])
def test_what_is_no_pair_is_named(item):
    with pytest.raises(EncoderError, match="text 0 should be a string or a pair of strings"):
        require_texts([item], reads_pairs=True)


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (np.ones((3, 4)), r"E returned shape \(3, 4\) of type float64 for 2 texts"),
        (np.ones(2), r"expected \(2, d\), one vector per text"),
        (None, r"shape \(\)"),
        ([[1, 2], [3]], "which is not an array"),
        ([[1, np.nan], [1, 2]], "row 0 contains NaN"),
        ([["a"], ["b"]], "expected numbers"),
        (np.ones((2, 0)), "0 feature"),
    ],
)
def test_output_that_cannot_be_trusted(output, message):
    with pytest.raises(EncoderError, match=message):
        require_vectors(output, rows=2, dim=None, source="E")
