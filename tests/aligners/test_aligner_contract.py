"""What every registered aligner promises; a new file in aligners/ is tested with no edit here."""

from __future__ import annotations

import contextlib
import functools
import operator
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError as NotFittedErrorOfScikitLearn
from sklearn.utils.validation import check_is_fitted

from langalign.aligners import aligners
from langalign.aligners.pair_statistics import PairStatistics
from langalign.errors import (
    DataError,
    FitWarning,
    NotFittedError,
    SettingError,
    VectorError,
)
from langalign.persistence import load_component, save_component, write_folder

NAMES = aligners.names()
WIDTH = 6
QUICK = {"epochs": 3, "batch_size": 16, "width": 8, "bottleneck": 4, "n_layers": 2}


def make(name):
    """Return the aligner, with less of everything that takes time."""
    aligner = aligners.get(name)()
    known = aligner.get_params()
    return aligner.set_params(**{key: value for key, value in QUICK.items() if key in known})


@contextlib.contextmanager
def quietly(aligner):
    if not aligner.closed_form:
        pytest.importorskip("torch").set_num_threads(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FitWarning)
        yield


def fit(aligner, X, Y):
    with quietly(aligner):
        return aligner.fit(X, Y)


def frozen(array):
    array = np.ascontiguousarray(array, dtype=np.float32)
    array.setflags(write=False)
    return array


