"""A text: one string, or a pair of strings such as premise and hypothesis."""

from __future__ import annotations

import operator
import unicodedata
from collections.abc import Iterable, Mapping

from langalign.errors import DataError

Text = str | tuple[str, str]

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))


def as_texts(values: Iterable[object], *, name: str) -> tuple[Text, ...]:
    """Return texts as a tuple in which all are strings or all are pairs.

    Parameters
    ----------
    values
        The n texts; a pair may be a list or a tuple.
    name
        What they are, for messages.

    Raises
    ------
    DataError
        If something is no text, or if single texts and pairs are mixed; the row is named. A whole
        table is refused: its elements are the names of its columns.

    Examples
    --------
    >>> as_texts([["It rains.", "It is wet."]], name="texts")
    (('It rains.', 'It is wet.'),)
    """
    if isinstance(values, str | bytes):
        raise DataError(f"{name}: expected a list of texts, got one string; write [{values!r}]")
    _require_rows(values, name)
    try:
        rows = enumerate(values)
    except TypeError as error:
        raise DataError(
            f"{name}: expected a list of texts, got {type(values).__name__}; give a list or a tuple"
        ) from error
    texts = tuple(_as_text(value, f"{name}, row {row}") for row, value in rows)
    _require_one_kind(texts, name)
    return texts


def are_pairs(texts: tuple[Text, ...]) -> bool:
    """Return whether texts (of one kind) are pairs; no texts are no pairs.

    Examples
    --------
    >>> are_pairs(("Hello.",)), are_pairs((("It rains.", "It is wet."),))
    (False, True)
    """
    return bool(texts) and isinstance(texts[0], tuple)


def parts_of(text: Text) -> tuple[str, ...]:
    """Return the one or two strings of a text.

    Examples
    --------
    >>> parts_of("Hello."), parts_of(("It rains.", "It is wet."))
    (('Hello.',), ('It rains.', 'It is wet.'))
    """
    return (text,) if isinstance(text, str) else text


def named(text: Text) -> dict[str, str]:
    """Return a text as files name it: ``text``, or ``premise`` and ``hypothesis``.

    Examples
    --------
    >>> named("Hello."), named(("It rains.", "It is wet."))
    ({'text': 'Hello.'}, {'premise': 'It rains.', 'hypothesis': 'It is wet.'})
    """
    if isinstance(text, str):
        return {"text": text}
    return {"premise": text[0], "hypothesis": text[1]}


def folded(text: str) -> str:
    r"""Return a text as it is compared with others: NFKC, case and white space folded.

    Examples
    --------
    >>> folded("Ｈello \u200b  World ")
    'hello world'
    """
    normal = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).casefold()
    return " ".join(normal.split())


def is_blank(text: str) -> bool:
    r"""Return whether nothing of a text can be seen: whether :func:`folded` leaves nothing of it.

    Of a text that is not blank, only the beginning is looked at.

    Examples
    --------
    >>> is_blank(" \u200b\n"), is_blank(" a")
    (True, False)
    """
    return all(character.isspace() or ord(character) in _INVISIBLE for character in text)


def as_rows(rows: Iterable[object], *, length: int) -> list[int]:
    """Return row numbers as a list, checked against the number of rows there are.

    Raises
    ------
    DataError
        If a row number is no whole number or no row of the data; a mask is refused.

    Examples
    --------
    >>> as_rows((2, 0), length=3)
    [2, 0]
    """
    checked = []
    for row in rows:
        try:
            index = operator.index(row)  # type: ignore[arg-type]
        except TypeError:
            index = None
        if index is None or isinstance(row, bool):
            raise DataError(
                f"expected row numbers, got {row!r}; turn a mask into them: numpy.flatnonzero(mask)"
            )
        if not 0 <= index < length:
            raise DataError(f"there is no row {index}: the rows are 0 to {length - 1}")
        checked.append(index)
    return checked


def _require_rows(values: object, name: str) -> None:
    """Raise :class:`DataError` for what yields something other than its rows in their order."""
    kind = type(values).__name__
    if hasattr(type(values), "columns"):  # of pandas, polars, Arrow
        raise DataError(
            f"{name}: expected a list of texts, got a whole table ({kind}); give one column of it, "
            "table['text'], for pairs of texts two, list(zip(table['premise'], "
            "table['hypothesis'])), for vectors table.to_numpy()"
        )
    if isinstance(values, Mapping | set | frozenset):
        raise DataError(f"{name}: expected a list of texts in their order, got a {kind}")


def _as_text(value: object, place: str) -> Text:
    if isinstance(value, str):
        return _whole(value, place)
    if isinstance(value, list | tuple):
        match value:
            case (str() as first, str() as second):
                return _whole(first, place), _whole(second, place)
        raise DataError(
            f"{place}: expected a text or a pair of two texts, got {value!r:.80}; vectors are "
            "given as one NumPy array of numbers"
        )
    if getattr(value, "ndim", 0):  # an array, a tensor, a row of a sparse matrix
        raise DataError(
            f"{place}: expected a text, got {type(value).__name__}; vectors are given as one NumPy "
            "array of numbers, texts as a list of strings"
        )
    raise DataError(
        f"{place}: expected a text, got {value!r:.80} ({type(value).__name__}); "
        "drop such rows or turn them into strings"
    )


def _whole(text: str, place: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise DataError(
            f"{place}: half of a surrogate pair at character {error.start}; "
            "the text was cut inside a character, correct or drop it"
        ) from error
    return text


def _require_one_kind(texts: tuple[Text, ...], name: str) -> None:
    for row, text in enumerate(texts):
        if isinstance(text, str) != isinstance(texts[0], str):
            kinds = ("a single text", "a pair")
            first, other = kinds if isinstance(texts[0], str) else kinds[::-1]
            raise DataError(
                f"{name}: row 0 is {first} and row {row} is {other}; give one kind throughout"
            )
