"""The static encoder does what its tokenizer and its table say, however it gets there."""

from __future__ import annotations

import shutil
import sys

import numpy as np
import pytest
from safetensors.numpy import save
from tokenizers import Tokenizer, normalizers

from langalign.data import bundled
from langalign.encoders import normalising, static, tokenizing_ahead
from langalign.encoders.mini import MiniEncoder
from langalign.encoders.normalising import FastNormaliser
from langalign.errors import EncoderError

ODD = [
    "",
    "   ",
    "ＡＢＣ　①②… ½",
    "ΟΔΥΣΣΕΥΣ",
    "İstanbul",
    "㋿元年",
    "e\u0301\u0327 가\u11a8",
    "🇰🇷👍🏽 great!!!",
    "สวัสดี नमस्ते שלום",
    "ﬁne\x1c\u2028text",
    "12,345.67％",
]


@pytest.fixture(scope="module")
def mini():
    return MiniEncoder()


@pytest.fixture(scope="module")
def texts():
    pairs = [bundled.parallel("sentiment", "en", lang, "train") for lang in ("ko", "ja", "zh")]
    return ODD + [text for pair in pairs for side in (pair.source, pair.target) for text in side]


def means(encoder, texts):
    """The formula in the class's docstring, one text at a time, in float64."""
    tokenizer = Tokenizer.from_file(str(encoder.path / static.TOKENIZER_FILE))
    tokenizer.enable_truncation(encoder.max_tokens)
    stored = encoder.tensors()
    table, weights = stored.embeddings * stored.scales[:, None], stored.weights
    found = np.zeros((len(texts), encoder.dim))
    for row, text in enumerate(texts):
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        if weights[ids].sum() > 0:
            found[row] = table[ids].sum(axis=0, dtype=np.float64) / weights[ids].sum()
    return found


def test_a_vector_is_the_weighted_mean_of_what_the_plain_tokenizer_finds(mini, texts):
    np.testing.assert_allclose(mini.encode(texts), means(mini, texts), rtol=1e-5, atol=1e-6)


def test_vectors_are_the_same_however_texts_are_shared_out(mini, texts, monkeypatch):
    together = mini.encode(texts)
    monkeypatch.setattr(tokenizing_ahead, "CHARS_PER_CALL", 200)  # many calls, some at a time
    np.testing.assert_array_equal(mini.encode(texts), together)
    monkeypatch.setenv("RAYON_NUM_THREADS", "1")  # many calls, one after the other
    np.testing.assert_array_equal(mini.encode(texts), together)


@pytest.mark.parametrize("chars", [1, 7, 100])
def test_calls_hold_all_texts_once_in_order(chars, monkeypatch):
    monkeypatch.setattr(tokenizing_ahead, "CHARS_PER_CALL", chars)
    texts = ["", "abc", "", "d" * 20, "e", "f" * 7, ""]
    calls = tokenizing_ahead.calls_of(texts)
    assert [text for rows in calls for text in texts[rows]] == texts
    assert all(texts[rows] for rows in calls)
    assert tokenizing_ahead.calls_of([]) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.json", b"{"),
        ("config.json", b'{"format_version": 1}'),
        ("config.json", b"[]"),
        ("model.safetensors", b"nonsense"),
        ("model.safetensors", save({"weights": np.ones(3, np.float32)})),
        ("tokenizer.json", b"{}"),
    ],
)
def test_a_damaged_folder_is_reported(mini, tmp_path, name, content):
    folder = tmp_path / "damaged"
    shutil.copytree(mini.path, folder)
    (folder / name).write_bytes(content)
    with pytest.raises(EncoderError, match=f"damaged.{name}: damaged"):
        static.StaticEncoder(folder)


def test_an_error_in_a_thread_is_raised(mini, monkeypatch):
    monkeypatch.setattr(tokenizing_ahead, "CHARS_PER_CALL", 1)
    monkeypatch.setattr(mini, "_tokenized", lambda texts: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        mini.encode(["a", "b", "c"])


def test_normal_forms_are_the_tokenizers_for_every_character_that_is_not_left_to_it():
    slow = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    fast = FastNormaliser(slow)
    characters = [chr(code) for code in range(sys.maxunicode + 1)]
    own = [each for each in characters if not normalising._TABLES_MAY_DIFFER[ord(each)]]
    assert len(own) > 45_000
    for start in range(0, len(own), 256):
        texts = [f"Σe{each}\u0301가Σ" for each in own[start : start + 256]]
        assert fast(texts) == [slow.normalize_str(text) for text in texts]


@pytest.mark.parametrize("text", ["㋿ Ｘ", "\U0001fbf0", "\u1c89"])
def test_what_tables_may_differ_about_is_left_to_the_tokenizer(text):
    slow = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    among = ["Ｘ", text, "…", text]
    assert FastNormaliser(slow)(among) == [slow.normalize_str(each) for each in among]


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [""],
        ["", "é", ""],
        ["a\0b", "É"],
        ["\0", "\0", ""],
        ["e", "\u0301"],
        ["가", "\u1100", "\u1161"],
        ["Ａ\u3000\u3099…", "\u3000"],
    ],
)
def test_texts_normalised_together_are_as_each_by_itself(texts):
    slow = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    assert FastNormaliser(slow)(texts) == [slow.normalize_str(text) for text in texts]


@pytest.mark.parametrize(
    ("normalizer", "replaced"),
    [
        (normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()]), True),
        (normalizers.Sequence([normalizers.NFKC()]), False),
        (normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()]), False),
        (normalizers.Lowercase(), False),
        (None, False),
    ],
)
def test_only_a_normaliser_that_is_known_is_replaced(normalizer, replaced):
    assert FastNormaliser.replaces(normalizer) is replaced
