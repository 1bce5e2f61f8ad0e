"""The container's files, checked as far as that goes without an engine."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import yaml

from langalign.cli.main import app
from langalign.serving.gates import OPEN

ROOT = Path(__file__).parents[2]
INSTRUCTIONS = {
    "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "RUN",
    "STOPSIGNAL", "USER", "WORKDIR",
}  # fmt: skip


@pytest.fixture(scope="module")
def dockerfile():
    """Instructions of the Dockerfile: its words, in order."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [tuple(line.split(maxsplit=1)) for line in lines]


def only(dockerfile, name):
    (found,) = [rest for instruction, rest in dockerfile if instruction == name]
    return found


def test_its_instructions_exist_and_end_as_nobody(dockerfile):
    assert {name for name, _ in dockerfile} <= INSTRUCTIONS
    order = [name for name, _ in dockerfile]
    assert order.index("USER") > len(order) - order[::-1].index("RUN") - 1
    user, group = only(dockerfile, "USER").split(":")
    assert int(user) > 0
    assert int(group) > 0


def test_what_is_copied_exists_and_is_not_ignored(dockerfile):
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for words in (shlex.split(rest) for name, rest in dockerfile if name == "COPY"):
        if words[0].startswith("--from"):
            continue
        for source in words[:-1]:
            assert (ROOT / source).exists()
            assert f"!{source}" in ignored


def test_the_extras_exist_and_bring_no_torch(dockerfile):
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    extras = next(rest for name, rest in dockerfile if rest.startswith("EXTRAS=")).split("=")[1]
    for extra in extras.split(","):
        (needed,) = re.findall(rf"^{extra} = \[(.*)\]$", text, re.MULTILINE)
        assert "torch" not in needed


def test_it_starts_the_command_with_options_that_exist(dockerfile):
    command = json.loads(only(dockerfile, "ENTRYPOINT"))
    assert command[:2] == ["langalign", "serve"]
    options = typer.main.get_command(app).commands["serve"].params
    known = {name for option in options for name in option.opts}
    assert {word for word in command if word.startswith("--")} <= known
    port = command[command.index("--port") + 1]
    assert only(dockerfile, "EXPOSE") == port
    probe = json.loads(only(dockerfile, "HEALTHCHECK").partition("CMD ")[2])
    compile(probe[2], "probe", "exec")
    path = re.search(rf"127\.0\.0\.1:{port}(/\w+)", probe[2]).group(1)
    assert path in OPEN  # a probe has no token


def test_compose_keeps_the_container_small(dockerfile):
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    service = compose["services"]["langalign"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["command"] == json.loads(only(dockerfile, "CMD"))
    assert all(volume.endswith(":ro") for volume in service["volumes"])
    assert service["ports"] == [f"127.0.0.1:8000:{only(dockerfile, 'EXPOSE')}"]


def test_the_pages_probes_are_paths_without_a_token():
    page = (ROOT / "docs" / "how-to" / "deploy.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    (container,) = yaml.safe_load(block)["containers"]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"]["path"] in OPEN


def test_a_service_writes_nothing(ko, tmp_path):
    ko.save(tmp_path / "model")
    home = tmp_path / "home"
    home.mkdir()
    code = """
import json, sys, urllib.request
from langalign.serving import Limits, create_app, load_held, run
import os, signal

def asked(url):
    import threading
    def ask():
        body = json.dumps({"texts": ["좋아요"]}).encode()
        kind = {"content-type": "application/json"}
        request = urllib.request.Request(url + "/predict", body, kind)
        print(urllib.request.urlopen(request).status)
        os.kill(os.getpid(), signal.SIGTERM)
    threading.Thread(target=ask).start()

run(create_app(load_held([sys.argv[1]])), port=0, on_start=asked)
"""
    environment = os.environ | {
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "LANGALIGN_CACHE": str(home / "vectors"),
        "TMPDIR": str(home),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    before = sorted(tmp_path.rglob("*"))
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "model")],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "200\n"), done.stderr
    assert sorted(tmp_path.rglob("*")) == before
