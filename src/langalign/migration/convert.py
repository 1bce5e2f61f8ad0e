"""Convert a stored index: read in batches, mapped in parts, written whole."""

from __future__ import annotations

from pathlib import Path

from langalign.errors import SpaceMismatchError
from langalign.migration.mapped_parts import MappedParts
from langalign.migration.migration_map import MigrationMap
from langalign.migration.stores.base import Store
from langalign.progress import Progress


def convert(
    source: Store,
    target: Store,
    mapping: MigrationMap,
    *,
    work: str | Path,
    progress: Progress | None = None,
) -> int:
    """Write ``source``, mapped, to ``target``, which is of the same kind and not there yet.

    Identifiers, payloads and other columns are kept. A stopped run resumes with the parts in
    ``work``, which are as large as the new vectors, and are deleted at the end.

    Parameters
    ----------
    source, target
        Of one kind; see :func:`~langalign.migration.open_store`.
    mapping
        Fitted.
    work
        Folder for what is done.
    progress
        Called with (stage, done, total).

    Returns
    -------
    int
        Vectors written.

    Raises
    ------
    SpaceMismatchError
        If the stored vectors are not as wide as those that the map was fitted on.
    DataError
        If the source cannot be read, or the target exists or is of another kind.
    PersistenceError
        If ``work`` holds parts of another migration.
    """
    old, new = mapping.widths
    if source.width != old:
        raise SpaceMismatchError(
            f"{source}: vectors of width {source.width}, the map was fitted on width {old}; give "
            "the model that made this index as the old one"
        )
    target.require_free(source)
    parts = MappedParts(Path(work), source, mapping)
    parts.make(progress)
    target.write(parts.read(progress), like=source, width=new)
    parts.remove()
    return source.n_rows
