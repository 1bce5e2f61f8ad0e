"""Texts longer than a transformer reads: counted and cut, or read in windows."""

from __future__ import annotations

import json
import sys
import warnings

import numpy as np
import pytest

from langalign.cli.main import main
from langalign.encoders.cache import CachedEncoder, VectorCache
from langalign.encoders.resolve import describe, from_description, resolve
from langalign.encoders.text_windows import windows_of
from langalign.encoders.torch_runner import TransformersTokens
from langalign.encoders.transformer import TransformerEncoder
from langalign.errors import DataWarning, SettingError

pytest.importorskip("torch")

WORDS = ("a", "man", "woman", "eats", "sleeps", "the", "dog", "runs")
LIMIT = 24  # of the tiny model; two of them are special


def words(n, seed=0):
    return [WORDS[k] for k in np.random.default_rng(seed).integers(0, len(WORDS), n)]


def text(n, seed=0):
    return " ".join(words(n, seed))


SHORT = [text(n, seed=n) for n in (1, 5, 22)]


@pytest.fixture(scope="module")
def cutting(tiny_bert):
    return TransformerEncoder(tiny_bert)


@pytest.fixture(scope="module")
def pooling(tiny_bert):
    return TransformerEncoder(tiny_bert, long_texts="pool")


@pytest.fixture(scope="module")
def tokens(cutting):
    return cutting._runner.tokens


def test_two_windows_are_their_mean_weighted_by_tokens(pooling, cutting):
    long = words(30)
    first, second = cutting.encode([" ".join(long[:22]), " ".join(long[22:])])
    found = pooling.encode([" ".join(long)])[0]
    np.testing.assert_allclose(found, (22 * first + 8 * second) / 30, atol=1e-6)
    assert np.abs(first - second).max() > 1e-2


def test_the_mean_is_normalised_where_the_model_normalises(tiny_bert):
    long = words(60)
    windows = [" ".join(long[start : start + 22]) for start in (0, 22, 44)]
    mean = np.average(
        TransformerEncoder(tiny_bert, normalize=True).encode(windows), axis=0, weights=[22, 22, 16]
    )
    found = TransformerEncoder(tiny_bert, normalize=True, long_texts="pool").encode(
        [" ".join(long)]
    )[0]
    np.testing.assert_allclose(found, mean / np.linalg.norm(mean), atol=1e-6)


def test_each_window_has_the_prompt_which_has_no_weight(tiny_bert, cutting):
    long = words(30)
    prompted = TransformerEncoder(tiny_bert, prompt="query: ", long_texts="pool")
    windows = [f"query: {' '.join(part)}" for part in (long[:20], long[20:])]
    first, second = cutting.encode(windows)
    found = prompted.encode([" ".join(long)])[0]
    np.testing.assert_allclose(found, (20 * first + 10 * second) / 30, atol=1e-6)


def test_a_long_text_of_blanks_has_a_vector_of_its_own(tiny_bert):
    from tokenizers import Regex, pre_tokenizers

    encoders = {
        how: TransformerEncoder(tiny_bert, long_texts=how, backend="torch")
        for how in ("truncate", "pool")
    }
    for encoder in encoders.values():  # a tokenizer of which blanks are tokens, as of many models
        tokenizer = encoder._runner.model.tokenizer.backend_tokenizer
        tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    blanks, long = " " * 30, text(30)
    with pytest.warns(DataWarning, match="1 of 1 texts were cut"):
        expected = encoders["truncate"].encode([blanks])[0]
    for texts in ([blanks, long], [long, blanks]):
        found = encoders["pool"].encode(texts)
        np.testing.assert_allclose(found[texts.index(blanks)], expected, atol=1e-6)


def test_short_texts_are_as_they_were_bit_by_bit(pooling, cutting):
    expected = cutting.encode(SHORT)
    np.testing.assert_array_equal(pooling.encode(SHORT), expected)
    mixed = pooling.encode([text(70), SHORT[0], text(23), *SHORT[1:]])
    np.testing.assert_array_equal(mixed[[1, 3, 4]], expected)


