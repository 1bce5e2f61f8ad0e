"""Folders are written whole or not at all, and what is damaged is recognised."""

from __future__ import annotations

import json
import os
import sys

import numpy as np
import pytest

from langalign.aligners import aligners
from langalign.aligners.linear import Linear
from langalign.errors import PersistenceError, UnknownNameError
from langalign.estimator import Estimator
from langalign.heads import heads
from langalign.heads.logistic import LogisticHead
from langalign.heads.mlp import MLPHead
from langalign.persistence import (
    CONFIG,
    FORMAT_VERSION,
    WEIGHTS,
    checksums,
    load_component,
    read_config,
    save_component,
    verify,
    write_folder,
    write_json,
    write_text,
)
from langalign.registry import Registry

X = np.random.default_rng(0).standard_normal((30, 3)).astype(np.float32)


@pytest.fixture
def saved(tmp_path):
    with write_folder(tmp_path / "saved", kind=aligners.kind) as folder:
        save_component(Linear(alpha=2.0).fit(X, X), folder, kind=aligners.kind)
    return tmp_path / "saved"


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def change(folder, **changes):
    config = json.loads((folder / CONFIG).read_text())
    (folder / CONFIG).write_text(json.dumps(config | changes))


def test_an_error_leaves_the_older_folder_as_it_was_and_no_draft(saved):
    before = contents(saved)

    def interrupted():
        with write_folder(saved, kind=aligners.kind) as folder:
            (folder / CONFIG).write_text("{}")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert contents(saved) == before
    assert [path.name for path in saved.parent.iterdir()] == ["saved"]


def test_an_error_leaves_nothing_where_nothing_was(tmp_path):
    def failing():
        with write_folder(tmp_path / "new", kind=aligners.kind):
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        failing()
    assert list(tmp_path.iterdir()) == []


def test_the_older_folder_stands_until_the_new_one_is_whole(saved):
    before = contents(saved)
    with write_folder(saved, kind=aligners.kind) as folder:
        assert contents(saved) == before
        assert list(folder.iterdir()) == []
        save_component(Linear(alpha=9.0).fit(X, X), folder, kind=aligners.kind)
    assert load_component(saved, aligners).alpha == 9.0
    assert [path.name for path in saved.parent.iterdir()] == ["saved"]


def test_a_folder_that_cannot_be_swapped_in_is_put_back(saved, monkeypatch):
    before = contents(saved)
    original = type(saved).rename
    draft = []

    def rename(self, target):
        if draft and self == draft[0]:
            raise OSError("disk full")
        return original(self, target)

    monkeypatch.setattr(sys, "platform", "another")  # where it takes two renames
    monkeypatch.setattr(type(saved), "rename", rename)

    def swap():
        with write_folder(saved, kind=aligners.kind) as folder:
            draft.append(folder)

    with pytest.raises(OSError, match="disk full"):
        swap()
    assert contents(saved) == before


def refused(path):
    with pytest.raises(PersistenceError) as caught, write_folder(path, kind=aligners.kind):
        pass
    return str(caught.value)


def test_what_is_not_ours_is_not_replaced(tmp_path):
    folder = tmp_path / "holiday"
    folder.mkdir()
    (folder / "photo.jpg").write_bytes(b"x")
    assert "other things" in refused(folder)
    # A Hugging Face model has a config.json too.
    (folder / CONFIG).write_text('{"model_type": "bert", "hidden_size": 768}')
    assert "other things" in refused(folder)
    (folder / CONFIG).write_text("[1, 2")
    assert "other things" in refused(folder)
    assert (folder / "photo.jpg").read_bytes() == b"x"
    assert "is a file" in refused(folder / "photo.jpg")


def test_an_empty_folder_and_missing_parents_are_fine(tmp_path):
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", tmp_path / "a" / "b"):
        with write_folder(path, kind=aligners.kind) as folder:
            write_text(folder / "x.txt", "x")
        assert (path / "x.txt").read_text() == "x"
        assert path.stat().st_mode & 0o777 == 0o755


def test_a_link_to_a_folder_is_followed(saved):
    link = saved.with_name("link")
    link.symlink_to(saved)
    with write_folder(link, kind=aligners.kind) as folder:
        save_component(Linear(alpha=5.0).fit(X, X), folder, kind=aligners.kind)
    assert link.is_symlink()
    assert load_component(saved, aligners).alpha == 5.0


