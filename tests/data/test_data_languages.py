"""Language codes and scripts."""

import pytest

from langalign.data import normalize_language
from langalign.data.languages import language_scripts, language_spellings, primary_language
from langalign.data.scripts import letters_worth, script_of, script_share
from langalign.errors import DataError


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("ko", "ko"),
        ("KO", "ko"),
        (" ko ", "ko"),
        ("kor-Hang", "ko"),
        ("kor_Hang", "ko"),
        ("eng-Latn", "en"),
        ("jpn-Jpan", "ja"),
        ("zho-Hans", "zh-Hans"),
        ("cmn-Hant", "zh-Hant"),
        ("zh_hant_tw", "zh-Hant-TW"),
        ("pt-br", "pt-BR"),
        ("es-419", "es-419"),
        ("sr-latn", "sr-Latn"),
        ("ru-Cyrl", "ru"),
        ("yue", "yue"),
        ("und", "und"),
    ],
)
def test_one_spelling(given, normal):
    assert normalize_language(given) == normal
    assert normalize_language(normal) == normal


@pytest.mark.parametrize("code", ["", "english", "k", "ko-", "e1", "zh-Hans-TW-x", None, 3, "한국"])
def test_malformed_codes_are_refused_with_a_remedy(code):
    with pytest.raises(DataError, match="not a language code; give a BCP 47 code such as 'en'"):
        normalize_language(code)


def test_country_codes_are_answered_with_the_language():
    with pytest.raises(DataError, match="'kr' is a country here, not a language; write 'ko'"):
        normalize_language("kr")


def test_unknown_letters_are_refused():
    with pytest.raises(DataError, match="no language with the code 'qq'"):
        normalize_language("qq")


def test_spellings_in_files():
    assert language_spellings("zho-Hans") == ("zh-Hans", "zh")
    assert language_spellings("ko") == ("ko",)
    assert primary_language("zh-Hant-TW") == "zh"


@pytest.mark.parametrize(
    ("lang", "scripts"),
    [
        ("en", {"Latin"}),
        ("ko", {"Hangul"}),
        ("ja", {"Hiragana", "Katakana", "Han"}),
        ("zh-Hant", {"Han"}),
        ("ru", {"Cyrillic"}),
        ("sr-Latn", {"Latin"}),
        ("th", {"Thai"}),
    ],
)
def test_scripts_of_languages(lang, scripts):
    assert language_scripts(lang) == scripts


@pytest.mark.parametrize("lang", ["und", "xh-Brai", "tlh"])
def test_languages_without_a_table_have_no_scripts(lang):
    assert language_scripts(lang) is None


@pytest.mark.parametrize(
    ("characters", "script"),
    [
        ("aÉ\uff21", "Latin"),
        ("한ㅋ", "Hangul"),
        ("漢々\u3400\U00020000", "Han"),
        ("ひ", "Hiragana"),
        ("カー\uff76", "Katakana"),
        ("д", "Cyrillic"),
        ("हि", "Devanagari"),
    ],
)
def test_script_of(characters, script):
    assert {script_of(character) for character in characters if character.isalpha()} == {script}


def test_share_counts_letters_only_and_weighs_them():
    assert script_share("123 !? 😀", {"Latin"}) is None
    assert script_share("abc 123", {"Latin"}) == 1.0
    assert script_share("API 문서를 보라", {"Hangul"}) > 0.5
    assert letters_worth("ab") == 2.0
