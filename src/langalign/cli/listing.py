"""``langalign list``: what is registered under which name."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from langalign.cli.console import plain_table, show, show_json, show_table
from langalign.cli.options import JsonOption

if TYPE_CHECKING:
    from langalign.registry import Registry


class Kind(StrEnum):
    """What can be listed: each is the name of a registry, and of the package that holds it."""

    ENCODERS = "encoders"
    ALIGNERS = "aligners"
    HEADS = "heads"
    TRANSFORMS = "transforms"
    STRATEGIES = "strategies"


def list_names(
    kind: Annotated[
        Kind | None,
        typer.Argument(
            metavar="KIND",
            help="encoders, aligners, heads, transforms or strategies.",
            show_default="all",
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """List the available components by name.

    Encoders, aligners, heads, transforms and strategies, and the extra that each needs.

    Example:
      langalign list aligners
    """
    kinds = list(Kind) if kind is None else [kind]
    entries = {one.value: entries_of(registry_of(one)) for one in kinds}
    if json:
        show_json(entries)
        return
    for name, rows in entries.items():
        table = plain_table("name", "what it is", "needs", title=name)
        for row in rows:
            missing = "" if row["installed"] else " (missing)"
            table.add_row(row["name"], row["description"], ", ".join(row["needs"]) + missing)
        show_table(table)
        extras = {extra for row in rows if not row["installed"] for extra in row["needs"]}
        if extras:
            show(f"Missing: pip install 'langalign[{','.join(sorted(extras))}]'")
        show()


def registry_of(kind: Kind) -> Registry[Any]:
    """Return a registry, importing its package."""
    registry: Registry[Any] = getattr(
        importlib.import_module(f"langalign.{kind.value}.base"), kind.value
    )
    return registry


def entries_of(registry: Registry[Any]) -> list[dict[str, Any]]:
    """Return name, description, extras needed and whether they are installed, of each class."""
    entries = []
    for name in registry.names():
        cls = registry.get(name)
        needs = extras_of(cls)
        entries.append(
            {
                "name": name,
                "description": (cls.__doc__ or "").strip().partition("\n")[0].replace("``", ""),
                "needs": sorted(needs),
                "installed": all(
                    importlib.util.find_spec(module) is not None
                    for modules in needs.values()
                    for module in modules
                ),
            }
        )
    return entries


def extras_of(cls: type) -> dict[str, set[str]]:
    """Return the extras that a class asks for, and the modules it wants of each.

    Read from the calls of :func:`langalign.optional.require`, the one door for optional packages,
    in the modules of the class and its bases: there is no second table to keep.
    """
    needs: dict[str, set[str]] = {}
    if hasattr(cls, "aligner_name"):  # a strategy made of an aligner
        return extras_of(registry_of(Kind.ALIGNERS).get(cls.aligner_name))
    for base in cls.__mro__:
        if not base.__module__.startswith("langalign."):
            continue
        source = inspect.getsource(sys.modules[base.__module__])
        for module, extra in re.findall(r'require\(\s*"([\w.]+)",\s*extra="(\w+)"', source):
            needs.setdefault(extra, set()).add(module.partition(".")[0])
    return needs
