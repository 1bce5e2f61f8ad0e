"""Vectors in steps: encode, align, apply, and a fit on vectors made beforehand."""

from __future__ import annotations

import numpy as np
import pytest

from langalign import LangAlign
from langalign.encoders.mini import MiniEncoder


@pytest.fixture
def vectors(run, files, tmp_path):
    for lang in ("en", "ko"):
        result = run(
            "encode", files / "pairs.tsv", "--lang", lang, "--out", tmp_path / f"{lang}.npy"
        )
        assert result.code == 0, result.err
        assert result.out.startswith("Wrote 120 vectors")
    return tmp_path


def test_encode_gives_the_vectors_of_the_encoder(vectors):
    english = np.load(vectors / "en.npy")
    assert english.shape == (120, MiniEncoder().dim)
    assert (vectors / "en.json").is_file()


def test_a_pair_gives_two_rows(run, make, tmp_path):
    path = make.tsv(tmp_path / "p.tsv", ("premise", "hypothesis"), [("a dog", "a cat")])
    assert run("encode", path, "--out", tmp_path / "v.npy").code == 0
    expected = MiniEncoder().encode(["a dog", "a cat"])
    np.testing.assert_array_equal(np.load(tmp_path / "v.npy"), expected)


def test_align_tells_how_good_the_map_is_and_apply_maps(run, vectors):
    args = ["align", vectors / "en.npy", vectors / "ko.npy", "--out", vectors / "map"]
    shown = run(*args)
    assert shown.code == 0, shown.err
    assert "On 12 held-out pairs" in shown.out
    record = run(*args, "--json").json["held_out"]
    assert record["explained_variance"]["low"] > record["explained_variance_shuffled"]
    done = run("apply", vectors / "map", vectors / "en.npy", "--out", vectors / "z.npy")
    assert done.code == 0, done.err
    assert np.load(vectors / "z.npy").shape == (120, MiniEncoder().dim)


def test_a_planted_map_is_found(run, tmp_path):
    rng = np.random.default_rng(0)
    X, W = rng.normal(size=(200, 6)), rng.normal(size=(6, 4))
    np.save(tmp_path / "x.npy", X)
    np.save(tmp_path / "y.npy", X @ W + 3)
    args = ["align", tmp_path / "x.npy", tmp_path / "y.npy", "--out", tmp_path / "map"]
    record = run(*args, "--json").json["held_out"]
    assert record["explained_variance"]["value"] > 0.99
    assert record["aligned"]["cosine"]["value"] == 1.0
    assert record["explained_variance_shuffled"] < 0.2
    run("apply", tmp_path / "map", tmp_path / "x.npy", "--out", tmp_path / "z.npy")
    np.testing.assert_allclose(np.load(tmp_path / "z.npy"), X @ W + 3, atol=0.05)


def test_a_model_is_fitted_on_vectors_made_beforehand_and_served_by_their_encoder(
    run, make, files, vectors
):
    args = make.fit_args(files, target_encoder=vectors / "ko.npy")
    done = run(*args, "--no-select", "--out", vectors / "m")
    assert done.code == 0, done.err
    text = "정말 재미있게 봤어요."
    assert LangAlign.load(vectors / "m", target_encoder="mini").predict([text]).shape == (1,)
    missing = run("predict", vectors / "m", "--no-cache", "--text", text)
    assert missing.code == 2
    assert "have no vector here" in missing.err


def unpaired(folder, target):
    """Write vectors of texts of unequal topics, and of others that are not paired with them."""
    rng = np.random.default_rng(0)
    centres = 1.5 * rng.normal(size=(12, 6))
    clouds = [centres[rng.integers(0, 12, 600) ** 2 // 12] + 0.5 * rng.gamma(1, size=(600, 6))]
    clouds.append(target(clouds[0], rng))
    for name, cloud in zip(("x", "y"), clouds, strict=True):
        np.save(folder / f"{name}.npy", cloud)
    return ["align", folder / "x.npy", folder / "y.npy", "--unsupervised", "--out", folder / "map"]


def test_a_map_is_found_without_pairs(run, tmp_path):
    turn = np.linalg.qr(np.random.default_rng(9).normal(size=(6, 6)))[0]
    args = unpaired(tmp_path, lambda X, rng: rng.permutation(X @ turn))
    X = np.load(tmp_path / "x.npy")
    np.save(tmp_path / "a.npy", X[:5])
    np.save(tmp_path / "b.npy", X[:5] @ turn)
    args += ["--test-pairs", tmp_path / "a.npy", tmp_path / "b.npy"]
    shown = run(*args)
    assert shown.code == 0, shown.err
    assert "experimental" in shown.err
    assert "of 5 pairs given, 5 " in shown.out
    assert run(*args, "--json").json["success"]["passed"] is True
    done = run("apply", tmp_path / "map", tmp_path / "x.npy", "--out", tmp_path / "z.npy")
    assert done.code == 0, done.err
    np.testing.assert_allclose(np.load(tmp_path / "z.npy"), X @ turn, atol=0.5)


def test_where_none_is_found_it_says_so_and_writes_nothing(run, tmp_path):
    args = unpaired(tmp_path, lambda X, rng: rng.normal(size=X.shape))
    shown = run(*args)
    assert shown.code == 1
    assert shown.out.startswith("FAILED")
    assert not (tmp_path / "map").exists()
    record = run(*args, "--json")
    assert (record.code, record.json["out"]) == (1, None)


def test_pairs_to_test_with_are_for_work_without_pairs(run, tmp_path):
    args = unpaired(tmp_path, lambda X, rng: X)
    args.remove("--unsupervised")
    shown = run(*args, "--test-pairs", tmp_path / "x.npy", tmp_path / "y.npy")
    assert shown.code == 2
    assert "--unsupervised" in shown.err
