"""The map from an old model's vectors to a new one's, at the length that the new ones have."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np

from langalign.aligners.base import Aligner, aligners
from langalign.errors import PersistenceError
from langalign.persistence import (
    CONFIG,
    FORMAT_VERSION,
    checksums,
    load_component,
    read_config,
    require_seal,
    save_component,
    sealed,
    verify,
    write_folder,
    write_json,
)
from langalign.vectors import Vectors, as_vectors, unit

KIND = "migration map"
_UNIT_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class MigrationMap:
    """Maps stored vectors into the space of the model that replaces theirs.

    Parameters
    ----------
    aligner
        Fitted from old to new vectors.
    unit_length
        Whether the new model gives vectors of length one, as the mapped ones shall be then.
    fingerprints
        Of both encoders, ``old`` and ``new``, where they are known.
    record
        What is to be kept beside the map, such as the recall that was measured.

    Examples
    --------
    >>> from langalign.aligners.linear import Linear
    >>> old = np.random.default_rng(0).normal(size=(300, 4))
    >>> MigrationMap.fit(old, old[:, :3], aligner=Linear()).transform(old).shape
    (300, 3)
    """

    aligner: Aligner
    unit_length: bool
    fingerprints: dict[str, str] = field(default_factory=dict)
    record: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def fit(
        cls,
        old: Any,
        new: Any,
        *,
        aligner: Aligner,
        fingerprints: dict[str, str] | None = None,
        record: dict[str, Any] | None = None,
    ) -> Self:
        """Fit a map on the vectors of the same texts by both models.

        Parameters
        ----------
        old, new
            Shapes (n, d_old) and (n, d_new).
        aligner
            Unfitted.
        fingerprints, record
            As the class has them.

        Raises
        ------
        DataError
            If the rows do not correspond.
        """
        Y = as_vectors(new, name="new vectors")
        lengths = np.linalg.norm(Y, axis=1)
        return cls(
            aligner.fresh().fit(old, Y),
            bool(np.abs(lengths - 1).max() < _UNIT_TOLERANCE),
            fingerprints or {},
            record or {},
        )

    def transform(self, X: Any) -> Vectors:
        """Map ``X`` of shape (n, d_old) to shape (n, d_new)."""
        mapped = self.aligner.transform(X)
        return unit(mapped) if self.unit_length else mapped

    @property
    def widths(self) -> tuple[int, int]:
        """Widths of old and of new vectors."""
        return self.aligner.n_features_in_, self.aligner.n_features_out_

    def save(self, path: str | Path) -> None:
        """Write the map as a folder; an older one is replaced.

        Raises
        ------
        PersistenceError
            If ``path`` holds something else.
        """
        with write_folder(path, kind=KIND) as folder:
            (folder / "aligner").mkdir()
            save_component(self.aligner, folder / "aligner", kind=aligners.kind)
            config = {
                "format_version": FORMAT_VERSION,
                "kind": KIND,
                "unit_length": self.unit_length,
                "fingerprints": self.fingerprints,
                "record": self.record,
            }
            write_json(folder / CONFIG, sealed(config | {"files": checksums(folder)}))

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read what :meth:`save` wrote.

        Raises
        ------
        PersistenceError
            If anything is missing or damaged.
        """
        folder = Path(path)
        config = read_config(folder, expected=KIND)
        require_seal(config, folder / CONFIG)
        try:
            verify(folder, config["files"])
            return cls(
                load_component(folder / "aligner", aligners),
                bool(config["unit_length"]),
                {str(side): str(value) for side, value in config["fingerprints"].items()},
                dict(config["record"]),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise PersistenceError(
                f"{folder / CONFIG}: damaged ({error!r}); fit it again"
            ) from error
