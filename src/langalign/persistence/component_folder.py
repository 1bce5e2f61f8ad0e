"""A registered component as a folder: its class by name, its parameters and its learned state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from langalign.errors import PersistenceError
from langalign.estimator import Estimator
from langalign.persistence.arrays import load_arrays, save_arrays
from langalign.persistence.config_folder import CONFIG, FORMAT_VERSION, read_config
from langalign.persistence.json_file import write_json
from langalign.registry import Registry

WEIGHTS = "weights.safetensors"


def save_component(component: Estimator, folder: Path, *, kind: str) -> None:
    """Write a registered estimator with its learned state into an existing empty folder.

    One that it learned, of the same kind, has a folder of its own in it.
    """
    name = vars(type(component)).get("registered_name")
    if name is None:
        raise PersistenceError(
            f"{type(component).__name__} is not registered as a {kind}, so it could not be loaded "
            "again; register its class by a name of its own"
        )
    state = component.learned()
    nested = {key: value for key, value in state.items() if isinstance(value, Estimator)}
    for key, inner in nested.items():
        (folder / key).mkdir()
        save_component(inner, folder / key, kind=kind)
    arrays, values = _split({key: state[key] for key in state if key not in nested})
    save_arrays(arrays, folder / WEIGHTS)
    config = {
        "format_version": FORMAT_VERSION,
        "kind": kind,
        "name": name,
        "params": {
            key: _as_items(value) for key, value in component.get_params(deep=False).items()
        },
        "state": values,
    }
    if nested:
        config["nested"] = sorted(nested)
    write_json(folder / CONFIG, config)


def load_component(folder: Path, registry: Registry[Any]) -> Any:
    """Rebuild the estimator that :func:`save_component` wrote.

    Raises
    ------
    PersistenceError
        If anything in the folder is missing or damaged.
    UnknownNameError
        If the component's class is not registered here.
    """
    config = read_config(folder, expected=registry.kind)
    arrays = load_arrays(folder / WEIGHTS)
    component_class = registry.get(str(config.get("name")))
    try:
        params = {key: _from_items(value) for key, value in config["params"].items()}
        component = component_class(**params)
        state = _join(arrays, config["state"]) | dict.fromkeys(config.get("nested", ()))
        unknown = [name for name in state if re.fullmatch(r"[a-zA-Z]\w*_", name) is None]
        if unknown:
            raise ValueError(f"not a learned attribute: {unknown[0]!r}")
    except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise PersistenceError(
            f"{folder / CONFIG}: damaged, parameters or state do not fit "
            f"{component_class.__name__} ({error})"
        ) from error
    for name, value in state.items():
        setattr(component, name, value)
    for name in config.get("nested", ()):
        setattr(component, name, load_component(folder / name, registry))
    return component


def _as_items(param: Any) -> Any:
    """Return a mapping as a list of its items: JSON would turn labels that are numbers to text."""
    return (
        {"items": [list(item) for item in param.items()]} if isinstance(param, Mapping) else param
    )


def _from_items(param: Any) -> Any:
    """Undo :func:`_as_items`; a mapping of an older folder, without a list, is as it was."""
    if isinstance(param, dict) and isinstance(param.get("items"), list):
        return dict(param["items"])
    return param


def _split(state: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part numeric arrays (and lists of them) from what JSON can hold."""
    arrays: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for name, value in state.items():
        if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
            arrays[name] = value
        elif isinstance(value, list) and value and isinstance(value[0], np.ndarray):
            arrays |= {f"{name}.{index}": array for index, array in enumerate(value)}
        elif isinstance(value, np.ndarray):
            values[name] = {"strings": [str(item) for item in value]}
        elif isinstance(value, np.generic):
            values[name] = value.item()
        else:
            values[name] = value
    return arrays, values


def _join(arrays: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Undo :func:`_split`."""
    state: dict[str, Any] = {}
    for name in sorted(
        arrays, key=lambda key: (key.split(".")[0], int((key + ".0").split(".")[1]))
    ):
        stem, dot, _ = name.partition(".")
        if dot:
            state.setdefault(stem, []).append(arrays[name])
        else:
            state[name] = arrays[name]
    for name, value in values.items():
        strings = isinstance(value, dict) and value.keys() == {"strings"}
        state[name] = np.array(value["strings"]) if strings else value
    return state
