"""InfoNCE against its formula, written out."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from langalign.training.info_nce import equal_rows, info_nce, numbered  # noqa: E402


def by_hand(U, V, temperature, same):
    """Sum the formula term by term."""
    m = len(U)
    cosine = [[u @ v / np.linalg.norm(u) / np.linalg.norm(v) for v in V] for u in U]
    e = np.exp(np.array(cosine) / temperature)
    e[same] = 0
    there = [np.log(e[i, i] / sum(e[i, j] for j in range(m))) for i in range(m)]
    back = [np.log(e[i, i] / sum(e[j, i] for j in range(m))) for i in range(m)]
    return -(sum(there) + sum(back)) / (2 * m)


def sides(m=6, d=4):
    rng = np.random.default_rng(0)
    return torch.from_numpy(rng.standard_normal((m, d))), torch.from_numpy(
        rng.standard_normal((m, d))
    )


@pytest.mark.parametrize("temperature", [0.05, 1.0])
def test_the_loss_is_the_formula(temperature):
    u, v = sides()
    none = np.zeros((6, 6), dtype=bool)
    expected = by_hand(u.numpy(), v.numpy(), temperature, none)
    assert float(info_nce(u, v, temperature=temperature)) == pytest.approx(expected)
    assert float(info_nce(3 * u, v, temperature=temperature)) == pytest.approx(expected)


def test_equal_rows_are_no_negatives():
    u, v = sides()
    numbers = numbered("abcade"), numbered("vwxyyz")
    same = equal_rows(*numbers)
    expected = np.zeros((6, 6), dtype=bool)
    expected[0, 3] = expected[3, 0] = expected[3, 4] = expected[4, 3] = True
    np.testing.assert_array_equal(same.numpy(), expected)
    loss = float(info_nce(u, v, temperature=0.5, same=same))
    assert loss == pytest.approx(by_hand(u.numpy(), v.numpy(), 0.5, expected))
    assert loss < float(info_nce(u, v, temperature=0.5))
