"""What every registered head promises; a new file in heads/ is tested with no edit here."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.exceptions import NotFittedError as NotFittedErrorOfScikitLearn
from sklearn.utils.validation import check_is_fitted

from langalign.errors import DataError, NotFittedError, SettingError, VectorError
from langalign.heads import Classifier, heads
from langalign.heads.base import fit_each
from langalign.heads.traits import is_fitted
from langalign.persistence import load_component, save_component, write_folder
from langalign.tasks import CLASSIFICATION, MULTILABEL, SIMILARITY, TASKS, joined_rows

NAMES = heads.names()
OF_KIND = {kind: [name for name in NAMES if heads.get(name).task == kind] for kind in TASKS}
CLASSIFIERS = OF_KIND[CLASSIFICATION]
WIDTH = 5
QUICK = {"hidden": (8,), "max_iter": 400}
LABELS = {
    "strings": np.array(["bad", "good", "나쁨"]),
    "numbers": np.array([3, 7, 40]),
    "booleans": np.array([False, True]),
}


def make(name):
    head = heads.get(name)()
    known = head.get_params()
    return head.set_params(**{key: value for key, value in QUICK.items() if key in known})


def task(n_classes=2, *, n=90, labels="strings"):
    rng = np.random.default_rng(0)
    codes = np.arange(n) % n_classes
    Z = rng.standard_normal((n, WIDTH)) + 3 * np.eye(n_classes, WIDTH)[codes] + 1
    Z = Z.astype(np.float32)
    Z.setflags(write=False)
    return Z, LABELS[labels][codes]


def data(name, *, seed=0):
    """Return vectors and labels of the kind that a head is for."""
    kind = heads.get(name).task
    if kind == CLASSIFICATION:
        return task(3 if seed else 2)
    rng = np.random.default_rng(seed)
    Z = (rng.standard_normal((90, WIDTH)) + 1).astype(np.float32)
    Z.setflags(write=False)
    number = Z @ np.arange(WIDTH) + 0.3 * rng.standard_normal(90)
    if kind == SIMILARITY:
        return Z, number
    return Z, joined_rows(Z[:, :3] + 0.1 * number[:, None] > [1.0, 1.5, 2.5], ["a", "b", "다"])


def outputs(head, Z):
    """Return probabilities, or numbers where a head gives these."""
    return head.predict_proba(Z) if hasattr(head, "predict_proba") else head.predict(Z)


CASES = [
    (name, n_classes, labels)
    for name in CLASSIFIERS
    for labels in LABELS
    for n_classes in (2, 3)
    if n_classes <= len(LABELS[labels])
]


@pytest.mark.parametrize(("name", "n_classes", "labels"), CASES)
def test_labels_are_learned_and_keep_their_kind(name, n_classes, labels):
    Z, y = task(n_classes, labels=labels)
    head = make(name).fit(Z, y)
    assert isinstance(head, Classifier)
    assert is_classifier(head)
    np.testing.assert_array_equal(head.classes_, np.unique(y))
    assert head.classes_.dtype.kind == y.dtype.kind
    assert head.predict(Z).dtype.kind == y.dtype.kind
    assert head.score(Z, y) > 0.85
    assert head.score(Z, y[:, None]) == head.score(Z, y)
    probabilities = head.predict_proba(Z)
    assert probabilities.shape == (len(Z), n_classes)
    assert probabilities.dtype == np.float64
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, atol=1e-12)
    assert (probabilities >= 0).all()
    np.testing.assert_array_equal(head.predict(Z), head.classes_[probabilities.argmax(axis=1)])


@pytest.mark.parametrize("name", NAMES)
def test_rows_do_not_touch_each_other(name):
    Z, y = data(name, seed=1)
    head = make(name).fit(Z, y)
    order = np.random.default_rng(1).permutation(len(Z))
    expected = outputs(head, Z)
    np.testing.assert_allclose(outputs(head, Z[order]), expected[order], atol=2e-6)
    np.testing.assert_allclose(outputs(head, Z[:1]), expected[:1], atol=2e-6)


@pytest.mark.parametrize("name", NAMES)
def test_refit_equals_fresh_fit_and_same_seed_same_result(name):
    Z, y = data(name)
    refitted = make(name).fit(*data(name, seed=1)).fit(Z, y)
    fresh = make(name).fit(Z, y)
    assert refitted.learned().keys() == fresh.learned().keys()
    np.testing.assert_array_equal(outputs(refitted, Z), outputs(fresh, Z))


@pytest.mark.parametrize("name", NAMES)
def test_far_away_vectors_get_finite_answers(name):
    Z, y = data(name, seed=1)
    assert np.isfinite(outputs(make(name).fit(Z, y), 1e6 * Z)).all()


@pytest.mark.parametrize("name", NAMES)
def test_constant_columns_and_duplicate_rows_do_not_break_a_fit(name):
    Z, y = data(name)
    Z = np.array(Z)
    Z[:, 1] = 4.0
    assert np.isfinite(outputs(make(name).fit(Z, y), Z)).all()
    same = np.ones_like(Z)
    found = outputs(make(name).fit(same, y), same)
    if heads.get(name).task == SIMILARITY:
        np.testing.assert_allclose(found, y.mean(), atol=1e-5)
    else:  # the share of rows with a class
        labels = make(name).fit(Z, y).classes_
        shares = [np.mean([label in row.split("|") for row in y]) for label in labels]
        np.testing.assert_allclose(found[0], shares, atol=0.05)


@pytest.mark.parametrize(("name", "n_classes", "labels"), CASES)
def test_a_saved_and_loaded_classifier_is_bit_equal(name, n_classes, labels, tmp_path):
    assert_saved_is_bit_equal(make(name), *task(n_classes, labels=labels), tmp_path)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in CLASSIFIERS])
def test_a_saved_and_loaded_head_of_another_kind_is_bit_equal(name, tmp_path):
    assert_saved_is_bit_equal(make(name), *data(name), tmp_path)


def assert_saved_is_bit_equal(head, Z, y, tmp_path):
    head.fit(Z, y)
    with write_folder(tmp_path / "head", kind=heads.kind) as folder:
        save_component(head, folder, kind=heads.kind)
    loaded = load_component(tmp_path / "head", heads)
    assert loaded.learned().keys() == head.learned().keys()
    np.testing.assert_array_equal(outputs(loaded, Z), outputs(head, Z))
    np.testing.assert_array_equal(loaded.predict(Z), head.predict(Z))
    assert loaded.predict(Z).dtype == head.predict(Z).dtype
    again = clone(loaded).fit(Z, y)
    np.testing.assert_array_equal(outputs(again, Z), outputs(head, Z))


@pytest.mark.parametrize("name", OF_KIND[MULTILABEL])
def test_sets_of_labels_are_learned_and_rows_need_not_be_sorted(name):
    Z, y = data(name)
    head = make(name).fit(Z, y)
    assert isinstance(head, Classifier)
    assert head.classes_.tolist() == ["a", "b", "다"]
    assert head.score(Z, y) > 0.7
    probabilities = head.predict_proba(Z)
    assert probabilities.shape == (len(Z), 3)
    assert probabilities.dtype == np.float64
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    np.testing.assert_array_equal(
        head.predict(Z), joined_rows(probabilities >= 0.5, head.classes_.tolist())
    )
    backwards = np.array(["|".join(reversed(row.split("|"))) for row in y])
    np.testing.assert_array_equal(make(name).fit(Z, backwards).predict_proba(Z), probabilities)


@pytest.mark.parametrize("name", OF_KIND[SIMILARITY])
def test_numbers_are_learned_and_may_be_text(name):
    Z, y = data(name)
    head = make(name).fit(Z, y)
    assert is_regressor(head)
    assert not hasattr(head, "classes_")
    assert head.predict(Z).shape == (len(Z),)
    assert head.predict(Z).dtype == np.float64
    assert head.score(Z, y) > 0.95
    assert head.score(Z, y[:, None]) == head.score(Z, y)
    by_text = make(name).fit(Z, [str(number) for number in y])
    np.testing.assert_array_equal(by_text.predict(Z), head.predict(Z))


@pytest.mark.parametrize("y", [["1.5", "warm"] * 45, [1.5, np.nan] * 45, [1.5, None] * 45])
@pytest.mark.parametrize("name", OF_KIND[SIMILARITY])
def test_what_is_no_number_is_named(name, y):
    with pytest.raises(DataError, match=r"row 1 is .*not a finite number"):
        make(name).fit(task()[0], y)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", [0, 1])
def test_an_affine_map_is_absorbed(name, seed):
    Z, y = data(name, seed=seed)
    head = make(name).fit(Z, y)
    before = outputs(head, Z)
    rng = np.random.default_rng(2)
    weights = rng.standard_normal((7, WIDTH)).astype(np.float32)
    offset = rng.standard_normal(WIDTH).astype(np.float32)
    f = rng.standard_normal((50, 7)).astype(np.float32)
    folded = head.absorb(weights, offset)
    expected = outputs(head, f @ weights + offset)
    np.testing.assert_allclose(outputs(folded, f), expected, atol=1e-5)
    assert folded.learned().keys() == head.learned().keys()
    assert folded.n_features_in_ == 7
    assert folded.get_params() == head.get_params()
    np.testing.assert_array_equal(outputs(head, Z), before)


@pytest.mark.parametrize("name", NAMES)
def test_clone_is_unfitted_with_the_same_parameters(name):
    Z, y = data(name)
    head = make(name).fit(Z, y)
    copy = clone(head)
    assert copy.get_params() == head.get_params()
    with pytest.raises(NotFittedError, match="call fit"):
        copy.predict(Z)


@pytest.mark.parametrize("name", NAMES)
def test_candidates_are_unfitted_and_leave_the_original_alone(name):
    Z, _ = task()
    head = make(name)
    before = head.get_params()
    candidates = head.candidates(Z)
    assert candidates
    assert all(type(candidate) is type(head) for candidate in candidates)
    assert not any(candidate.learned() for candidate in candidates)
    assert head.get_params() == before


@pytest.mark.parametrize("name", NAMES)
def test_unusable_data_is_named(name):
    Z, y = data(name)
    hole = np.array(Z)
    hole[4, 2] = np.inf
    with pytest.raises(VectorError, match="row 4 contains NaN or infinity"):
        make(name).fit(hole, y)
    with pytest.raises(VectorError, match="expected an array of shape"):
        make(name).fit(Z[0], y[:1])
    with pytest.raises(DataError, match="90 vectors and 89 labels"):
        make(name).fit(Z, y[:-1])
    with pytest.raises(VectorError, match="requires y"):
        make(name).fit(Z, None)
    head = make(name).fit(Z, y)
    with pytest.raises(VectorError, match="expecting 5 features"):
        head.predict(Z[:, :3])


@pytest.mark.parametrize("name", NAMES)
def test_a_single_label_is_refused_and_leaves_no_half_fitted_head(name):
    Z, _ = task()
    head = make(name)
    with pytest.raises(DataError, match=r"all 90 labels are '?7"):
        head.fit(Z, ["7"] * len(Z))
    assert not head.learned()
    with pytest.raises(NotFittedError, match="not fitted yet"):
        head.predict(Z)


IMPOSSIBLE = [
    (name, param)
    for name in NAMES
    for param in heads.get(name)().get_params()
    if param != "random_state"
]


@pytest.mark.parametrize(("name", "param"), IMPOSSIBLE)
def test_a_fit_that_fails_leaves_the_head_as_it_was(name, param):
    Z, y = data(name)
    many = isinstance(make(name).get_params()[param], tuple)
    impossible = {param: (-1,) if many else -1}
    head = make(name).set_params(**impossible)
    with pytest.raises(SettingError, match=param):
        head.fit(Z, y)
    assert not is_fitted(head)
    with pytest.raises(NotFittedErrorOfScikitLearn):
        check_is_fitted(head)
    fitted = make(name).fit(Z, y)
    before = fitted.predict(Z)
    with pytest.raises(SettingError, match=param):
        fitted.set_params(**impossible).fit(Z[:, :2], y[::-1])
    np.testing.assert_array_equal(fitted.predict(Z), before)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (["a", None] * 45, "row 1 has none"),
        ([1.0, np.nan] * 45, "NaN"),
        (np.array([1, np.nan] * 45, dtype=object), "row 1 has none"),
        ([0.5, 1.5] * 45, "continuous"),
        (np.array(["a", 1] * 45, dtype=object), "mix types"),
        ([b"a", b"b"] * 45, "Unknown label type"),
        ([[1, 2]] * 90, "expected one axis"),
        (["a", np.nan, "b"] * 30, "row 1 has none"),
        ([1, "a", 2] * 30, "mix types"),
        ([["a"], ["a", "b"]] * 45, "row 0 is a list"),
        ([np.zeros((2, 2)), np.zeros((2, 3))] * 45, "rows of different lengths"),
    ],
)
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_unusable_labels_are_named(name, y, message):
    with pytest.raises(DataError, match=message):
        make(name).fit(task()[0], y)


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_text_is_not_compared_with_numbers(name):
    Z, y = task(labels="numbers")
    head = make(name).fit(Z, y)
    assert head.score(Z, y.astype(float)) == head.score(Z, y) > 0.9
    with pytest.raises(DataError, match=r"labels are text \(\['3'\]\), the classes .* numbers"):
        head.score(Z, y.astype(str))


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_objects_become_labels_of_their_kind(name):
    Z, _ = task()
    head = make(name).fit(Z, np.array([1, 2] * 45, dtype=object))
    assert head.classes_.dtype.kind == "i"
    head = make(name).fit(Z, np.array(["a", "b"] * 45, dtype=object))
    assert head.classes_.dtype.kind == "U"
    head = make(name).fit(Z, [1.0, 2, np.int8(3)] * 30)
    assert head.classes_.tolist() == [1, 2, 3]


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_stored_as_given_and_unknown_ones_refused(name):
    head = heads.get(name)()
    params = head.get_params()
    assert type(head)(**params).get_params() == params
    with pytest.raises(SettingError, match="no parameter 'nonsense'"):
        head.set_params(nonsense=1)
    with pytest.raises(TypeError):
        heads.get(name)(nonsense=1)


@pytest.mark.parametrize("name", NAMES)
def test_variants_fitted_one_after_another_are_those_fitted_alone(name):
    Z, y = data(name)
    variants = make(name).candidates(Z)
    together = list(fit_each(variants, Z, y))
    assert [head.get_params() for head in together] == [head.get_params() for head in variants]
    for head, variant in zip(together, variants, strict=True):
        assert not hasattr(variant, "n_features_in_")  # what was given is left alone
        alone = variant.fresh().fit(Z, y)
        if head.task == SIMILARITY:
            np.testing.assert_allclose(head.predict(Z), alone.predict(Z), atol=1e-4)
        else:
            assert (head.predict(Z) == alone.predict(Z)).mean() > 0.95


IN_ANOTHER_PROCESS = """
from pathlib import Path

import numpy as np
from langalign.heads import heads
from langalign.persistence import load_component

Z = np.load(Path(sys.argv[1]) / "Z.npy")
for name in heads.names():
    head = load_component(Path(sys.argv[1]) / name, heads)
    np.testing.assert_array_equal(head.predict(Z), np.load(Path(sys.argv[1]) / f"{name}.npy"))
"""


def test_a_loaded_head_imports_neither_scikit_learn_nor_torch(tmp_path, run_python):
    Z, _ = data(NAMES[0])
    np.save(tmp_path / "Z.npy", Z)
    for name in NAMES:
        head = make(name).fit(*data(name))
        with write_folder(tmp_path / name, kind=heads.kind) as folder:
            save_component(head, folder, kind=heads.kind)
        np.save(tmp_path / f"{name}.npy", head.predict(Z))
    run_python(IN_ANOTHER_PROCESS, tmp_path, hidden=("torch", "sklearn", "scipy"))
