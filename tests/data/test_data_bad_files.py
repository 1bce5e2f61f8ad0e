"""Bad input files: one clear DataError each, with file, line and remedy."""

import gzip
import lzma
import os

import pytest

from langalign.data import LabeledText, ParallelText, read_texts
from langalign.errors import DataError

GOOD = "text\tlabel\n좋아요\tgood\n별로\tbad\n"


def refused(path, *parts):
    with pytest.raises(DataError) as error:
        LabeledText.read(path, "ko")
    message = str(error.value)
    for part in (path.name, *parts):
        assert part in message, message


def test_missing_file_with_a_near_name(tmp_path):
    (tmp_path / "train.tsv").write_text(GOOD, encoding="utf-8")
    refused(tmp_path / "trian.tsv", "no such file", "did you mean 'train.tsv'?")
    refused(tmp_path / "nowhere" / "a.tsv", "no such file; check the path")


def test_missing_file_for_every_reader(tmp_path):
    missing = tmp_path / "missing"
    with pytest.raises(DataError, match="no such file"):
        read_texts(missing)
    for name in ("missing", "missing.tmx", "missing.parquet", "missing.jsonl.gz"):
        with pytest.raises(DataError, match="no such file"):
            ParallelText.read(tmp_path / name, source_lang="en", target_lang="ko")


def test_a_folder(tmp_path):
    refused(tmp_path, "this is a folder; give a file in it")
    for folder in (tmp_path, "."):
        with pytest.raises(DataError, match="this is a folder"):
            ParallelText.read(folder, source_lang="en", target_lang="ko")


def test_a_text_given_for_a_path():
    text = "이 영화는 정말 좋았다. " * 50
    with pytest.raises(DataError, match="no path to a file"):
        read_texts(text)
    with pytest.raises(DataError, match="no path to a file"):
        ParallelText.read(text, source_lang="en", target_lang="ko")


@pytest.mark.parametrize("name", ["a.xlsx", "a", "a.json", "a.zip", "a.txt"])
def test_an_unknown_suffix_lists_the_known_ones(tmp_path, name):
    path = tmp_path / name
    path.write_text(GOOD, encoding="utf-8")
    refused(path, "is not known; known: .tsv, .csv, .jsonl, .ndjson, .parquet", ".gz or .xz")


def test_an_unknown_suffix_of_parallel_text_also_tells_moses_and_tmx(tmp_path):
    path = tmp_path / "a.doc"
    path.write_text(GOOD, encoding="utf-8")
    with pytest.raises(DataError, match=r"besides \.tmx, and two plain files x\.en and x\.ko"):
        ParallelText.read(path, source_lang="en", target_lang="ko")


@pytest.mark.parametrize("name", ["a.tsv", "a.csv", "a.jsonl", "a.tsv.gz", "a.txt"])
@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf"])
def test_an_empty_file(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    if name == "a.txt" and not content:
        with pytest.raises(DataError, match=r"a\.txt: the file is empty"):
            read_texts(path)
    elif name != "a.txt":
        refused(path, "the file is empty")


@pytest.mark.parametrize(("name", "content"), [("a.tsv", "text\tlabel\n"), ("a.csv", "text,label")])
def test_only_a_header(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    refused(path, "columns but no rows")


def test_a_column_twice(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("text\ttext\tlabel\na\tb\tx\n", encoding="utf-8")
    refused(path, "names 'text' more than once")


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert LabeledText.read(path, "ko").labels == ("good", "bad")


def test_blank_lines_are_no_rows(tmp_path):
    for name, content in (("a.tsv", GOOD), ("a.csv", GOOD.replace("\t", ","))):
        path = tmp_path / name
        path.write_text(content.replace("\n", "\n\n"), encoding="utf-8")
        assert len(LabeledText.read(path, "ko")) == 2


@pytest.mark.parametrize(
    ("name", "content", "parts"),
    [
        ("a.tsv", b"text\tlabel\nok\tx\n\xb0\xa1\tx\n", ["line 3: not UTF-8 at byte 1"]),
        ("a.csv", b"text,label\nok,x\nab\xff,x\n", ["line 3: not UTF-8 at byte 3"]),
        ("a.jsonl", b'{"text": "\xff", "label": "x"}\n', ["line 1: not UTF-8", "save the file as"]),
        ("a.tsv", GOOD.encode("utf-16"), ["line 1: not UTF-8", "looks like UTF-16"]),
        ("a.tsv", gzip.compress(GOOD.encode(), mtime=0), ["line 1", "add .gz to its name"]),
        ("a.tsv", lzma.compress(GOOD.encode()), ["line 1", "add .xz to its name"]),
        ("a.tsv", GOOD.encode() + b"one field\n", ["line 4: 1 field(s), the header has 2"]),
        ("a.tsv", GOOD.encode() + b"a\tb\tc\n", ["line 4: 3 field(s)", "can hold no tab"]),
        ("a.csv", b"text,label\na,b,c\n", ["line 2: 3 field(s)", "double quotes"]),
        ("a.csv", b'text,label\na,x\n"never closed,x\n', ["line 3: not CSV", "check the quotes"]),
        ("a.csv", b'text,label\n"a\nb",x\n"c"d,x\n', ["line 4: not CSV"]),
        ("a.jsonl", b'{"text": "a", "label": "x"}\n[1]\n', ["line 2: expected an object"]),
        ("a.jsonl", b'{"text": "a", "label": "x"}\n{"text"\n', ["line 2: not JSON"]),
        ("a.jsonl", b"[" * 100_000, ["line 1: not JSON"]),
        ("a.jsonl", b"\n\n", ["the file is empty"]),
        ("a.parquet", b"PAR1 and no more", ["damaged, or not Parquet"]),
        ("a.parquet", b"", ["damaged, or not Parquet"]),
        ("a.parquet.gz", b"", ["decompress it first"]),
    ],
)
def test_damaged_content(tmp_path, name, content, parts):
    path = tmp_path / name
    path.write_bytes(content)
    refused(path, *parts)


@pytest.mark.parametrize("suffix", [".gz", ".xz"])
@pytest.mark.parametrize("damage", ["cut off", "wrong bytes", "not compressed"])
def test_damaged_compression(tmp_path, suffix, damage):
    lines = "".join(f"{number * number}\tx\n" for number in range(4000))
    content = f"text\tlabel\n{lines}".encode()
    packed = gzip.compress(content) if suffix == ".gz" else lzma.compress(content)
    half = len(packed) // 2
    path = tmp_path / f"a.tsv{suffix}"
    path.write_bytes(
        {
            "cut off": packed[:half],
            "wrong bytes": packed[:half] + b"\x00" * 40 + packed[half + 40 :],
            "not compressed": content,
        }[damage]
    )
    with pytest.raises(DataError, match=r"a\.tsv\.(gz|xz)"):
        LabeledText.read(path, "ko")


def test_damaged_tmx_compression(tmp_path):
    path = tmp_path / "a.tmx.gz"
    path.write_bytes(gzip.compress(b"<tmx><body>" + os.urandom(2000).hex().encode())[:-900])
    with pytest.raises(DataError, match="damaged or cut off"):
        ParallelText.read(path, source_lang="en", target_lang="ko")


def test_a_file_that_cannot_be_opened(tmp_path, monkeypatch):
    path = tmp_path / "a.tsv"
    path.write_text(GOOD, encoding="utf-8")

    def denied(*args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("langalign.data.files._open", denied)
    refused(path, "cannot be read", "check its permissions")
