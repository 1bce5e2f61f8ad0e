"""Shuffled, slipped and partly wrong files, planted in vectors with a known map."""

from __future__ import annotations

import numpy as np
import pytest

from langalign.data import bundled
from langalign.encoders.mini import MiniEncoder
from langalign.errors import DataError
from langalign.head_room import vector_findings


def planted(n, *, noise=0.5, seed=0):
    """Vectors of two spaces of different width, a map and noise between them."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 12)).astype(np.float32)
    Y = X @ rng.normal(size=(12, 9)) + noise * rng.normal(size=(n, 9))
    return X, Y.astype(np.float32)


def kinds(X, Y, **options):
    return [finding.kind for finding in vector_findings(X, Y, **options)]


@pytest.mark.parametrize("n", [60, 150, 2000])
def test_sound_pairs_give_no_finding(n):
    assert kinds(*planted(n)) == []


@pytest.mark.parametrize("n", [60, 150, 2000])
@pytest.mark.parametrize("seed", range(3))
def test_shuffled_pairs_are_found(n, seed):
    X, Y = planted(n)
    (found,) = vector_findings(X, np.random.default_rng(seed).permutation(Y))
    assert found.kind == "unrelated"
    assert found.unsound
    assert found.share == 1.0


@pytest.mark.parametrize(
    ("offset", "where", "side"),
    [
        (3, "3 rows further down", "target"),
        (-3, "3 rows further up", "source"),
        (1, "1 row further down", "target"),
        (-10, "10 rows further up", "source"),
    ],
)
def test_a_slip_is_found(offset, where, side):
    X, Y = planted(400)
    shifted = (X[offset:], Y[:-offset]) if offset > 0 else (X[:offset], Y[-offset:])
    (found,) = vector_findings(*shifted)
    assert found.kind == "shifted"
    assert found.share == 1.0
    assert f"the target {where}." in found.seen
    assert found.remedy.startswith(f"The {side} side has rows too many")


def test_a_slip_from_some_row_on_is_found_there():
    X, Y = planted(1000)
    slipped = np.vstack([Y[:500], Y[:1], Y[500:-1]])
    (found,) = vector_findings(X, slipped)
    assert found.kind == "shifted"
    assert found.rows[0] == 500
    assert found.share == 0.5
    assert "1 row further down" in found.seen


def test_a_slip_within_a_part_is_one_finding():
    X, Y = planted(1000, noise=2.0)
    (found,) = vector_findings(X[:-1], np.delete(Y, 388, axis=0))
    assert found.kind == "shifted"
    assert found.rows[0] == 333  # of nine parts of 111 rows, the one around it
    assert "1 row further up" in found.seen


def test_two_slips_are_two_findings():
    X, Y = planted(900)
    slipped = np.vstack([Y[:300], Y[299:599], Y[597:897]])
    found = vector_findings(X, slipped)
    assert [finding.kind for finding in found] == ["shifted", "shifted"]
    assert "1 row further down" in found[0].seen
    assert "3 rows further down" in found[1].seen


def test_a_shuffled_part_is_found():
    X, Y = planted(1000)
    Y[400:600] = np.random.default_rng(1).permutation(Y[400:600])
    (found,) = vector_findings(X, Y)
    assert (found.kind, found.share, found.rows) == ("partly_unrelated", 0.2, (400, 500))
    assert found.unsound


def test_scattered_rows_are_found():
    X, Y = planted(3000, noise=0.3)
    rng = np.random.default_rng(1)
    wrong = rng.choice(3000, 1000, replace=False)
    Y[wrong] = Y[rng.permutation(wrong)]
    (found,) = vector_findings(X, Y)
    assert found.kind == "scattered_unrelated"
    assert found.share == pytest.approx(1 / 3, abs=0.08)
    assert set(found.rows) <= set(wrong)


def test_rows_that_are_missing_do_not_hide_a_slip():
    """Cleaning drops rows; neighbours are found by their numbers in the file."""
    X, Y = planted(603)
    X, Y = X[3:], Y[:-3]
    kept = np.sort(np.random.default_rng(0).choice(600, 420, replace=False))
    (found,) = vector_findings(X[kept], Y[kept], rows=kept)
    assert "3 rows further down" in found.seen
    assert found.rows[0] == kept[0]


def test_a_sparse_sample_is_compared_with_itself():
    X, Y = planted(300)
    rows = np.arange(300) * 1000
    assert kinds(X, Y, rows=rows) == []
    assert kinds(X, np.random.default_rng(0).permutation(Y), rows=rows) == ["unrelated"]


def test_repeated_rows_are_no_slip():
    X, Y = planted(200)
    assert kinds(np.repeat(X, 3, axis=0), np.repeat(Y, 3, axis=0)) == []


def test_few_pairs_say_nothing_and_rows_must_rise():
    X, Y = planted(59)
    assert kinds(X, Y[::-1]) == []
    with pytest.raises(DataError, match="rise"):
        vector_findings(X, Y, rows=np.zeros(59, dtype=int))


@pytest.mark.parametrize("lang", ["ko", "ja", "zh"])
def test_bundled_text_is_sound_and_shuffled_is_not(lang):
    pairs, encode = bundled.parallel("sentiment", "en", lang), MiniEncoder().encode
    X, Y = encode(pairs.source), encode(pairs.target)
    assert kinds(X, Y) == []
    assert kinds(X, np.random.default_rng(0).permutation(Y)) == ["unrelated"]
    assert kinds(X[3:], Y[:-3]) == ["shifted"]
