"""Shards of all kinds give the sums of their rows; files are read in blocks."""

from __future__ import annotations

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from langalign.cli.reading import read_vectors
from langalign.encoders.mini import MiniEncoder
from langalign.errors import DataError, SettingError, VectorError
from langalign.files.vector_file import VectorFile
from langalign.shards import count, merged, open_shard
from langalign.shards.text import TextReading


@pytest.fixture
def pairs():
    rng = np.random.default_rng(0)
    return (
        rng.standard_normal((50, 4)).astype(np.float32),
        rng.standard_normal((50, 3)).astype(np.float32),
    )


def require_sums(statistics, X, Y):
    total = statistics.total()
    x, y = X.astype(float) - X.mean(axis=0, dtype=float), Y - Y.mean(axis=0, dtype=float)
    assert statistics.n == len(X)
    np.testing.assert_allclose(total.x_mean, X.mean(axis=0, dtype=float), atol=1e-12)
    np.testing.assert_allclose(total.moments.xy, x.T @ y, atol=1e-10)


def columns(X, Y, kind):
    if kind == "list":
        return pyarrow.array(list(X)), pyarrow.array([row.tolist() for row in Y])
    return tuple(
        pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(side.ravel()), side.shape[1])
        for side in (X, Y)
    )


def write(path, X, Y, *, kind="list", names=("source", "target")):
    table = pyarrow.table(dict(zip(names, columns(X, Y, kind), strict=True)))
    pyarrow.parquet.write_table(table, path, row_group_size=20)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_two_npy_files(pairs, tmp_path, dtype):
    X, Y = (side.astype(dtype) for side in pairs)
    np.save(tmp_path / "en.npy", X)
    np.save(tmp_path / "ko.npy", Y)
    shard = open_shard(f"{tmp_path}/en.npy,{tmp_path}/ko.npy")
    seen = []
    require_sums(count(shard, progress=lambda *done: seen.append(done)), X, Y)
    assert seen == [(50, 50)]
    assert [len(x) for x, _ in shard.blocks(20)] == [20, 20, 10]


@pytest.mark.parametrize("kind", ["list", "fixed"])
def test_parquet_with_vectors(pairs, tmp_path, kind):
    write(tmp_path / "p.parquet", *pairs, kind=kind, names=("en", "ko"))
    shard = open_shard(str(tmp_path / "p.parquet"), columns=("en", "ko"))
    assert (shard.n, shard.widths) == (50, (4, 3))
    require_sums(count(shard), *pairs)


def test_texts_are_encoded_on_the_way(tmp_path):
    english, korean = ["Hello", "Thanks", "Good night"], ["안녕", "고마워", "잘 자"]
    (tmp_path / "c.en").write_text("\n".join(english), encoding="utf-8")
    (tmp_path / "c.ko").write_text("\n".join(korean), encoding="utf-8")
    mini = MiniEncoder()
    reading = TextReading("en", "ko", mini, mini)
    found = count(open_shard(f"{tmp_path}/c.en,{tmp_path}/c.ko", reading=reading))
    assert (found.source, found.target) == (mini.fingerprint, mini.fingerprint)
    require_sums(found, mini.encode(english), mini.encode(korean))


def test_of_pairs_of_texts_both_count(tmp_path):
    columns = "premise_en", "hypothesis_en", "premise_ko", "hypothesis_ko"
    rows = [
        f"A man eats {i}\tNobody eats {i}\t남자가 먹는다 {i}\t아무도 안 먹는다 {i}"
        for i in range(20)
    ]
    (tmp_path / "pairs.tsv").write_text("\n".join(["\t".join(columns), *rows]) + "\n", "utf-8")
    reading = TextReading("en", "ko", MiniEncoder(), MiniEncoder())
    shard = open_shard(str(tmp_path / "pairs.tsv"), reading=reading)
    done = []
    assert count(shard, progress=lambda *now: done.append(now)).n == shard.n == 40
    assert done[-1] == (40, 40)


