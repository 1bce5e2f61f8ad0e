"""A folder of ours takes the place of an older one of its kind, and of nothing else."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from served_models import fitted

from langalign import Bundle, LangAlign, load
from langalign.aligners.pair_statistics import PairStatistics
from langalign.aligners.statistics_folder import load_statistics, save_statistics
from langalign.cli.writing import require_folder
from langalign.errors import PersistenceError
from langalign.export import export_model
from langalign.files.replaceable import require_replaceable
from langalign.model.folder import KIND
from langalign.persistence import checksums, write_json
from langalign.tuning import encoder_folder

STATISTICS = PairStatistics.of(np.eye(3), np.eye(3))


@pytest.fixture(scope="module")
def model():
    return fitted("ko", "forward")


@pytest.fixture(scope="module")
def bundle(model):
    return Bundle([model])


@pytest.fixture
def save(model, bundle):
    """Functions that save, by kind."""
    return {
        "model": model.save,
        "bundle": bundle.save,
        "pair-statistics": lambda path: save_statistics(STATISTICS, path),
        "export": lambda path: export_model(model, path, format="sklearn"),
    }


KINDS = ("model", "bundle", "pair-statistics", "export")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_of_the_folder_is_not_lost(save, kind, tmp_path):
    save[kind](tmp_path / "m")
    (tmp_path / "m" / "deep").mkdir()
    (tmp_path / "m" / "deep" / "notes.txt").write_text("mine")
    before = checksums(tmp_path)
    with pytest.raises(PersistenceError, match=r"other things in it \(deep/notes\.txt\)"):
        save[kind](tmp_path / "m")
    assert checksums(tmp_path) == before
    shutil.rmtree(tmp_path / "m" / "deep")
    save[kind](tmp_path / "m")


def test_links_are_not_lost_either(model, tmp_path):
    model.save(tmp_path / "m")
    (tmp_path / "m" / "data").symlink_to(tmp_path / "nowhere")
    with pytest.raises(PersistenceError, match=r"\(data\), which would be lost"):
        model.save(tmp_path / "m")


@pytest.mark.parametrize("old", ["model", "bundle"])
@pytest.mark.parametrize("new", ["model", "bundle", "pair-statistics"])
def test_another_kind_is_not_replaced(save, old, new, tmp_path):
    save[old](tmp_path / "m")
    before = checksums(tmp_path)
    if old == new:
        save[new](tmp_path / "m")
        return
    with pytest.raises(
        PersistenceError, match=f"a saved {old}, which a saved {new} does not replace"
    ):
        save[new](tmp_path / "m")
    assert checksums(tmp_path) == before


def test_an_export_does_not_replace_a_tuned_encoder(save, tmp_path):
    tuned = {"format_version": 1, "kind": encoder_folder.KIND, "files": {}}
    write_json(tmp_path / "e" / encoder_folder.RECORD, tuned)
    with pytest.raises(PersistenceError, match="a saved tuned encoder, which a saved export"):
        save["export"](tmp_path / "e")
    write_json(tmp_path / "e" / encoder_folder.RECORD, {})
    with pytest.raises(PersistenceError, match="other things in it"):
        require_replaceable(tmp_path / "e", kind=encoder_folder.KIND, mark=encoder_folder.RECORD)


def test_what_a_download_leaves_there_is_no_hindrance(model, tmp_path):
    model.save(tmp_path / "m")
    (tmp_path / "m" / ".gitattributes").write_text("*.safetensors filter=lfs\n")
    (tmp_path / "m" / ".cache" / "huggingface").mkdir(parents=True)
    (tmp_path / "m" / ".cache" / "huggingface" / "README.md.metadata").write_text("x")
    (tmp_path / "m" / "README.md").write_text("a card of my own")
    model.save(tmp_path / "m")
    assert isinstance(load(tmp_path / "m"), LangAlign)
    # What a repository holds that was cloned is on no other machine.
    (tmp_path / "m" / ".git").mkdir()
    (tmp_path / "m" / ".git" / "HEAD").write_text("ref: refs/heads/main")
    with pytest.raises(PersistenceError, match=r"\.git/HEAD"):
        model.save(tmp_path / "m")


def test_a_folder_without_a_list_is_replaced_as_before(tmp_path):
    save_statistics(STATISTICS, tmp_path / "s")
    config = {"format_version": 1, "kind": "pair-statistics"}
    write_json(tmp_path / "s" / "config.json", config)
    save_statistics(STATISTICS, tmp_path / "s")
    assert load_statistics(tmp_path / "s").n == 3


def test_commands_look_before_they_work(model, bundle, tmp_path):
    model.save(tmp_path / "m")
    require_folder(tmp_path / "m", kind=KIND)
    (tmp_path / "m" / "notes.txt").write_text("mine")
    with pytest.raises(PersistenceError, match=r"notes\.txt"):
        require_folder(tmp_path / "m", kind=KIND)
    bundle.save(tmp_path / "b")
    with pytest.raises(
        PersistenceError, match="a saved bundle, which a saved model does not replace"
    ):
        require_folder(tmp_path / "b", kind=KIND)