def test_the_working_directory_can_be_written(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with write_folder(".", kind=aligners.kind) as folder:
        write_text(folder / "x.txt", "x")
    assert (tmp_path / "here" / "x.txt").read_text() == "x"
    monkeypatch.chdir(tmp_path)


def test_a_text_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a.txt"
    write_text(path, "좋아요\n")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "\ud800")
    assert path.read_text(encoding="utf-8") == "좋아요\n"
    assert [item.name for item in tmp_path.iterdir()] == ["a.txt"]


def test_numpys_numbers_become_pythons_in_json(tmp_path):
    deep = {"a": [np.int64(1), {"b": np.float32(0.5)}], "c": (np.True_, np.arange(2))}
    write_json(tmp_path / "a.json", deep)
    read = json.loads((tmp_path / "a.json").read_text())
    assert read == {"a": [1, {"b": 0.5}], "c": [True, [0, 1]]}
    with pytest.raises(TypeError, match="cannot be saved as JSON"):
        write_json(tmp_path / "b.json", {"a": object()})
    assert not (tmp_path / "b.json").exists()


def test_numpy_parameters_survive(tmp_path):
    y = np.arange(30) % 2
    head = LogisticHead(C=np.float32(0.5), max_iter=np.int64(50)).fit(X, y)
    with write_folder(tmp_path / "head", kind=heads.kind) as folder:
        save_component(head, folder, kind=heads.kind)
    loaded = load_component(tmp_path / "head", heads)
    assert loaded.get_params() == {"C": 0.5, "max_iter": 50, "class_weight": None}
    np.testing.assert_array_equal(loaded.fresh().fit(X, y).coef_, head.coef_)


def test_tuples_come_back_as_lists_that_work_as_well(tmp_path):
    y = np.arange(30) % 2
    head = MLPHead(hidden=(3, 2), max_iter=5).fit(X, y)
    with write_folder(tmp_path / "head", kind=heads.kind) as folder:
        save_component(head, folder, kind=heads.kind)
    loaded = load_component(tmp_path / "head", heads)
    assert list(loaded.hidden) == [3, 2]
    assert [weight.shape for weight in loaded.weights_] == [(3, 3), (3, 2), (2, 2)]
    again = loaded.fresh().fit(X, y)
    np.testing.assert_array_equal(again.predict_proba(X), head.predict_proba(X))


@pytest.mark.parametrize(
    "weights", [{0: 2.0, 1: 1.0}, {np.int64(0): 2.0}, {"items": 2.0}], ids=["int", "numpy", "text"]
)
def test_weights_of_classes_keep_the_kind_of_their_labels(tmp_path, weights):
    y = np.tile([*weights, "other"] if "items" in weights else [0, 1], 15)[: len(X)]
    head = LogisticHead(class_weight=weights).fit(X, y)
    save_component(head, tmp_path, kind=heads.kind)
    loaded = load_component(tmp_path, heads)
    assert loaded.class_weight == weights
    np.testing.assert_array_equal(loaded.fresh().fit(X, y).coef_, head.coef_)


def test_weights_of_classes_in_an_older_folder_are_read(tmp_path):
    weights = {"bad": 2.0, "good": 1.0}
    head = LogisticHead(class_weight=weights).fit(X, np.tile(["bad", "good"], 15))
    save_component(head, tmp_path, kind=heads.kind)
    config = json.loads((tmp_path / CONFIG).read_text())
    change(tmp_path, params=config["params"] | {"class_weight": weights})
    assert load_component(tmp_path, heads).class_weight == weights


def test_every_kind_of_learned_state_comes_back(tmp_path):
    registry = Registry("thing", "json")

    @registry.register("thing")
    class Thing(Estimator):
        pass

    state = {
        "matrix_": np.arange(6, dtype=np.float32).reshape(2, 3),
        "turned_": np.arange(6).reshape(2, 3).T,
        "layers_": [np.full(2, index) for index in range(12)],
        "words_": np.array(["가", "b", ""]),
        "flags_": np.array([True, False]),
        "number_": np.float64(0.1),
        "point_": np.array(3.0),
        "curve_": [0.1, 0.2],
        "deep_": {"a": [1, {"b": np.int64(2)}]},
        "none_": None,
    }
    thing = Thing()
    vars(thing).update(state)
    save_component(thing, tmp_path, kind="thing")
    loaded = load_component(tmp_path, registry).learned()
    assert loaded.keys() == state.keys()
    for name, value in state.items():
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(loaded[name], value, strict=True)
        elif name == "layers_":
            np.testing.assert_array_equal(loaded[name], value)
        else:
            assert loaded[name] == value


