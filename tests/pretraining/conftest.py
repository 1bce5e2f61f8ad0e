"""Makes ``scripts/`` importable, and text of four languages to train a tiny network on."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

WORDS = {
    lang: text.split()
    for lang, text in {
        "en": "the film was good bad long short we liked it very much",
        "ko": "영화 정말 좋았다 나빴다 길었다 짧았다 우리는 아주 많이 봤다",
        "ja": "映画 とても 良かった 悪かった 長い 短い 私は 毎日 見た 好き",
        "zh": "电影 非常 好看 难看 太长 太短 我们 每天 看过 喜欢",
    }.items()
}
BLANK = {"en": " ", "ko": " ", "ja": "", "zh": ""}


@pytest.fixture(scope="session")
def lines():
    rng = random.Random(0)
    return {
        lang: [BLANK[lang].join(rng.choices(words, k=rng.randint(1, 12))) for _ in range(1001)]
        for lang, words in WORDS.items()
    }


@pytest.fixture(scope="session")
def text_settings():
    from pretrain_mini_lm.settings import TextSettings

    return TextSettings(vocab_size=300, sample_bytes=20_000, row_length=32)


@pytest.fixture(scope="session")
def text_folder(lines, text_settings, tmp_path_factory):
    from pretrain_mini_lm.prepared import prepare

    folder = tmp_path_factory.mktemp("pretraining") / "work" / "text"
    checksums = dict.fromkeys(lines, "0" * 64)
    prepare(lines, text_settings, checksums, folder, lambda text: None)
    return folder


@pytest.fixture(scope="session")
def prepared(text_folder, text_settings):
    from pretrain_mini_lm.prepared import load_prepared

    return load_prepared(text_folder, text_settings)
