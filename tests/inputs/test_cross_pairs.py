"""Pairs of texts in two languages: read together or apart, from parallel pairs or sentences."""

from __future__ import annotations

import numpy as np
import pytest

from langalign import LabeledText, LangAlign, LogisticHead, ParallelText
from langalign.data.groups import text_groups
from langalign.data.pairing import paired
from langalign.encoders.mini import MiniEncoder
from langalign.errors import DataError, SettingError
from langalign.inputs.cross_pairs import pairs_of_sentences
from langalign.inputs.text_vectors import TextVectors

DIM = 6
MEANINGS = np.random.default_rng(0).standard_normal((400, DIM))
TURN = np.linalg.qr(np.random.default_rng(1).standard_normal((DIM, DIM)))[0]


class Toy:
    """Text ``en 7`` means MEANINGS[7]; a pair's vector is of both, and no function of either.

    Korean vectors are the English ones turned: a map from one to the other exists, of single texts
    as well as of pairs, but they are not the same.
    """

    dim = DIM
    reads_pairs = True

    def __init__(self, lang):
        self.lang, self.fingerprint = lang, f"toy-{lang}"
        self.seen = []

    def encode(self, texts):
        self.seen += texts
        pairs = np.array([self._meaning(text) for text in texts])
        turned = pairs @ TURN + 1.0 if self.lang == "ko" else pairs
        return turned.astype(np.float32)

    def _meaning(self, text):
        if isinstance(text, str):
            assert text.startswith(self.lang)
            return MEANINGS[int(text.split()[1])]
        first, second = (self._meaning(part) for part in text)
        # Its mean is far from that of single texts, and the map is another.
        return 3.0 + (first * second)[::-1]


def related(rows):
    first, second = MEANINGS[rows].transpose(1, 0, 2)
    return np.where((first * second)[:, :3].sum(axis=1) > 0, "same", "other")


def pairs_of(lang, rows):
    return [(f"{lang} {i}", f"{lang} {j}") for i, j in rows]


LABELED_ROWS = np.random.default_rng(2).integers(0, 200, (600, 2))
TEST_ROWS = np.random.default_rng(3).integers(200, 400, (400, 2))
LABELED = LabeledText(pairs_of("en", LABELED_ROWS), related(LABELED_ROWS).tolist(), "en")
SENTENCES = ParallelText(
    [f"en {i}" for i in range(400)], [f"ko {i}" for i in range(400)], "en", "ko"
)
PARALLEL_ROWS = np.random.default_rng(4).integers(0, 400, (800, 2))
PARALLEL_PAIRS = paired(SENTENCES, PARALLEL_ROWS)


def fit(parallel, **settings):
    model = LangAlign(
        **{"source_encoder": Toy("en"), "target_encoder": Toy("ko"), "target_lang": "ko"}
        | {"select": False, "clean": False, "cache": False, "head": LogisticHead(C=10.0)}
        | settings
    )
    return model.fit(LABELED, parallel=parallel)


def score(model):
    return model.score(pairs_of("ko", TEST_ROWS), related(TEST_ROWS))


def shuffled(parallel, seed):
    order = np.random.default_rng(seed).permutation(len(parallel)).tolist()
    return ParallelText(parallel.source, parallel.take(order).target, "en", "ko")


@pytest.mark.parametrize("direction", ["forward", "reverse"])
@pytest.mark.parametrize("mode", ["cross", "siamese"])
@pytest.mark.parametrize("parallel", [SENTENCES, PARALLEL_PAIRS], ids=["sentences", "pairs"])
def test_what_is_carried_over_comes_from_the_translations(mode, direction, parallel):
    found = score(fit(parallel, pair_mode=mode, direction=direction))
    by_chance = np.mean(
        [
            score(fit(shuffled(parallel, seed), pair_mode=mode, direction=direction))
            for seed in range(5)
        ]
    )
    # Products of turned vectors are not turned products: siamese forward must learn another head.
    assert found > (0.9 if (mode, direction) != ("siamese", "forward") else 0.75)
    assert found > by_chance + 0.15


def test_settings_are_chosen_on_made_pairs_that_share_no_text():
    model = fit(SENTENCES, pair_mode="cross", select=True, head="logistic", aligner="linear")
    assert model.classifier_.choice_ is not None
    # All but the strongest penalty agree on every pair; of equals the strongest is taken.
    assert score(model) > 0.7


def test_both_languages_read_the_same_pairs_together():
    source, target = Toy("en"), Toy("ko")
    model = fit(SENTENCES, pair_mode="cross", source_encoder=source, target_encoder=target)
    assert model.n_seen_ == {"pairs": 800, "labeled": 600, "unlabeled": 0, "sentences": 400}
    assert source.seen[:400] == list(SENTENCES.source)  # for their neighbours
    made = source.seen[400:1200]
    assert target.seen == [tuple(f"ko{text[2:]}" for text in pair) for pair in made]
    assert not any(first == second for first, second in made)


def test_made_pairs_of_two_groups_share_no_text():
    encode = TextVectors(Toy("en"), cache=False)
    made, groups = pairs_of_sentences(SENTENCES, encode, most=300, random_state=0)
    assert len(made) == len(groups) == 300
    texts = [
        {text for row in np.flatnonzero(groups == group) for text in made.source[row]}
        for group in range(5)
    ]
    assert sum(map(len, texts)) == len(set.union(*texts)) == 150
    again, _ = pairs_of_sentences(SENTENCES, encode, most=300, random_state=0)
    assert again == made
    other, _ = pairs_of_sentences(SENTENCES, encode, most=300, random_state=1)
    assert other != made


