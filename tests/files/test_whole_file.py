"""Files and folders that are written whole have the permissions that their user chose."""

from __future__ import annotations

import os
import sys

import numpy as np
import pytest
from safetensors.numpy import save_file
from served_models import fitted

from langalign.encoders.precomputed import save_vectors
from langalign.files.whole_file import whole_file
from langalign.persistence import write_folder, write_text
from langalign.training.checkpoint import Checkpoint, Snapshot
from langalign.words import WordVectors, write_word_vectors

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="permissions of Unix")


@pytest.fixture(params=[0o022, 0o077, 0o002], ids=oct)
def umask(request):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.fixture(scope="module")
def model():
    return fitted("ko", keep_examples=3)


def modes(folder):
    """Return the permissions of what is in a folder: of files, and of folders."""
    found = list(folder.rglob("*"))
    files = {path.stat().st_mode & 0o777 for path in found if path.is_file()}
    return files, {path.stat().st_mode & 0o777 for path in found if path.is_dir()}


def test_a_model_folder_and_the_texts_in_it(umask, model, tmp_path):
    model.save(tmp_path / "model")
    assert modes(tmp_path) == ({0o666 & ~umask}, {0o777 & ~umask})


def test_a_folder_that_others_write_into(umask, tmp_path):
    with write_folder(tmp_path / "tuned", kind="tuned encoder") as folder:
        (folder / "deep").mkdir()
        save_file({"w": np.ones(3)}, folder / "deep" / "weights.safetensors")
    assert modes(tmp_path) == ({0o666 & ~umask}, {0o777 & ~umask})


def test_single_files(umask, tmp_path):
    write_text(tmp_path / "deep" / "a.txt", "a")
    save_vectors(tmp_path / "v.npy", ["a"], [[1.0]], "hand-made")
    write_word_vectors(WordVectors(("cat",), np.ones((1, 2))), tmp_path / "en.vec.gz")
    assert modes(tmp_path) == ({0o666 & ~umask}, {0o777 & ~umask})


def test_a_checkpoint(umask, tmp_path):
    torch = pytest.importorskip("torch")
    checkpoint = Checkpoint(tmp_path / "deep" / "c.safetensors", {"seed": 0})
    for value in (1.0, 2.0):
        checkpoint.write(Snapshot({"w": torch.full((3,), value)}, {"step": value}))
        assert checkpoint.read().tensors["w"].tolist() == [value] * 3
    assert modes(tmp_path) == ({0o666 & ~umask}, {0o777 & ~umask})
    with pytest.raises(ValueError, match="expected torch"):
        checkpoint.write(Snapshot({"w": None}, {}))
    assert [path.name for path in checkpoint.path.parent.iterdir()] == ["c.safetensors"]
    assert checkpoint.read().state == {"step": 2.0}


def test_what_fails_leaves_the_old_file_and_no_draft(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")

    def failing():
        with whole_file(path) as file:
            file.write(b"new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        failing()
    assert [each.name for each in tmp_path.iterdir()] == ["a.bin"]
    assert path.read_bytes() == b"old"


def test_a_link_to_a_file_is_followed(tmp_path):
    (tmp_path / "a.txt").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "a.txt")
    write_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a.txt").read_text() == "new"
