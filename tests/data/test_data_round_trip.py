"""What is written to a file of any format is read back as it was."""

import csv
import gzip
import io
import json
import lzma
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from langalign.data import LabeledText, ParallelText, read_texts

ANY = st.text(st.characters(codec="utf-8"), max_size=30)
IN_SCRIPTS = st.text(
    st.sampled_from("aé \"'\\,;한국어글かなカナ漢字汉字😀👩‍🚀ไทย\u2028\u0085\u00a0{}<>&"),
    max_size=30,
)
TEXT = ANY | IN_SCRIPTS
COMPRESSIONS = ["", ".gz", ".xz"]


def one_line(forbidden):
    """Texts that a format without quoting can hold."""
    return TEXT.map(lambda text: "".join(c for c in text if c not in forbidden))


def xml_texts():
    allowed = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn"))
    return (st.text(allowed, max_size=30) | IN_SCRIPTS.map(lambda t: t.replace("\x85", ""))).map(
        str.strip
    )


def tsv(columns, rows):
    return "".join("\t".join(fields) + "\n" for fields in [columns, *rows]).encode()


def csv_bytes(columns, rows):
    out = io.StringIO(newline="")
    csv.writer(out).writerows([columns, *rows])
    return out.getvalue().encode()


def jsonl(columns, rows):
    objects = [dict(zip(columns, fields, strict=True)) for fields in rows]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in objects).encode()


def tmx(columns, rows):
    def variant(lang, text):
        return f'<tuv xml:lang="{lang}"><seg>{escape(text)}</seg></tuv>'

    units = "".join("<tu>" + "".join(map(variant, columns, fields)) + "</tu>" for fields in rows)
    return f'<?xml version="1.0" encoding="UTF-8"?><tmx><body>{units}</body></tmx>'.encode()


FORMATS = {
    "tsv": (tsv, one_line("\t\n\r")),
    "csv": (csv_bytes, TEXT),
    "jsonl": (jsonl, TEXT),
    "tmx": (tmx, xml_texts()),
}


def compressed(content, compression):
    return {"": lambda b: b, ".gz": gzip.compress, ".xz": lzma.compress}[compression](content)


def rows_of(texts, width):
    return st.lists(st.tuples(*[texts] * width), min_size=1, max_size=6)


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("suffix", FORMATS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_parallel_text_survives(suffix, compression, data):
    write, texts = FORMATS[suffix]
    rows = data.draw(rows_of(texts, 2))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"pairs.{suffix}{compression}")
        path.write_bytes(compressed(write(["en", "ko"], rows), compression))
        read = ParallelText.read(path, source_lang="en", target_lang="ko")
    assert list(zip(read.source, read.target, strict=True)) == rows


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("suffix", ["tsv", "csv", "jsonl"])
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_labeled_pairs_survive(suffix, compression, data):
    write, texts = FORMATS[suffix]
    rows = data.draw(st.lists(st.tuples(texts, texts, st.sampled_from(["네", "no"])), min_size=1))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"pairs.{suffix}{compression}")
        path.write_bytes(compressed(write(["premise", "hypothesis", "label"], rows), compression))
        read = LabeledText.read(path, "ko")
        unlabeled = read_texts(path)
    assert list(zip(read.texts, read.labels, strict=True)) == [((p, h), y) for p, h, y in rows]
    assert unlabeled == read.texts


@settings(max_examples=30, deadline=None)
@given(rows=rows_of(TEXT, 2))
def test_parquet_survives(rows):
    source, target = (list(side) for side in zip(*rows, strict=True))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "pairs.parquet")
        pyarrow.parquet.write_table(pyarrow.table({"en": source, "zh": target}), path)
        read = ParallelText.read(path, source_lang="en", target_lang="zh-Hans")
    assert (list(read.source), list(read.target)) == (source, target)


@pytest.mark.parametrize("compression", COMPRESSIONS)
@settings(max_examples=30, deadline=None)
@given(rows=rows_of(one_line("\n\r\ufeff"), 2))
def test_moses_survives_as_two_files_and_as_a_prefix(compression, rows):
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"corpus.{lang}{compression}") for lang in ("en", "ko")]
        for path, side in zip(paths, zip(*rows, strict=True), strict=True):
            path.write_bytes(compressed("".join(f"{t}\n" for t in side).encode(), compression))
        languages = {"source_lang": "en", "target_lang": "ko"}
        one, two, swapped = (
            ParallelText.read(*given, **languages)
            for given in ([Path(folder, "corpus")], paths, paths[::-1])
        )
    assert list(zip(one.source, one.target, strict=True)) == rows
    assert one == two == swapped


@settings(max_examples=30, deadline=None)
@given(texts=st.lists(one_line("\n\r"), min_size=1))
def test_plain_lines_survive(texts):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "texts.txt.xz")
        path.write_bytes(lzma.compress("".join(f"{text}\n" for text in texts).encode()))
        read = read_texts(path)
    first = texts[0].removeprefix("\ufeff")  # at the start of a file it is a byte order mark
    assert list(read) == [first, *texts[1:]]
