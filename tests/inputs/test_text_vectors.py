"""Texts or vectors in, vectors out; a text is encoded once, ever."""

from __future__ import annotations

import numpy as np
import pytest

from langalign.encoders.cache import CachedEncoder, VectorCache
from langalign.encoders.function import FunctionEncoder
from langalign.encoders.mini import MiniEncoder
from langalign.errors import DataError, SettingError, VectorError
from langalign.inputs.text_vectors import TextVectors, is_vectors

TEXTS = ["a fine film", "좋은 영화", "a fine film"]
PAIRS = [("one", "two"), ("three", "four")]


class Counting:
    """An encoder of its own class, with a fingerprint, that counts what it is asked for."""

    dim = 3
    fingerprint = "counting-1"

    def __init__(self, reads_pairs=False):
        self.reads_pairs = reads_pairs
        self.seen = []

    def encode(self, texts):
        self.seen += texts
        return np.array([[len(str(text)), str(text).count("e"), 1] for text in texts], "float32")


def test_vectors_pass_through_untouched():
    given = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert TextVectors(Counting(), cache=False)(given, name="X") is given
    siamese = np.zeros((4, 2, 3))
    assert TextVectors(Counting(), cache=False)(siamese, name="X").shape == (4, 2, 3)
    with pytest.raises(VectorError, match=r"X: row 1 contains NaN"):
        TextVectors(Counting())(np.array([[0.0], [np.nan]]), name="X")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (np.zeros((2, 2)), True),
        (np.zeros(3, dtype=int), True),
        (np.array(["a", "b"]), False),
        (np.array(["a"], dtype=object), False),
        ([[0.0, 1.0]], False),
        (["a"], False),
        ("a", False),
        (None, False),
    ],
)
def test_vectors_are_distinguished_from_texts(given, expected):
    assert is_vectors(given) is expected


def test_an_array_of_strings_and_a_generator_are_texts():
    expected = TextVectors(Counting(), cache=False)(TEXTS, name="texts")
    for given in (np.array(TEXTS), np.array(TEXTS, dtype=object), (text for text in TEXTS)):
        found = TextVectors(Counting(), cache=False)(given, name="texts")
        np.testing.assert_array_equal(found, expected)


def test_pairs_are_encoded_apart_or_together():
    apart = TextVectors(Counting(), cache=False)(PAIRS, name="texts")
    assert apart.shape == (2, 2, 3)
    np.testing.assert_array_equal(apart[1, 0], Counting().encode(["three"])[0])
    together = Counting(reads_pairs=True)
    assert TextVectors(together, pair_mode="cross", cache=False)(PAIRS, name="texts").shape == (
        2,
        3,
    )
    assert together.seen == PAIRS
    with pytest.raises(SettingError, match="reads single texts only"):
        TextVectors(MiniEncoder(), pair_mode="cross")(PAIRS, name="texts")


def test_wrong_inputs_are_named():
    side = TextVectors(Counting(), cache=False)
    with pytest.raises(SettingError, match="pair_mode='both'"):
        TextVectors(Counting(), pair_mode="both")
    with pytest.raises(DataError, match="labelled texts: no texts were given"):
        side([], name="labelled texts")
    with pytest.raises(DataError, match=r"write \['a'\]"):
        side("a", name="texts")
    with pytest.raises(DataError, match="row 1"):
        side(["a", None], name="texts")
    with pytest.raises(DataError, match="row 0 is a single text and row 1 is a pair"):
        side(["a", ("b", "c")], name="texts")


def test_a_text_is_encoded_once_ever(tmp_path):
    first, later = Counting(), Counting()
    vectors = TextVectors(first, cache=tmp_path)(TEXTS, name="texts")
    assert first.seen == TEXTS[:2]
    np.testing.assert_array_equal(TextVectors(later, cache=tmp_path)(TEXTS, name="texts"), vectors)
    assert later.seen == []
    TextVectors(later, cache=str(tmp_path))([*TEXTS, "new"], name="texts")
    assert later.seen == ["new"]


def test_another_fingerprint_is_another_vector(tmp_path):
    other = Counting()
    other.fingerprint = "counting-2"
    TextVectors(Counting(), cache=tmp_path)(TEXTS, name="texts")
    TextVectors(other, cache=tmp_path)(TEXTS, name="texts")
    assert len(other.seen) == 2


def test_the_default_cache_is_where_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv("LANGALIGN_CACHE", str(tmp_path / "kept"))
    TextVectors(Counting())(TEXTS, name="texts")
    assert VectorCache().path("counting-1").is_file()
    assert VectorCache().folder == tmp_path / "kept"


def test_functions_are_never_cached(tmp_path):
    calls = []

    def function(texts):
        calls.append(list(texts))
        return np.ones((len(texts), 2))

    side = TextVectors(FunctionEncoder(function, name="f"), cache=tmp_path)
    side(TEXTS, name="texts")
    side(TEXTS, name="texts")
    assert calls == [TEXTS, TEXTS]
    assert list(tmp_path.iterdir()) == []


def test_no_cache_and_a_cache_of_ones_own(tmp_path):
    encoder = Counting()
    TextVectors(encoder, cache=False)(TEXTS, name="texts")
    assert encoder.seen == TEXTS
    own = CachedEncoder(encoder, VectorCache(tmp_path / "own"))
    TextVectors(own, cache=tmp_path / "other")(TEXTS, name="texts")
    assert [path.name for path in tmp_path.iterdir()] == ["own"]


def test_progress_is_given_what_and_how_much(tmp_path):
    steps = []
    TextVectors(Counting(), cache=tmp_path)(
        TEXTS, name="labelled texts", progress=lambda *step: steps.append(step)
    )
    assert steps == [("Encoding labelled texts", 2, 2)]


def test_normalised_vectors_have_length_one():
    side = TextVectors(Counting(), cache=False, normalize=True)
    for given in (TEXTS, PAIRS, np.full((3, 4), 7.0)):
        lengths = np.linalg.norm(side(given, name="texts"), axis=-1)
        np.testing.assert_allclose(lengths, 1.0, atol=1e-6)
