"""Text for pretraining: sub-words, packing, the prepared folder, the order of the rows."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from langalign.errors import PersistenceError, SettingError

pytest.importorskip("transformers")

from pretrain_mini_lm.packing import pack, segments
from pretrain_mini_lm.prepared import HELD_OUT_EVERY, load_prepared, prepare
from pretrain_mini_lm.row_order import RowOrder
from pretrain_mini_lm.settings import TextSettings, TrainingSettings
from pretrain_mini_lm.subwords import (
    CLS,
    MASK,
    N_SPECIAL,
    PAD,
    SEP,
    SPECIAL,
    UNK,
    as_transformers,
    train_tokenizer,
)


def test_the_vocabulary_holds_its_marks_and_words_of_all_languages(lines):
    tokenizer = train_tokenizer([text for each in lines.values() for text in each], vocab_size=300)
    assert [tokenizer.id_to_token(number) for number in range(N_SPECIAL)] == list(SPECIAL)
    for word in ("▁film", "▁영화", "映画", "电影"):
        assert tokenizer.token_to_id(word) is not None, word
    for text in ("we liked the film", "영화 정말 좋았다", "映画とても良かった", "电影非常好看"):
        found = tokenizer.encode(text)
        assert (found.ids[0], found.ids[-1]) == (CLS, SEP)
        assert UNK not in found.ids
        assert tokenizer.decode(found.ids) == text
    assert UNK in tokenizer.encode("ÿ").ids


def test_training_the_vocabulary_twice_gives_the_same(lines):
    one, two = (train_tokenizer(lines["ko"] + lines["zh"], vocab_size=120) for _ in range(2))
    assert one.to_str() == two.to_str()


def test_transformers_reads_single_texts_and_pairs_as_the_tokenizer_does(prepared):
    tokenizer = as_transformers(prepared.tokenizer, longest=32)
    single = tokenizer("good film")["input_ids"]
    assert single == prepared.tokenizer.encode("good film").ids
    assert tokenizer("good film", "bad")["input_ids"] == [
        *single,
        *tokenizer("bad")["input_ids"][1:],
    ]
    assert tokenizer.mask_token_id == MASK
    assert tokenizer.pad_token_id == PAD


def pieces_in(rows):
    """Return what stands in packed rows, line by line."""
    lines = segments(rows)
    return [
        tuple(int(token) for token in row[numbers == number])
        for row, numbers in zip(rows, lines, strict=True)
        for number in range(1, numbers.max(initial=0) + 1)
    ]


@pytest.mark.parametrize("row_length", [8, 16, 33])
def test_packing_loses_no_token_and_keeps_every_line_whole(row_length):
    rng = np.random.default_rng(0)
    given = [rng.integers(N_SPECIAL, 999, size=n).tolist() for n in rng.integers(0, 40, size=300)]
    longest = row_length - 2
    cut = [line[at : at + longest] for line in given for at in range(0, len(line), longest)]
    rows = pack(given, row_length)
    assert rows.shape[1] == row_length
    assert sorted(pieces_in(rows)) == sorted((CLS, *piece, SEP) for piece in cut)


def test_rows_are_filled_but_for_their_ends():
    rng = np.random.default_rng(0)
    rows = pack([[9] * n for n in rng.integers(1, 60, size=3000)], 256)
    padding = rows == PAD
    assert padding.mean() < 0.02
    assert (np.diff(padding.astype(int), axis=1) >= 0).all()  # nothing stands after padding


def test_segments_number_the_lines_of_a_row():
    row = [[CLS, 7, 8, SEP, CLS, 9, SEP, PAD]]
    assert segments(np.array(row)).tolist() == [[1, 1, 1, 1, 2, 2, 2, 0]]


def test_packing_nothing_gives_no_rows():
    assert pack([], 16).shape == (0, 16)
    assert pack([[]], 16).shape == (0, 16)


def test_held_out_lines_are_not_trained_on(lines, prepared):
    for lang, texts in lines.items():
        of = {text: tuple(prepared.tokenizer.encode(text).ids) for text in texts}
        assert sorted(pieces_in(prepared.held_out[lang])) == sorted(
            of[text] for text in texts[::HELD_OUT_EVERY]
        )
        trained = [of[text] for number, text in enumerate(texts) if number % HELD_OUT_EVERY]
        assert sorted(pieces_in(prepared.rows[lang][0])) == sorted(trained)


def test_other_settings_are_refused(text_folder, text_settings):
    with pytest.raises(SettingError, match="row_length was 32, is 64"):
        load_prepared(text_folder, dataclasses.replace(text_settings, row_length=64))
    with pytest.raises(PersistenceError, match="there is no such folder"):
        load_prepared(text_folder / "none", text_settings)


def test_bpe_dropout_splits_the_further_tokenisations_otherwise(lines, tmp_path):
    settings = TextSettings(
        vocab_size=200, sample_bytes=5000, row_length=256, bpe_dropout=0.3, tokenisations=2
    )
    some = {"en": lines["en"][:200]}
    prepare(some, settings, {"en": "0" * 64}, tmp_path / "text", lambda text: None)
    found = load_prepared(tmp_path / "text", settings)
    first, second = found.rows["en"]
    assert (second != PAD).sum() > (first != PAD).sum()
    assert found.tokenizer.model.dropout is None
    as_text = [
        sorted(found.tokenizer.decode(piece) for piece in pieces_in(rows))
        for rows in (first, second)
    ]
    assert as_text[1] == as_text[0]


def order(sizes, *, batch_rows, seed=0):
    """Return an order over rows that are the numbers of their language and place."""
    rows = {
        lang: [np.array([[lang, kind, place] for place in range(size)], dtype=np.uint16)]
        for kind, (lang, size) in enumerate(sizes.items())
    }
    return RowOrder(rows, batch_rows=batch_rows, seed=seed)


def test_each_pass_takes_every_row_once_and_languages_alike():
    found = order({0: 6, 1: 15}, batch_rows=6)
    batches = [found.batch(step) for step in range(5)]
    assert all((batch[:, 0] == lang).sum() == 3 for batch in batches for lang in (0, 1))
    places = np.concatenate([batch[batch[:, 0] == 0, 2] for batch in batches[:4]])
    assert sorted(places[:6]) == sorted(places[6:]) == list(range(6))
    assert places[:6].tolist() != places[6:].tolist()
    large = np.concatenate([batch[batch[:, 0] == 1, 2] for batch in batches])
    assert sorted(large) == list(range(15))
    assert found.passes(5) == [2.5, 1.0]


def test_a_steps_rows_depend_on_its_number_alone():
    sizes = {0: 7, 1: 11}
    expected = [order(sizes, batch_rows=8).batch(step) for step in range(6)]
    found = order(sizes, batch_rows=8)
    for step in (5, 0, 3, 3):
        np.testing.assert_array_equal(found.batch(step), expected[step])
    assert not np.array_equal(order(sizes, batch_rows=8, seed=1).batch(0), expected[0])


def test_passes_go_round_the_tokenisations():
    kinds = [np.full((4, 2), number, dtype=np.uint16) for number in range(3)]
    found = RowOrder({"en": kinds}, batch_rows=2, seed=0)
    assert [int(found.batch(step)[0, 0]) for step in range(8)] == [0, 0, 1, 1, 2, 2, 0, 0]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: order({0: 5, 1: 5}, batch_rows=3), "multiple of the 2 languages"),
        (lambda: RowOrder({"ko": [pack([], 8)]}, batch_rows=4, seed=0), "to train on in ko"),
        (lambda: TextSettings(vocab_size=70_000), "vocab_size is 70000"),
        (lambda: TextSettings(bpe_dropout=0.1), "set both or neither"),
        (lambda: TrainingSettings(dim=100), "multiple of twice the 6 heads"),
    ],
)
def test_impossible_settings_are_refused(wrong, message):
    with pytest.raises(SettingError, match=message):
        wrong()
