"""The two small data sets inside the package, in English, Korean, Japanese and Chinese."""

from __future__ import annotations

from pathlib import Path

from langalign.data.labeled import LabeledText
from langalign.data.parallel import ParallelText
from langalign.errors import UnknownNameError

BUNDLED = ("sentiment", "nli")


def bundled_path(name: str) -> Path:
    """Return the file of a bundled data set.

    Parameters
    ----------
    name
        ``"sentiment"`` (short reviews, ``positive`` or ``negative``) or ``"nli"`` (premise and
        hypothesis, ``entailment``, ``neutral`` or ``contradiction``).

    Raises
    ------
    UnknownNameError
        If there is no such data set.

    Examples
    --------
    >>> bundled_path("nli").name
    'nli.tsv'
    """
    if name not in BUNDLED:
        raise UnknownNameError(f"no data set {name!r} is bundled; there are {', '.join(BUNDLED)}")
    return Path(__file__).parent / "bundled" / f"{name}.tsv"


def sentiment(lang: str, split: str | None = None) -> LabeledText:
    """Return the bundled reviews of one language.

    Parameters
    ----------
    lang
        ``en``, ``ko``, ``ja`` or ``zh``.
    split
        ``train``, ``dev`` or ``test``; None for all rows. Row i is the same in all languages.

    Raises
    ------
    DataError
        If there is no such language or split.

    Examples
    --------
    >>> sorted(set(sentiment("ko", "train").labels))
    ['negative', 'positive']
    """
    return LabeledText.read(bundled_path("sentiment"), lang=lang, split=split)


def nli(lang: str, split: str | None = None) -> LabeledText:
    """Return the bundled pairs of premise and hypothesis of one language.

    Parameters
    ----------
    lang
        ``en``, ``ko``, ``ja`` or ``zh``.
    split
        ``train``, ``dev`` or ``test``; None for all rows. Row i is the same in all languages.

    Raises
    ------
    DataError
        If there is no such language or split.

    Examples
    --------
    >>> sorted(set(nli("zh", "train").labels))
    ['contradiction', 'entailment', 'neutral']
    """
    return LabeledText.read(bundled_path("nli"), lang=lang, split=split)


def parallel(
    task: str, source_lang: str, target_lang: str, split: str | None = None
) -> ParallelText:
    """Return two languages of a bundled data set as parallel text.

    Parameters
    ----------
    task
        ``"sentiment"`` or ``"nli"``.
    source_lang, target_lang
        Two of ``en``, ``ko``, ``ja`` and ``zh``.
    split
        ``train``, ``dev`` or ``test``; None for all rows.

    Raises
    ------
    DataError
        If there is no such language or split.
    UnknownNameError
        If there is no such data set.

    Examples
    --------
    >>> parallel("sentiment", "en", "ko", "train").target_lang
    'ko'
    """
    path = bundled_path(task)
    return ParallelText.read(path, source_lang=source_lang, target_lang=target_lang, split=split)