def test_a_class_without_a_name_of_its_own_cannot_be_saved(tmp_path):
    class Special(Linear):
        pass

    with pytest.raises(PersistenceError, match="Special is not registered"):
        save_component(Special().fit(X, X), tmp_path, kind=aligners.kind)


def test_missing_folders_and_files_are_named(saved, tmp_path):
    with pytest.raises(PersistenceError, match="no such folder"):
        load_component(tmp_path / "nowhere", aligners)
    (saved / WEIGHTS).unlink()
    with pytest.raises(PersistenceError, match=f"{WEIGHTS}: missing or damaged"):
        load_component(saved, aligners)
    (saved / CONFIG).unlink()
    with pytest.raises(PersistenceError, match="cut off"):
        load_component(saved, aligners)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "3", '{"kind": "aligner"}', '{"format_version": 1}', "\ufeff{}"]
)
def test_a_damaged_config_is_named(saved, text):
    (saved / CONFIG).write_text(text)
    with pytest.raises(PersistenceError, match="damaged, this is not a saved aligner"):
        load_component(saved, aligners)


def test_bytes_that_are_no_text_are_named(saved):
    (saved / CONFIG).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PersistenceError, match="damaged"):
        load_component(saved, aligners)


@pytest.mark.parametrize("version", [FORMAT_VERSION + 1, "1", None])
def test_another_format_version_is_refused(saved, version):
    change(saved, format_version=version)
    with pytest.raises(PersistenceError, match=r"format version .* Upgrade"):
        read_config(saved, expected="aligner")


def test_another_kind_is_refused(saved):
    with pytest.raises(PersistenceError, match="expected a saved head, found a saved 'aligner'"):
        load_component(saved, heads)


def test_an_unknown_name_is_answered_with_the_known_ones(saved):
    change(saved, name="linera")
    with pytest.raises(UnknownNameError, match="Did you mean 'linear'"):
        load_component(saved, aligners)


@pytest.mark.parametrize(
    "changes",
    [
        {"params": {"beta": 1}},
        {"params": [1]},
        {"params": None},
        {"state": None},
        {"state": [1]},
        {"state": {"transform": 1}},
    ],
)
def test_parameters_and_state_that_do_not_fit_are_named(saved, changes):
    change(saved, **changes)
    with pytest.raises(PersistenceError, match="parameters or state do not fit Linear"):
        load_component(saved, aligners)


@pytest.mark.parametrize("keep", [0, 4, 20, -1])
def test_truncated_weights_are_named(saved, keep):
    data = (saved / WEIGHTS).read_bytes()
    (saved / WEIGHTS).write_bytes(data[:keep])
    with pytest.raises(PersistenceError, match="missing or damaged"):
        load_component(saved, aligners)


def test_one_flipped_bit_anywhere_is_found_by_the_checksums(saved):
    expected = checksums(saved)
    assert set(expected) == {CONFIG, WEIGHTS}
    verify(saved, expected)
    for name in expected:
        data = bytearray((saved / name).read_bytes())
        for position in (0, len(data) // 2, len(data) - 1):
            data[position] ^= 1
            (saved / name).write_bytes(data)
            with pytest.raises(PersistenceError, match="checksum"):
                verify(saved, expected)
            data[position] ^= 1
        (saved / name).write_bytes(data)
    verify(saved, expected)
    (saved / WEIGHTS).unlink()
    with pytest.raises(PersistenceError, match="missing; the folder is incomplete"):
        verify(saved, expected)


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "sub/../../secret"])
def test_files_outside_of_the_folder_are_not_even_read(saved, name):
    (saved.parent / "secret").write_text("secret")
    with pytest.raises(PersistenceError, match="outside of itself"):
        verify(saved, {name: "0"})


@pytest.mark.skipif(os.name == "nt", reason="links")
def test_a_link_out_of_the_folder_is_refused(saved):
    (saved.parent / "secret").write_text("secret")
    (saved / "link").symlink_to(saved.parent / "secret")
    with pytest.raises(PersistenceError, match="outside of itself"):
        verify(saved, {"link": "0"})
