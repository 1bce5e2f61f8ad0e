"""``list`` and ``doctor``."""

from __future__ import annotations

import pytest

from langalign.aligners import aligners
from langalign.aligners.perceptron import Perceptron
from langalign.cli import doctor
from langalign.cli.listing import Kind, entries_of, registry_of


@pytest.mark.parametrize("kind", Kind)
def test_list_shows_every_registered_name(run, kind):
    entries = run("list", kind, "--json").json[kind]
    assert [entry["name"] for entry in entries] == registry_of(kind).names()
    assert all(entry["description"] for entry in entries)
    shown = run("list", kind).out
    assert all(entry["name"] in shown for entry in entries)


def test_list_shows_all_kinds(run):
    assert set(run("list", "--json").json) == set(Kind)


def test_the_extra_is_read_from_the_code_that_asks_for_it(monkeypatch):
    needs = {entry["name"]: entry["needs"] for entry in entries_of(registry_of(Kind.ALIGNERS))}
    assert needs["fc"] == ["torch"]
    assert needs["linear"] == []
    needs = {entry["name"]: entry["needs"] for entry in entries_of(registry_of(Kind.STRATEGIES))}
    assert needs["reverse-fc"] == ["torch"]


def test_what_is_missing_is_shown_with_the_line_to_install_it(run, monkeypatch):
    monkeypatch.setattr("langalign.cli.listing.importlib.util.find_spec", lambda name: None)
    shown = run("list", "aligners").out
    networks = [name for name in aligners.names() if issubclass(aligners.get(name), Perceptron)]
    assert shown.count("torch (missing)") == len(networks)
    assert "Missing: pip install 'langalign[torch]'" in shown


def test_doctor_finds_a_working_installation(run):
    result = run("doctor")
    assert result.code == 0, result.out
    assert "works, loaded in" in result.out
    findings = run("doctor", "--json").json
    assert findings["packages"]["core"]["numpy"]
    assert set(findings["packages"]) >= {"core", "torch"}
    assert findings["threads"]["usable"] >= 1
    assert findings["environment"]["HF_HUB_OFFLINE"] == "1"


def test_doctor_tells_what_is_missing(run, monkeypatch):
    version = doctor._version
    monkeypatch.setattr(doctor, "_version", lambda name: None if name == "torch" else version(name))
    result = run("doctor")
    assert result.code == 0
    assert "pip install 'langalign[torch]'" in result.out


@pytest.mark.parametrize("inside", ["", "vectors"])
def test_doctor_says_that_a_file_is_no_place_for_the_cache(run, monkeypatch, tmp_path, inside):
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("LANGALIGN_CACHE", str(file / inside))
    assert run("doctor", "--json").json["cache"]["writable"] is False
    monkeypatch.setenv("LANGALIGN_CACHE", str(tmp_path / "new" / inside))
    assert run("doctor", "--json").json["cache"]["writable"] is True


def test_doctor_fails_on_a_broken_encoder(run, monkeypatch):
    def broken(self):
        raise OSError("weights are gone")

    monkeypatch.setattr("langalign.encoders.mini.MiniEncoder.__init__", broken)
    result = run("doctor")
    assert result.code == 2
    assert "weights are gone" in result.out
