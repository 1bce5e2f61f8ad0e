"""Numbers with known answers, and the verdict that follows from them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from langalign import Linear
from langalign.agreement import measure_of
from langalign.errors import DataError, SettingError, VectorError
from langalign.head_room import check_map, measure_head_room, space_distance
from langalign.head_room.map_check import hold_out
from langalign.head_room.measured import ratio
from langalign.head_room.task_check import TaskCheck
from langalign.head_room.verdict import judge


@pytest.fixture
def turned():
    """A sample and the same turned by a known rotation."""
    rng = np.random.default_rng(0)
    source = rng.normal(size=(600, 16)).astype(np.float32)
    return source, source @ np.linalg.qr(rng.normal(size=(16, 16)))[0].astype(np.float32)


@pytest.fixture
def labeled():
    X = np.random.default_rng(1).normal(size=(400, 16)).astype(np.float32)
    return X, np.where(X[:, 0] > 0, "good", "bad")


def test_a_rotation_is_found_in_full(turned):
    found = measure_head_room(*turned, one_space=True)
    mapped = found.mapped
    assert mapped.explained_variance.value > 0.99
    assert mapped.explained_variance_shuffled < 0.05
    for precision in (
        mapped.aligned.cosine,
        mapped.aligned.csls,
        mapped.aligned.cosine_back,
        mapped.aligned.csls_back,
    ):
        assert (precision.value, precision.low, precision.high) == (1.0, 1.0, 1.0)
    assert mapped.unaligned.csls.value < 0.1
    assert found.verdict.kind == "room"
    assert found.sound


def test_shuffled_pairs_are_at_the_level_of_the_control(turned):
    source, target = turned
    found = measure_head_room(source, np.random.default_rng(0).permutation(target))
    mapped = found.mapped
    assert abs(mapped.explained_variance.value - mapped.explained_variance_shuffled) < 0.05
    assert mapped.aligned.cosine.value < 0.05
    assert [finding.kind for finding in found.findings] == ["unrelated"]
    assert (found.verdict.kind, found.sound) == ("unsound", False)


def test_few_shuffled_pairs_carry_nothing_over(turned):
    source, target = (side[:50] for side in turned)
    found = measure_head_room(source, np.random.default_rng(0).permutation(target))
    assert found.findings == ()
    assert found.verdict.kind == "nothing"


def test_a_task_that_carries_over(turned, labeled):
    found = measure_head_room(*turned, *labeled, one_space=True)
    assert found.task.aligned.score > 0.9
    assert abs(found.task.zero_shot.score) < 0.3
    assert 0.4 < found.task.aligned.majority_share < 0.6
    assert found.verdict.kind == "room"
    apart = measure_head_room(turned[0], turned[1][:, :10], *labeled)
    assert (apart.task.zero_shot, apart.distance, apart.mapped.unaligned) == (None, None, None)
    assert apart.task.aligned.score > 0.3


def test_one_space_for_both_languages_needs_no_alignment(turned, labeled):
    source, _ = turned
    target = source + 0.05 * np.random.default_rng(2).normal(size=source.shape)
    found = measure_head_room(source, target, *labeled, one_space=True)
    assert found.verdict.kind == "together"
    assert "English-only" in found.verdict.words
    assert measure_head_room(source, target, one_space=True).verdict.kind == "together"


@pytest.mark.parametrize(("mended", "kind"), [(0, "unclear"), (6, "unclear"), (60, "room")])
def test_a_gain_is_judged_pair_by_pair(turned, mended, kind):
    """Two that err on the same pairs differ beyond chance by less than their own errors say."""
    expected = np.arange(2000) % 2
    sure = measure_of("classification", np.eye(2)[expected])
    before, after = expected.copy(), expected.copy()
    before[:600] = 1 - expected[:600]
    after[mended:606] = 1 - expected[mended:606]
    zero_shot, aligned = (sure.score(np.eye(2)[said]) for said in (before, after))
    apart = np.hypot(zero_shot.standard_error, aligned.standard_error)
    assert aligned.score - zero_shot.score < 2 * apart
    task = TaskCheck(2000, sure.name, zero_shot, aligned, majority_share_unlabeled=None)
    mapped = check_map(Linear(), *turned, *hold_out(np.arange(600), 5, 0))
    assert judge(mapped, task, ()).kind == kind


def test_labels_that_mean_nothing_are_lost(turned):
    rng = np.random.default_rng(3)
    source, target = turned
    X = rng.normal(size=(300, 16)).astype(np.float32)
    # The class stands in a direction that the translations do not keep.
    source, X = (np.hstack([side, 3 * rng.normal(size=(len(side), 1))]) for side in (source, X))
    found = measure_head_room(source, target, X, X[:, -1] > 0)
    assert found.verdict.kind == "lost"
    assert abs(found.task.aligned.score) <= 2 * found.task.aligned.standard_error


def test_pairs_of_texts_are_checked_on_made_pairs(turned):
    rng = np.random.default_rng(4)
    X = rng.normal(size=(400, 2, 16)).astype(np.float32)
    X[:200, 1] = X[:200, 0] + 0.3 * rng.normal(size=(200, 16))
    found = measure_head_room(*turned, X, np.repeat(["same", "other"], 200))
    assert found.task.n > 300


def test_unlabelled_texts_tell_the_domain(turned, labeled):
    source, target = turned
    near = measure_head_room(source, target, *labeled, unlabeled=target[:100])
    far = measure_head_room(source, target, *labeled, unlabeled=target[:100] + 5)
    assert near.domain_distance < 0.2
    assert far.domain_distance == pytest.approx(5, abs=0.3)  # |5 ones| over sqrt(16) of spread
    assert far.task.aligned.score > 0.9  # the pairs are moved to the task's origin
    assert near.task.majority_share_unlabeled < 0.7


def test_distances_in_one_space():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 4)).astype(np.float32)
    shift = np.float32([6, 0, 0, 0])
    found = space_distance(X, X + shift, np.arange(200), np.arange(200, 400))
    assert found.mean_distance == pytest.approx(3, abs=0.2)  # 6 over the root of 4 unit variances
    assert found.probe_accuracy > 0.99
    same = space_distance(X, X, np.arange(200), np.arange(200, 400))
    assert same.mean_distance == 0
    assert same.cosine_translations == pytest.approx(1)
    unit = X[:200] / np.linalg.norm(X[:200], axis=1, keepdims=True)
    products = unit @ unit.T
    assert same.cosine_random == pytest.approx(products[~np.eye(200, dtype=bool)].mean(), abs=1e-5)


def test_pairs_of_one_group_are_not_split_and_one_of_each_is_asked():
    groups = np.arange(300) // 3
    held_out, rest = hold_out(groups, 5, 0)
    assert len(set(groups[held_out])) == len(held_out) == 20
    assert not set(groups[held_out]) & set(groups[rest])


def test_the_interval_of_a_ratio_holds_it_and_narrows():
    rng = np.random.default_rng(0)
    widths = []
    for n in (50, 5000):
        hits = rng.random(n) < 0.3
        found = ratio(hits, np.ones(n), random_state=0)
        assert found.value == pytest.approx(hits.mean())
        assert found.low <= found.value <= found.high
        error = 1.96 * np.sqrt(found.value * (1 - found.value) / n)
        assert (found.high - found.low) / 2 == pytest.approx(error, rel=0.2)
        widths.append(found.high - found.low)
    assert widths[1] < widths[0] / 5


def test_the_same_seed_gives_the_same_record(turned, labeled):
    records = [
        json.dumps(measure_head_room(*turned, *labeled, one_space=True).as_dict()) for _ in range(2)
    ]
    assert records[0] == records[1]


def test_the_map_is_fitted_on_the_rest_only(turned):
    source, target = turned
    held_out, rest = np.arange(100), np.arange(100, 600)
    target = target.copy()
    target[:100] = np.random.default_rng(0).normal(size=(100, 16))
    check = check_map(Linear(), source, target, held_out, rest)
    assert check.explained_variance.value < 0
    assert check.aligned.cosine.value < 0.1


@pytest.mark.parametrize(
    ("change", "error", "word"),
    [
        ({"target": np.eye(16)[:, :3], "source": np.eye(16)}, DataError, "16 pairs are too few"),
        ({"target": np.ones((600, 3)), "one_space": True}, SettingError, "16 and 3 dimensions"),
        ({"target": np.ones((599, 16))}, VectorError, "599"),
        ({"groups": np.zeros(600)}, DataError, "none can be held out"),
        ({"groups": np.zeros(3)}, DataError, "groups of shape"),
        ({"X": np.ones((5, 3)), "y": [1] * 5}, VectorError, "expecting 16 features"),
        ({"X": np.ones((5, 16))}, DataError, "5 labelled vectors and no labels"),
        ({"X": np.ones((5, 16)), "y": [1, 2]}, DataError, "2 labels"),
        ({"y": [1, 2]}, DataError, "no labelled vectors and 2 labels"),
        ({"unlabeled": np.ones((5, 3))}, VectorError, "expecting 16 features"),
    ],
)
def test_bad_input(turned, change, error, word):
    with pytest.raises(error, match=word):
        measure_head_room(**({"source": turned[0], "target": turned[1]} | change))
