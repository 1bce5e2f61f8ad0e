from __future__ import annotations

import sqlite3
import subprocess
import sys
import time

import numpy as np
import pytest

from langalign.encoders.cache import CachedEncoder, VectorCache
from langalign.errors import DataWarning, EncoderError, SettingError


class Counting:
    """Remembers what it was asked for; the vector of a text says which text it was."""

    reads_pairs = True

    def __init__(self, *, fingerprint="counting", width=3):
        self.fingerprint = fingerprint
        self.width = width
        self.calls = []
        self.asked_dim = 0

    @property
    def dim(self):
        self.asked_dim += 1
        return self.width

    def encode(self, texts):
        self.calls.append(list(texts))
        rows = [[len(str(text)), sum(map(ord, str(text))), 0.1] for text in texts]
        return np.resize(np.array(rows, dtype=np.float32), (len(texts), self.width))


@pytest.fixture
def cache(tmp_path):
    return VectorCache(tmp_path / "vectors")


def test_same_vectors_as_without(cache):
    texts = ["a", "bb", "", "a", "\x00", "좋은", ("a", "b"), ("", "ab")]
    plain = Counting().encode(texts)
    for _ in range(2):
        vectors = CachedEncoder(Counting(), cache).encode(texts)
        np.testing.assert_array_equal(vectors, plain)
        assert vectors.dtype == np.float32
        assert vectors.flags.c_contiguous
        assert vectors.flags.writeable


def test_warm_call_asks_nothing_of_the_encoder(cache):
    CachedEncoder(Counting(), cache).encode(["a", "b"])
    encoder = Counting()
    warm = CachedEncoder(encoder, cache)
    warm.encode(["b", "a"])
    assert warm.dim == 3
    assert warm.encode([]).shape == (0, 3)
    assert (encoder.calls, encoder.asked_dim) == ([], 0)


def test_only_new_texts_are_encoded_and_each_once(cache):
    CachedEncoder(Counting(), cache).encode(["a", "b"])
    encoder = Counting()
    CachedEncoder(encoder, cache).encode(["c", "a", "c", "d", "c"])
    assert encoder.calls == [["c", "d"]]


def test_pair_is_not_its_texts_joined(cache):
    encoder = Counting()
    CachedEncoder(encoder, cache).encode(["ab", ("a", "b"), ("ab", ""), ("", "ab")])
    assert len(encoder.calls[0]) == 4


def test_fingerprints_do_not_meet(cache):
    CachedEncoder(Counting(fingerprint="one"), cache).encode(["a"])
    other = Counting(fingerprint="two")
    CachedEncoder(other, cache).encode(["a"])
    assert other.calls == [["a"]]
    assert len(list(cache.folder.glob("*.sqlite"))) == 2


def test_batches_and_progress(cache):
    encoder, seen = Counting(), []
    cached = CachedEncoder(encoder, cache, batch_size=2, progress=lambda *now: seen.append(now))
    cached.encode(["a"])
    cached.encode(["a", "b", "c", "d", "b"])
    assert [len(call) for call in encoder.calls] == [1, 2, 1]
    assert seen == [(1, 1), (3, 4), (4, 4)]


def test_batch_size_must_be_positive(cache):
    with pytest.raises(SettingError, match="batch_size is 0"):
        CachedEncoder(Counting(), cache, batch_size=0)


def test_what_was_encoded_before_an_error_stays(cache):
    class Failing(Counting):
        def encode(self, texts):
            if "c" in texts:
                raise RuntimeError("out of memory")
            return super().encode(texts)

    with pytest.raises(RuntimeError, match="out of memory"):
        CachedEncoder(Failing(), cache, batch_size=2).encode(["a", "b", "c", "d"])
    encoder = Counting()
    CachedEncoder(encoder, cache).encode(["a", "b", "c", "d"])
    assert encoder.calls == [["c", "d"]]


def test_untrustworthy_vectors_are_not_kept(cache):
    class Broken(Counting):
        def encode(self, texts):
            return np.full((len(texts), 3), np.nan, dtype=np.float32)

    with pytest.raises(EncoderError, match="NaN"):
        CachedEncoder(Broken(), cache).encode(["a"])
    encoder = Counting()
    CachedEncoder(encoder, cache).encode(["a"])
    assert encoder.calls == [["a"]]


def test_text_check_comes_first(cache):
    with pytest.raises(EncoderError, match="text 1 should be"):
        CachedEncoder(Counting(), cache).encode(["a", None])


def test_folder_from_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("LANGALIGN_CACHE", str(tmp_path / "here"))
    assert VectorCache().folder == tmp_path / "here"
    assert VectorCache(tmp_path).folder == tmp_path
    monkeypatch.delenv("LANGALIGN_CACHE")
    assert VectorCache().folder.parts[-2:] == ("langalign", "vectors")


