"""Cross mode with real transformers: small, random, one per language."""

from __future__ import annotations

import numpy as np
import pytest

from langalign import LabeledText, LangAlign, Linear, LogisticHead, ParallelText
from langalign.encoders.transformer import TransformerEncoder
from langalign.errors import SettingError

pytest.importorskip("torch")

ENGLISH = ("man", "woman", "dog", "cat", "bird", "eats", "sleeps", "runs", "sings", "sees")
# In Latin letters: the tiny tokenizer takes Hangul apart.
KOREAN = ("namja", "yeoja", "gae", "goyangi", "sae", "meok", "ja", "ttwi", "norae", "bwa")
LABELS = ("animal", "human")


def sentences(words, numbers):
    """A subject and a verb; the same numbers mean the same in each language."""
    return [f"{words[subject]} {words[5 + verb]}" for subject, verb in numbers]


def questions(words, seed, n=300):
    """Pairs of sentences, labelled by whom the second is about; the first is noise."""
    numbers = np.random.default_rng(seed).integers(0, 5, (n, 2, 2))
    labels = [LABELS[int(subject < 2)] for subject in numbers[:, 1, 0]]
    first, second = (sentences(words, numbers[:, place]) for place in (0, 1))
    return list(zip(first, second, strict=True)), labels


ALL = [(subject, verb) for subject in range(5) for verb in range(5)]
SENTENCES = ParallelText(sentences(ENGLISH, ALL), sentences(KOREAN, ALL), "en", "ko")


@pytest.fixture(scope="module")
def readers(save_bert, tmp_path_factory):
    folder = tmp_path_factory.mktemp("readers")
    # One random network with words of two languages: then a map from one to the other exists.
    return tuple(
        TransformerEncoder(save_bert(folder / lang, words=words), threads=1)
        for lang, words in (("en", ENGLISH), ("ko", KOREAN))
    )


def fit(readers, parallel, **settings):
    model = LangAlign(
        *readers, target_lang="ko", pair_mode="cross", head=LogisticHead(C=10.0), select=False,
        aligner=Linear(alpha=1.0),        clean=False, cache=False, **settings,
    )  # fmt: skip
    return model.fit(LabeledText(*questions(ENGLISH, 0), "en"), parallel=parallel)


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_pairs_of_sentences_carry_what_shuffled_ones_do_not(readers, direction):
    texts, labels = questions(KOREAN, 1)
    order = np.random.default_rng(0).permutation(len(SENTENCES)).tolist()
    wrong = ParallelText(SENTENCES.source, SENTENCES.take(order).target, "en", "ko")
    found, by_chance = (
        fit(readers, parallel, direction=direction).score(texts, labels)
        for parallel in (SENTENCES, wrong)
    )
    assert found > by_chance + 0.2


def test_one_encoder_that_reads_single_texts_only(readers):
    with pytest.raises(SettingError, match=r"MiniEncoder\(\) reads single texts only"):
        fit((readers[0], "mini"), SENTENCES)
