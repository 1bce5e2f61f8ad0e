from __future__ import annotations

import numpy as np
import pytest

from langalign.data import LabeledText, ParallelText
from langalign.encoders.function import FunctionEncoder
from langalign.errors import SettingError
from langalign.experiment.cells import Cell
from langalign.experiment.texts import ExperimentTexts
from langalign.experiment.vectors import ExperimentVectors


def ascending(texts):
    return [[int("".join(filter(str.isdigit, text))), 1.0] for text in texts]


ENCODER = FunctionEncoder(ascending, name="ascending")


def labelled(n, lang):
    return LabeledText([f"{lang}{i}" for i in range(n)], ["a", "b"] * (n // 2), lang)


TEXTS = ExperimentTexts(
    parallel=ParallelText([f"e{i}" for i in range(50)], [f"k{i}" for i in range(50)], "en", "ko"),
    labeled=labelled(20, "en"),
    test=labelled(10, "ko"),
    native=labelled(40, "ko"),
    translated=labelled(30, "ko"),
    test_translated=tuple(f"t{i}" for i in range(10)),
    unlabeled=("u1", "u2", "u3"),
)


@pytest.fixture(scope="module")
def vectors():
    return ExperimentVectors.encode(TEXTS, ENCODER, ENCODER)


def rows_of(problem):
    """Return which rows of each part a problem holds, as the encoder numbers them."""
    parts = ("source", "target", "native_X", "translated_X", "unlabeled", "X")
    return {name: getattr(problem, name)[:, 0].astype(int).tolist() for name in parts}


def test_every_part_is_encoded_in_order(vectors):
    whole = vectors.problem(Cell("linear", 5))
    assert rows_of(whole) == {
        "source": list(range(50)),
        "target": list(range(50)),
        "native_X": list(range(40)),
        "translated_X": list(range(30)),
        "unlabeled": [1, 2, 3],
        "X": list(range(20)),
    }
    assert whole.one_space
    assert vectors.truth.tolist() == list(TEXTS.test.labels)
    assert vectors.test_translated[:, 0].tolist() == list(range(10))
    other = ExperimentVectors.encode(TEXTS, ENCODER, FunctionEncoder(ascending, name="other"))
    assert not other.everything.one_space


def test_smaller_draws_lie_within_larger_ones(vectors):
    for seed in range(3):
        before = {}
        for n in (4, 9, 25, 100):
            drawn = vectors.problem(Cell("linear", seed, pairs=n, labels=n, translations=n))
            found = rows_of(drawn)
            assert found["source"] == found["target"]
            assert len(found["source"]) == min(n, 50)
            assert len(set(found["native_X"])) == min(n, 40)
            assert len(set(found["translated_X"])) == min(n, 30)
            assert all(set(before[name]) <= set(found[name]) for name in before)
            before = found


def test_equal_seeds_draw_equal_rows_and_others_others(vectors):
    cells = [Cell(name, seed, 10, 10, 10) for name, seed in (("a", 1), ("b", 1), ("a", 2))]
    first, same, other = (rows_of(vectors.problem(cell)) for cell in cells)
    assert first == same
    for name in ("source", "native_X", "translated_X"):
        assert first[name] != other[name]
    assert first["X"] == other["X"]


def test_labels_and_groups_go_with_their_rows(vectors):
    drawn = vectors.problem(Cell("linear", 1, pairs=12, labels=8, translations=8))
    for X, y in ((drawn.native_X, drawn.native_y), (drawn.translated_X, drawn.translated_y)):
        assert y.tolist() == ["ab"[int(row) % 2] for row in X[:, 0]]
    assert (
        drawn.groups.tolist() == vectors.everything.groups[drawn.source[:, 0].astype(int)].tolist()
    )


def test_the_fewest_pairs_of_cell_and_comparison_count(vectors):
    def n_pairs(pairs, most):
        return len(vectors.problem(Cell("linear", 0, pairs=pairs), most).source)

    assert [n_pairs(None, 7), n_pairs(20, 7), n_pairs(5, 7), n_pairs(5, None)] == [7, 7, 5, 5]


def test_what_is_not_given_stays_out():
    bare = ExperimentTexts(parallel=TEXTS.parallel, labeled=TEXTS.labeled, test=TEXTS.test)
    vectors = ExperimentVectors.encode(bare, ENCODER, ENCODER)
    drawn = vectors.problem(Cell("native", 0, labels=5, translations=5))
    assert vectors.test_translated is None
    missing = ("native_X", "native_y", "translated_X", "translated_y", "unlabeled")
    assert [getattr(drawn, name) for name in missing] == [None] * 5


def test_cross_mode_reads_pairs_together_and_makes_pairs_of_single_sentences():
    def joined(texts):
        return [
            [len(text), 0.0] if isinstance(text, str) else [len(text[0]), len(text[1])]
            for text in texts
        ]

    rows = [(f"{'x' * i}1", f"{'y' * (i % 5)}2") for i in range(20)]
    labels = ["a", "b"] * 10
    given = ExperimentTexts(
        parallel=TEXTS.parallel,
        labeled=LabeledText(rows, labels, "en"),
        test=LabeledText(rows, labels, "ko"),
    )
    reader = FunctionEncoder(joined, name="joined", reads_pairs=True)
    crossed = ExperimentVectors.encode(given, reader, reader, pair_mode="cross")
    assert crossed.test_X.shape == (20, 2)
    assert (crossed.everything.source[:, 1] > 0).all()  # each of two sentences
    assert len(crossed.everything.groups) == len(crossed.everything.source)
    siamese = ExperimentVectors.encode(given, ENCODER, ENCODER)
    assert siamese.test_X.shape == (20, 2, 2)
    np.testing.assert_array_equal(siamese.test_X[:, 0, 0], [1] * 20)
    with pytest.raises(SettingError, match="reads single texts only"):
        ExperimentVectors.encode(given, ENCODER, ENCODER, pair_mode="cross")
