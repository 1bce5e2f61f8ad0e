"""The one place for optional packages: import on first use, or say which extra they are in."""

from __future__ import annotations

import importlib
from types import ModuleType

from langalign.errors import MissingDependencyError


def require(module: str, *, extra: str, purpose: str) -> ModuleType:
    """Import ``module`` or raise an error that names the extra to install.

    Parameters
    ----------
    module
        Dotted name, for example ``"torch"``.
    extra
        The extra of this package that brings it, for example ``"torch"``.
    purpose
        What needs it, in words; it becomes the first words of the error.

    Returns
    -------
    ModuleType
        The imported module.

    Raises
    ------
    MissingDependencyError
        If the module cannot be imported.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingDependencyError(
            f"{purpose} needs the package {module.partition('.')[0]!r}, which is not installed. "
            f"Install it with: pip install 'langalign[{extra}]'"
        ) from error
