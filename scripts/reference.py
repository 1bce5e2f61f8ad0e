"""Write docs/reference/ from the registries, docstrings, import layers and ``langalign --help``.

``python scripts/reference.py`` writes; ``--check`` changes nothing and exits with 1 where a page is
stale. A component that registers itself is on the page of components without any edit here.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import os
import re
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
NOTE = "<!-- Written by scripts/reference.py; do not edit. -->"
KINDS = {
    "encoders": "Texts in, vectors out. Any model, function or file of vectors can take the place "
    "of a name: see [your own encoder](../how-to/own-encoder.md).",
    "aligners": "Maps between two spaces, fitted on parallel text. See [the method]"
    "(../concepts/method.md) and [add an aligner](../how-to/add-an-aligner.md).",
    "heads": "Vectors in; classes, sets of labels or numbers out. See [kinds of task]"
    "(../how-to/kinds-of-task.md).",
    "transforms": "Maps of one space.",
    "strategies": "Ways of getting a target classifier, for comparisons: `langalign.strategies`.",
}
MODULES = {
    "langalign": "The curated API; importing it loads nothing heavy.",
    "langalign.tasks": "Kinds of task, and how their labels are read and written.",
    "langalign.data": "Texts and their files.",
    "langalign.data.bundled": "The two small data sets inside the package.",
    "langalign.encoders.transformer": "Sentence-transformers and Hugging Face models.",
    "langalign.encoders.static": "Weighted means of sub-word vectors.",
    "langalign.encoders.function": "Your own function.",
    "langalign.encoders.precomputed": "Vectors made beforehand.",
    "langalign.encoders.cache": "Vectors kept on disk.",
    "langalign.head_room": "Can alignment help, and are the pairs sound.",
    "langalign.retrieval": "Nearest neighbours, CSLS and inverted softmax, in blocks.",
    "langalign.aligners.statistics_aligner": "Aligners that sums of pairs are enough for.",
    "langalign.aligners.statistics_folder": "Statistics of pairs on disk.",
    "langalign.aligners.held_out_variance": "What a map explains of pairs held out.",
    "langalign.shards": "Shards of parallel vectors or texts, summed up.",
    "langalign.distributed.dask_engine": "Shards and texts on a Dask cluster.",
    "langalign.distributed.ray_engine": "Texts encoded on a Ray cluster.",
    "langalign.distributed.ray_statistics": "Vectors summed up on a Ray cluster.",
    "langalign.aligners.common_space": "Two spaces brought into one common space.",
    "langalign.words": "Word vectors: files, dictionaries, alignment, induction.",
    "langalign.diagnostics": "How two spaces are made, and what a map between them does.",
    "langalign.unsupervised": "Maps without pairs; experimental.",
    "langalign.agreement": "Choosing settings without target labels.",
    "langalign.tuning": "The paper's three training steps.",
    "langalign.strategies": "Ways of getting a target classifier.",
    "langalign.evaluation": "Scores, intervals, comparisons, records.",
    "langalign.embedding": "Vectors from a bundle, in a stated space.",
    "langalign.serving": "Models over HTTP; needs the extra `serve`.",
    "langalign.hub_sharing": "What a model does with the Hugging Face hub.",
    "langalign.card_facts": "What a model card states beside what the model knows.",
    "langalign.mteb_encoder": "An aligned encoder for `mteb.evaluate`.",
    "langalign.migration": "Stored vectors for a new embedding model.",
    "langalign.report": "Tables, pictures and one HTML page.",
    "langalign.errors": "What can go wrong.",
}
SECTIONS = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)
MATH = re.compile(r"^\.\. math::(.*(?:\n[ \t]+\S.*)*)", re.MULTILINE)


def components() -> str:
    """Return the page of everything that is registered."""
    parts = [NOTE, "# Components", "", "What `langalign list` lists, with all settings.", ""]
    for kind, about in KINDS.items():
        registry = getattr(importlib.import_module(f"langalign.{kind}.base"), kind)
        parts += [f"## {kind.capitalize()}", "", about, ""]
        for name in registry.names():
            cls = registry.get(name)
            parts += [f"### `{name}`", ""]
            if hasattr(cls, "aligner_name"):  # a strategy made of an aligner; it has no settings
                parts += [markdown(cls.__doc__ or ""), ""]
                continue
            parts += [f"`{cls.__module__}.{signature(cls)}`", "", *described(cls)]
    return "\n".join(parts)


def python() -> str:
    """Return the page of the Python API."""
    parts = [NOTE, "# Python API", ""]
    parts += ["Everything public, by module. Vectors are float32 arrays of shape (n, d).", ""]
    for name, about in MODULES.items():
        module = importlib.import_module(name)
        parts += [f"## `{name}`", "", about, ""]
        for member in public(module):
            thing = getattr(module, member)
            if inspect.isclass(thing) or inspect.isroutine(thing):
                parts += [f"### `{member}`", "", f"`{name}.{signature(thing)}`", ""]
                parts += described(thing)
                parts += methods(thing) if inspect.isclass(thing) else []
    return "\n".join(parts)


def command_line() -> str:
    """Return the page of the command line: what ``--help`` says, command by command."""
    from langalign.cli.main import COMMANDS

    parts = [NOTE, "# Command line", ""]
    parts += ["Results go to standard output, everything else to standard error. Exit status: 0;"]
    parts += [
        "2 after an error that you can correct; 130 after Ctrl-C; 1 where `check` or `mine` with",
        "`--strict`, or `align --unsupervised`, found nothing to rely on.",
        "",
    ]
    for name in ("", *COMMANDS):
        parts += [f"## `{f'langalign {name}'.strip()}`", "", "```text"]
        parts += [*helped(*name.split()).splitlines(), "```", ""]
    return "\n".join(parts)


def source() -> str:
    """Return the page of the source's folders, in the order in which they may import each other."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    parts = [NOTE, "# Source", ""]
    parts += ["The folders and single files of `src/langalign/`. Each imports only from those"]
    parts += ["below it.", ""]
    parts += ["| | |", "|---|---|"]
    for name in " | ".join(layers).split(" | "):
        place = ROOT / "src" / "langalign" / name
        place = place if place.is_dir() else place.with_suffix(".py")
        link = f"../../{place.relative_to(ROOT).as_posix()}"
        parts.append(f"| [`{name}`]({link}) | {_cell(markdown(_first_line(place)))} |")
    return "\n".join(parts)


