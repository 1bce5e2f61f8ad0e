"""Which reader reads a table, by the suffix of its file."""

from __future__ import annotations

from pathlib import Path

from langalign.data.delimited import read_csv, read_tsv
from langalign.data.files import COMPRESSIONS, file_format, require_file
from langalign.data.jsonl import read_jsonl
from langalign.data.parquet import read_parquet
from langalign.data.table import Table
from langalign.errors import DataError

_READERS = {
    ".tsv": read_tsv,
    ".csv": read_csv,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".parquet": read_parquet,
}
_COMPRESSED_ITSELF = (".parquet",)


def reads_alike(path: Path, form: str) -> bool:
    """Return whether the readers would take a file of this name for what its ``form`` is.

    Of a suffix that no reader knows they take it for nothing else.

    Parameters
    ----------
    path
        The name.
    form
        The suffix of what will be in it, plain text.

    Examples
    --------
    >>> [reads_alike(Path(name), ".jsonl") for name in ("a.ndjson", "labels", "a.csv", "a.gz")]
    [True, True, False, False]
    """
    if path.suffix.lower() in COMPRESSIONS:
        return False
    suffix = file_format(path)
    return suffix not in _READERS or _READERS[suffix] is _READERS[form]


def read_table(path: Path, *, besides: str) -> Table:
    """Open a table of any known format, compressed or not.

    Parameters
    ----------
    path
        A .tsv, .csv, .jsonl (.ndjson) or .parquet file; all but the last also as .gz or .xz.
    besides
        What else the caller reads, for the message about an unknown suffix; may be empty.

    Raises
    ------
    DataError
        If the file is missing, its suffix is not known or it cannot be read.

    Examples
    --------
    >>> from langalign.data.bundled import bundled_path
    >>> read_table(bundled_path("sentiment"), besides="").columns[-4:]
    ('en', 'ko', 'ja', 'zh')
    """
    require_file(path)
    suffix = file_format(path)
    if suffix in _COMPRESSED_ITSELF and path.suffix.lower() in COMPRESSIONS:
        raise DataError(f"{path}: a compressed Parquet file is not read; decompress it first")
    if suffix not in _READERS:
        raise DataError(
            f"{path}: the suffix {suffix!r} is not known; known: {', '.join(_READERS)} "
            f"(all but .parquet also as {' or '.join(COMPRESSIONS)}){besides}"
        )
    return _READERS[suffix](path)
