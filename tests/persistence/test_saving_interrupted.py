"""A save that is killed at any step, or runs out of space, leaves a model that can be loaded."""

from __future__ import annotations

import json
import os
import re
import sys

import numpy as np
import pytest

from langalign.aligners import aligners
from langalign.aligners.linear import Linear
from langalign.errors import PersistenceError
from langalign.files.folder_swap import exchanged, left_behind, put_in_place
from langalign.persistence import load_component, save_component, write_folder

# Saves in forked children that die, and loads after each; prints which of the two models it found.
PROGRAM = """
import json, os, signal, sys
from pathlib import Path
import numpy as np
from langalign.aligners import aligners
from langalign.aligners.linear import Linear
from langalign.persistence import load_component, save_component, write_folder

X = np.eye(4, dtype=np.float32)
path = sys.argv[1] + "/model"
old, new = Linear(alpha=0.1).fit(X, 2 * X), Linear(alpha=0.1).fit(X, 3 * X)

def save(aligner):
    with write_folder(path, kind=aligners.kind) as folder:
        save_component(aligner, folder, kind=aligners.kind)

def in_child(action):
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    try:
        action()
    except OSError:
        os._exit(3)
    except BaseException as error:
        print(repr(error), file=sys.stderr)
        os._exit(4)
    os._exit(0)

def found():
    try:
        coef = load_component(Path(path), aligners).coef_
        return "old" if np.array_equal(coef, old.coef_) else "new"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
"""

KILLED = """
def save_and_die_at(step):
    count = 0
    def hook(event, arguments):
        nonlocal count
        if event.startswith(("os.", "open", "shutil.", "tempfile.", "ctypes.dlsym")):
            count += 1
            if count == step + 1:  # to kill is an event as well
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    save(new)

PLATFORM
outcomes, step, killed = [], 0, True
while killed:
    save(old)
    killed = os.WIFSIGNALED(in_child(lambda: save_and_die_at(step)))
    outcomes.append(found())
    step += 1
print(json.dumps(outcomes))
"""

FULL = """
import resource
def save_within(size):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    save(new)

save(old)
outcomes = []
for size in (0, 60, 150, 10**9):
    status = os.WEXITSTATUS(in_child(lambda: save_within(size)))
    outcomes.append([status, found(), sorted(os.listdir(sys.argv[1]))])
print(json.dumps(outcomes))
"""

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
ONE_STEP = sys.platform == "darwin" or sys.platform.startswith("linux")


@pytest.mark.skipif(not ONE_STEP, reason="two names cannot be exchanged in one step here")
def test_killed_at_any_step_the_old_model_or_the_new_one_is_there(run_python, tmp_path):
    outcomes = json.loads(run_python(PROGRAM + KILLED.replace("PLATFORM", ""), tmp_path))
    assert len(outcomes) > 10
    assert set(outcomes) == {"old", "new"}
    assert outcomes == sorted(outcomes, reverse=True)  # once there, the new one stays
    assert outcomes[-1] == "new"


def test_where_it_takes_two_renames_a_crash_between_them_is_reported_with_the_remedy(
    run_python, tmp_path
):
    platform = "sys.platform = 'another'"
    outcomes = json.loads(run_python(PROGRAM + KILLED.replace("PLATFORM", platform), tmp_path))
    lost = [outcome for outcome in outcomes if outcome not in ("old", "new")]
    assert 1 <= len(lost) <= 2
    for outcome in lost:
        assert "a crash while it was replaced left it at" in outcome
        assert outcome.endswith(".old: rename it")


def test_without_space_nothing_is_changed(run_python, tmp_path):
    outcomes = json.loads(run_python(PROGRAM + FULL, tmp_path))
    *refused, last = outcomes
    assert refused == [[3, "old", ["model"]]] * len(refused)
    assert last == [0, "new", ["model"]]


@pytest.fixture
def folders(tmp_path):
    made = []
    for name in ("first", "second"):
        made.append(tmp_path / name)
        made[-1].mkdir()
        (made[-1] / "name").write_text(name)
    return made


@pytest.mark.skipif(not ONE_STEP, reason="two names cannot be exchanged in one step here")
def test_two_folders_change_places(folders):
    first, second = folders
    assert exchanged(first, second)
    assert ((first / "name").read_text(), (second / "name").read_text()) == ("second", "first")
    assert not exchanged(first, second.with_name("nowhere"))


@pytest.mark.parametrize("platform", [sys.platform, "another"])
def test_a_folder_is_replaced_and_nothing_else_is_left(folders, monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    first, second = folders
    put_in_place(first, second)
    assert (second / "name").read_text() == "first"
    put_in_place(second, first)
    assert [path.name for path in first.parent.iterdir()] == ["first"]
    assert left_behind(first) is None
    assert left_behind(second) is None


RACE = """
arrived = []
def hook(event, arguments):  # as the new folder is given its name, another process's is there
    if event == "os.rename" and str(arguments[1]) == path and not arrived:
        arrived.append(True)
        save(old)

sys.addaudithook(hook)
save(new)
print(json.dumps([found(), arrived, os.listdir(sys.argv[1])]))
"""


def test_of_two_processes_that_write_a_new_folder_both_succeed(run_python, tmp_path):
    assert json.loads(run_python(PROGRAM + RACE, tmp_path)) == ["new", [True], ["model"]]


@pytest.mark.parametrize("name", ["map", "map[v1]"])
def test_what_a_crash_left_behind_can_be_renamed_back(tmp_path, name):
    X = np.eye(3)
    with write_folder(tmp_path / name, kind=aligners.kind) as folder:
        save_component(Linear().fit(X, X), folder, kind=aligners.kind)
    old = tmp_path / f".{name}.abc.old"
    (tmp_path / name).rename(old)
    with pytest.raises(PersistenceError, match=f"no such folder; .*{re.escape(old.name)}: rename"):
        load_component(tmp_path / name, aligners)
    with pytest.raises(PersistenceError, match=r"no such folder$"):
        load_component(tmp_path / "other", aligners)
    old.rename(tmp_path / name)
    assert load_component(tmp_path / name, aligners).n_features_in_ == 3
