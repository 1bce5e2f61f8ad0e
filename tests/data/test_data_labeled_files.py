"""Reading labelled and unlabelled text."""

import json

import pyarrow
import pyarrow.parquet
import pytest

from langalign.data import LabeledText, read_texts
from langalign.errors import DataError


@pytest.fixture
def write(tmp_path):
    def write_file(name, content):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8", newline="")
        return path

    return write_file


@pytest.mark.parametrize(
    ("header", "row", "lang", "text"),
    [
        ("text\tlabel", "좋아요\ty", None, "좋아요"),
        ("split\tlabel\ttext", "train\ty\t좋아요", "ko", "좋아요"),
        ("premise\thypothesis\tlabel", "가\t나\ty", "ko", ("가", "나")),
        ("text_a\ttext_b\tlabel", "가\t나\ty", None, ("가", "나")),
        ("en\tko\tlabel", "Good\t좋아요\ty", "ko", "좋아요"),
        ("text\tko\tlabel", "Good\t좋아요\ty", "ko", "좋아요"),
        ("id\ttext\tlabel", "7\tBagus\ty", "id", "Bagus"),
        ("en\tid\tlabel", "Good\tBagus\ty", "id", "Bagus"),
        ("premise_ko\thypothesis_ko\tlabel", "가\t나\ty", "kor-Hang", ("가", "나")),
        ("zh\tlabel", "好\ty", "zh-Hans", "好"),
    ],
)
def test_columns(write, header, row, lang, text):
    path = write("a.tsv", f"{header}\n{row}\n")
    read = LabeledText.read(path, lang)
    assert (read.texts, read.labels) == ((text,), ("y",))
    assert read_texts(path, lang) == (text,)


def test_without_a_language_it_is_undetermined(write):
    assert LabeledText.read(write("a.tsv", "text\tlabel\na\tx\n")).lang == "und"


@pytest.mark.parametrize(
    ("lang", "header", "parts"),
    [
        ("ko", "en\tlabel", ["found 'en', 'label'", "accepted: ko", "premise + hypothesis"]),
        (None, "en\tlabel", ["say with lang which language column"]),
        ("ko", "ko\tclass", ["no column with labels", "found 'ko', 'class'", "accepted: label"]),
    ],
)
def test_missing_columns_are_listed(write, lang, header, parts):
    with pytest.raises(DataError) as error:
        LabeledText.read(write("a.tsv", f"{header}\na\tb\n"), lang)
    assert all(part in str(error.value) for part in parts)


def test_splits(write):
    path = write("a.tsv", "text\tlabel\tsplit\na\tx\ttrain\nb\ty\ttest\n")
    assert LabeledText.read(path, "en", "test").texts == ("b",)
    assert LabeledText.read(path, "en").texts == read_texts(path) == ("a", "b")
    assert read_texts(path, split="train") == ("a",)
    with pytest.raises(DataError, match="no row has split 'dev'; there are split: 'train', 'test'"):
        LabeledText.read(path, "en", "dev")
    no_splits = write("b.tsv", "text\tlabel\na\tx\n")
    assert len(LabeledText.read(no_splits, "en", "dev")) == 1


LABELS = [("x", "x"), (1, "1"), (-3, "-3"), (2.0, "2"), (0.5, "0.5")]


@pytest.mark.parametrize(("label", "read"), LABELS)
def test_numbers_become_strings(tmp_path, label, read):
    jsonl, parquet = tmp_path / "a.jsonl", tmp_path / "a.parquet"
    jsonl.write_text(json.dumps({"text": "a", "label": label}), encoding="utf-8")
    pyarrow.parquet.write_table(pyarrow.table({"text": ["a"], "label": [label]}), parquet)
    for path in (jsonl, parquet):
        assert LabeledText.read(path, "en").labels == (read,)


def test_a_whole_number_of_any_size_becomes_a_string(write):
    path = write("a.jsonl", f'{{"text": "a", "label": 1{"0" * 400}}}\n')
    assert LabeledText.read(path, "en").labels == ("1" + "0" * 400,)


@pytest.mark.parametrize("label", ["null", "true", "false", '""', '" "', "NaN", "[1]", "Infinity"])
def test_what_is_no_label_is_refused_with_its_line(write, label):
    good = '{"text": "a", "label": "x"}\n'
    path = write("a.jsonl", f'{good}{{"text": "b", "label": {label}}}\n')
    with pytest.raises(DataError, match=r"a\.jsonl, line 2: the label is"):
        LabeledText.read(path, "en")


def test_an_empty_label_in_a_table_is_refused_with_its_line(write):
    with pytest.raises(DataError, match=r"a\.tsv, line 3: the label is ''"):
        LabeledText.read(write("a.tsv", "text\tlabel\na\tx\nb\t\n"), "en")


def test_null_in_parquet_is_refused_with_its_row(tmp_path):
    path = tmp_path / "a.parquet"
    columns = {"text": ["a", None], "label": ["x", "y"]}
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    with pytest.raises(DataError, match=r"a\.parquet, row 2: 'text' holds None \(NoneType\)"):
        LabeledText.read(path, "en")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"text": 3, "label": "x"}', "line 2: 'text' holds 3"),
        ('{"label": "x"}', "line 2: no 'text' here, only 'label'"),
        ('{"text": "a"}', "line 2: no 'label' here"),
    ],
)
def test_incomplete_objects_are_refused_with_their_line(write, line, message):
    path = write("a.jsonl", f'{{"text": "a", "label": "x"}}\n{line}\n')
    with pytest.raises(DataError, match=message):
        LabeledText.read(path, "en")


def test_plain_texts_keep_blank_lines(write):
    assert read_texts(write("a.txt", "a\n\nb")) == ("a", "", "b")


def test_unlabelled_pairs_with_two_columns(write):
    assert read_texts(write("a.csv", "premise,hypothesis\n가,나\n")) == (("가", "나"),)