def test_cutting_tells_how_many_of_how_many(cutting):
    texts = [*SHORT, text(23), text(50), ""]
    with pytest.warns(DataWarning) as caught:
        vectors = cutting.encode(texts)
    (warning,) = caught
    assert str(warning.message).startswith("2 of 6 texts were cut at 24 tokens")
    assert "long_texts='pool' (--long-texts pool) reads all" in str(warning.message)
    alone = cutting.encode([" ".join(words(23)[:22])])
    np.testing.assert_allclose(vectors[3], alone[0], atol=1e-6)


def test_nothing_is_said_of_texts_that_fit(cutting, pooling):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cutting.encode(SHORT)
        pooling.encode([*SHORT, text(100)])


def test_the_prompt_counts(tiny_bert):
    prompted = TransformerEncoder(tiny_bert, prompt="query: ")
    prompted.encode([text(20)])
    with pytest.warns(DataWarning, match="1 of 1 texts were cut"):
        prompted.encode([text(21)])


@pytest.mark.parametrize("long_texts", ["truncate", "pool"])
def test_pairs_are_cut_from_the_longer_text(tiny_bert, cutting, long_texts):
    encoder = TransformerEncoder(tiny_bert, long_texts=long_texts)
    first, second = words(30), words(4, seed=1)
    with pytest.warns(
        DataWarning, match="1 of 2 pairs of texts were cut at 24 tokens, .* pair_mode='siamese'"
    ):
        found = encoder.encode([(" ".join(first), " ".join(second)), ("a man", "eats")])
    # Twenty-four less three special tokens and the shorter text.
    kept = cutting.encode([(" ".join(first[:17]), " ".join(second))])
    np.testing.assert_allclose(found[0], kept[0], atol=1e-6)


class TestFingerprint:
    def test_of_cutting_is_what_it_was(self, tiny_bert, cutting):
        assert (
            TransformerEncoder(tiny_bert, long_texts="truncate").fingerprint == cutting.fingerprint
        )

    def test_of_pooling_is_another(self, pooling, cutting):
        assert pooling.fingerprint != cutting.fingerprint

    def test_of_pooling_is_the_same_where_nothing_is_cut(self, tiny_bert, monkeypatch):
        cutting, pooling = (
            TransformerEncoder(tiny_bert, long_texts=how) for how in ("truncate", "pool")
        )
        for encoder in (cutting, pooling):
            encoder._runner.model.max_seq_length = None
        assert pooling.fingerprint == cutting.fingerprint


class TestCache:
    def test_one_warning_for_all_batches_and_none_for_what_is_known(self, cutting, tmp_path):
        texts = [text(20 + n, seed=n) for n in range(10)]
        cached = CachedEncoder(cutting, VectorCache(tmp_path), batch_size=3)
        with pytest.warns(DataWarning) as caught:
            first = cached.encode(texts)
        (warning,) = caught
        assert str(warning.message).startswith("7 of 10 texts were cut at 24 tokens")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            np.testing.assert_array_equal(cached.encode(texts), first)
        with pytest.warns(DataWarning, match="1 of 2 texts were cut"):
            cached.encode([*texts, text(40, seed=99), "a man"])

    def test_a_warning_that_is_an_error_loses_no_vectors(self, cutting, tmp_path):
        cached = CachedEncoder(cutting, VectorCache(tmp_path))
        with pytest.raises(DataWarning):  # warnings are errors here
            cached.encode([text(40)])
        assert cached.encode([text(40)]).shape == (1, 16)


