"""Each measure on spaces whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from langalign.diagnostics import (
    diagnose_spaces,
    fit_by_part,
    hubness,
    iso_score,
    isospectrality,
    pair_margins,
    readings,
)
from langalign.errors import DataError, SettingError, VectorError
from langalign.head_room import measure_head_room


def gaussian(n, d, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)


def turned(X, seed=9):
    return X @ np.linalg.qr(gaussian(X.shape[1], X.shape[1], seed))[0]


def test_a_planted_hub_has_the_skewness_of_its_formula():
    n = 50
    keys = np.vstack([np.ones(3), -np.ones((n - 1, 3))])
    found = hubness(np.ones((n, 3)), keys, k=1)
    # n times 1 against 0 everywhere else: a Bernoulli variable of p = 1 / n.
    assert found.skewness == pytest.approx((n - 2) / np.sqrt(n - 1))
    assert found.antihub_share == (n - 1) / n
    assert found.largest_share == 1.0


def test_keys_that_occur_alike_have_no_skewness():
    found = hubness(np.eye(6), np.eye(6), k=1)
    assert (found.skewness, found.antihub_share) == (0.0, 0.0)
    assert found.largest_share == pytest.approx(1 / 6)


def test_within_a_space_no_row_is_its_own_neighbour():
    circle = np.array([[np.cos(t), np.sin(t)] for t in np.arange(12) * np.pi / 6])
    found = hubness(circle, k=2)
    assert (found.skewness, found.antihub_share) == (0.0, 0.0)
    assert found.largest_share == pytest.approx(2 / 12)
    # Twins are each other's neighbours, whichever of them a search names first.
    twins = hubness(np.repeat(np.eye(5), 2, axis=0), k=1)
    assert (twins.skewness, twins.antihub_share) == (0.0, 0.0)


def test_hubs_come_from_an_origin_outside_the_cloud_and_a_planted_one_stands_out():
    space = gaussian(1000, 50)
    assert abs(hubness(space).skewness) < 0.5 < 2 < hubness(space + 1).skewness
    found = hubness(np.vstack([space + 1, space.mean(axis=0) + 1]))
    assert found.largest_share > 0.5
    assert found.skewness > 10


@pytest.mark.parametrize("k", [1, 2, 5, 8])
def test_k_equal_directions_of_d(k):
    X = np.zeros((2 * k, 8))
    X[np.arange(2 * k), np.repeat(np.arange(k), 2)] = [1, -1] * k
    assert iso_score(turned(X) * 5 + 7) == pytest.approx((k - 1) / 7, abs=1e-5)


def test_iso_score_is_the_papers():
    X = gaussian(500, 6) * np.arange(1, 7)
    variances = np.linalg.eigvalsh(np.cov(X.T))
    n = len(variances)
    normalised = np.sqrt(n) * variances / np.linalg.norm(variances)
    defect = np.linalg.norm(normalised - 1) / np.sqrt(2 * (n - np.sqrt(n)))
    share = (n - defect**2 * (n - np.sqrt(n))) ** 2 / n**2
    assert iso_score(X) == pytest.approx((n * share - 1) / (n - 1), rel=1e-5)


def test_an_isotropic_gaussian_and_a_line():
    assert iso_score(gaussian(20_000, 10)) > 0.99
    assert iso_score(gaussian(100, 1) @ np.ones((1, 10))) == pytest.approx(0, abs=1e-6)


def test_a_turned_copy_has_the_same_spectrum_and_another_space_has_not():
    X = gaussian(600, 8)
    same = isospectrality(X, turned(X) * 3)
    assert same.difference == pytest.approx(0, abs=1e-6)
    assert same.within > 1
    other = isospectrality(X, gaussian(600, 8, 1))
    assert 0.2 < other.times_chance < 5
    hub = np.abs(gaussian(600, 60, 2)) + 0.5
    assert isospectrality(X, hub).times_chance > 5 * other.times_chance


def test_isospectrality_is_symmetric_and_repeatable():
    X, Y = gaussian(300, 8), gaussian(300, 5, 1) + 1
    first, second = isospectrality(X, Y), isospectrality(Y, X)
    assert first.difference == pytest.approx(second.difference)
    assert first == isospectrality(X, Y)


def test_planted_wrong_pairs_are_the_worst():
    rng = np.random.default_rng(0)
    X = gaussian(1000, 16)
    Y = X @ rng.normal(size=(16, 12)) + 0.5 * rng.normal(size=(1000, 12))
    wrong = rng.choice(1000, 50, replace=False)
    Y[wrong] = Y[np.roll(wrong, 1)]
    margins = pair_margins(X, Y.astype(np.float32), np.arange(1000))
    assert np.isin(np.argsort(margins)[:50], wrong).mean() >= 0.9


def test_a_pair_does_not_vouch_for_itself():
    """With few rows a map that had seen a wrong pair would fit it."""
    X = gaussian(120, 60)
    Y = turned(X)
    Y[:6] = gaussian(6, 60, 5)
    margins = pair_margins(X, Y, np.arange(120))
    assert set(np.argsort(margins)[:6]) == set(range(6))


def test_worst_pairs_carry_their_row_numbers():
    X = gaussian(300, 6)
    Y = turned(X)
    Y[[10, 20]] = -Y[[10, 20]]
    found = measure_head_room(X, Y, rows=np.arange(300) * 3, n_worst=2)
    assert {pair.row for pair in found.worst} == {30, 60}
    assert found.worst[0].margin <= found.worst[1].margin < 0
    assert measure_head_room(X, Y).worst == ()


def test_parts_add_up_to_the_whole():
    target, mapped = gaussian(100, 4), gaussian(100, 4, 1)
    parts = np.repeat(["a", "b"], [30, 70])
    found = fit_by_part(mapped, target, parts)
    assert [part.n for part in sorted(found, key=lambda part: part.name)] == [30, 70]
    assert found[0].explained_variance <= found[1].explained_variance
    energy = {name: (target[parts == name] ** 2).sum() for name in "ab"}
    whole = sum(part.explained_variance * energy[part.name] for part in found)
    (everything,) = fit_by_part(mapped, target, np.repeat("all", 100))
    assert whole / sum(energy.values()) == pytest.approx(everything.explained_variance, rel=1e-5)


def test_a_part_that_is_shuffled_is_the_worst():
    X = gaussian(600, 6)
    Y = turned(X)
    Y[:200] = np.random.default_rng(0).permutation(Y[:200])
    parts = np.repeat(["chat", "news", "law"], 200)
    found = measure_head_room(X, Y, parts=parts).spaces.parts
    assert found[0].name == "chat"
    assert found[0].explained_variance < 0.2 < found[1].explained_variance


def test_everything_is_read_out_in_words():
    X = gaussian(400, 6)
    found = diagnose_spaces(X, turned(X), parts=np.repeat(["news", "chat"], 200))
    names = [reading.name for reading in readings(found)]
    assert len(names) == len(set(names)) == 9
    assert all(reading.value and reading.words for reading in readings(found))
    tiny = diagnose_spaces(X[:22, :1], X[:22, :1])
    assert (tiny.shape, tiny.source_isotropy, tiny.parts) == (None, None, ())
    assert len(readings(tiny)) == 3


@pytest.mark.parametrize(
    ("call", "error", "word"),
    [
        (lambda: hubness(np.eye(3), k=0), SettingError, "k=0"),
        (lambda: hubness(np.ones((1, 3))), SettingError, "1 vector"),
        (lambda: hubness(np.eye(3), np.eye(4)), VectorError, "expecting 4"),
        (lambda: iso_score(np.ones((5, 1))), DataError, "1 dimension"),
        (lambda: iso_score(np.ones((5, 2))), DataError, "all vectors are equal"),
        (lambda: isospectrality(np.eye(5), np.eye(5)), DataError, "5 pairs are too few"),
        (lambda: isospectrality(np.eye(50), np.eye(49)), VectorError, "49"),
        (
            lambda: diagnose_spaces(np.eye(9), np.eye(9), groups=np.zeros(9)),
            DataError,
            "be divided",
        ),
        (lambda: fit_by_part(np.eye(3), np.eye(3), ["a"]), DataError, "parts of shape"),
        (lambda: measure_head_room(np.eye(30), np.eye(30), n_worst=-1), SettingError, "-1 worst"),
    ],
)
def test_bad_input(call, error, word):
    with pytest.raises(error, match=word):
        call()
