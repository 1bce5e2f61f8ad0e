"""NFKC and lower case, as the tokenizers library does them, at the speed of Python's own tables."""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Where two tables of Unicode agree: letters, signs and ideographs that were assigned long ago, and
# whose normal forms the standard promises never to change. Elsewhere the two libraries' versions
# of Unicode may differ (as on "㋿", of 2019): the tokenizer's table decides.
_AGREED = (
    (0x0000, 0x052F),
    (0x1100, 0x11FF),
    (0x1E00, 0x32FE),
    (0x3300, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xF900, 0xFB06),
    (0xFE10, 0xFFFF),
    (0x1F300, 0x1FAFF),
)
_TABLES_MAY_DIFFER = np.ones(0x110000, dtype=bool)
for _first, _last in _AGREED:
    _TABLES_MAY_DIFFER[_first : _last + 1] = False

_SEPARATOR = "\0"
"""Separates texts that are normalised together; nothing is composed across it."""


class FastNormaliser:
    """What a tokenizer's normaliser of NFKC and lower case does, several times as fast.

    The tokenizers library keeps track of where each character came from, which nobody asks for
    here.

    Parameters
    ----------
    normalizer
        The tokenizer's, of the tokenizers library. It is used itself for texts with characters of
        which tables of Unicode may differ.

    Examples
    --------
    >>> from tokenizers.normalizers import NFKC, Lowercase, Sequence
    >>> FastNormaliser(Sequence([NFKC(), Lowercase()]))(["ＡBC ①", "…"])
    ['abc 1', '...']
    """

    def __init__(self, normalizer: Any) -> None:
        self._normalizer = normalizer

    @staticmethod
    def replaces(normalizer: Any) -> bool:
        """Return whether ``normalizer`` does NFKC, then lower case, and nothing else."""
        from tokenizers.normalizers import NFKC, Lowercase, Sequence

        if normalizer is None:
            return False
        known = Sequence([NFKC(), Lowercase()])
        return bool(normalizer.__getstate__() == known.__getstate__())

    def __call__(self, texts: list[str]) -> list[str]:
        """Return ``texts`` normalised."""
        joined = _SEPARATOR.join(texts)
        if joined.count(_SEPARATOR) != len(texts) - 1:
            return [str(self._normalizer.normalize_str(text)) for text in texts]
        if joined.isascii():
            return joined.lower().split(_SEPARATOR)
        codes = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32)
        normal = [_lower_normal_form(text) for text in _narrowed(codes).split(_SEPARATOR)]
        for index in _owners(np.flatnonzero(_TABLES_MAY_DIFFER[codes]), codes):
            normal[index] = str(self._normalizer.normalize_str(texts[index]))
        return normal


def _narrowed(codes: NDArray[np.uint32]) -> str:
    """Return the text with wide signs, the wide blank and the ellipsis in their normal forms.

    They stand all over Chinese and Japanese text. Where they are replaced first, the rest is mostly
    in normal form already, which Python sees at a glance.
    """
    codes = codes.copy()
    codes[codes - np.uint32(0xFF01) <= 0xFF5E - 0xFF01] -= 0xFF01 - 0x21
    codes[codes == 0x3000] = 0x20
    return codes.tobytes().decode("utf-32-le").replace("\u2026", "...")


def _lower_normal_form(text: str) -> str:
    # Python writes a sigma at the end of a word in another way; the tokenizer knows no words.
    return unicodedata.normalize("NFKC", text).replace("Σ", "σ").lower()


def _owners(places: NDArray[np.intp], codes: NDArray[np.uint32]) -> list[int]:
    """Return the numbers of the texts that hold these places."""
    if not len(places):
        return []
    separators = np.flatnonzero(codes == ord(_SEPARATOR))
    return sorted(set(np.searchsorted(separators, places).tolist()))
