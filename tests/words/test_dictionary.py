"""Dictionaries: two columns, any number of translations, and what is wrong with files."""

from __future__ import annotations

import numpy as np
import pytest

from langalign.errors import DataError, DataWarning
from langalign.words import BilingualDictionary, WordVectors, read_dictionary, require_apart


def written(tmp_path, text):
    path = tmp_path / "d.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_columns_by_tab_or_white_space_and_pairs_once(tmp_path):
    path = written(tmp_path, "dog 개\ndog\t강아지\n\ndog   개\nice cream\t아이스 크림\n")
    found = read_dictionary(path)
    assert found.pairs == (("dog", "개"), ("dog", "강아지"), ("ice cream", "아이스 크림"))
    assert found.translations()["dog"] == ("개", "강아지")


def test_a_few_other_lines_are_counted_and_many_refused(tmp_path):
    good = "".join(f"w{i} v{i}\n" for i in range(30))
    with pytest.warns(DataWarning, match=r"2 lines left out.*first: line 31"):
        assert len(read_dictionary(written(tmp_path, good + "one\nt w o\n"))) == 30
    with pytest.raises(DataError, match="two columns"):
        read_dictionary(written(tmp_path, "this is a text\nof sentences and more\na b\n"))
    with pytest.raises(DataError, match="the file is empty"):
        read_dictionary(written(tmp_path, ""))


def test_bytes_that_are_not_utf_8_are_reported_with_their_line(tmp_path):
    (tmp_path / "d.txt").write_bytes(b"a b\nc \xff\n")
    with pytest.raises(DataError, match="line 2: not UTF-8"):
        read_dictionary(tmp_path / "d.txt")


def test_pairs_without_vectors_are_left_out_and_none_is_an_error_that_helps():
    source, target = WordVectors(("a", "b"), np.eye(2)), WordVectors(("x",), np.eye(1))
    kept = BilingualDictionary((("a", "x"), ("a", "y"), ("c", "x"))).within(source, target)
    assert kept.pairs == (("a", "x"),)
    with pytest.raises(DataError, match="columns are swapped"):
        BilingualDictionary((("x", "a"),)).within(source, target)
    with pytest.raises(DataError, match=r"the source words of 1 .* of 0 are known"):
        BilingualDictionary((("a", "z"),)).within(source, target)


def test_train_and_test_words_are_kept_apart():
    train, test = BilingualDictionary((("a", "x"),)), BilingualDictionary((("a", "y"),))
    with pytest.raises(DataError, match="such as 'a'"):
        require_apart(train, test)
    require_apart(train, BilingualDictionary((("b", "x"),)))
