"""The bundled data sets: their readers, and what their content promises."""

from collections import Counter

import pytest

from langalign.data import ParallelText, bundled_path
from langalign.data.bundled import BUNDLED, nli, parallel, sentiment
from langalign.data.delimited import read_tsv
from langalign.data.languages import language_scripts
from langalign.data.scripts import script_share
from langalign.data.text import parts_of
from langalign.errors import DataError, UnknownNameError

LANGUAGES = ("en", "ko", "ja", "zh")
SPLITS = ("train", "dev", "test")
READERS = {"sentiment": sentiment, "nli": nli}


def rows_of(name):
    return [row for _, row in read_tsv(bundled_path(name)).rows]


def test_sizes():
    assert len(sentiment("en")) >= 800
    assert len(nli("en")) == 300


@pytest.mark.parametrize("name", BUNDLED)
def test_rows_are_the_same_in_all_languages(name):
    for split in SPLITS:
        texts = [READERS[name](lang, split) for lang in LANGUAGES]
        assert len({text.labels for text in texts}) == 1
        assert all(text.is_pairs == (name == "nli") for text in texts)
        for other, lang in zip(texts[1:], LANGUAGES[1:], strict=True):
            both = parallel(name, "en", lang, split)
            assert isinstance(both, ParallelText)
            assert (both.source, both.target) == (texts[0].texts, other.texts)


@pytest.mark.parametrize("name", BUNDLED)
def test_splits_and_ids(name):
    rows = rows_of(name)
    assert {row["split"] for row in rows} == set(SPLITS)
    assert len({row["id"] for row in rows}) == len(rows)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_review_is_there_twice(lang):
    texts = sentiment(lang).texts
    assert [text for text, count in Counter(texts).items() if count > 1] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_premise_is_in_two_splits(lang):
    splits = {}
    for row in rows_of("nli"):
        splits.setdefault(row[f"premise_{lang}"], set()).add(row["split"])
    assert [premise for premise, where in splits.items() if len(where) > 1] == []


def test_labels_are_balanced():
    for split in (None, *SPLITS):
        labels = sentiment("en", split).labels
        assert set(labels) == {"positive", "negative"}
        assert 0.45 <= labels.count("positive") / len(labels) <= 0.55
    counts = Counter(nli("en").labels)
    assert counts == {"entailment": 100, "neutral": 100, "contradiction": 100}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", BUNDLED)
def test_texts_are_clean_and_in_the_script_of_their_language(name, lang):
    scripts = language_scripts(lang)
    for text in READERS[name](lang).texts:
        for part in parts_of(text):
            assert part == part.strip() != ""
            assert (script_share(part, scripts) or 0) > 0.5, part


def test_no_opening_is_worn_out():
    openings = Counter(
        (row["domain"], " ".join(row["en"].lower().split()[:3])) for row in rows_of("sentiment")
    )
    assert [opening for opening, count in openings.items() if count > 3] == []


def test_unknown_names():
    with pytest.raises(UnknownNameError, match="there are sentiment, nli"):
        bundled_path("emotion")
    with pytest.raises(DataError, match="no column with texts; found 'id', 'split'"):
        sentiment("fr")
    with pytest.raises(DataError, match="no row has split 'validation'; there are split"):
        nli("ko", "validation")