def index() -> str:
    """Return the page that leads to the others."""
    return f"""{NOTE}
# Reference

- [Command line](cli.md): every command and option.
- [Components](components.md): encoders, aligners, heads, transforms and strategies, by name.
- [Python API](python.md): classes and functions, by module.
- [Source](source.md): which folder does what, for those who change it.

These pages are made from the code by `python scripts/reference.py`.
"""


def helped(*arguments: str) -> str:
    """Return the help of a command as on a terminal of 80 columns."""
    command = [sys.executable, "-m", "langalign.cli.main", *arguments, "--help"]
    plain = os.environ | {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=plain)
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


def public(module: Any) -> list[str]:
    """Return the public names of a module: ``__all__``, or what it defines itself."""
    if hasattr(module, "__all__"):
        return sorted(name for name in module.__all__ if not name.startswith("_"))
    return [
        name
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and (inspect.isclass(thing) or inspect.isfunction(thing))
        and thing.__module__ == module.__name__
    ]


def signature(thing: Any) -> str:
    """Return name and parameters with their defaults, without types."""
    try:
        found = inspect.signature(thing)
    except ValueError:
        return str(thing.__name__)
    empty = inspect.Parameter.empty
    bare = [
        parameter.replace(annotation=empty)
        for name, parameter in found.parameters.items()
        if name != "self"
    ]
    shown = str(found.replace(parameters=bare, return_annotation=empty))
    if inspect.isclass(thing) and issubclass(thing, Exception):
        return str(thing.__name__)
    return str(thing.__name__) + re.sub(r"<function (\w+)[^>]*>", r"\1", shown)


def methods(cls: type) -> Iterator[str]:
    """Yield the public methods that a class defines itself, one line each."""
    found = [
        (name, inspect.unwrap(getattr(cls, name)))
        for name, member in vars(cls).items()
        if not name.startswith("_")
        and (inspect.isfunction(member) or isinstance(member, classmethod))
        and inspect.getdoc(getattr(cls, name))
    ]
    if found:
        yield from ("| method | |", "|---|---|")
        for _, method in found:
            yield f"| `{_cell(signature(method))}` | {_cell(markdown(_summary(method)))} |"
        yield ""


def described(thing: Any) -> list[str]:
    """Return a docstring as Markdown: prose, then each section in its own form."""
    text = inspect.cleandoc(thing.__doc__ or "")
    pieces = SECTIONS.split(text)
    lines = [markdown(pieces[0].strip()), ""]
    for title, body in zip(pieces[1::2], pieces[2::2], strict=True):
        if title in ("Parameters", "Attributes", "Raises", "Returns"):
            lines += [f"**{title}**", "", *_entries(body, title), ""]
        elif title == "Examples":
            lines += ["```pycon", body.strip(), "```", ""]
        else:
            lines += [f"**{title}**", "", markdown(body.strip()), ""]
    return lines


def markdown(text: str) -> str:
    """Return reStructuredText of the kind found in the docstrings as Markdown."""
    text = text.replace("``", "`")
    text = MATH.sub(lambda math: f"```math\n{textwrap.dedent(math[1]).strip()}\n```", text)
    text = re.sub(r":math:`([^`]+)`", r"$\1$", text)
    return re.sub(r":\w+:`~?(?:[\w.]*\.)?(\w+)`", r"`\1`", text)


def _entries(body: str, title: str) -> Iterator[str]:
    """Yield ``name / indented meaning`` as a list."""
    for entry in re.split(r"\n(?=\S)", body.strip()):
        name, _, meaning = entry.partition("\n")
        said = markdown(" ".join(textwrap.dedent(meaning).split()))
        head = ", ".join(f"`{each}`" for each in name.split(", "))
        if title == "Returns" or " : " in name:
            head = f"`{name}`"
        yield f"- {head}{f': {said}' if said else ''}"


def _summary(thing: Any) -> str:
    return (inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " ")


def _first_line(place: Path) -> str:
    """Return the first line of a module's docstring; nothing is imported for it."""
    path = place / "__init__.py" if place.is_dir() else place
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


PAGES = {
    "README.md": index,
    "cli.md": command_line,
    "components.md": components,
    "python.md": python,
    "source.md": source,
}


def main() -> None:
    """Write the pages, or check them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when stale")
    check = parser.parse_args().check
    stale = []
    for name, make in PAGES.items():
        path, text = REFERENCE / name, make().rstrip() + "\n"
        if path.exists() and path.read_text("utf-8") == text:
            continue
        stale.append(path.relative_to(ROOT))
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for page in stale:
        print(f"{'stale' if check else 'wrote'}: {page}")
    if stale and check:
        sys.exit("run: python scripts/reference.py")


if __name__ == "__main__":
    main()
