"""The bars of speed say what they need, and are missed by more than noise only."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def bars():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        yield importlib.import_module("bars")
    sys.modules.pop("bars")


def test_every_bar_has_a_program_that_measures_it_in_full_and_a_name_of_its_own(bars):
    assert len({bar.name for bar in bars.BARS}) == len(bars.BARS)
    for bar in bars.BARS:
        assert (ROOT / bar.command.split()[0]).is_file()
        assert 0 <= bar.noise < 1
        assert bar.aim is None or bar.aim > bar.least


@pytest.mark.parametrize(
    ("ratio", "word", "status"), [(2.0, "holds", 0), (1.85, "noise", 0), (1.7, "MISSED", 1)]
)
def test_a_bar_fails_by_more_than_noise(bars, monkeypatch, capsys, ratio, word, status):
    bar = bars.Bar("ours / theirs", "benchmarks/x.py", 2.0, 0.1, lambda busy: ratio, data=False)
    monkeypatch.setattr(bars, "BARS", (bar,))
    monkeypatch.setattr(sys, "argv", ["bars.py"])
    with pytest.raises(SystemExit) as ended:
        bars.main()
    assert ended.value.code == status
    printed = capsys.readouterr().out
    assert printed.startswith(f"{word:8s} ours / theirs: {ratio:.2f}, bar 2.00")
    assert ("in full: python benchmarks/x.py" in printed) is (status == 1)


def test_what_is_aimed_at_is_printed_and_fails_nothing(bars, monkeypatch, capsys):
    bar = bars.Bar("a", "x.py", 2.0, 0.1, lambda busy: 2.5, data=False, aim=5.0)
    monkeypatch.setattr(bars, "BARS", (bar,))
    monkeypatch.setattr(sys, "argv", ["bars.py"])
    with pytest.raises(SystemExit) as ended:
        bars.main()
    assert ended.value.code == 0
    assert capsys.readouterr().out == "holds    a: 2.50, bar 2.00, aim 5.00\n"


def test_what_is_not_here_is_skipped_and_said(bars, monkeypatch, capsys):
    monkeypatch.delenv("LANGALIGN_DATA", raising=False)
    some = (
        bars.Bar("a", "x.py", 1.0, 0.1, lambda busy: 1 / 0),
        bars.Bar("b", "x.py", 1.0, 0.1, lambda busy: 1 / 0, packages=("no_such_package",)),
    )
    monkeypatch.setattr(bars, "BARS", some)
    monkeypatch.setattr(sys, "argv", ["bars.py"])
    with pytest.raises(SystemExit) as ended:
        bars.main()
    assert ended.value.code == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == "skipped  a: LANGALIGN_DATA names no folder"
    assert second == "skipped  b: no_such_package not installed; pip install '.[bench]'"


def test_one_that_does_not_exist_is_said(bars, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["bars.py", "nothing"])
    with pytest.raises(SystemExit, match="no such bar; there are: mini"):
        bars.main()