def test_a_sentence_that_repeats_is_not_its_own_neighbour():
    twice = SENTENCES.take([row // 2 for row in range(60)])
    made, _ = pairs_of_sentences(
        twice, TextVectors(Toy("en"), cache=False), most=1000, random_state=0
    )
    assert len(made) == 60
    assert not any(first == second for first, second in made.source)


def test_the_number_of_made_pairs_is_limited():
    model = fit(SENTENCES, pair_mode="cross", max_made_pairs=100)
    assert model.n_seen_["pairs"] == 100
    assert model.n_seen_["sentences"] == 50
    with pytest.raises(SettingError, match="max_made_pairs=3: expected 4 or more"):
        fit(SENTENCES, pair_mode="cross", max_made_pairs=3)


def test_one_sentence_makes_no_pair():
    with pytest.raises(DataError, match="3 rows without two different sentences"):
        fit(SENTENCES.take([0, 0, 0]), pair_mode="cross")


def test_pairs_are_not_paired_again():
    with pytest.raises(DataError, match="these are pairs already"):
        paired(PARALLEL_PAIRS, np.array([[0, 1]]))
    model = fit(PARALLEL_PAIRS, pair_mode="cross")
    assert "sentences" not in model.n_seen_


def test_single_texts_are_no_pairs_in_cross_mode_either():
    model = LangAlign(
        Toy("en"), Toy("ko"), pair_mode="cross", select=False, clean=False, cache=False
    )
    labels = np.where(MEANINGS[:200, 0] > 0, "up", "down").tolist()
    model.fit(LabeledText(SENTENCES.source[:200], labels, "en"), parallel=SENTENCES)
    assert not model.takes_pairs_
    assert model.n_seen_["pairs"] == 400


@pytest.mark.parametrize("deaf", ["source_encoder", "target_encoder"])
@pytest.mark.parametrize("parallel", [SENTENCES, PARALLEL_PAIRS], ids=["sentences", "pairs"])
def test_an_encoder_that_reads_no_pairs_is_reported_before_anything_is_encoded(deaf, parallel):
    encoders = {"source_encoder": Toy("en"), "target_encoder": Toy("ko")} | {deaf: MiniEncoder()}
    with pytest.raises(SettingError, match=r"MiniEncoder\(\) reads single texts only; use"):
        fit(parallel, pair_mode="cross", **encoders)
    assert not any(encoder.seen for encoder in encoders.values() if isinstance(encoder, Toy))


def test_vectors_on_one_side_cannot_be_paired():
    vectors = Toy("en").encode(list(SENTENCES.source))
    with pytest.raises(DataError, match="one side is vectors, the other single texts"):
        fit((vectors, SENTENCES.target), pair_mode="cross")


@pytest.mark.parametrize("unlabeled", [None, pairs_of("ko", TEST_ROWS)])
def test_a_head_that_is_fitted_already_reads_made_pairs(unlabeled):
    from sklearn.linear_model import LogisticRegression

    head = LogisticRegression().fit(Toy("en").encode(list(LABELED.texts)), LABELED.labels)
    model = LangAlign(
        Toy("en"), Toy("ko"), pair_mode="cross", head=head, direction="reverse", select=False,
        clean=False, cache=False,
    )  # fmt: skip
    if unlabeled is not None:
        with pytest.warns(UserWarning, match="not used"):
            model.fit(parallel=SENTENCES, unlabeled=unlabeled)
    else:
        model.fit(parallel=SENTENCES)
    assert model.takes_pairs_
    assert score(model) > 0.9


def test_premises_that_repeat_are_fitted_on_once():
    """Three hypotheses a premise: the map is that of the different sentences."""
    rows = np.array([(i, 100 + 3 * i + k) for i in range(50) for k in range(3)])
    nli = paired(SENTENCES, rows)
    assert np.bincount(text_groups(nli)).tolist() == [3] * 50
    once = SENTENCES.take(sorted(set(rows.ravel().tolist())))
    by_pairs, by_texts = (
        fit(p, pair_mode="siamese", aligner="linear").classifier_.aligner_ for p in (nli, once)
    )
    assert by_pairs.alpha_ == pytest.approx(by_texts.alpha_, rel=1e-3)
    np.testing.assert_allclose(by_pairs.coef_, by_texts.coef_, atol=1e-4)


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_a_loaded_model_reads_pairs_as_it_did(tmp_path, direction):
    model = fit(SENTENCES, pair_mode="cross", max_made_pairs=500, direction=direction)
    model.save(tmp_path / "model")
    loaded = LangAlign.load(tmp_path / "model", target_encoder=Toy("ko"))
    assert (loaded.pair_mode, loaded.max_made_pairs) == ("cross", 500)
    assert loaded.n_seen_ == model.n_seen_
    questions = pairs_of("ko", TEST_ROWS)
    np.testing.assert_array_equal(loaded.predict_proba(questions), model.predict_proba(questions))
    assert "pairs made of 250 sentences" in (tmp_path / "model" / "README.md").read_text()
