from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest

from langalign.encoders.precomputed import (
    PrecomputedEncoder,
    fingerprint_beside,
    save_vectors,
)
from langalign.errors import EncoderError, VectorError

TEXTS = ["one", "two", "", ("one", "two")]
VECTORS = np.arange(12, dtype=np.float32).reshape(4, 3)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "deep" / "v.npy"
    save_vectors(path, TEXTS, VECTORS, "transformer:abc")
    return path


def test_round_trip(path):
    encoder = PrecomputedEncoder(path)
    vectors = encoder.encode(["two", ("one", "two"), "two", ""])
    np.testing.assert_array_equal(vectors, VECTORS[[1, 3, 1, 2]])
    assert vectors.dtype == np.float32
    assert vectors.flags.c_contiguous
    assert (encoder.dim, encoder.fingerprint, encoder.reads_pairs) == (3, "transformer:abc", True)
    assert encoder.encode([]).shape == (0, 3)


def test_result_is_a_copy(path):
    encoder = PrecomputedEncoder(path)
    encoder.encode(["one"])[:] = 9
    np.testing.assert_array_equal(encoder.encode(["one"])[0], VECTORS[0])


def test_file_is_mapped_not_read(path):
    encoder = PrecomputedEncoder(path)
    encoder.encode(["one"])
    assert isinstance(encoder._vectors, np.memmap)


def test_sidecar_can_be_made_by_other_programs(path):
    sidecar = json.loads(path.with_suffix(".json").read_text())
    assert sidecar["format_version"] == 1
    assert sidecar["texts"][0] == hashlib.sha256(b"one").hexdigest()


def test_unknown_texts_are_counted_and_the_first_is_shown(path):
    with pytest.raises(EncoderError, match=r"2 of 3 texts have no vector here.*'three'"):
        PrecomputedEncoder(path).encode(["one", "three", "four"])


def test_no_draft_stays(path):
    assert sorted(file.name for file in path.parent.iterdir()) == ["v.json", "v.npy"]


def test_rows_must_match(tmp_path):
    with pytest.raises(EncoderError, match="1 texts and 2 vectors"):
        save_vectors(tmp_path / "v.npy", ["a"], [[1.0], [2.0]], "f")


def test_vectors_must_be_finite(tmp_path):
    with pytest.raises(VectorError, match="NaN"):
        save_vectors(tmp_path / "v.npy", ["a"], [[np.nan]], "f")
    assert not list(tmp_path.iterdir())


def test_name_must_end_in_npy(tmp_path):
    with pytest.raises(EncoderError, match=r"ending in \.npy"):
        save_vectors(tmp_path / "v.txt", ["a"], [[1.0]], "f")


def test_writing_cut_off_is_recognised(path, monkeypatch):
    """The old sidecar never describes the new vectors."""

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("langalign.encoders.precomputed.write_json", fail)
    with pytest.raises(OSError, match="disk full"):
        save_vectors(path, TEXTS, VECTORS[::-1], "other")
    with pytest.raises(EncoderError, match="missing or damaged"):
        PrecomputedEncoder(path).encode(["one"])


def test_vectors_that_find_no_room_leave_the_older_ones(path, files_up_to):
    vectors = np.ones((len(TEXTS), 10_000))
    with files_up_to(4096), pytest.raises(OSError, match=r"requested and|too large"):
        save_vectors(path, TEXTS, vectors, "other")
    np.testing.assert_array_equal(PrecomputedEncoder(path).encode(["one"])[0], VECTORS[0])
    assert sorted(file.name for file in path.parent.iterdir()) == ["v.json", "v.npy"]


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x93NUMPY\x01\x00"])
def test_damaged_vectors(path, content):
    path.write_bytes(content)
    with pytest.raises(EncoderError, match=r"v\.npy: missing or damaged"):
        PrecomputedEncoder(path).encode(["one"])


def test_truncated_vectors(path):
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(EncoderError, match=r"v\.npy: missing or damaged"):
        PrecomputedEncoder(path).encode(["one"])


def test_pickled_objects_are_refused(path):
    np.save(path, np.array([object()] * 4), allow_pickle=True)
    with pytest.raises(EncoderError, match="Python objects"):
        PrecomputedEncoder(path).encode(["one"])


def test_vectors_of_another_sidecar(path):
    np.save(path, VECTORS[:2])
    with pytest.raises(EncoderError, match="do not belong together"):
        PrecomputedEncoder(path).encode(["one"])


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format_version": 1}', "null"])
def test_damaged_sidecar(path, content):
    path.with_suffix(".json").write_text(content)
    with pytest.raises(EncoderError, match=r"v\.json: missing or damaged"):
        PrecomputedEncoder(path).encode(["one"])


@pytest.mark.parametrize(
    "change",
    [{"dim": "2"}, {"dim": float("inf")}, {"texts": 4}, {"texts": [["a"]] * 4}, {"fingerprint": 1}],
    ids=str,
)
def test_sidecar_of_other_values(path, change):
    sidecar = path.with_suffix(".json")
    sidecar.write_text(json.dumps(json.loads(sidecar.read_text()) | change))
    with pytest.raises(EncoderError, match=r"v\.json: missing or damaged .*must be"):
        PrecomputedEncoder(path).encode(["one"])


def test_sidecar_with_a_broken_fingerprint(path):
    path.with_suffix(".json").write_text(r'{"fingerprint": "\q"}')
    with pytest.raises(EncoderError, match=r"v\.json: damaged"):
        fingerprint_beside(path)


def test_sidecar_of_a_newer_format(path):
    sidecar = path.with_suffix(".json")
    sidecar.write_text(json.dumps(json.loads(sidecar.read_text()) | {"format_version": 2}))
    with pytest.raises(EncoderError, match="Upgrade"):
        PrecomputedEncoder(path).encode([])


def test_missing_files(tmp_path):
    with pytest.raises(EncoderError, match="missing"):
        PrecomputedEncoder(tmp_path / "v.npy").encode(["one"])


@pytest.mark.parametrize("content", ['{"learning_rate": 0.1}', "notes", '{"kind": "model"}'])
def test_another_file_of_the_sidecars_name_is_not_replaced(tmp_path, content):
    mine = tmp_path / "x.json"
    mine.write_text(content)
    with pytest.raises(EncoderError, match=r"x\.json exists and describes no vectors"):
        save_vectors(tmp_path / "x.npy", TEXTS, VECTORS, "transformer:abc")
    assert mine.read_text() == content
    assert [file.name for file in tmp_path.iterdir()] == ["x.json"]


def test_vectors_replace_vectors(path):
    save_vectors(path, TEXTS, VECTORS + 1, "transformer:def")
    encoder = PrecomputedEncoder(path)
    np.testing.assert_array_equal(encoder.encode(["one"])[0], VECTORS[0] + 1)
    assert encoder.fingerprint == "transformer:def"
