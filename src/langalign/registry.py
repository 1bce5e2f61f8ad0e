"""Names for components: a module registers its class, the registry finds the module by itself.

A new aligner, head, encoder or strategy is one new file in its folder. Nothing else has to know.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Callable
from typing import Generic, TypeVar

from langalign.errors import UnknownNameError

T = TypeVar("T")
C = TypeVar("C")


class Registry(Generic[T]):
    """Classes of one kind under the names that users type.

    Parameters
    ----------
    kind
        What is registered, in the singular (``"aligner"``); used in messages.
    package
        The package whose modules register themselves when imported.

    Examples
    --------
    >>> from langalign.aligners import aligners
    >>> "linear" in aligners.names()
    True
    """

    def __init__(self, kind: str, package: str) -> None:
        self.kind = kind
        self.package = package
        self._classes: dict[str, type[T]] = {}
        self._discovered = False

    def register(self, name: str) -> Callable[[type[C]], type[C]]:
        """Return a class decorator that files the class under ``name``."""

        def decorate(cls: type[C]) -> type[C]:
            known = self._classes.get(name)
            if known is not None and _place(known) != _place(cls):
                raise ValueError(f"two {self.kind}s are called {name!r}: {known} and {cls}")
            self._classes[name] = cls  # type: ignore[assignment]
            cls.registered_name = name  # type: ignore[attr-defined]
            return cls

        return decorate

    def names(self) -> list[str]:
        """Return all registered names, sorted."""
        self._discover()
        return sorted(self._classes)

    def get(self, name: str) -> type[T]:
        """Return the class registered under ``name``.

        Raises
        ------
        UnknownNameError
            If there is none; the message lists the known names and the nearest one.
        """
        self._discover()
        if name in self._classes:
            return self._classes[name]
        near = difflib.get_close_matches(str(name), self._classes, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise UnknownNameError(
            f"there is no {self.kind} called {name!r}.{hint} Known: {', '.join(self.names())}."
        )

    def _discover(self) -> None:
        if self._discovered:
            return
        package = importlib.import_module(self.package)
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{self.package}.{module.name}")
        self._discovered = True


def _place(cls: type) -> tuple[str, str]:
    """Return where a class is defined; a reloaded module gives the same place."""
    return cls.__module__, cls.__qualname__
