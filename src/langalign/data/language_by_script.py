"""Which of a few languages a text is in, recognised from its script."""

from __future__ import annotations

import math
from collections.abc import Sequence

from langalign.data.languages import language_scripts
from langalign.data.scripts import letters_by_script
from langalign.data.text import Text, parts_of
from langalign.errors import DataError


def language_by_script(text: Text, languages: Sequence[str]) -> str:
    """Return the language in whose scripts most of a text is written.

    Chinese characters alone are taken for the language that is written in nothing else. A text
    without letters, or in a script of none of the languages, is taken for the first of them.

    Parameters
    ----------
    text
        A text or a pair of texts.
    languages
        Language codes to choose from, at least one.

    Raises
    ------
    DataError
        If two of the languages are written in the script of the text.

    Examples
    --------
    >>> served = ["ko", "ja", "zh", "en"]
    >>> texts = ("정말 좋은 iPhone", "良い本", "好书", "good", "!?")
    >>> [language_by_script(text, served) for text in texts]
    ['ko', 'ja', 'zh', 'en', 'ko']
    """
    if len(languages) == 1:
        return languages[0]
    worth = letters_by_script(" ".join(parts_of(text)))
    scripts = {lang: language_scripts(lang) or frozenset() for lang in languages}
    inside = {
        lang: math.fsum(worth.get(script, 0.0) for script in scripts[lang]) for lang in languages
    }
    most = max(inside.values())
    if most == 0:
        return languages[0]
    likely = [lang for lang in languages if inside[lang] == most]
    fewest = min(len(scripts[lang]) for lang in likely)
    alike = [lang for lang in likely if len(scripts[lang]) == fewest]
    if len(alike) > 1:
        raise DataError(
            f"{' and '.join(alike)} have the same script, so it does not show which language a "
            "text is in; give the language (lang=, on the command line --lang)"
        )
    return alike[0]
