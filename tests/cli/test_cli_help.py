"""What the command line says of itself, and that saying it costs nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

import langalign
from langalign.cli.main import COMMANDS

HEAVY = "numpy scipy sklearn torch pyarrow matplotlib tokenizers safetensors transformers jinja2"


@pytest.mark.parametrize("arguments", ["--help", "fit --help", "--version"])
def test_help_imports_nothing_heavy(arguments):
    program = (
        "import sys\nfrom langalign.cli.main import main\n"
        f"sys.argv = ['langalign'] + {arguments.split()!r}\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code\n"
        f"print('loaded:', sorted(set({HEAVY.split()!r}) & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("loaded: []\n")


def test_the_module_runs_as_the_command():
    command = [sys.executable, "-m", "langalign.cli.main", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == f"langalign {langalign.__version__}\n"


def test_help_lists_every_command(run):
    listed = run("--help").out
    assert all(f"\n  {name.split()[0]} " in listed for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_has_an_example_and_fits_80_columns(run, name):
    result = run(*name.split(), "--help")
    assert result.code == 0
    assert f"langalign {name}" in result.out.partition("Example:")[2]
    assert max(map(len, result.out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["fiit"], "No such command 'fiit'"),
        (["fit"], "--parallel"),
        (["fit", "--direction", "sideways"], "sideways"),
        (["predict", "model", "a.txt", "--text", "b"], "one of FILE"),
        (["predict", "model", "-", "--cache", "x", "--no-cache"], "exclude each other"),
    ],
)
def test_usage_errors_exit_with_2(run, args, word):
    result = run(*args)
    assert result.code == 2
    assert word in result.err
    assert "Traceback" not in result.err
