"""Language codes: checked, in one spelling, with the scripts a language is written in."""

from __future__ import annotations

import re

from langalign.errors import DataError

_FORM = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|[0-9]{3}))?", re.IGNORECASE)
_SHORTER_CODES = """
    afr af amh am ara ar arb ar asm as aze az bel be ben bn bos bs bul bg cat ca ces cs cmn zh
    cym cy dan da deu de ell el eng en est et eus eu fas fa fin fi fra fr gle ga glg gl guj gu
    hau ha heb he hin hi hrv hr hun hu hye hy ibo ig ind id isl is ita it jpn ja kan kn kat ka
    kaz kk khm km kin rw kir ky kor ko lao lo lav lv lit lt ltz lb mal ml mar mr mkd mk mlt mt
    mon mn msa ms mya my nep ne nld nl nno nn nob nb nor no pan pa pol pl por pt pus ps ron ro
    rus ru san sa sin si slk sk slv sl som so spa es sqi sq srp sr swa sw swe sv tam ta tel te
    tgk tg tgl tl tha th tir ti tur tr uig ug ukr uk urd ur uzb uz vie vi xho xh yid yi yor yo
    zho zh zul zu
"""
_SHORTER = dict(zip(_SHORTER_CODES.split()[::2], _SHORTER_CODES.split()[1::2], strict=True))
_COUNTRIES = {"kr": "ko", "jp": "ja", "cn": "zh", "cz": "cs", "dk": "da", "gr": "el", "ua": "uk"}
_TWO_LETTERS = """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy
    hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko ks ku kv kw ky la lb lg li
    ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os
    pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta
    te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""

_SCRIPTS_OF_LANGUAGES = {
    "af az bs ca cs cy da de en eo es et eu fi fr ga gl ha hr hu id ig is it la lb lt lv ms mt nb "
    "nl nn no pl pt ro rw sk sl so sq sv sw tl tr vi xh yo zu": ("Latin",),
    "be bg kk ky mk mn ru tg uk": ("Cyrillic",),
    "sr uz": ("Cyrillic", "Latin"),
    "ar ckb fa ps ug ur": ("Arabic",),
    "hi mr ne sa": ("Devanagari",),
    "ko": ("Hangul",),
    "ja": ("Hiragana", "Katakana", "Han"),
    "zh yue": ("Han",),
    "el": ("Greek",),
    "he yi": ("Hebrew",),
    "am ti": ("Ethiopic",),
    "hy": ("Armenian",),
    "ka": ("Georgian",),
    "th": ("Thai",),
    "lo": ("Lao",),
    "km": ("Khmer",),
    "my": ("Myanmar",),
    "as bn": ("Bengali",),
    "gu": ("Gujarati",),
    "kn": ("Kannada",),
    "ml": ("Malayalam",),
    "pa": ("Gurmukhi", "Arabic"),
    "si": ("Sinhala",),
    "ta": ("Tamil",),
    "te": ("Telugu",),
}
_LANGUAGE_SCRIPTS = {
    code: frozenset(scripts)
    for codes, scripts in _SCRIPTS_OF_LANGUAGES.items()
    for code in codes.split()
}
_SCRIPT_SUBTAGS = {
    "Latn": frozenset({"Latin"}),
    "Cyrl": frozenset({"Cyrillic"}),
    "Grek": frozenset({"Greek"}),
    "Arab": frozenset({"Arabic"}),
    "Hebr": frozenset({"Hebrew"}),
    "Deva": frozenset({"Devanagari"}),
    "Thai": frozenset({"Thai"}),
    "Hang": frozenset({"Hangul"}),
    "Kore": frozenset({"Hangul"}),
    "Jpan": frozenset({"Hiragana", "Katakana", "Han"}),
    "Hani": frozenset({"Han"}),
    "Hans": frozenset({"Han"}),
    "Hant": frozenset({"Han"}),
}


def normalize_language(code: str) -> str:
    """Return a language code in the one spelling that is used everywhere.

    Parameters
    ----------
    code
        A BCP 47 code: a language of two or three letters, then perhaps a script and a region
        (``ko``, ``zh-Hans``, ``pt-BR``). Any case and ``_`` for ``-`` will do; three-letter codes
        of languages with a two-letter one become that (``kor``, and ``cmn`` for Chinese).

    Returns
    -------
    str
        The code, without a script that the language is written in anyway.

    Raises
    ------
    DataError
        If the code is malformed or the two letters are no language.

    Examples
    --------
    >>> normalize_language("kor-Hang"), normalize_language("zh_hans"), normalize_language("PT-br")
    ('ko', 'zh-Hans', 'pt-BR')
    """
    match = _FORM.fullmatch(code.strip()) if isinstance(code, str) else None
    if match is None:
        raise DataError(
            f"{code!r} is not a language code; give a BCP 47 code such as 'en', 'ko', 'ja', 'zh' "
            "or 'zh-Hans'"
        )
    language, script, region = (part or "" for part in match.groups())
    language = _known_language(language.lower())
    script, region = script.title(), region.upper()
    if script not in ("Hans", "Hant") and language in _LANGUAGE_SCRIPTS:
        scripts = _LANGUAGE_SCRIPTS[language]
        script = "" if _SCRIPT_SUBTAGS.get(script) == scripts else script
    return "-".join(part for part in (language, script, region) if part)


def primary_language(code: str) -> str:
    """Return the language itself, without script and region.

    Raises
    ------
    DataError
        If the code is no language code.

    Examples
    --------
    >>> primary_language("zh-Hans")
    'zh'
    """
    return normalize_language(code).partition("-")[0]


def language_spellings(code: str) -> tuple[str, ...]:
    """Return what files may call a language: the full code first, then its first part.

    Raises
    ------
    DataError
        If the code is no language code.

    Examples
    --------
    >>> language_spellings("zh-Hans"), language_spellings("ko")
    (('zh-Hans', 'zh'), ('ko',))
    """
    return tuple(dict.fromkeys((normalize_language(code), primary_language(code))))


def language_scripts(code: str) -> frozenset[str] | None:
    """Return the scripts a language is written in, or None where they are not known.

    Parameters
    ----------
    code
        A language code; a script named in it decides (``sr-Latn``).

    Raises
    ------
    DataError
        If the code is no language code.

    Examples
    --------
    >>> sorted(language_scripts("ja"))
    ['Han', 'Hiragana', 'Katakana']
    """
    language, *rest = normalize_language(code).split("-")
    for part in rest:
        if len(part) == 4:
            return _SCRIPT_SUBTAGS.get(part)
    return _LANGUAGE_SCRIPTS.get(language)


def _known_language(letters: str) -> str:
    if letters in _COUNTRIES:
        raise DataError(
            f"{letters!r} is a country here, not a language; write {_COUNTRIES[letters]!r}"
        )
    if len(letters) == 2 and letters not in _TWO_LETTERS.split():
        raise DataError(
            f"there is no language with the code {letters!r}; give an ISO 639-1 code such as "
            "'en', 'ko', 'ja', 'zh', or a three-letter code"
        )
    return _SHORTER.get(letters, letters)
