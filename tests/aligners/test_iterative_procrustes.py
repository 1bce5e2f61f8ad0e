"""The aligner ``iterative-normalisation``: what it is blind to, and what comes back."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes

from langalign.aligners import aligners
from langalign.aligners.iterative_normalisation import IterativeNormalisationProcrustes
from langalign.errors import SettingError
from langalign.persistence import load_component, save_component, write_folder
from langalign.transforms.iterative_normalisation import IterativeNormalisation


def pairs(n=400, width=8, *, noise=0.2, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, width)) + 1
    turn = np.linalg.qr(rng.standard_normal((width, width)))[0]
    Y = 3 * (X @ turn) + noise * rng.standard_normal((n, width))
    return X.astype(np.float32), Y.astype(np.float32)


def test_it_is_scipys_rotation_between_normalised_sides():
    X, Y = pairs()
    fitted = IterativeNormalisationProcrustes(n_iterations=3).fit(X, Y)
    x, y = (IterativeNormalisation(n_iterations=3).fit(side).transform(side) for side in (X, Y))
    rotation = orthogonal_procrustes(x, y)[0]
    factor = np.linalg.norm(fitted.coef_) / np.sqrt(8)
    np.testing.assert_allclose(fitted.coef_, factor * rotation, atol=1e-3)
    np.testing.assert_allclose(
        fitted.transform(X), factor * x @ rotation + Y.mean(axis=0), atol=1e-3
    )


def test_the_output_has_the_targets_mean_and_size():
    X, Y = pairs()
    mapped = IterativeNormalisationProcrustes().fit(X, Y).transform(X)
    np.testing.assert_allclose(mapped.mean(axis=0), Y.mean(axis=0), atol=0.02)
    assert 0.7 < mapped.var(axis=0).sum() / Y.var(axis=0).sum() <= 1.0


def test_the_length_of_a_source_vector_does_not_matter():
    X, Y = pairs()
    stretch = np.random.default_rng(1).lognormal(size=(400, 1)).astype(np.float32)
    fitted = IterativeNormalisationProcrustes().fit(X, Y)
    np.testing.assert_allclose(fitted.transform(X * stretch), fitted.transform(X), atol=1e-4)
    other = IterativeNormalisationProcrustes().fit(X * stretch, Y)
    np.testing.assert_allclose(other.transform(X), fitted.transform(X), atol=1e-3)


def test_few_noisy_pairs_of_like_spaces_move_the_mean_and_that_can_be_saved(tmp_path):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((40, 32)).astype(np.float32)
    fitted = IterativeNormalisationProcrustes().fit(X, X + 1 + rng.standard_normal((40, 32)))
    assert fitted.is_shift_
    np.testing.assert_array_equal(fitted.coef_, np.eye(32))
    with write_folder(tmp_path / "aligner", kind=aligners.kind) as folder:
        save_component(fitted, folder, kind=aligners.kind)
    loaded = load_component(tmp_path / "aligner", aligners)
    np.testing.assert_array_equal(loaded.transform(X), fitted.transform(X))
    assert not IterativeNormalisationProcrustes().fit(*pairs()).is_shift_


def test_wrong_settings_are_named():
    with pytest.raises(SettingError, match="n_iterations=0"):
        IterativeNormalisationProcrustes(n_iterations=0).fit(*pairs())
