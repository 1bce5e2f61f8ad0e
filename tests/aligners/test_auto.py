"""The aligner that chooses: what it takes, when, and what it reports."""

from __future__ import annotations

import json

import numpy as np
import pytest

from langalign.aligners import aligners
from langalign.aligners.auto import FOR_HEADS, NETWORKS_FROM, Auto
from langalign.aligners.base import Aligner
from langalign.aligners.linear import Linear
from langalign.aligners.mean_shift import MeanShift
from langalign.aligners.procrustes import Procrustes
from langalign.aligners.residual import Residual
from langalign.errors import SettingError, UnknownNameError
from langalign.persistence import load_component, save_component, write_folder

WIDTH = 12


def pairs(W, *, n=600, noise=0.2, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, len(W)))
    return X, X @ W + 0.5 + noise * rng.standard_normal((n, W.shape[1]))


def stretched(d_out=WIDTH):
    rng = np.random.default_rng(1)
    return rng.standard_normal((WIDTH, d_out)) * np.logspace(0, 1.5, d_out)


def rotation():
    return np.linalg.qr(np.random.default_rng(2).standard_normal((WIDTH, WIDTH)))[0]


@pytest.mark.parametrize(
    ("W", "noise", "expected"),
    [(stretched(), 0.2, Linear), (stretched(5), 0.2, Linear), (np.eye(WIDTH), 3.0, MeanShift)],
)
def test_the_kind_of_map_that_there_is_is_found(W, noise, expected):
    auto = Auto().fit(*pairs(W, noise=noise, n=200))
    assert type(auto.aligner_) is expected


def test_with_few_pairs_a_rotation_is_taken_for_a_rotation():
    X, Y = pairs(rotation(), n=60, noise=0.5)
    auto = Auto().fit(X, Y)
    fresh_X, fresh_Y = pairs(rotation(), n=500, noise=0.0, seed=3)
    error = ((auto.transform(fresh_X) - fresh_Y) ** 2).mean()
    assert error < 0.5 * ((fresh_X + 0.5 - fresh_Y) ** 2).mean()
    assert isinstance(auto.aligner_, Procrustes | Linear)


def test_the_winner_is_fitted_on_all_pairs():
    X, Y = pairs(stretched())
    auto = Auto().fit(X, Y)
    np.testing.assert_array_equal(auto.transform(X), Linear().fit(X, Y).transform(X))


def test_the_table_tells_what_each_reached():
    auto = Auto().fit(*pairs(stretched()))
    table = json.loads(json.dumps(auto.league_))
    scores = {place["name"]: place["score"] for place in table["places"]}
    assert list(scores)[:2] == ["mean-shift", "procrustes"]
    assert scores["linear"] == max(scores.values())
    assert scores["linear"] == pytest.approx(1.1, abs=0.01)  # all found, nearly all explained
    assert all(place["seconds"] > 0 for place in table["places"])


def test_where_nothing_can_be_held_out_the_least_is_done():
    X, Y = pairs(stretched(), n=12)
    auto = Auto().fit(X, Y)
    assert auto.league_ is None
    assert isinstance(auto.aligner_, MeanShift)
    same = np.repeat(X[:1], 100, axis=0)
    assert Auto().fit(same, Y[:1].repeat(100, axis=0)).league_ is None


def test_equal_texts_are_not_on_both_sides():
    """Pure noise: what knew the held-out rows by heart would find them all."""
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((60, 40)), rng.standard_normal((60, 40))
    X, Y = np.tile(X, (5, 1)), np.tile(Y, (5, 1))
    auto = Auto(names=("linear", "procrustes")).fit(X, Y)
    assert max(place["score"] for place in auto.league_["places"]) < 0.5


def test_networks_are_tried_where_there_are_pairs_enough():
    pytest.importorskip("torch").set_num_threads(1)
    W = stretched()
    names = ("procrustes", "residual")
    few = Auto(names=names).fit(*pairs(W, n=NETWORKS_FROM - 1))
    assert isinstance(few.aligner_, Procrustes)
    many = Auto(names=names).fit(*pairs(W, n=NETWORKS_FROM))
    assert isinstance(many.aligner_, Residual)
    cheap, slow = many.league_["places"]
    assert slow["n_rows"] < cheap["n_rows"]  # on one fold


def test_for_a_head_others_are_tried():
    families = Auto().families(*pairs(stretched(), n=100))
    assert [type(one[0]).registered_name for one in families] == list(FOR_HEADS)
    assert len(families[2]) > 1  # the strengths of the whitening


def test_bad_names_are_refused():
    X, Y = pairs(stretched(5))
    with pytest.raises(UnknownNameError, match="no aligner called 'lineer'"):
        Auto(names=["lineer"]).fit(X, Y)
    with pytest.raises(SettingError, match="none of these can be fitted to 600 pairs of spaces of"):
        Auto(names=["mean-shift"]).fit(X, Y)


@pytest.mark.parametrize("names", ["linear", 1])
def test_names_are_a_list(names):
    X = np.random.default_rng(0).normal(size=(40, 3))
    with pytest.raises(SettingError, match=r"expected a list of names, such as \['linear'\]"):
        Auto(names=names).fit(X, X)


def test_the_chosen_one_is_saved_with_it(tmp_path):
    X, Y = pairs(stretched())
    auto = Auto(names=("procrustes", "linear")).fit(X, Y)
    with write_folder(tmp_path / "a", kind=aligners.kind) as folder:
        save_component(auto, folder, kind=aligners.kind)
    assert (tmp_path / "a" / "aligner_" / "config.json").exists()
    loaded = load_component(tmp_path / "a", aligners)
    assert isinstance(loaded.aligner_, Aligner)
    assert loaded.league_ == auto.league_
    np.testing.assert_array_equal(loaded.transform(X), auto.transform(X))
