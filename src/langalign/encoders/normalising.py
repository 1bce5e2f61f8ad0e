"""NFKC and lower case, as the tokenizers library does them, at the speed of Python's own tables."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

# All but what two tables of Unicode agree upon: letters, signs and ideographs that were assigned
# long ago, and whose normal forms the standard promises never to change. Elsewhere the two
# libraries' versions of Unicode may differ (as on "㋿", of 2019): the tokenizer's table decides.
_TABLES_MAY_DIFFER = re.compile(
    "[^\u0000-\u052f\u1100-\u11ff\u1e00-\u32fe\u3300-\u9fff\uac00-\ud7a3\uf900-\ufb06\ufe10-\uffff"
    "\U0001f300-\U0001faff]"
)

# Wide signs, the wide blank and the ellipsis stand all over Chinese and Japanese text. Where they
# are replaced first, the rest is mostly in normal form already, which Python sees at a glance.
_COMMON = re.compile("[\uff01-\uff5e\u3000\u2026]+")


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
    >>> FastNormaliser(Sequence([NFKC(), Lowercase()]))("ＡBC ①")
    'abc 1'
    """

    def __init__(self, normalizer: Any) -> None:
        self._normalizer = normalizer

    @staticmethod
    def replaces(normalizer: Any) -> bool:
        """Tell whether ``normalizer`` does NFKC, then lower case, and nothing else."""
        from tokenizers.normalizers import NFKC, Lowercase, Sequence

        if normalizer is None:
            return False
        known = Sequence([NFKC(), Lowercase()])
        return bool(normalizer.__getstate__() == known.__getstate__())

    def __call__(self, text: str) -> str:
        """Return ``text`` normalised."""
        if text.isascii():
            return text.lower()
        if _TABLES_MAY_DIFFER.search(text):
            return str(self._normalizer.normalize_str(text))
        text = _COMMON.sub(_normal_form, text)
        # Python writes a sigma at the end of a word in another way; the tokenizer knows no words.
        return unicodedata.normalize("NFKC", text).replace("Σ", "σ").lower()


def _normal_form(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0])
