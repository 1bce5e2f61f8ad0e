"""A model folder from a stranger: it loads, or one of our errors says why not; nothing is run."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import struct

import numpy as np
import pytest
from damage import DAMAGE, damaged
from hypothesis import given, settings
from hypothesis import strategies as st

from langalign import LangAlign, MLPHead
from langalign.errors import LangAlignError, PersistenceError
from langalign.persistence import CONFIG, checksums, sealed, write_json

X = np.random.default_rng(0).normal(size=(60, 4)).astype(np.float32)
Y = np.where(X[:, 0] > 0, "good", "bad")
EXAMPLES = settings(max_examples=40, deadline=None)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved") / "model"
    model = LangAlign(
        aligner="linear", head=MLPHead(hidden=[3], max_iter=5), select=False, cache=False
    )
    model.fit(X, Y, parallel=(X, X[:, ::-1])).save(folder)
    return folder


@pytest.fixture(scope="module")
def expected(saved):
    return LangAlign.load(saved).predict_proba(X)


@pytest.fixture
def copy(saved, tmp_path):
    return shutil.copytree(saved, tmp_path / "copy")


def seal_again(folder):
    """Do what a stranger can do as well: give what was changed its right checksums."""
    path = folder / CONFIG
    config = json.loads(path.read_text("utf-8"))
    config.pop("checksum", None)
    path.unlink()
    write_json(path, sealed(config | {"files": checksums(folder)}))


def loaded_or_refused(folder):
    """Return what the model says, or None where it was refused by an error of ours."""
    try:
        return LangAlign.load(folder).predict_proba(X)
    except LangAlignError as error:
        assert str(error)
        return None


FILES = st.integers(0, 20)


def mutated(folder, number, mutations):
    """Change one file of a folder; return a function that undoes it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    path = files[number % len(files)]
    before, config = path.read_bytes(), (folder / CONFIG).read_bytes()
    data = damaged(before, mutations)
    path.write_bytes(data)

    def undo():
        path.write_bytes(before)
        (folder / CONFIG).write_bytes(config)

    return data == before, path, undo


@EXAMPLES
@given(FILES, DAMAGE)
def test_any_changed_byte_of_any_file_is_refused(saved, expected, number, mutations):
    same, _, undo = mutated(saved, number, mutations)
    try:
        found = loaded_or_refused(saved)
        if found is not None:
            # JSON may be spelled otherwise and say the same.
            np.testing.assert_array_equal(found, expected)
        assert found is not None or not same
    finally:
        undo()


@EXAMPLES
@given(FILES, DAMAGE)
def test_with_right_checksums_it_loads_or_is_refused_and_never_anything_else(
    saved, number, mutations
):
    _, path, undo = mutated(saved, number, mutations)
    try:
        try:
            seal_again(saved)
        except (ValueError, TypeError, AttributeError, RecursionError):
            assert path.name == CONFIG and path.parent == saved
        loaded_or_refused(saved)
    finally:
        undo()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def places(content, path=()):
    """Yield the path of every value in nested JSON."""
    if path:
        yield path
    items = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in items if isinstance(content, dict | list) else ():
        yield from places(value, (*path, key)) if isinstance(value, dict | list) else [(*path, key)]


@EXAMPLES
@given(st.data(), JSON)
def test_any_value_in_any_json_may_be_anything(saved, data, value):
    paths = sorted(path for path in saved.rglob("*.json"))
    path = data.draw(st.sampled_from(paths))
    before, config = path.read_bytes(), (saved / CONFIG).read_bytes()
    content = json.loads(before)
    *outer, last = data.draw(st.sampled_from(list(places(content))))
    inner = content
    for key in outer:
        inner = inner[key]
    inner[last] = value
    try:
        path.write_text(json.dumps(content), "utf-8")
        if path == saved / CONFIG:
            content.pop("checksum", None)
            path.write_text(json.dumps(sealed(content)), "utf-8")
        else:
            seal_again(saved)
        loaded_or_refused(saved)
    finally:
        path.write_bytes(before)
        (saved / CONFIG).write_bytes(config)