def test_what_encode_wrote_beside_a_file_tells_its_space(pairs, tmp_path):
    from langalign.encoders.precomputed import save_vectors

    X, Y = pairs
    save_vectors(tmp_path / "en.npy", [str(row) for row in range(50)], X, 'mini "2"')
    np.save(tmp_path / "ko.npy", Y)
    found = count(open_shard(f"{tmp_path}/en.npy,{tmp_path}/ko.npy"))
    assert (found.source, found.target) == ('mini "2"', None)


def test_shards_merged_are_all_rows(pairs, tmp_path):
    X, Y = pairs
    names = []
    for number, rows in enumerate((slice(0, 7), slice(7, 30), slice(30, 50))):
        write(tmp_path / f"{number}.parquet", X[rows], Y[rows])
        names.append(str(tmp_path / f"{number}.parquet"))
    require_sums(merged(count(open_shard(name)) for name in names), X, Y)
    with pytest.raises(DataError, match="counted twice"):
        merged(count(open_shard(name)) for name in (*names, names[0]))
    with pytest.raises(DataError, match="no statistics to merge"):
        merged([])


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ("en.npy", DataError, "vectors of one side"),
        ("en.npy,short.npy", VectorError, "50 rows and .*short.npy has 49"),
        ("en.npy,ko.npy,en.npy", DataError, "expected one file, or two"),
        ("en.npy,absent.npy", DataError, "no such file"),
        ("en.npy,columns.npy", VectorError, "its columns lie together"),
        ("en.npy,text.npy", DataError, "not a .npy file"),
        ("ragged.parquet", DataError, "'target' must hold a vector of one width"),
        ("both.parquet,both.parquet", DataError, "give each as a shard of its own"),
        ("text.parquet", DataError, "not Parquet"),
        ("texts.tsv", SettingError, "--target-lang"),
    ],
)
def test_what_is_no_shard_is_reported(pairs, tmp_path, monkeypatch, given, error, message):
    X, Y = pairs
    monkeypatch.chdir(tmp_path)
    np.save("en.npy", X)
    np.save("ko.npy", Y)
    np.save("short.npy", Y[1:])
    np.save("columns.npy", np.asfortranarray(Y))
    for name in ("text.npy", "text.parquet", "texts.tsv"):
        (tmp_path / name).write_text("en\tko\nyes\t네\n")
    write("both.parquet", X, Y)
    ragged = pyarrow.table({"source": [[1.0], [2.0]], "target": [[1.0], [1.0, 2.0]]})
    pyarrow.parquet.write_table(ragged, "ragged.parquet")
    with pytest.raises(error, match=message):
        count(open_shard(given))


def test_a_file_that_was_cut_off_is_reported(pairs, tmp_path):
    np.save(tmp_path / "en.npy", pairs[0])
    file = VectorFile.open(tmp_path / "en.npy")
    content = (tmp_path / "en.npy").read_bytes()
    (tmp_path / "en.npy").write_bytes(content[:-8])
    with pytest.raises(DataError, match="cut off"):
        list(file.blocks(20))


@pytest.mark.parametrize("shape", ["(-1, 3)", f"({10**30}, 3)", "(" * 300, "(2, 3"])
def test_a_header_that_no_array_can_have_is_reported(tmp_path, shape):
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    content = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + b"\0" * 24
    (tmp_path / "en.npy").write_bytes(content)
    with pytest.raises(DataError, match="file of numbers, or a damaged one"):
        VectorFile.open(tmp_path / "en.npy")
    with pytest.raises(DataError, match="file of numbers, or a damaged one"):
        read_vectors(tmp_path / "en.npy")


def test_rows_of_a_file_by_number(pairs, tmp_path):
    np.save(tmp_path / "en.npy", pairs[0])
    taken = VectorFile.open(tmp_path / "en.npy").take(np.array([3, 1]))
    np.testing.assert_array_equal(taken, pairs[0][[3, 1]])