class TestDamage:
    @pytest.fixture
    def path(self, cache):
        CachedEncoder(Counting(), cache).encode(["a", "b"])
        return cache.path("counting")

    def rebuilt(self, cache, path, encoder=None):
        encoder = encoder or Counting()
        with pytest.warns(DataWarning, match="now .*damaged-1"):
            vectors = CachedEncoder(encoder, cache).encode(["a", "b"])
        np.testing.assert_array_equal(vectors, Counting(width=encoder.width).encode(["a", "b"]))
        assert encoder.calls == [["a", "b"]]
        assert path.with_suffix(".damaged-1").exists()
        warm = Counting(width=encoder.width)
        CachedEncoder(warm, cache).encode(["a", "b"])
        assert warm.calls == []

    def change(self, path, statement):
        connection = sqlite3.connect(path)
        with connection:
            connection.execute(statement)
        connection.close()

    def test_not_a_database(self, cache, path):
        path.write_bytes(b"garbage" * 1000)
        self.rebuilt(cache, path)

    def test_overwritten_in_the_middle(self, cache, path):
        content = path.read_bytes()
        path.write_bytes(content[:100] + b"\xff" * (len(content) - 100))
        self.rebuilt(cache, path)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE vectors SET vector = x'00112233' WHERE rowid = 1",
            "DELETE FROM about WHERE name = 'dim'",
            "UPDATE about SET value = 'wide' WHERE name = 'dim'",
            "UPDATE about SET value = '2' WHERE name = 'dim'",
            "ALTER TABLE vectors RENAME COLUMN key TO other",
        ],
    )
    def test_wrong_content(self, cache, path, statement):
        self.change(path, statement)
        self.rebuilt(cache, path)

    def test_encoder_of_another_width(self, cache, path):
        encoder = Counting(width=5)
        with pytest.warns(DataWarning, match="width 3, new ones have 5"):
            vectors = CachedEncoder(encoder, cache).encode(["a", "c"])
        assert vectors.shape == (2, 5)

    def test_dim_of_a_damaged_file_is_the_encoders(self, cache, path):
        path.write_bytes(b"garbage" * 1000)
        assert CachedEncoder(Counting(), cache).dim == 3

    def test_encoder_whose_width_changes(self, cache):
        class Growing(Counting):
            def encode(self, texts):
                self.width += 1
                return super().encode(texts)

        cached = CachedEncoder(Growing(fingerprint="growing"), cache, batch_size=1)
        with pytest.warns(DataWarning), pytest.raises(EncoderError, match="do not fit together"):
            cached.encode(["a", "b", "c"])

    def test_second_damage_keeps_the_first(self, cache, path):
        for _ in range(2):
            path.write_bytes(b"garbage" * 1000)
            with pytest.warns(DataWarning):
                CachedEncoder(Counting(), cache).encode(["a"])
        assert path.with_suffix(".damaged-2").exists()


def test_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    cached = CachedEncoder(Counting(), VectorCache(tmp_path / "file" / "cache"))
    with pytest.raises(EncoderError, match=r"cannot be used.*set LANGALIGN_CACHE"):
        cached.encode(["a"])


def test_read_only_file(cache, monkeypatch):
    """Root may write anywhere, so that the database itself is set to refuse."""
    real = sqlite3.connect

    def read_only(path, **options):
        return real(f"file:{path}?mode=ro", uri=True, **options)

    CachedEncoder(Counting(), cache).encode(["a"])
    monkeypatch.setattr(sqlite3, "connect", read_only)
    with pytest.raises(EncoderError, match=r"readonly database.*set LANGALIGN_CACHE"):
        CachedEncoder(Counting(), cache).encode(["b"])


def test_locked_for_long(cache, monkeypatch):
    monkeypatch.setattr("langalign.encoders.cache_file._SECONDS_TO_WAIT", 0.1)
    CachedEncoder(Counting(), cache).encode(["a"])
    other = sqlite3.connect(cache.path("counting"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(EncoderError, match="wait for that one to end"):
        CachedEncoder(Counting(), cache).encode(["b"])
    other.execute("ROLLBACK")
    other.close()


FULL_DISK = """
import resource, signal, sys
import numpy as np
from langalign.encoders.cache import CachedEncoder, VectorCache
from langalign.encoders.function import FunctionEncoder
from langalign.errors import EncoderError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
encoder = FunctionEncoder(lambda texts: np.ones((len(texts), 400)), name="big")
try:
    CachedEncoder(encoder, VectorCache(sys.argv[1])).encode([str(n) for n in range(1000)])
except EncoderError as error:
    print(error)
"""


def test_full_disk(tmp_path):
    pytest.importorskip("resource")
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "set LANGALIGN_CACHE to a folder on a disk" in run.stdout


def test_many_cached_texts_come_back_fast(cache):
    texts = [f"text {number}" for number in range(50_000)]

    class Wide(Counting):
        def encode(self, texts):
            self.calls.append(len(texts))
            return np.repeat(np.array([[float(t[5:])] for t in texts], np.float32), 384, axis=1)

    CachedEncoder(Wide(), cache, batch_size=10_000).encode(texts)
    encoder = Wide()
    start = time.process_time()
    vectors = CachedEncoder(encoder, cache).encode(texts)
    seconds = time.process_time() - start
    np.testing.assert_array_equal(vectors[:, 0], np.arange(50_000))
    assert encoder.calls == []
    assert seconds < 3, f"50,000 texts took {seconds:.1f} s of CPU"
