"""Statistics of pairs as a folder of safetensors + JSON."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.moments import Moments
from langalign.aligners.pair_statistics import PairStatistics
from langalign.aligners.scatter import Scatter
from langalign.errors import PersistenceError
from langalign.persistence import (
    CONFIG,
    FORMAT_VERSION,
    WEIGHTS,
    checksums,
    load_arrays,
    read_config,
    save_arrays,
    write_folder,
    write_json,
)

KIND = "pair-statistics"


def save_statistics(
    statistics: PairStatistics, path: str | Path, *, reading: Mapping[str, Any] | None = None
) -> None:
    """Write statistics into a folder, whole or not at all.

    Parameters
    ----------
    statistics
        What :func:`load_statistics` will return, to the bit.
    path
        Folder to write; older statistics there are replaced.
    reading
        How the pairs were read, JSON-able; it is kept beside the sums.

    Raises
    ------
    PersistenceError
        If ``path`` is a file, or a folder with other things in it.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> counted = PairStatistics.of(np.eye(3), np.eye(3), source="minilm")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_statistics(counted, f"{folder}/shard-0")
    ...     load_statistics(f"{folder}/shard-0").n
    3
    """
    arrays, config = as_arrays(statistics), description(statistics)
    if reading is not None:
        config["reading"] = dict(reading)
    with write_folder(path, kind=KIND) as folder:
        save_arrays(arrays, folder / WEIGHTS)
        write_json(folder / CONFIG, config | {"files": checksums(folder)})


def load_statistics(path: str | Path) -> PairStatistics:
    """Read statistics that :func:`save_statistics` wrote.

    Raises
    ------
    PersistenceError
        If the folder is missing, damaged or of a newer format, or holds something else.
    """
    config = read_config(path, expected=KIND)
    arrays = load_arrays(Path(path) / WEIGHTS)
    try:
        return from_arrays(arrays, config)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise PersistenceError(
            f"{path}: damaged, its sums do not fit together ({error!r}); count the shard again"
        ) from error


def description(statistics: PairStatistics) -> dict[str, Any]:
    """Return what a reader wants to know of statistics, and what is no array in them."""
    d_source, d_target = statistics.widths
    return {
        "format_version": FORMAT_VERSION,
        "kind": KIND,
        "pairs": statistics.n,
        "parts": [part.n for part in statistics.parts],
        "source": {"dim": d_source, "fingerprint": statistics.source},
        "target": {"dim": d_target, "fingerprint": statistics.target},
        "shards": list(statistics.shards),
        "complete": statistics.complete,
    }


def as_arrays(statistics: PairStatistics) -> dict[str, NDArray[Any]]:
    """Return the sums as arrays whose first axis is the part."""
    parts = statistics.parts
    return {
        "n": np.array([part.n for part in parts], dtype=np.int64),
        "x_mean": np.stack([part.x_mean for part in parts]),
        "y_mean": np.stack([part.y_mean for part in parts]),
        "xx": np.stack([part.moments.xx for part in parts]),
        "xy": np.stack([part.moments.xy for part in parts]),
        "yy": np.stack([part.moments.yy for part in parts]),
    }


def from_arrays(arrays: Mapping[str, NDArray[Any]], config: Mapping[str, Any]) -> PairStatistics:
    """Return the statistics of :func:`as_arrays` and :func:`description`."""
    n_parts, d_source, d_target = arrays["xy"].shape
    expected = {
        "n": (n_parts,),
        "x_mean": (n_parts, d_source),
        "y_mean": (n_parts, d_target),
        "xx": (n_parts, d_source, d_source),
        "xy": (n_parts, d_source, d_target),
        "yy": (n_parts, d_target, d_target),
    }
    if {name: arrays[name].shape for name in expected} != expected:
        raise ValueError("shapes differ")
    parts = tuple(
        Scatter(
            arrays["x_mean"][part],
            arrays["y_mean"][part],
            Moments(int(arrays["n"][part]), *(arrays[name][part] for name in ("xx", "xy", "yy"))),
        )
        for part in range(n_parts)
    )
    source, target = (config[side]["fingerprint"] for side in ("source", "target"))
    return PairStatistics(parts, source, target, tuple(config["shards"]), bool(config["complete"]))