class TestDescription:
    def test_carries_the_setting(self, tiny_bert):
        for how in ("truncate", "pool"):
            encoder = resolve(tiny_bert, long_texts=how)
            assert encoder.long_texts == how
            restored = from_description(describe(encoder))
            assert restored.long_texts == how
        assert repr(encoder).endswith("long_texts='pool')")

    def test_of_an_older_version_means_cutting(self, cutting):
        older = describe(cutting)
        del older["long_texts"]
        assert from_description(older).long_texts == "truncate"

    def test_other_encoders_read_all_anyway(self):
        assert repr(resolve("mini", long_texts="pool")) == "MiniEncoder()"


@pytest.mark.parametrize(("how", "warns"), [("truncate", True), ("pool", False)])
def test_on_the_command_line(tiny_bert, tmp_path, monkeypatch, capsys, how, warns):
    (tmp_path / "texts.txt").write_text(f"{text(40)}\n{text(3)}\n", encoding="utf-8")
    out = tmp_path / "vectors.npy"
    command = ["encode", tmp_path / "texts.txt", "--encoder", tiny_bert, "--out", out]
    command += ["--long-texts", how, "--no-cache"]
    monkeypatch.setattr(sys, "argv", ["langalign", *map(str, command)])
    with pytest.raises(SystemExit) as done:
        main()
    assert done.value.code == 0
    assert (
        "warning: texts: 1 of 2 texts were cut at 24 tokens" in capsys.readouterr().err
    ) is warns
    expected = TransformerEncoder(tiny_bert, long_texts=how).fingerprint
    assert json.loads(out.with_suffix(".json").read_text())["fingerprint"] == expected


class TestWindows:
    @pytest.mark.parametrize("n", [1, 22, 23, 44, 45, 500])
    def test_lose_nothing_and_fit(self, tokens, n):
        windows = windows_of(tokens, text(n), prompt="", limit=LIMIT)
        assert " ".join(part for part, _ in windows) == text(n)
        assert [count for _, count in windows] == [22] * (n // 22) + [n % 22] * (n % 22 > 0)
        counts = tokens.counts([part for part, _ in windows], "")
        assert max(counts) <= LIMIT

    def test_end_before_a_word(self, save_bert, tmp_path):
        """Three tokens per word, ten a window: three words each, and no word is cut."""
        folder = save_bert(tmp_path / "m", words=("x", "##y", "##z"))
        tokens = TransformerEncoder(folder)._runner.tokens
        windows = windows_of(tokens, "xyz " * 7, prompt="", limit=12)
        assert windows == [("xyz xyz xyz", 9), ("xyz xyz xyz", 9), ("xyz", 3)]

    def test_a_text_without_blanks_is_cut_at_tokens(self, save_bert, tmp_path):
        folder = save_bert(tmp_path / "m", words=("x", "##x"))
        tokens = TransformerEncoder(folder)._runner.tokens
        windows = windows_of(tokens, "x" * 25, prompt="", limit=12)
        assert windows == [("x" * 10, 10), ("x" * 10, 10), ("x" * 5, 5)]

    def test_parts_that_grow_when_cut_are_cut_again(self, save_bert, tmp_path):
        """Within a word ``##xxxx`` is one token; at its start there is none but ``x``."""
        folder = save_bert(tmp_path / "m", words=("x", "##x", "##xxxx"))
        tokens = TransformerEncoder(folder)._runner.tokens
        long = "x" * 101
        windows = windows_of(tokens, long, prompt="", limit=7)
        assert "".join(part for part, _ in windows) == long
        assert max(tokens.counts([part for part, _ in windows], "")) <= 7

    def test_a_prompt_without_room_for_text(self, tokens):
        with pytest.raises(SettingError, match="leaves no room for text in windows of 24 tokens"):
            windows_of(tokens, text(30), prompt=text(22) + " ", limit=LIMIT)

    def test_a_tokenizer_that_does_not_tell_places(self):
        with pytest.raises(SettingError, match="use long_texts='truncate'"):
            windows_of(TransformersTokens(object()), text(30), prompt="", limit=LIMIT)
