"""Whatever bytes a file holds: it is read, or a DataError says what is wrong with it."""

from __future__ import annotations

import gzip
import json
import lzma

import pyarrow
import pyarrow.parquet
import pytest
from damage import DAMAGE, damaged
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from langalign.data import LabeledText, ParallelText, read_texts
from langalign.errors import DataError

ROWS = [
    {"en": "Good, morning", "ko": "좋은 아침", "label": "0", "text": "하나"},
    {"en": 'The "best"', "ko": "최고", "label": "1", "text": "둘"},
    {"en": "It\u2028rained", "ko": "비가 왔다", "label": "1", "text": "셋 \U0001f600"},
]


def tsv():
    lines = [ROWS[0].keys(), *(row.values() for row in ROWS)]
    return "\n".join("\t".join(line) for line in lines).encode()


def csv():
    quoted = [['"' + v.replace('"', '""') + '"' for v in row.values()] for row in ROWS]
    return "\r\n".join(",".join(line) for line in [list(ROWS[0]), *quoted]).encode()


def jsonl():
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS).encode()


def parquet():
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(ROWS), sink)
    return sink.getvalue().to_pybytes()


def tmx():
    units = "".join(
        f'<tu><tuv xml:lang="en-US"><seg>{row["en"]} <ph x="1">&lt;b&gt;</ph></seg></tuv>'
        f'<tuv xml:lang="ko"><seg>{row["ko"]}</seg></tuv></tu>'
        for row in ROWS
    )
    head = '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE tmx SYSTEM "tmx14.dtd">\n'
    return f'{head}<tmx version="1.4"><header/><body>{units}</body></tmx>'.encode()


FILES = {"a.tsv": tsv, "a.csv": csv, "a.jsonl": jsonl, "a.parquet": parquet, "a.tmx": tmx}
FILES |= {
    "a.tsv.gz": lambda: gzip.compress(tsv(), mtime=0),
    "a.csv.xz": lambda: lzma.compress(csv()),
}
EXAMPLES = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def read_or_refused(path):
    readers = [lambda: ParallelText.read(path, source_lang="en", target_lang="ko")]
    if ".tmx" not in path.name:
        readers += [lambda: LabeledText.read(path, "ko"), lambda: read_texts(path, "ko")]
    for reader in readers:
        try:
            assert len(reader()) > 0
        except DataError as error:
            assert path.name in str(error)


@pytest.mark.parametrize("name", FILES)
@EXAMPLES
@given(DAMAGE)
def test_damaged_files_are_read_or_refused(tmp_path, name, damage):
    path = tmp_path / name
    path.write_bytes(damaged(FILES[name](), damage))
    read_or_refused(path)


@pytest.mark.parametrize("name", FILES)
@EXAMPLES
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    read_or_refused(path)


@pytest.mark.parametrize("name", ["a.tsv", "a.csv", "a.jsonl", "a.parquet", "a.tmx"])
def test_undamaged_files_are_read(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    assert len(ParallelText.read(path, source_lang="en", target_lang="ko")) == len(ROWS)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@EXAMPLES
@given(st.lists(st.dictionaries(st.sampled_from(["en", "ko", "label", "text"]), VALUES)))
def test_json_values_of_any_kind_are_read_or_refused(tmp_path, rows):
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    read_or_refused(path)


@pytest.mark.parametrize(
    "column",
    [
        pyarrow.array([1, None, 3]),
        pyarrow.array([b"\xff", b"a", None]),
        pyarrow.array([["a"], [], None]),
        pyarrow.array([{"a": 1}, None, {"a": 2}]),
        pyarrow.array(["a", "b", "a"]).dictionary_encode(),
        pyarrow.array([1.5, float("nan"), None]),
        pyarrow.array([10**18, None, -(10**18)], type=pyarrow.timestamp("ns", tz="UTC")),
        pyarrow.array([2**62, None, 0], type=pyarrow.timestamp("ms")),
        pyarrow.array([2**62, None, 0], type=pyarrow.duration("s")),
        pyarrow.array([1, None, 0], type=pyarrow.timestamp("ms", tz="Nowhere/At-all")),
    ],
)
def test_parquet_columns_of_any_type_are_read_or_refused(tmp_path, column):
    path = tmp_path / "a.parquet"
    table = {"en": column, "ko": column, "text": column, "label": column}
    pyarrow.parquet.write_table(pyarrow.table(table), path)
    read_or_refused(path)