def task(n=60, *, width_out=WIDTH, seed=0):
    """Return pairs that a map, a shift and some noise join; read-only."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, WIDTH))
    W = np.eye(WIDTH, width_out) + 0.1 * rng.standard_normal((WIDTH, width_out))
    Y = X @ W + rng.standard_normal(width_out) + 0.1 * rng.standard_normal((n, width_out))
    return frozen(X), frozen(Y)


def widths(name):
    return [WIDTH] if aligners.get(name).same_width else [WIDTH, WIDTH - 2, WIDTH + 3]


NAMES_AND_WIDTHS = [(name, width) for name in NAMES for width in widths(name)]


@pytest.mark.parametrize(("name", "width"), NAMES_AND_WIDTHS)
def test_output_is_float32_in_c_order_with_all_rows(name, width):
    X, Y = task(width_out=width)
    mapped = fit(make(name), X, Y).transform(X[:7])
    assert mapped.shape == (7, width)
    assert mapped.dtype == np.float32
    assert mapped.flags.c_contiguous
    assert np.isfinite(mapped).all()


@pytest.mark.parametrize("name", NAMES)
def test_one_row_is_mapped_as_it_is_among_others(name):
    X, Y = task()
    aligner = fit(make(name), X, Y)
    np.testing.assert_allclose(aligner.transform(X[3:4]), aligner.transform(X)[3:4], atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_refit_equals_fresh_fit_and_same_seed_same_result(name):
    X, Y = task(seed=1)
    other = task(40, width_out=widths(name)[-1], seed=2)
    refitted = fit(fit(make(name), *other), X, Y)
    fresh = fit(make(name), X, Y)
    assert refitted.learned().keys() == fresh.learned().keys()
    np.testing.assert_array_equal(refitted.transform(X), fresh.transform(X))


@pytest.mark.parametrize("name", NAMES)
def test_fit_returns_self_and_sets_widths(name):
    X, Y = task()
    aligner = make(name)
    assert fit(aligner, X, Y) is aligner
    assert (aligner.n_features_in_, aligner.n_features_out_) == (WIDTH, WIDTH)


@pytest.mark.parametrize("name", NAMES)
def test_clone_is_unfitted_with_the_same_parameters(name):
    X, Y = task()
    aligner = fit(make(name), X, Y)
    copy = clone(aligner)
    assert copy.get_params() == aligner.get_params()
    with pytest.raises(NotFittedError, match="call fit"):
        copy.transform(X)


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_stored_as_given_and_unknown_ones_refused(name):
    aligner = aligners.get(name)()
    params = aligner.get_params()
    assert type(aligner)(**params).get_params() == params
    with pytest.raises(SettingError, match="no parameter 'nonsense'"):
        aligner.set_params(nonsense=1)
    with pytest.raises(TypeError):
        aligners.get(name)(nonsense=1)


@pytest.mark.parametrize("name", NAMES)
def test_saved_and_loaded_is_bit_equal(name, tmp_path):
    X, Y = task()
    aligner = fit(make(name), X, Y)
    with write_folder(tmp_path / "aligner", kind=aligners.kind) as folder:
        save_component(aligner, folder, kind=aligners.kind)
    loaded = load_component(tmp_path / "aligner", aligners)
    assert type(loaded) is type(aligner)
    assert loaded.get_params() == aligner.get_params()
    assert loaded.learned().keys() == aligner.learned().keys()
    np.testing.assert_array_equal(loaded.transform(X), aligner.transform(X))
    np.testing.assert_array_equal(fit(loaded.fresh(), X, Y).transform(X), aligner.transform(X))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["float64", "int", "list", "fortran", "object"])
def test_any_numbers_are_accepted(name, form):
    X, Y = task()
    X, Y = np.round(X), np.round(Y)
    forms = {
        "float64": lambda A: A.astype(np.float64),
        "int": lambda A: A.astype(int),
        "list": lambda A: A.tolist(),
        "fortran": np.asfortranarray,
        "object": lambda A: A.astype(object),
    }
    expected = fit(make(name), X, Y).transform(X)
    given = forms[form](X), forms[form](Y)
    np.testing.assert_array_equal(fit(make(name), *given).transform(given[0]), expected)


@pytest.mark.parametrize("name", NAMES)
def test_unusable_arrays_are_named(name):
    X, Y = task()
    hole = np.array(X)
    hole[4, 2] = np.nan
    with pytest.raises(VectorError, match="row 4 contains NaN"):
        make(name).fit(hole, Y)
    with pytest.raises(VectorError, match="row 4 contains NaN"):
        make(name).fit(X, hole)
    with pytest.raises(VectorError, match="expected an array of shape"):
        make(name).fit(X[0], Y[0])
    with pytest.raises(VectorError, match="0 sample"):
        make(name).fit(X[:0], Y[:0])
    with pytest.raises(VectorError, match="expected numbers"):
        make(name).fit([["a"]], [["b"]])
    with pytest.raises(VectorError, match="60 rows and Y has 59"):
        make(name).fit(X, Y[:-1])
    with pytest.raises(DataError, match=r"1 pair\(s\) were given"):
        make(name).fit(X[:1], Y[:1])
    aligner = fit(make(name), X, Y)
    with pytest.raises(VectorError, match=f"5 features, but LangAlign is expecting {WIDTH}"):
        aligner.transform(X[:, :5])
    with pytest.raises(VectorError, match="row 4 contains NaN"):
        aligner.transform(hole)


@pytest.mark.parametrize("name", NAMES)
def test_unfitted_says_so(name):
    with pytest.raises(NotFittedError, match="not fitted yet"):
        make(name).transform(task()[0])


@pytest.mark.parametrize("name", NAMES)
def test_two_pairs_duplicates_and_constants_do_not_break_a_fit(name):
    X, Y = task(2)
    assert np.isfinite(fit(make(name), X, Y).transform(X)).all()
    X, Y = np.array(task()[0]), np.array(task()[1])
    X[:, 1], Y[:, 2] = 3.0, 0.0
    assert np.isfinite(fit(make(name), X, Y).transform(X)).all()
    same = np.repeat(X[:1], 30, axis=0)
    assert np.isfinite(fit(make(name), same, same).transform(same)).all()


@pytest.mark.parametrize("name", [name for name in NAMES if aligners.get(name).same_width])
def test_unequal_widths_are_refused_where_they_must_be(name):
    X, Y = task(width_out=WIDTH - 1)
    with pytest.raises(DataError, match="spaces of one width"):
        make(name).fit(X, Y)


def planted(kind, width_out, rng):
    if kind == "shift":
        return np.eye(WIDTH)
    if kind == "rotation":
        return np.linalg.qr(rng.standard_normal((max(WIDTH, width_out),) * 2))[0][
            :WIDTH, :width_out
        ]
    return rng.standard_normal((WIDTH, width_out))


RECOVERABLE = [
    (name, kind, width)
    for name in NAMES
    for kind in ("shift", "rotation", "linear")
    for width in widths(name)
    # What recovers a wider kind recovers the narrower ones; a shift is between equal widths, and a
    # rotation into fewer dimensions loses some.
    if aligners.get(name).recovers is not None
    and ("shift", "rotation", "linear").index(kind)
    <= ("shift", "rotation", "linear").index(aligners.get(name).recovers)
    and (kind == "linear" or width == WIDTH or (kind == "rotation" and width > WIDTH))
]


@pytest.mark.parametrize(("name", "kind", "width"), RECOVERABLE)
def test_the_planted_map_is_recovered(name, kind, width):
    rng = np.random.default_rng(3)
    X, fresh = rng.standard_normal((400, WIDTH)), rng.standard_normal((50, WIDTH))
    W, shift = planted(kind, width, rng), rng.standard_normal(width)
    aligner = fit(aligners.get(name)(), X, X @ W + shift)
    np.testing.assert_allclose(aligner.transform(fresh), fresh @ W + shift, atol=5e-3)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("n_pairs", [5, 20, 60])
@pytest.mark.parametrize("width", [8, 64])
def test_few_pairs_of_one_space_are_not_worse_than_no_map(name, n_pairs, width):
    """Two languages in one multilingual encoder: nearly the same vectors, a gap between them."""
    rng = np.random.default_rng(n_pairs + width)
    gap = 0.5 * rng.standard_normal(width)

    def pairs(n):
        X = rng.standard_normal((n, width))
        return X, X + gap + 0.3 * rng.standard_normal((n, width))

    aligner = fit(make(name), *pairs(n_pairs))
    X, Y = pairs(300)
    assert ((aligner.transform(X) - Y) ** 2).mean() <= ((X - Y) ** 2).mean() * (1 + 1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_candidates_are_unfitted_and_leave_the_original_alone(name):
    X, Y = task()
    aligner = make(name)
    before = aligner.get_params()
    candidates = aligner.candidates(X, Y)
    assert candidates
    assert all(type(candidate) is type(aligner) for candidate in candidates)
    assert all(candidate is not aligner for candidate in candidates)
    assert not any(candidate.learned() for candidate in candidates)
    assert aligner.get_params() == before


@pytest.mark.parametrize("name", NAMES)
def test_variants_fitted_one_after_another_are_those_fitted_alone(name):
    X, Y = task()
    variants = make(name).candidates(X, Y)
    with quietly(make(name)):
        together = list(variants[0].fresh().fit_path(variants, X, Y))
    assert [fitted.get_params() for fitted in together] == [each.get_params() for each in variants]
    for fitted, variant in zip(together, variants, strict=True):
        assert not variant.learned()  # what was given is left alone
        alone = fit(variant.fresh(), X, Y)
        assert fitted.learned().keys() == alone.learned().keys()
        np.testing.assert_array_equal(fitted.transform(X), alone.transform(X))


SUMMED = [name for name in NAMES if hasattr(aligners.get(name), "fit_statistics")]


def same_map(one, other):
    """Compare what two aligners learned, to rounding."""
    assert one.learned().keys() == other.learned().keys()
    for name, value in one.learned().items():
        np.testing.assert_allclose(getattr(other, name), value, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "width"), [pair for pair in NAMES_AND_WIDTHS if pair[0] in SUMMED]
)
@pytest.mark.parametrize("n_pairs", [17, 90])
def test_chunks_and_merged_shards_give_the_map_of_all_pairs(name, width, n_pairs):
    X, Y = task(n_pairs, width_out=width)
    whole, chunked = make(name).fit(X, Y), make(name)
    for start in range(0, n_pairs, 7):
        assert chunked.partial_fit(X[start : start + 7], Y[start : start + 7]) is chunked
    same_map(chunked, whole)
    shards = [PairStatistics.of(X[a:b], Y[a:b]) for a, b in ((0, 6), (6, 12), (12, n_pairs))]
    same_map(make(name).fit_statistics(shards[0] + shards[1] + shards[2]), whole)
    same_map(make(name).fit_statistics(PairStatistics.of(X, Y, n_parts=6)), whole)
    rows = [PairStatistics.of(X[row : row + 1], Y[row : row + 1]) for row in range(n_pairs)]
    same_map(make(name).fit_statistics(functools.reduce(operator.add, rows)), whole)


@pytest.mark.parametrize("name", SUMMED)
def test_pairs_may_come_one_by_one(name):
    X, Y = task(17)
    aligner = make(name).partial_fit(X[:1], Y[:1])
    with pytest.raises(NotFittedError):
        aligner.transform(X)
    for row in range(1, 17):
        aligner.partial_fit(X[row : row + 1], Y[row : row + 1])
    same_map(aligner, make(name).fit(X, Y))


@pytest.mark.parametrize("name", SUMMED)
def test_sums_that_are_gone_are_not_gone_on_with(name):
    X, Y = task()
    fitted = make(name).fit(X, Y)
    with pytest.raises(SettingError, match="keeps no sums to go on with"):
        fitted.partial_fit(X, Y)
    same_map(make(name).partial_fit(X[:20], Y[:20]).fit(X, Y), fitted)  # fit begins anew
    with pytest.raises(DataError, match=r"1 pair\(s\) were given"):
        make(name).fit_statistics(PairStatistics.of(X[:1], Y[:1]))


IMPOSSIBLE = [
    (name, param)
    for name in NAMES
    for param, value in aligners.get(name)().get_params().items()
    if param != "random_state" and not isinstance(value, bool)
]


@pytest.mark.parametrize(("name", "param"), IMPOSSIBLE)
def test_a_fit_that_fails_leaves_the_aligner_as_it_was(name, param):
    X, Y = task()
    usual = make(name).get_params()[param]
    impossible = {param: "nonsense" if isinstance(usual, str) else -1}
    aligner = make(name).set_params(**impossible)
    with pytest.raises(SettingError, match=param):
        fit(aligner, X, Y)
    with pytest.raises(NotFittedError):
        aligner.transform(X)
    with pytest.raises(NotFittedErrorOfScikitLearn):
        check_is_fitted(aligner)
    fitted = fit(make(name), X, Y)
    before = fitted.transform(X)
    with pytest.raises(SettingError, match=param):
        fit(fitted.set_params(**impossible), np.hstack([X, X]), np.hstack([Y, Y]))
    np.testing.assert_array_equal(fitted.transform(X), before)


IN_ANOTHER_PROCESS = """
from pathlib import Path

import numpy as np
from langalign.aligners import aligners
from langalign.persistence import load_component

X = np.load(Path(sys.argv[1]) / "X.npy")
for name in aligners.names():
    mapped = load_component(Path(sys.argv[1]) / name, aligners).transform(X)
    np.testing.assert_array_equal(mapped, np.load(Path(sys.argv[1]) / f"{name}.npy"))
"""


def test_a_loaded_aligner_imports_neither_torch_nor_scikit_learn(tmp_path, run_python):
    X, Y = task(120)
    np.save(tmp_path / "X.npy", X)
    for name in NAMES:
        aligner = fit(make(name), X, Y)
        with write_folder(tmp_path / name, kind=aligners.kind) as folder:
            save_component(aligner, folder, kind=aligners.kind)
        np.save(tmp_path / f"{name}.npy", aligner.transform(X))
    run_python(IN_ANOTHER_PROCESS, tmp_path, hidden=("torch", "sklearn", "scipy"))
