"""Files of word vectors: round trips, what gensim writes and reads, and what is wrong."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from langalign.errors import DataError, DataWarning, SettingError
from langalign.words import WordVectors, read_word_vectors, write_word_vectors

WORDS = ("the", "고양이", "né", "猫", "New\u00a0York")


@pytest.fixture
def words():
    return WordVectors(WORDS, np.random.default_rng(0).normal(size=(5, 7)))


def written(path, content):
    data = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.mark.parametrize("name", ["w.vec", "w.txt", "w.vec.gz", "w.vec.xz", "w.bin", "w.bin.gz"])
def test_round_trip(words, tmp_path, name):
    write_word_vectors(words, tmp_path / name)
    back = read_word_vectors(tmp_path / name)
    assert back.words == WORDS
    if ".bin" in name:
        np.testing.assert_array_equal(back.vectors, words.vectors)
    else:
        np.testing.assert_allclose(back.vectors, words.vectors, rtol=1e-5)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["w.vec", "w.bin"])
def test_first_words_only(words, tmp_path, name):
    write_word_vectors(words, tmp_path / name)
    first = read_word_vectors(tmp_path / name, max_words=2)
    assert first.words == WORDS[:2]
    with pytest.raises(SettingError, match="max_words=0"):
        read_word_vectors(tmp_path / name, max_words=0)


@pytest.mark.parametrize("binary", [False, True])
def test_gensim_reads_what_is_written_and_the_other_way_round(words, tmp_path, binary):
    models = pytest.importorskip("gensim.models")
    ours, theirs = (tmp_path / f"{who}{'.bin' if binary else '.vec'}" for who in ("us", "them"))
    write_word_vectors(words, ours)
    keyed = models.KeyedVectors.load_word2vec_format(str(ours), binary=binary)
    assert keyed.index_to_key == list(WORDS)
    keyed.save_word2vec_format(str(theirs), binary=binary)
    back = read_word_vectors(theirs)
    assert back.words == WORDS
    np.testing.assert_array_equal(back.vectors, keyed.vectors)


def test_fasttext_models_give_the_vectors_of_their_vocabulary(tmp_path):
    fasttext = pytest.importorskip("gensim.models.fasttext")
    texts = [["cat", "dog", "고양이"], ["dog", "cat"]] * 5
    settings = {"vector_size": 6, "min_count": 1, "bucket": 50, "epochs": 1, "workers": 1}
    model = fasttext.FastText(texts, seed=0, **settings)
    fasttext.save_facebook_model(model, str(tmp_path / "ft.bin"))
    found = read_word_vectors(tmp_path / "ft.bin", max_words=2)
    assert set(found.words) == {"cat", "dog"}
    expected = [model.wv[word] for word in found.words]
    np.testing.assert_allclose(found.vectors, expected, atol=1e-6)
    written(tmp_path / "cut.bin", (tmp_path / "ft.bin").read_bytes()[:60])
    with pytest.raises(DataError, match=r"use its \.vec file"):
        read_word_vectors(tmp_path / "cut.bin")


@pytest.mark.parametrize("name", ["g.txt", "g.txt.gz"])
def test_a_header_may_be_missing_and_fields_separated_by_tabs(tmp_path, name):
    found = read_word_vectors(written(tmp_path / name, "a 1 2\nb\t3\t4 \r\n"))
    assert found.words == ("a", "b")
    assert found.vectors.tolist() == [[1, 2], [3, 4]]


def test_lines_that_cannot_be_used_are_left_out_and_counted(tmp_path):
    good = "".join(f"w{i} {i} 1\n" for i in range(60)).encode()
    bad = b"\xff\xfe 1 2\nshort 1\nnan nan 1\nword x 1\nlong 1 2 3\nw3 9 9\nhuge 1e99 1\n"
    path = written(tmp_path / "w.vec", b"67 2\n" + good[:100] + b"" + good[100:] + bad)
    with pytest.warns(DataWarning) as caught:
        found = read_word_vectors(path)
    assert len(found) == 60
    assert found.vectors[3].tolist() == [3, 1]
    said = str(caught[0].message)
    for count in (
        "1 not UTF-8",
        "2 another width",
        "1 NaN or infinity",
        "2 not numbers",
        "1 stood there before",
        "first: line 62, not UTF-8",
    ):
        assert count in said


def test_a_file_that_is_shorter_than_it_says_is_reported(tmp_path):
    path = written(tmp_path / "w.vec", "100 2\na 1 2\nb 3 4\n")
    with pytest.warns(DataWarning, match="promises 100 words, only 2"):
        assert read_word_vectors(path).words == ("a", "b")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("w.vec", "", "the file is empty"),
        ("w.vec", "just some text\nof two lines here\n", "is this a file of word vectors"),
        ("w.vec", "word\n", "0 numbers after the first field"),
        ("w.vec", "2 3\na 1 2\nb 3 4\n", "not a word with 3 numbers"),
        ("w.vec", f"{'9' * 5000} 3\na 1 2 3\n", "not a word with 1 numbers"),
        ("w.bin", "a 1 2\n", "not in word2vec's binary format"),
        ("w.bin", b"3 2\na 12345678b 123", "ends after 1 of 3 words"),
        ("w.vec.gz", None, "damaged or cut off"),
    ],
)
def test_what_is_no_file_of_word_vectors_is_refused(tmp_path, name, content, message):
    path = tmp_path / name
    if content is None:
        path.write_bytes(b"1 2\na 1 2\n")
    else:
        written(path, content)
    with pytest.raises(DataError, match=message):
        read_word_vectors(path)


def test_a_missing_file_is_reported(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        read_word_vectors(tmp_path / "w.vec")


@pytest.mark.parametrize("word", ["New York", "", "a\tb", "line\n"])
def test_words_that_nobody_could_read_back_are_not_written(tmp_path, word):
    for name in ("w.vec", "w.bin"):
        with pytest.raises(DataError, match="white space"):
            write_word_vectors(WordVectors((word,), np.ones((1, 2))), tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["w.vec", "w.bin"])
def test_progress_is_reported(tmp_path, name):
    many = WordVectors(tuple(f"w{i}" for i in range(10_000)), np.ones((10_000, 1)))
    write_word_vectors(many, tmp_path / name)
    seen = []
    read_word_vectors(tmp_path / name, progress=lambda *said: seen.append(said))
    assert seen[-1][0] == f"Reading {name}"
    assert seen[-1][1] <= seen[-1][2] == 10_000


def test_words_and_vectors_belong_together():
    with pytest.raises(DataError, match="2 words, but 1 vectors"):
        WordVectors(("a", "b"), np.ones((1, 2)))
    with pytest.raises(DataError, match="'a' stands twice"):
        WordVectors(("a", "b", "a"), np.ones((3, 2)))
    with pytest.raises(DataError, match="'c' has no vector"):
        WordVectors(("a",), np.ones((1, 2))).rows(["c"])
