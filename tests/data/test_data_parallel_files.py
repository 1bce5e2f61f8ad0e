"""Reading parallel text: columns, splits, filters and Moses."""

import pytest

from langalign.data import ParallelText
from langalign.errors import DataError

KOREAN = {"source_lang": "en", "target_lang": "ko"}


@pytest.fixture
def write(tmp_path):
    def write_file(name, content):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8", newline="")
        return path

    return write_file


@pytest.mark.parametrize(
    ("header", "row", "source", "target"),
    [
        ("en\tko", "Hi\t안녕", "Hi", "안녕"),
        ("ko\ten", "안녕\tHi", "Hi", "안녕"),
        ("split\tsource\ten\tko", "train\ttatoeba\tHi\t안녕", "Hi", "안녕"),
        ("source\ttarget", "Hi\t안녕", "Hi", "안녕"),
        ("english\tnon_english", "Hi\t안녕", "Hi", "안녕"),
        (
            "premise_en\thypothesis_en\tpremise_ko\thypothesis_ko",
            "a\tb\t가\t나",
            ("a", "b"),
            ("가", "나"),
        ),
    ],
)
def test_columns(write, header, row, source, target):
    read = ParallelText.read(write("a.tsv", f"{header}\n{row}\n"), **KOREAN)
    assert (read.source, read.target) == ((source,), (target,))


def test_a_language_with_a_script_falls_back_to_the_language(write):
    path = write("a.tsv", "en\tzh\tzh-Hant\nHi\t你好\t你們好\n")
    hans = ParallelText.read(path, source_lang="en", target_lang="zho-Hans")
    hant = ParallelText.read(path, source_lang="en", target_lang="zh-Hant")
    assert (hans.target, hans.target_lang) == (("你好",), "zh-Hans")
    assert hant.target == ("你們好",)


def test_english_columns_need_english(write):
    path = write("a.tsv", "english\tnon_english\nHi\t안녕\n")
    with pytest.raises(DataError, match="accepted: de \\+ ko"):
        ParallelText.read(path, source_lang="de", target_lang="ko")


def test_missing_columns_are_listed(write):
    path = write("a.tsv", "en\tja\nHi\tやあ\n")
    with pytest.raises(DataError) as error:
        ParallelText.read(path, **KOREAN)
    message = str(error.value)
    for part in ("a.tsv", "found 'en', 'ja'", "en + ko", "premise_en + hypothesis_en + premise_ko"):
        assert part in message


TABLE = "split\tsource\ten\tko\ntrain\tx\ta\t가\ntrain\ty\tb\t나\ntest\tx\tc\t다\n"


@pytest.mark.parametrize(
    ("split", "where", "sources"),
    [
        (None, None, ("a", "b", "c")),
        ("train", None, ("a", "b")),
        (None, {"source": "x"}, ("a", "c")),
        ("train", {"source": "y"}, ("b",)),
    ],
)
def test_split_and_where(write, split, where, sources):
    read = ParallelText.read(write("a.tsv", TABLE), split=split, where=where, **KOREAN)
    assert read.source == sources


def test_an_absent_split_lists_those_there_are(write):
    path = write("a.tsv", TABLE)
    with pytest.raises(DataError, match="no row has split 'dev'; there are split: 'train', 'test'"):
        ParallelText.read(path, split="dev", **KOREAN)


def test_an_absent_value_lists_those_there_are(write):
    path = write("a.tsv", TABLE)
    with pytest.raises(DataError, match="no row has source 'z'; there are source: 'x', 'y'"):
        ParallelText.read(path, where={"source": "z"}, **KOREAN)
    with pytest.raises(DataError, match="no column 'domain' to select rows by; found 'split'"):
        ParallelText.read(path, where={"domain": "z"}, **KOREAN)


def test_split_is_ignored_where_there_is_no_such_column(write):
    read = ParallelText.read(write("a.tsv", "en\tko\na\t가\n"), split="dev", **KOREAN)
    assert len(read) == 1


def test_several_files_are_joined(write):
    tables = write("a.tsv", "en\tko\na\t가\n"), write("b.csv", "ko,en\n나,b\n")
    sides = write("c.ko", "다\n"), write("c.en", "c\n")
    assert ParallelText.read(*tables, *sides, **KOREAN).source == ("a", "b", "c")


def test_text_files_are_source_then_target(write):
    read = ParallelText.read(write("one.txt", "a\n"), write("two.txt", "가\n"), **KOREAN)
    assert (read.source, read.target) == (("a",), ("가",))


def test_moses_keeps_blank_lines_and_a_last_line_without_end(write):
    write("x.en", "a\n\nc")
    write("x.ko", "가\r\n나\r\n다\r\n")
    read = ParallelText.read(write("x.en", "a\n\nc").with_suffix(""), **KOREAN)
    assert read.source == ("a", "", "c")
    assert read.target == ("가", "나", "다")


def test_moses_files_of_different_length_give_both_counts(write):
    sides = write("x.en", "a\nb\nc\n"), write("x.ko", "가\n")
    with pytest.raises(DataError, match=r"x\.en has 3 lines and .*x\.ko has 1"):
        ParallelText.read(*sides, **KOREAN)


def test_half_a_pair_is_refused(write):
    with pytest.raises(DataError, match="one half of a parallel text; give the en file and the ko"):
        ParallelText.read(write("x.en", "a\n"), **KOREAN)
    sides = write("x.en", "a\n"), write("y.en", "b\n")
    with pytest.raises(DataError, match="are both en"):
        ParallelText.read(*sides, **KOREAN)


def test_a_filter_needs_columns(write):
    sides = write("x.en", "a\n"), write("x.ko", "가\n")
    with pytest.raises(DataError, match="no columns to select rows by"):
        ParallelText.read(*sides, where={"source": "x"}, **KOREAN)


def test_no_file_at_all():
    with pytest.raises(DataError, match="no file given"):
        ParallelText.read(**KOREAN)
