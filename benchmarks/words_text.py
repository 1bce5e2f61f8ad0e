"""The text that word vectors are trained on, cut into words, one line a sentence.

English: lower-cased runs of letters. Korean: what stands between white space, punctuation off.
Japanese and Chinese have no white space: the longest word of the dictionary's target column that
fits is taken (:func:`longest_match`), else one character. The column says where words end, never
what they mean; every method that is compared reads the same vectors.
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Callable, Iterator
from pathlib import Path

LONGEST_WORD = 8
SPACED = {"en": re.compile(r"[a-z]+(?:['-][a-z]+)*"), "ko": re.compile(r"[^\W_]+")}
RUN = re.compile(r"[^\W_]+")
WHOLE = re.compile(r"[A-Za-z0-9]+")


def lines_of_words(path: Path, lang: str, targets: set[str]) -> Iterator[str]:
    """Yield each line of a ``.txt.xz`` file as words with blanks between them."""
    words = segmenter(lang, targets)
    with lzma.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            found = words(line)
            if len(found) > 1:
                yield " ".join(found)


def segmenter(lang: str, targets: set[str]) -> Callable[[str], list[str]]:
    """Return the function that cuts a line of one language into words."""
    if lang in SPACED:
        pattern = SPACED[lang]
        return lambda line: pattern.findall(line.lower())
    known = {word for word in targets if 2 <= len(word) <= LONGEST_WORD and RUN.fullmatch(word)}
    return lambda line: [
        word for run in RUN.findall(line.lower()) for word in longest_match(run, known)
    ]


def longest_match(run: str, known: set[str]) -> Iterator[str]:
    """Yield the words of a run of letters, the longest known one first, left to right."""
    at = 0
    while at < len(run):
        latin = WHOLE.match(run, at)
        if latin:
            word = latin[0]
        else:
            candidates = (run[at : at + n] for n in range(LONGEST_WORD, 1, -1))
            word = next((one for one in candidates if one in known), run[at])
        yield word
        at += len(word)
