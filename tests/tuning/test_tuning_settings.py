"""Settings, and which rows are held out."""

from __future__ import annotations

import numpy as np
import pytest

from langalign.errors import DataError, SettingError
from langalign.tuning import TuningSettings
from langalign.tuning.held_out import split_groups, split_labeled


@pytest.mark.parametrize(
    "changes",
    [
        {"epochs": 0}, {"batch_size": 1.5}, {"patience": 0}, {"checkpoint_every": 0},
        {"learning_rate": 0}, {"learning_rate": float("inf")}, {"temperature": -1},
        {"validation_fraction": 1},
    ],
    ids=str,
)  # fmt: skip
def test_impossible_settings(changes):
    with pytest.raises(SettingError, match=next(iter(changes))):
        TuningSettings(**changes)


def test_groups_stay_together_and_the_share_is_kept():
    groups = np.random.default_rng(0).integers(0, 150, 400)
    training, held_out = split_groups(groups, 0.2, 0)
    assert sorted([*training, *held_out]) == list(range(400))
    assert not set(groups[training]) & set(groups[held_out])
    assert 70 <= len(held_out) <= 80
    assert split_groups(groups, 0.2, 0)[1].tolist() == held_out.tolist()
    assert split_groups(groups, 0.2, 1)[1].tolist() != held_out.tolist()


def test_one_large_group_is_trained_on():
    groups = np.array([0] * 90 + list(range(1, 11)))
    _, held_out = split_groups(groups, 0.1, 0)
    assert 0 < len(held_out) <= 10
    assert 0 not in groups[held_out]


def test_a_single_group_is_refused():
    with pytest.raises(DataError, match="two different texts"):
        split_groups(np.zeros(5), 0.1, 0)


@pytest.mark.parametrize("seed", range(20))
def test_every_class_is_trained_on(seed):
    codes = np.array([0] * 8 + [1])
    training, held_out = split_labeled([f"text {row}" for row in range(9)], codes, 0.3, seed)
    assert 8 in training
    assert len(held_out) > 0
