"""What every registered head promises; a new file in heads/ is tested with no edit here."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from sklearn.base import clone, is_classifier

from langalign.errors import DataError, NotFittedError, SettingError, VectorError
from langalign.heads import Classifier, heads
from langalign.persistence import load_component, save_component, write_folder

NAMES = heads.names()
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


CASES = [
    (name, n_classes, labels)
    for name in NAMES
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
    Z, y = task(3)
    head = make(name).fit(Z, y)
    order = np.random.default_rng(1).permutation(len(Z))
    expected = head.predict_proba(Z)
    np.testing.assert_allclose(head.predict_proba(Z[order]), expected[order], atol=1e-6)
    np.testing.assert_allclose(head.predict_proba(Z[:1]), expected[:1], atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_refit_equals_fresh_fit_and_same_seed_same_result(name):
    Z, y = task(2)
    refitted = make(name).fit(*task(3, labels="numbers")).fit(Z, y)
    fresh = make(name).fit(Z, y)
    assert refitted.learned().keys() == fresh.learned().keys()
    np.testing.assert_array_equal(refitted.predict_proba(Z), fresh.predict_proba(Z))


@pytest.mark.parametrize("name", NAMES)
def test_far_away_vectors_get_finite_probabilities(name):
    Z, y = task(3)
    probabilities = make(name).fit(Z, y).predict_proba(1e6 * Z)
    assert np.isfinite(probabilities).all()


@pytest.mark.parametrize("name", NAMES)
def test_constant_columns_and_duplicate_rows_do_not_break_a_fit(name):
    Z, y = task(2)
    Z = np.array(Z)
    Z[:, 1] = 4.0
    assert np.isfinite(make(name).fit(Z, y).predict_proba(Z)).all()
    same = np.ones_like(Z)
    np.testing.assert_allclose(make(name).fit(same, y).predict_proba(same), 0.5, atol=0.05)


@pytest.mark.parametrize(("name", "n_classes", "labels"), CASES)
def test_saved_and_loaded_is_bit_equal(name, n_classes, labels, tmp_path):
    Z, y = task(n_classes, labels=labels)
    head = make(name).fit(Z, y)
    with write_folder(tmp_path / "head") as folder:
        save_component(head, folder, kind=heads.kind)
    loaded = load_component(tmp_path / "head", heads)
    assert loaded.learned().keys() == head.learned().keys()
    np.testing.assert_array_equal(loaded.predict_proba(Z), head.predict_proba(Z))
    np.testing.assert_array_equal(loaded.predict(Z), head.predict(Z))
    assert loaded.predict(Z).dtype == head.predict(Z).dtype
    again = clone(loaded).fit(Z, y)
    np.testing.assert_array_equal(again.predict_proba(Z), head.predict_proba(Z))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_an_affine_map_is_absorbed(name, n_classes):
    Z, y = task(n_classes)
    head = make(name).fit(Z, y)
    before = head.predict_proba(Z)
    rng = np.random.default_rng(2)
    weights = rng.standard_normal((7, WIDTH)).astype(np.float32)
    offset = rng.standard_normal(WIDTH).astype(np.float32)
    f = rng.standard_normal((50, 7)).astype(np.float32)
    folded = head.absorb(weights, offset)
    expected = head.predict_proba(f @ weights + offset)
    np.testing.assert_allclose(folded.predict_proba(f), expected, atol=1e-5)
    assert folded.learned().keys() == head.learned().keys()
    assert folded.n_features_in_ == 7
    assert folded.get_params() == head.get_params()
    np.testing.assert_array_equal(head.predict_proba(Z), before)


@pytest.mark.parametrize("name", NAMES)
def test_clone_is_unfitted_with_the_same_parameters(name):
    Z, y = task()
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
    Z, y = task()
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
def test_a_single_class_is_refused_and_leaves_no_half_fitted_head(name):
    Z, _ = task()
    head = make(name)
    with pytest.raises(DataError, match="all 90 labels are 'good'"):
        head.fit(Z, ["good"] * len(Z))
    assert not hasattr(head, "classes_")
    with pytest.raises(NotFittedError, match="not fitted yet"):
        head.predict(Z)


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
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_unusable_labels_are_named(name, y, message):
    with pytest.raises(DataError, match=message):
        make(name).fit(task()[0], y)


@pytest.mark.parametrize("name", NAMES)
def test_objects_become_labels_of_their_kind(name):
    Z, _ = task()
    head = make(name).fit(Z, np.array([1, 2] * 45, dtype=object))
    assert head.classes_.dtype.kind == "i"
    head = make(name).fit(Z, np.array(["a", "b"] * 45, dtype=object))
    assert head.classes_.dtype.kind == "U"


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_stored_as_given_and_unknown_ones_refused(name):
    head = heads.get(name)()
    params = head.get_params()
    assert type(head)(**params).get_params() == params
    with pytest.raises(SettingError, match="no parameter 'nonsense'"):
        head.set_params(nonsense=1)
    with pytest.raises(TypeError):
        heads.get(name)(nonsense=1)


BLOCKED = """
import sys
from pathlib import Path

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "sklearn", "scipy"):
            raise ImportError(f"{name} was imported")

sys.meta_path.insert(0, Refuse())
import numpy as np
from langalign.heads import heads
from langalign.persistence import load_component

Z = np.load(Path(sys.argv[1]) / "Z.npy")
for name in heads.names():
    head = load_component(Path(sys.argv[1]) / name, heads)
    np.testing.assert_array_equal(head.predict(Z), np.load(Path(sys.argv[1]) / f"{name}.npy"))
"""


def test_a_loaded_head_imports_neither_scikit_learn_nor_torch(tmp_path):
    Z, y = task(3)
    np.save(tmp_path / "Z.npy", Z)
    for name in NAMES:
        head = make(name).fit(Z, y)
        with write_folder(tmp_path / name) as folder:
            save_component(head, folder, kind=heads.kind)
        np.save(tmp_path / f"{name}.npy", head.predict(Z))
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
