"""Opening text files, plain or compressed, and reading them line by line as strict UTF-8."""

from __future__ import annotations

import contextlib
import difflib
import gzip
import lzma
import zlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

from langalign.errors import DataError

COMPRESSIONS = (".gz", ".xz")
ByteFile = BufferedReader | gzip.GzipFile | lzma.LZMAFile
_BOM = b"\xef\xbb\xbf"
_LOOKS_LIKE = {
    b"\x1f\x8b": "it is gzip-compressed: add .gz to its name",
    b"\xfd7zXZ": "it is xz-compressed: add .xz to its name",
    b"PK\x03\x04": "it is a zip archive or a spreadsheet: unpack it, or save it as CSV UTF-8",
    b"PAR1": "it is a Parquet file: name it .parquet",
    b"\xff\xfe": "it looks like UTF-16: save it as UTF-8",
    b"\xfe\xff": "it looks like UTF-16: save it as UTF-8",
}


def file_format(path: Path) -> str:
    """Return a file's suffix in lower case, without the one of its compression.

    Examples
    --------
    >>> file_format(Path("train.TSV.gz"))
    '.tsv'
    """
    name = Path(path.name.lower())
    return Path(name.stem).suffix if name.suffix in COMPRESSIONS else name.suffix


def require_file(path: Path) -> None:
    """Check that there is a file to read.

    Raises
    ------
    DataError
        If the path is missing (a file with nearly this name is suggested) or is a folder.

    Examples
    --------
    >>> require_file(Path("."))
    Traceback (most recent call last):
    langalign.errors.DataError: .: this is a folder; give a file in it
    """
    try:
        if path.is_dir():
            raise DataError(f"{path}: this is a folder; give a file in it")
        missing = not path.exists()
    except OSError as error:  # such as a name that is too long: a text was given for a path
        raise DataError(f"{str(path)!r:.60}: no path to a file ({error.strerror})") from error
    if missing:
        raise DataError(f"{path}: there is no such file; {_near_name(path)}")


@contextlib.contextmanager
def open_binary(path: Path) -> Iterator[ByteFile]:
    """Open a file for reading, uncompressed on the way where its name ends in .gz or .xz.

    Raises
    ------
    DataError
        If it is missing, a folder, cannot be read or is damaged.

    Examples
    --------
    >>> with open_binary(Path(__file__)) as file:
    ...     file.read(3)
    b'\"\"\"'
    """
    require_file(path)
    try:
        with _open(path) as file:
            yield file
    except (gzip.BadGzipFile, zlib.error, lzma.LZMAError, EOFError) as error:
        raise DataError(
            f"{path}: damaged or cut off ({error}); copy or download it again"
        ) from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error}); check its permissions") from error


def read_lines(path: Path, *, keep_ends: bool = False) -> Iterator[tuple[int, str]]:
    """Yield each line with its number, counted from 1; only a line feed ends a line.

    Parameters
    ----------
    path
        A UTF-8 file, plain or ending in .gz or .xz; a byte order mark is dropped.
    keep_ends
        Keep the line ends.

    Raises
    ------
    DataError
        If the file is missing, empty or damaged, or a line is not UTF-8.

    Examples
    --------
    >>> next(read_lines(Path(__file__)))[0]
    1
    """
    number = 0
    with open_binary(path) as file:
        for number, raw in enumerate(file, start=1):
            line = _decode(raw, path, number)
            yield number, line if keep_ends else line.removesuffix("\n").removesuffix("\r")
    if number == 0:
        raise empty_file(path)


def empty_file(path: Path) -> DataError:
    """Return the error for a file with nothing in it.

    Examples
    --------
    >>> str(empty_file(Path("train.tsv")))
    'train.tsv: the file is empty; was its writing cut off?'
    """
    return DataError(f"{path}: the file is empty; was its writing cut off?")


def _near_name(path: Path) -> str:
    try:
        names = [other.name for other in path.parent.iterdir()]
    except OSError:
        names = []
    near = difflib.get_close_matches(path.name, names, n=1)
    return f"did you mean {near[0]!r}?" if near else "check the path"


def _open(path: Path) -> ByteFile:
    suffix = path.suffix.lower()
    if suffix == ".gz":
        return gzip.GzipFile(path, "rb")
    return lzma.LZMAFile(path, "rb") if suffix == ".xz" else path.open("rb")


def _decode(raw: bytes, path: Path, number: int) -> str:
    body = raw.removeprefix(_BOM) if number == 1 else raw
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        looks = [
            hint for start, hint in _LOOKS_LIKE.items() if number == 1 and raw.startswith(start)
        ]
        hint = looks[0] if looks else "save the file as UTF-8"
        raise DataError(
            f"{path}, line {number}: not UTF-8 at byte {error.start + 1} of the line; {hint}"
        ) from error
