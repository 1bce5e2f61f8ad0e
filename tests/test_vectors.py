"""The boundary type: what becomes float32 rows, and what is refused with which words."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from langalign.errors import VectorError
from langalign.vectors import as_vectors, per_text, require_same_rows, unit


def test_what_has_the_form_already_is_not_copied():
    X = np.ones((2, 3), dtype=np.float32)
    assert as_vectors(X, name="X") is X


@pytest.mark.parametrize(
    "X",
    [[[1, 2]], np.array([[1, 2]], dtype=object), np.array([[True, False]]), np.float16([[1, 2]])],
)
def test_numbers_become_float32(X):
    assert as_vectors(X, name="X").dtype == np.float32


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([1.0, 2.0], "1 axes"),
        (np.ones((2, 2, 2)), "3 axes"),
        (np.ones((0, 2)), "0 sample"),
        (np.ones((2, 0)), r"0 feature\(s\) \(shape=\(2, 0\)\)"),
        (np.ones((2, 4)), "4 features, but LangAlign is expecting 3"),
        ([["a"]], "expected numbers"),
        ([[1], [2, 3]], "expected numbers"),
        (np.array([[1j]]), "complex"),
        (csr_array(np.eye(3)), "sparse input is not supported"),
        (None, "expected"),
        ([[1.0, np.nan, 0.0]], "these vectors: row 0 contains NaN"),
        (np.array([[1.0, 2.0, 1e300]]), "row 0 contains NaN or infinity"),
    ],
)
def test_what_is_no_vectors_is_named(X, message):
    with pytest.raises(VectorError, match=message):
        as_vectors(X, name="these vectors", dim=3)


def test_pairs_are_allowed_where_asked_for():
    pairs = np.ones((4, 2, 3))
    assert as_vectors(pairs, name="X", pairs=True).shape == (4, 2, 3)
    with pytest.raises(VectorError, match=r"\(n, 2, d\)"):
        as_vectors(np.ones((4, 3, 3)), name="X", pairs=True)


def test_per_text_maps_each_text_of_a_pair():
    pairs = np.arange(12, dtype=np.float32).reshape(2, 2, 3)
    mapped = per_text(lambda X: X[:, :2] + 1, pairs)
    np.testing.assert_array_equal(mapped, pairs[:, :, :2] + 1)


def test_unequal_rows_are_named():
    with pytest.raises(VectorError, match="X has 2 rows and Y has 3"):
        require_same_rows(np.ones((2, 1)), np.ones((3, 1)), names=("X", "Y"))


def test_rows_at_the_ends_of_float32_get_length_one():
    largest, smallest = np.finfo(np.float32).max, np.finfo(np.float32).smallest_subnormal
    X = np.array([[largest, -largest], [smallest, smallest], [0, 0], [3, 4]], dtype=np.float32)
    half = np.sqrt(0.5)
    np.testing.assert_allclose(
        unit(X), [[half, -half], [half, half], [0, 0], [0.6, 0.8]], rtol=1e-6
    )
    assert unit(X).dtype == np.float32
    assert unit(X[:0]).shape == (0, 2)
