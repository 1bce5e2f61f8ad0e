"""TMX translation memories, read unit by unit with a hardened XML parser."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from langalign.data.files import open_binary
from langalign.data.languages import language_spellings, normalize_language
from langalign.errors import DataError

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_MARKUP = frozenset({"bpt", "ept", "it", "ph", "ut"})  # hold codes of a word processor, no text


def read_tmx(
    path: Path, source_lang: str, target_lang: str
) -> Iterator[tuple[int, tuple[str, str]]]:
    """Yield the number and the two texts of each unit that has both languages.

    Parameters
    ----------
    path
        A .tmx file, plain or ending in .gz or .xz.
    source_lang, target_lang
        Language codes. A variant in the full code's own spelling goes first (``zh-Hant``), then
        any variant of the language (``en-US`` for ``en``).

    Raises
    ------
    DataError
        If the file cannot be read, is no well-formed TMX (line and column are named), or no unit
        has both languages (those found are listed).

    Examples
    --------
    >>> import tempfile
    >>> unit = '<tu><tuv xml:lang="{}"><seg>Hello</seg></tuv>{}</tu>'
    >>> korean = '<tuv xml:lang="ko-KR"><seg>안녕</seg></tuv>'
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "memory.tmx")
    ...     _ = path.write_text(f"<tmx><body>{unit.format('en-US', korean)}</body></tmx>", "utf-8")
    ...     list(read_tmx(path, "en", "ko"))
    [(1, ('Hello', '안녕'))]
    """
    wanted = language_spellings(source_lang), language_spellings(target_lang)
    languages: set[str] = set()
    number, found = 0, False
    for number, unit in enumerate(_units(path), start=1):
        languages |= unit.keys()
        source, target = (_variant(unit, spellings) for spellings in wanted)
        if source is not None and target is not None:
            found = True
            yield number, (source, target)
    if not found:
        raise _nothing_found(path, number, languages, (source_lang, target_lang))


def _units(path: Path) -> Iterator[dict[str, str]]:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    try:
        with open_binary(path) as file:
            yield from _parsed_units(iterparse(file, events=("start", "end")), path)
    except ParseError as error:
        line, column = error.position
        raise DataError(
            f"{path}, line {line}, column {column + 1}: not well-formed XML ({error}); "
            "export the memory again"
        ) from error
    except DefusedXmlException as error:
        raise DataError(
            f"{path}: declares entities, which can attack a reader ({type(error).__name__}); "
            "remove its DOCTYPE"
        ) from error
    except DataError:
        raise
    except (LookupError, ValueError, RecursionError) as error:
        raise DataError(f"{path}: cannot be parsed ({error}); export it again as UTF-8") from error


def _parsed_units(events: Any, path: Path) -> Iterator[dict[str, str]]:
    open_elements: list[Any] = []
    for event, element in events:
        if event == "start":
            if not open_elements and _tag(element) != "tmx":
                raise DataError(f"{path}: no TMX; its first element is <{_tag(element)}>")
            open_elements.append(element)
            continue
        open_elements.pop()
        if _tag(element) == "tu":
            yield _variants(element)
            open_elements[-1].clear()


def _variants(unit: Any) -> dict[str, str]:
    """Return the texts of a unit by language, each with its variants under their own names."""
    texts: dict[str, str] = {}
    for variant in unit:
        segments = [child for child in variant if _tag(child) == "seg"]
        lang = variant.get(_XML_LANG) or variant.get("lang")
        if _tag(variant) == "tuv" and segments and lang:
            texts.setdefault(_spelling(lang), _segment_text(segments[0]).strip())
    return texts


def _segment_text(element: Any) -> str:
    inside = "" if _tag(element) in _MARKUP else (element.text or "")
    for child in element:
        inside += _segment_text(child) + (child.tail or "")
    return inside


def _variant(unit: dict[str, str], spellings: tuple[str, ...]) -> str | None:
    for spelling in spellings:
        if spelling in unit:
            return unit[spelling]
    for lang, text in unit.items():
        if lang.partition("-")[0] == spellings[-1]:
            return text
    return None


def _nothing_found(
    path: Path, number: int, languages: set[str], wanted: tuple[str, str]
) -> DataError:
    if number == 0:
        return DataError(f"{path}: no translation unit (<tu>) in it; export the memory again")
    return DataError(
        f"{path}: no unit has both {wanted[0]} and {wanted[1]}; "
        f"its languages: {', '.join(sorted(languages)) or 'none'}"
    )


@functools.lru_cache(maxsize=1024)
def _spelling(lang: str) -> str:
    try:
        return normalize_language(lang)
    except DataError:  # a code of the exporting program's own: kept for the message
        return lang.strip()


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].lower()
