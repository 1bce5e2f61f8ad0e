"""Components as folders of safetensors + JSON, nested, written whole or not at all.

Nothing is ever unpickled: a folder names a registered class, its parameters and its learned
state, and loading looks the class up. Every model folder lists the checksum of each of its files,
the list's own included, so that a damaged or half-written folder is distinguished from a good one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from langalign.errors import PersistenceError
from langalign.estimator import Estimator
from langalign.folder_swap import left_behind, put_in_place
from langalign.registry import Registry
from langalign.replaceable import require_replaceable
from langalign.safetensors_writing import safetensors_errors_as_os_errors
from langalign.whole_file import draft_beside, whole_file

FORMAT_VERSION = 1
CONFIG = "config.json"
WEIGHTS = "weights.safetensors"


@contextlib.contextmanager
def write_folder(path: str | Path, *, kind: str, mark: str = CONFIG) -> Iterator[Path]:
    """Yield an empty folder to fill; it becomes ``path`` when the block ends without an error.

    An older folder at ``path`` is replaced at that moment and left alone if the block fails. All
    files have the permissions that the umask leaves, whoever wrote them.

    Raises
    ------
    PersistenceError
        As :func:`require_replaceable`.
    """
    require_replaceable(path, kind=kind, mark=mark)
    target = Path(path).resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = draft_beside(target)
    draft.mkdir()
    try:
        yield draft
        _let_the_umask_decide(draft)
        put_in_place(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _let_the_umask_decide(draft: Path) -> None:
    """Give all files the permissions of new ones; safetensors' own are for their owner alone."""
    permissions = draft.stat().st_mode & 0o666  # of a folder made just now: what the umask leaves
    for path in draft.rglob("*"):
        if path.is_file() and not path.is_symlink():
            path.chmod(permissions)


def write_text(path: str | Path, text: str) -> None:
    """Write a file in UTF-8, whole or not at all."""
    with whole_file(Path(path)) as file:
        file.write(text.encode())


def write_json(path: str | Path, content: Any) -> None:
    """Write ``content`` as indented JSON, whole or not at all; NumPy's numbers become Python's."""
    text = json.dumps(content, ensure_ascii=False, indent=2, default=_plain)
    write_text(path, text + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"{value!r} ({type(value).__name__}) cannot be saved as JSON")


def read_config(folder: str | Path, *, expected: str, whole: bool = False) -> dict[str, Any]:
    """Read a folder's ``config.json`` and check its format version and kind.

    Parameters
    ----------
    folder
        The folder.
    expected
        Its kind.
    whole
        Whether folders of this kind are of use by themselves: where another kind of folder holds
        some, the message names them.

    Raises
    ------
    PersistenceError
        If the folder or file is missing or damaged, or of a newer format or another kind.
    """
    folder = Path(folder)
    path = folder / CONFIG
    if not folder.is_dir():
        old = left_behind(folder)
        remedy = f"; a crash while it was replaced left it at {old}: rename it" if old else ""
        raise PersistenceError(f"{folder}: there is no such folder{remedy}")
    if not path.is_file():
        raise PersistenceError(
            f"{folder}: no {CONFIG} in it; it is not a saved {expected}, or its writing was cut off"
        )
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        version, kind = config["format_version"], config["kind"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PersistenceError(
            f"{path}: damaged, this is not a saved {expected} ({error!r}); save it again"
        ) from error
    if not isinstance(version, int) or version > FORMAT_VERSION:
        raise PersistenceError(
            f"{path}: format version {version!r}, this installation reads up to {FORMAT_VERSION}. "
            "Upgrade: pip install -U langalign"
        )
    if kind != expected:
        inside = _folders_of(expected, folder) if whole else []
        remedy = f"; give one in it: {', '.join(inside)}" if inside else ""
        raise PersistenceError(
            f"{path}: expected a saved {expected}, found a saved {kind!r}{remedy}"
        )
    return dict(config)


def _folders_of(kind: str, folder: Path) -> list[str]:
    """Return the folders in a folder that are of a kind, as the models of a bundle are."""
    found = []
    for path in sorted(folder.glob(f"*/{CONFIG}")):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            if json.loads(path.read_text(encoding="utf-8"))["kind"] == kind:
                found.append(str(path.parent))
    return found


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
        "params": component.get_params(deep=False),
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
        component = component_class(**config["params"])
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


def checksums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below ``folder`` by its relative path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256_of(path) for path in files}


def verify(folder: Path, expected: dict[str, str]) -> None:
    """Raise :class:`PersistenceError` unless every listed file is there and unchanged.

    All that could be read for a component must be listed; other files are left alone.
    """
    for name, checksum in expected.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise PersistenceError(f"{folder}: lists a file outside of itself ({name!r}); refused")
        if not path.is_file():
            raise PersistenceError(f"{path}: missing; the folder is incomplete, save it again")
        if sha256_of(path) != checksum:
            raise PersistenceError(
                f"{path}: its content differs from what was saved (checksum); "
                "copy the folder again or save it anew"
            )
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name not in {*expected, CONFIG} and path.suffix in (".safetensors", ".json"):
            raise PersistenceError(
                f"{path}: is not listed in {CONFIG}, so its content cannot be checked; remove it, "
                "or copy the folder again"
            )


def sealed(config: dict[str, Any]) -> dict[str, Any]:
    """Return a config with its own checksum, which no list of files can hold."""
    return config | {"checksum": _checksum(config)}


def require_seal(config: dict[str, Any], path: Path) -> None:
    """Raise :class:`PersistenceError` unless a config read from ``path`` is as it was sealed."""
    content = {name: value for name, value in config.items() if name != "checksum"}
    if config.get("checksum") != _checksum(content):
        raise PersistenceError(
            f"{path}: its content differs from what was saved (checksum); "
            "copy the folder again or save it anew"
        )


def _checksum(config: dict[str, Any]) -> str:
    text = json.dumps(config, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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


def save_arrays(arrays: dict[str, Any], path: Path) -> None:
    """Write named arrays as safetensors."""
    from safetensors.numpy import save_file

    ordered = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    with safetensors_errors_as_os_errors(path), whole_file(path) as file:
        save_file(ordered, file.name)


def load_arrays(path: Path) -> dict[str, Any]:
    """Read named arrays; raise :class:`PersistenceError` if the file is missing or damaged."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        arrays = dict(load_file(path))
    except (OSError, SafetensorError, ValueError) as error:
        raise PersistenceError(
            f"{path}: missing or damaged ({error}); copy the folder again or save it anew"
        ) from error
    # Packages may teach NumPy other types (bfloat16), in which nothing of ours is saved.
    foreign = [name for name, array in arrays.items() if array.dtype.kind not in "biuf"]
    if foreign:
        raise PersistenceError(
            f"{path}: {foreign[0]!r} holds {arrays[foreign[0]].dtype}, no type that is saved here; "
            "copy the folder again or save it anew"
        )
    return arrays
