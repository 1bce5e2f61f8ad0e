"""A warning where texts are not in a script of their language: it is another file or column."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from langalign.data.cleaning import in_wrong_script
from langalign.data.languages import language_scripts
from langalign.data.text import Text, folded, parts_of
from langalign.errors import DataWarning

_LOOKED_AT = 1000


def warn_of_script(texts: Sequence[Text], lang: str | None, *, name: str) -> None:
    """Warn where more than half of the texts are not in a script of their language.

    About a thousand are looked at, evenly spread. Single ones may be in any script; parallel text
    is cleaned row by row (:func:`~langalign.data.clean`).

    Parameters
    ----------
    texts
        The texts.
    lang
        Their language; nothing is said where it is not known, or its script is not.
    name
        What they are, for the message.

    Warns
    -----
    DataWarning
        With one of them.

    Examples
    --------
    >>> warn_of_script(["좋아요", "iPhone"], "ko", name="unlabelled texts")
    """
    scripts = None if lang in (None, "und") else language_scripts(str(lang))
    if scripts is None or not texts:
        return
    seen = texts[:: -(-len(texts) // _LOOKED_AT)]
    wrong = [
        text
        for text in seen
        if any(in_wrong_script(folded(part), scripts) for part in parts_of(text))
    ]
    if 2 * len(wrong) > len(seen):
        warnings.warn(
            f"{name}: {len(wrong):,} of {len(seen):,} looked at are not in a script of {lang!r}, "
            f"such as {wrong[0]!r:.60}; give texts in {lang!r}: look at the file and the column",
            DataWarning,
            stacklevel=4,
        )