class Runs:
    """What unpickling it would leave behind."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize(
    "name", ["vectors.safetensors", "head/weights.safetensors", "config.json", "metrics.json"]
)
def test_a_pickle_in_the_place_of_any_file_is_not_run(copy, tmp_path, name):
    (copy / name).write_bytes(pickle.dumps(Runs(tmp_path / "ran")))
    if name != CONFIG:
        seal_again(copy)
    with pytest.raises(PersistenceError):
        LangAlign.load(copy)
    assert not (tmp_path / "ran").exists()


def test_a_pickle_beside_the_files_is_not_looked_at(copy, tmp_path):
    for name in ("pytorch_model.bin", "model.pkl", "head/head.joblib", "setup.py", "head.npy"):
        (copy / name).write_bytes(pickle.dumps(Runs(tmp_path / "ran")))
    assert loaded_or_refused(copy) is not None
    seal_again(copy)
    assert loaded_or_refused(copy) is not None
    assert not (tmp_path / "ran").exists()


def safetensors(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


@pytest.mark.parametrize(
    "content",
    [
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 2**30) + b"{}",
        safetensors(b"[" * 100_000),
        safetensors({"coef_": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 2**42]}}),
        safetensors({"coef_": {"dtype": "F32", "shape": [2**62, 2**62], "data_offsets": [0, 0]}}),
        safetensors({"coef_": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}, b"0000"),
        safetensors({"coef_": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}}, b"0000"),
        safetensors({"coef_": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}, b"0000"),
        safetensors({"coef_": {"dtype": "F8_E4M3", "shape": [4], "data_offsets": [0, 4]}}, b"0000"),
        safetensors({"__class__": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}}, b"0"),
        safetensors({"fit": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}}, b"0"),
        safetensors({"../../x": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}}, b"0"),
        b"",
    ],
)
@pytest.mark.parametrize("part", ["aligner", "spread", "head"])
def test_weights_that_lie_about_themselves_are_refused(copy, part, content):
    (copy / part / "weights.safetensors").write_bytes(content)
    seal_again(copy)
    with pytest.raises(LangAlignError):
        LangAlign.load(copy).predict_proba(X)


def changed(folder, **changes):
    config = json.loads((folder / CONFIG).read_text("utf-8"))
    config.pop("checksum")
    (folder / CONFIG).write_text(json.dumps(sealed(config | changes)), "utf-8")


@pytest.mark.parametrize("name", ["../../secret", "/etc/hostname", "head/../../secret", "~/secret"])
def test_no_name_leads_out_of_the_folder(copy, name):
    files = checksums(copy) | {name: "0" * 64}
    files.pop(CONFIG)
    changed(copy, files=files)
    with pytest.raises(PersistenceError, match=r"outside of itself|missing"):
        LangAlign.load(copy)


def test_a_part_that_is_not_listed_is_refused(copy):
    files = checksums(copy)
    files.pop(CONFIG)
    files.pop("head/weights.safetensors")
    changed(copy, files=files)
    with pytest.raises(PersistenceError, match=r"head/weights\.safetensors.*not listed"):
        LangAlign.load(copy)


@pytest.mark.skipif(os.name == "nt", reason="links")
def test_a_part_that_is_a_link_out_of_the_folder_is_refused(copy, saved):
    (copy / "head" / "weights.safetensors").unlink()
    (copy / "head" / "weights.safetensors").symlink_to(saved / "head" / "weights.safetensors")
    with pytest.raises(PersistenceError, match="outside of itself"):
        LangAlign.load(copy)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, "9" * 5000, '{"format_version": 1e999}', "NaN"]
)
def test_json_that_is_made_to_exhaust_its_reader_is_refused(copy, text):
    (copy / CONFIG).write_text(text)
    with pytest.raises(PersistenceError, match=r"damaged|format version"):
        LangAlign.load(copy)
