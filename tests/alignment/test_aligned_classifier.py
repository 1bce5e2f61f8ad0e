"""The method on worlds whose truth is known: rotation, noise, shift, other widths, pairs."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from langalign.aligners import aligners
from langalign.aligners.fully_connected import FullyConnected
from langalign.aligners.linear import Linear
from langalign.aligners.mean_shift import MeanShift
from langalign.aligners.procrustes import Procrustes
from langalign.alignment.aligned_classifier import AlignedClassifier
from langalign.alignment.fit_checks import FEWEST_TO_CENTRE
from langalign.errors import DataError, FitWarning, NotFittedError, SettingError, VectorError
from langalign.heads import heads
from langalign.heads.logistic import LogisticHead
from langalign.heads.mlp import MLPHead
from langalign.heads.multilabel import MultiLabelHead
from langalign.heads.ridge import RidgeHead
from langalign.persistence import load_component, save_component, write_folder
from langalign.probabilities.answers import decide
from langalign.text_pairs import features


@dataclass
class World:
    """Meanings that two encoders see, each in its own way; a label is a half-space of meaning."""

    d_source: int = 12
    d_target: int = 16
    seed: int = 0
    noise: float = 0.3
    n_classes: int = 2
    rng: np.random.Generator = field(init=False)

    def __post_init__(self):
        self.rng = np.random.default_rng(self.seed)
        self.to_source = self.rng.standard_normal((6, self.d_source)) / np.sqrt(6)
        self.to_target = self.rng.standard_normal((6, self.d_target)) / np.sqrt(6)
        self.source_at = self.rng.standard_normal(self.d_source)
        self.target_at = 2 * self.rng.standard_normal(self.d_target)

    def meanings(self, n, *, at=0.0):
        return self.rng.standard_normal((n, 6)) + at

    def source(self, meaning):
        noise = self.rng.standard_normal((*meaning.shape[:-1], self.d_source))
        return meaning @ self.to_source + self.source_at + self.noise * noise

    def target(self, meaning):
        noise = self.rng.standard_normal((*meaning.shape[:-1], self.d_target))
        return meaning @ self.to_target + self.target_at + self.noise * noise

    def label(self, meaning):
        if self.n_classes == 2:
            return np.where(meaning[:, 0] > 0, "good", "bad")
        return np.array(["low", "mid", "high"])[np.digitize(meaning[:, 0], [-0.5, 0.5])]

    def pairs(self, n, **where):
        meaning = self.meanings(n, **where)
        return self.source(meaning), self.target(meaning)


def fit(model, world, *, n_labeled=300, n_pairs=400, **options):
    meaning = world.meanings(n_labeled)
    X, y = world.source(meaning), world.label(meaning)
    return model.fit(X, y, pairs=world.pairs(n_pairs), **options)


def accuracy(model, world, n=500):
    meaning = world.meanings(n)
    return model.score(world.target(meaning), world.label(meaning))


@pytest.mark.parametrize("direction", ["forward", "reverse"])
@pytest.mark.parametrize("d_target", [6, 12, 20])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_classifier_is_carried_over(direction, d_target, n_classes):
    world = World(d_target=d_target, n_classes=n_classes)
    model = fit(AlignedClassifier(Linear(), LogisticHead(), direction=direction), world)
    meaning = world.meanings(400)
    Y, y = world.target(meaning), world.label(meaning)
    native = LogisticHead().fit(Y, y).score(Y, y)
    assert model.score(Y, y) > native - (0.12 if n_classes == 2 else 0.2)
    probabilities = model.predict_proba(Y)
    assert probabilities.shape == (400, n_classes)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-9)
    assert model.n_features_in_ == d_target
    np.testing.assert_array_equal(model.classes_, np.unique(y))
    assert set(model.predict(Y)) == set(y)


@pytest.mark.parametrize("head", [LogisticHead(), MLPHead(hidden=(8,), alpha=0.1, max_iter=300)])
def test_forward_adds_nothing_at_inference(head):
    world = World()
    model = fit(AlignedClassifier(Linear(alpha=1.0), head), world, unlabeled=world.pairs(100)[1])
    Y = world.pairs(50)[1]
    assert model.map_target(Y).tobytes() == np.float32(Y).tobytes()
    np.testing.assert_array_equal(model.predict_proba(Y), model.head_.predict_proba(Y))
    expected = decide(model.head_.predict_proba(Y), model.classes_, model.threshold_)
    np.testing.assert_array_equal(model.predict(Y), expected)
    model.aligner_ = model.spread_ = model.source_origin_ = model.target_origin_ = None
    np.testing.assert_array_equal(model.predict(Y), expected)


def test_forward_head_is_the_trained_head_behind_centring():
    world = World()
    model = fit(AlignedClassifier(Linear(alpha=1.0), LogisticHead(C=1.0)), world)
    X = world.pairs(80)[0]
    aligned = model.spread_.transform(model.aligner_.transform(X - model.source_origin_))
    np.testing.assert_allclose(model.map_source(X), aligned + model.target_origin_, atol=1e-5)


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_aligned_english_lies_where_the_target_does(direction):
    world = World()
    model = fit(AlignedClassifier(Linear(), LogisticHead(), direction=direction), world)
    meaning = world.meanings(400)
    seen = model.map_source(world.source(meaning)), model.map_target(world.target(meaning))
    assert seen[0].shape == seen[1].shape
    assert np.abs(seen[0].mean(axis=0) - seen[1].mean(axis=0)).max() < 0.25
    assert seen[0].var() == pytest.approx(seen[1].var(), rel=0.15)


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_siamese_pairs_are_carried_over(direction):
    world = World(noise=0.15)
    n = 600

    def alike(n):
        first = world.meanings(n)
        same = world.rng.random(n) < 0.5
        second = np.where(same[:, None], first + 0.2 * world.meanings(n), world.meanings(n))
        return np.stack([first, second], axis=1), np.where(same, "same", "other")

    meaning, y = alike(n)
    head = MLPHead(hidden=(24,), alpha=0.1, max_iter=60)
    model = AlignedClassifier(Linear(alpha=1.0), head, direction=direction)
    test, expected = alike(300)
    unlabeled = world.target(alike(200)[0])
    model.fit(world.source(meaning), y, pairs=world.pairs(300), unlabeled=unlabeled)
    assert model.reads_pairs_
    assert model.score(world.target(test), expected) > 0.8
    Y = world.target(test)
    if direction == "forward":
        raw = model.head_.predict_proba(features(np.float32(Y)))
        np.testing.assert_array_equal(model.predict_proba(Y), raw)
    with pytest.raises(VectorError, match="fitted for pairs of texts"):
        model.predict(Y[:, 0])


def test_parallel_pairs_of_texts_serve_siamese_tasks_as_well():
    world = World()
    meaning = world.meanings(400).reshape(200, 2, 6)
    y = np.where((meaning[:, 0] * meaning[:, 1]).sum(axis=1) > 0, 1, 0)
    parallel = world.meanings(400).reshape(200, 2, 6)
    model = AlignedClassifier(Linear(alpha=1.0), LogisticHead(C=1.0))
    model.fit(world.source(meaning), y, pairs=(world.source(parallel), world.target(parallel)))
    assert model.predict(world.target(meaning)).shape == (200,)


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_unlabelled_text_repairs_a_shift_of_the_domain(direction):
    """Source labels and pairs are about the everyday; the target texts lie elsewhere."""
    world = World(noise=0.2)
    elsewhere = 3 * np.linalg.qr(world.to_target.T, mode="complete")[0][:, 6]  # no meaning here
    elsewhere += world.to_target[0] / np.linalg.norm(world.to_target[0]) * 1.5

    def domain(n):
        meaning = world.meanings(n)
        return world.target(meaning) + elsewhere, world.label(meaning)

    Y, y = domain(500)

    def score(**options):
        model = AlignedClassifier(Linear(alpha=1.0), LogisticHead(), direction=direction)
        return fit(model, world, **options).score(Y, y)

    assert score(unlabeled=domain(300)[0]) > score() + 0.05
    assert score(unlabeled=domain(300)[0]) > 0.85


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_an_imbalanced_target_breaks_nothing(direction):
    world = World()

    def imbalanced(n):
        meaning = world.meanings(20 * n)
        good = meaning[:, 0] > 0
        chosen = np.concatenate([meaning[good][: n // 10], meaning[~good][: n - n // 10]])
        return world.target(chosen), world.label(chosen)

    model = AlignedClassifier(Linear(), LogisticHead(), direction=direction)
    fit(model, world, unlabeled=imbalanced(300)[0])
    Y, y = imbalanced(500)
    probabilities = model.predict_proba(Y)
    assert np.isfinite(probabilities).all()
    assert (probabilities >= 0).all()
    assert set(model.predict(Y)) == {"good", "bad"}
    # Centring assumes balanced classes; it costs accuracy here, it does not turn the labels round.
    recall = [(model.predict(Y[y == label]) == label).mean() for label in ("good", "bad")]
    assert sum(recall) / 2 > 0.6


@pytest.mark.parametrize("foreign", [LogisticRegression(), LinearSVC()])
def test_an_existing_classifier_is_served_in_reverse(foreign):
    world = World()
    meaning = world.meanings(300)
    X, y = world.source(meaning), world.label(meaning)
    foreign.fit(X, y)
    coef = foreign.coef_.copy()
    model = AlignedClassifier(Linear(), foreign, direction="reverse")
    model.fit(X, y, pairs=world.pairs(300), unlabeled=world.pairs(100)[1])
    assert model.head_ is foreign
    np.testing.assert_array_equal(foreign.coef_, coef)
    assert accuracy(model, world) > 0.8
    without_data = AlignedClassifier(Linear(), foreign, direction="reverse")
    without_data.fit(None, None, pairs=world.pairs(300))
    assert accuracy(without_data, world) > 0.8
    Y = world.pairs(10)[1]
    if isinstance(foreign, LinearSVC):
        with pytest.raises(SettingError, match="LinearSVC has no predict_proba"):
            model.predict_proba(Y)
    else:
        assert model.predict_proba(Y).shape == (10, 2)


def test_a_fitted_native_head_is_served_in_reverse():
    world = World()
    meaning = world.meanings(300)
    head = LogisticHead().fit(world.source(meaning), world.label(meaning))
    model = AlignedClassifier(Linear(), head, direction="reverse")
    model.fit(None, None, pairs=world.pairs(300))
    assert model.head_ is head
    assert accuracy(model, world) > 0.8


def test_unlabelled_text_without_source_text_of_the_task_is_not_used_and_said_so():
    world = World()
    meaning = world.meanings(300)
    head = LogisticHead().fit(world.source(meaning), world.label(meaning))
    model = AlignedClassifier(Linear(alpha=1.0), head, direction="reverse")
    pairs, unlabeled = world.pairs(300), world.pairs(50)[1]
    with pytest.warns(FitWarning, match="not used"):
        model.fit(None, None, pairs=pairs, unlabeled=unlabeled)
    plain = AlignedClassifier(Linear(alpha=1.0), head, direction="reverse")
    plain.fit(None, None, pairs=pairs)
    np.testing.assert_array_equal(plain.predict_proba(unlabeled), model.predict_proba(unlabeled))


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_a_few_unlabelled_texts_are_not_centred_on_and_that_is_said(direction):
    world = World()
    far, asked = world.pairs(FEWEST_TO_CENTRE)[1] + 5, world.pairs(40)[1]

    def probabilities(unlabeled):
        model = AlignedClassifier(Linear(alpha=1.0), LogisticHead(), direction=direction)
        return fit(model, World(seed=1), unlabeled=unlabeled).predict_proba(asked)

    with pytest.warns(FitWarning, match="19 do not show where such texts lie"):
        few = probabilities(far[1:])
    np.testing.assert_array_equal(few, probabilities(None))
    assert not np.allclose(probabilities(far), few, atol=0.01)


@pytest.mark.parametrize("n_pairs", [2, 29])
def test_too_few_pairs_mean_defaults_and_a_warning(n_pairs):
    world = World()
    with pytest.warns(FitWarning, match=f"{n_pairs} pairs are too few"):
        model = fit(AlignedClassifier(Linear(), LogisticHead()), world, n_pairs=n_pairs)
    assert model.choice_ is None
    assert model.threshold_ == 0.5
    assert model.aligner_.get_params() == Linear().get_params()
    assert set(model.predict(world.pairs(200)[1])) <= {"good", "bad"}


def test_without_selection_each_component_takes_its_default():
    world = World()
    model = fit(AlignedClassifier(Linear(), LogisticHead(), select=False), world)
    assert model.choice_ is None
    assert accuracy(model, world) > 0.8


def test_what_is_chosen_is_used():
    world = World()
    model = fit(AlignedClassifier(Linear(), LogisticHead()), world)
    chosen = model.choice_.candidates[model.choice_.chosen]
    assert chosen.kappa > 0.6
    assert model.aligner_.alpha == model.choice_.aligner.alpha
    assert chosen.aligner == {"alpha": model.aligner_.alpha}
    assert chosen.head == {"C": model.head_.C}
    assert model.threshold_ == model.choice_.threshold


def test_the_unit_of_the_target_vectors_changes_nothing():
    """Penalties are scaled to the space that the head is trained in, not to the source's."""
    meaning = World().meanings(300)
    predictions = []
    for unit in (1.0, 100.0):
        world = World()
        X, y = world.source(meaning), world.label(meaning)
        source, target = world.pairs(300)
        model = AlignedClassifier(Linear(), LogisticHead()).fit(X, y, pairs=(source, unit * target))
        predictions.append(model.predict_proba(unit * world.target(meaning)))
    np.testing.assert_allclose(predictions[0], predictions[1], atol=0.02)


def test_permuted_pairs_agree_by_chance_only():
    world = World()
    meaning = world.meanings(200)
    X, y = world.source(meaning), world.label(meaning)
    source, target = world.pairs(240)

    def kappa(order):
        model = AlignedClassifier(Linear(alpha=10.0), LogisticHead())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FitWarning)
            choice = model.fit(X, y, pairs=(source, target[order])).choice_
        return choice.candidates[choice.chosen].kappa

    by_chance = [kappa(world.rng.permutation(240)) for _ in range(10)]
    assert kappa(np.arange(240)) > 0.6 > 2 * max(np.abs(by_chance))
    assert abs(np.mean(by_chance)) < 0.1


def test_pairs_without_a_common_meaning_are_warned_about():
    world = World()
    source, target = world.pairs(240)[0], world.pairs(240)[1]
    meaning = world.meanings(200)
    with pytest.warns(FitWarning, match="at chance"):
        AlignedClassifier(Linear(alpha=10.0), LogisticHead()).fit(
            world.source(meaning), world.label(meaning), pairs=(source, target)
        )


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_same_inputs_same_result_and_untouched_arrays(direction):
    world = World()
    meaning = world.meanings(150)
    X, y = np.float32(world.source(meaning)), world.label(meaning)
    source, target = (np.float32(side) for side in world.pairs(150))
    for array in (X, y, source, target):
        array.setflags(write=False)
    results = []
    aligner, head = Linear(), LogisticHead()
    for _ in range(2):
        model = AlignedClassifier(aligner, head, direction=direction)
        model.fit(X, y, pairs=(source, target), unlabeled=target)
        results.append(model.predict_proba(target))
    np.testing.assert_array_equal(*results)
    assert not aligner.learned()
    assert not head.learned()
    refitted = model.fit(X, y, pairs=(source, target), unlabeled=target)
    np.testing.assert_array_equal(refitted.predict_proba(target), results[0])


@pytest.mark.parametrize("spread", ["scale", "dimension", "covariance", None])
@pytest.mark.parametrize("aligner", [MeanShift(), Procrustes(), Linear()])
def test_all_closed_form_aligners_and_spreads_go_together(aligner, spread):
    world = World(d_target=12, noise=0.1)
    world.to_target = world.to_source.copy()
    model = fit(AlignedClassifier(aligner, LogisticHead(C=1.0), spread=spread), world)
    assert accuracy(model, world) > 0.85


def test_a_network_is_chosen_for_on_one_held_out_fifth():
    pytest.importorskip("torch").set_num_threads(1)
    world = World()
    aligner = FullyConnected(n_layers=2, width=16, epochs=15, batch_size=32, learning_rate=1e-2)
    model = fit(AlignedClassifier(aligner, LogisticHead(C=0.1)), world)
    assert model.choice_.n_pairs <= 0.5 * 400 / 5 + 1
    assert accuracy(model, world) > 0.75


def test_groups_keep_repeated_texts_together():
    world = World()
    source, target = world.pairs(100)
    pairs = np.tile(source, (3, 1)), np.tile(target, (3, 1))
    meaning = world.meanings(200)
    X, y = world.source(meaning), world.label(meaning)
    model = AlignedClassifier(Linear(), LogisticHead(C=1.0))
    model.fit(X, y, pairs=pairs, groups=np.tile(np.arange(100), 3))
    with pytest.raises(DataError, match="300 pairs and 5 groups"):
        model.fit(X, y, pairs=pairs, groups=np.arange(5))
    with pytest.raises(DataError, match="of one group"):
        model.fit(X, y, pairs=pairs, groups=np.zeros(300))


def test_components_of_a_fit_can_be_saved_apart(tmp_path):
    world = World()
    model = fit(AlignedClassifier(Linear(), LogisticHead()), world)
    for kind, component in ((aligners, model.aligner_), (heads, model.head_)):
        with write_folder(tmp_path / kind.kind, kind=kind.kind) as folder:
            save_component(component, folder, kind=kind.kind)
    Y = world.pairs(20)[1]
    loaded = load_component(tmp_path / "head", heads)
    np.testing.assert_array_equal(loaded.predict_proba(Y), model.predict_proba(Y))


def test_wrong_settings_are_named():
    world = World()
    head = LogisticHead().fit(np.eye(12), np.arange(12) % 2)
    for model, message in (
        (AlignedClassifier(Linear(), LogisticHead(), direction="backward"), "'backward'"),
        (AlignedClassifier("linear", LogisticHead()), "expected an aligner"),
        (AlignedClassifier(Linear(), LogisticRegression()), "expected a native head"),
        (AlignedClassifier(Linear(), "logistic"), "expected a native head"),
        (AlignedClassifier(Linear(), head), "only be used with direction='reverse'"),
        (AlignedClassifier(Linear(), LogisticHead(), spread="rows"), "'dimension' or 'covariance'"),
    ):
        with pytest.raises(SettingError, match=message):
            fit(model, world, n_pairs=60)
    with pytest.raises(DataError, match="one width"):
        fit(AlignedClassifier(MeanShift(), LogisticHead()), world, n_pairs=60)


def test_wrong_data_is_named():
    world = World()
    meaning = world.meanings(60)
    X, y = world.source(meaning), world.label(meaning)
    pairs = source, target = world.pairs(60)
    hole = source.copy()
    hole[7, 0] = np.nan
    model = AlignedClassifier(Linear(alpha=1.0), LogisticHead(C=1.0))
    with pytest.raises(NotFittedError, match="call fit"):
        model.predict(target)
    for arguments, message in (
        ({"X": None}, "no labelled source data"),
        ({"y": None}, "no labels were given"),
        ({"y": y[:-1]}, "60 labelled vectors and 59 labels"),
        ({"y": ["good"] * 60}, "all 60 labels are 'good'"),
        ({"X": X[:, :5]}, "labelled vectors: X has 5 features"),
        ({"pairs": None}, "expected two arrays"),
        ({"pairs": (source,)}, "expected two arrays"),
        ({"pairs": (source, target[:-1])}, "60 rows and the target side has 59"),
        ({"pairs": (hole, target)}, "source side of the pairs: row 7 contains NaN"),
        ({"unlabeled": X}, "unlabelled vectors: X has 12 features"),
    ):
        with pytest.raises(DataError, match=message):
            model.fit(**({"X": X, "y": y, "pairs": pairs} | arguments))
    model.fit(X, y, pairs=pairs)
    with pytest.raises(VectorError, match="X has 12 features, but LangAlign is expecting 16"):
        model.predict(X)
    with pytest.raises(VectorError, match=r"fitted for single texts, \(n, d\)"):
        model.predict(np.stack([target, target], axis=1))


def test_a_head_that_was_brought_along_must_read_the_source_vectors_and_know_two_classes():
    world = World()
    meaning = world.meanings(60)
    X, y, pairs = world.source(meaning), world.label(meaning), world.pairs(60)
    two_texts = np.stack([X, X], axis=1)
    for head, rows, message in (
        (LogisticRegression().fit(X[:, :5], y), X, "width 5, and gets source vectors of 12;"),
        (LogisticRegression().fit(X[:, :5], y), None, "width 5, and gets .* of 12 or 48;"),
        (LogisticHead().fit(X, y), two_texts, "width 12, and gets source vectors of 48;"),
        (DummyClassifier().fit(X, ["good"] * 60), X, r"knows one class only, \['good'\]"),
    ):
        for select in (True, False):
            model = AlignedClassifier(Linear(), head, direction="reverse", select=select)
            with pytest.raises(DataError, match=message):
                model.fit(rows, None, pairs=pairs)


def test_labels_beside_a_fitted_head_are_read():
    world = World()
    meaning = world.meanings(200)
    X, y = world.source(meaning), world.label(meaning)
    head = LogisticRegression().fit(X, y)
    shares = {"good": 0.7, "bad": 0.3}
    target = world.target(world.meanings(50))
    fits = [
        AlignedClassifier(
            Linear(), head, direction="reverse", class_shares=shares, select=False
        ).fit(X, labels, pairs=pairs, unlabeled=target)
        for pairs in [world.pairs(100)]
        for labels in (y, y.tolist())
    ]
    one, other = (model.predict_proba(target) for model in fits)
    np.testing.assert_array_equal(one, other)
    reverse = AlignedClassifier(Linear(), head, direction="reverse")
    with pytest.raises(DataError, match="200 labelled vectors and 7 labels"):
        reverse.fit(X, y[:7], pairs=world.pairs(100))
    alone = reverse.fresh(class_shares=shares, select=False)
    alone.fit(None, y.tolist(), pairs=world.pairs(100))
    trained = np.array([(y == label).mean() for label in ("bad", "good")])
    np.testing.assert_allclose(alone.class_factors_, [0.3, 0.7] / trained)


def test_a_clone_keeps_a_fitted_head_that_is_frozen():
    world = World()
    meaning = world.meanings(200)
    X, y = world.source(meaning), world.label(meaning)
    for head in (LogisticRegression().fit(X, y), LogisticHead().fit(X, y)):
        given = {"direction": "reverse", "select": False}
        pairs = world.pairs(100)
        with pytest.raises((SettingError, DataError), match="FrozenEstimator"):
            clone(AlignedClassifier(Linear(), head, **given)).fit(None, None, pairs=pairs)
        frozen = clone(AlignedClassifier(Linear(), FrozenEstimator(head), **given))
        plain = AlignedClassifier(Linear(), head, **given).fit(None, None, pairs=pairs)
        target = world.target(world.meanings(20))
        found = frozen.fit(None, None, pairs=pairs).predict_proba(target)
        np.testing.assert_allclose(found, plain.predict_proba(target), atol=1e-5)


@pytest.mark.parametrize("head", [MultiLabelHead(), RidgeHead(), LogisticHead()], ids=repr)
def test_a_frozen_head_is_of_the_kind_that_it_was(head):
    world = World()
    X, X_target = world.source(meaning := world.meanings(200)), world.target(world.meanings(20))
    y = {
        "multilabel": ["|".join(np.array(["a", "b"])[row]) or "|" for row in meaning[:, :2] > 0],
        "similarity": meaning[:, 0],
        "classification": world.label(meaning),
    }[head.task]
    head, pairs = head.fit(X, y), world.pairs(100)
    given = {"direction": "reverse", "calibrate": head.task != "similarity"}
    plain = AlignedClassifier(Linear(), head, **given).fit(X, y, pairs=pairs)
    frozen = AlignedClassifier(Linear(), FrozenEstimator(head), **given).fit(X, y, pairs=pairs)
    assert frozen.task_ == head.task
    assert frozen.head_ is head
    assert frozen.temperature_ == plain.temperature_
    assert frozen.predict(X_target).tolist() == plain.predict(X_target).tolist()


def test_a_frozen_head_that_is_not_fitted_is_refused():
    world = World()
    model = AlignedClassifier(Linear(), FrozenEstimator(MultiLabelHead()), direction="reverse")
    with pytest.raises(SettingError, match="already fitted"):
        model.fit(None, None, pairs=world.pairs(100))


@pytest.mark.parametrize("pairs_are", ["labelled", "unlabelled"])
def test_labelled_and_unlabelled_rows_are_of_one_kind(pairs_are):
    world = World()
    single, two = world.meanings(40), np.stack([world.meanings(40), world.meanings(40)], axis=1)
    labeled, unlabeled = (two, single) if pairs_are == "labelled" else (single, two)
    with pytest.raises(
        DataError, match=r"rows are (single|pairs).*, the unlabelled ones (single|pairs)"
    ):
        AlignedClassifier(Linear(), LogisticHead(), select=False).fit(
            world.source(labeled),
            world.label(single),
            pairs=world.pairs(50),
            unlabeled=world.target(unlabeled),
        )


def test_text_is_not_compared_with_numbers():
    world = World()
    meaning = world.meanings(100)
    X, y = world.source(meaning), (meaning[:, 0] > 0).astype(int)
    model = AlignedClassifier(Linear(), LogisticHead(), select=False)
    model.fit(X, y, pairs=world.pairs(100))
    target = world.target(meaning)
    assert model.score(target, y.tolist()) > 0.7
    with pytest.raises(DataError, match=r"labels are text .* the classes of the fit numbers"):
        model.score(target, y.astype(str))


def test_decide():
    p = np.array([[0.7, 0.3], [0.4, 0.6]])
    assert decide(p, np.array(["a", "b"]), 0.3).tolist() == ["b", "b"]
    assert decide(p, np.array(["a", "b"]), 0.61).tolist() == ["a", "a"]
    three = np.array([[0.2, 0.3, 0.5]])
    assert decide(three, np.array([1, 2, 3]), 0.9).tolist() == [3]


def test_labels_that_hardly_repeat_are_told_of_once():
    world = World()
    X = world.source(world.meanings(40))
    model = AlignedClassifier(Linear(), LogisticHead())
    with pytest.warns(FitWarning, match="40 different labels among 40 .* column of labels") as told:
        model.fit(X, [f"text {row}" for row in range(40)], pairs=world.pairs(100))
    assert [each for each in told if "labels" in str(each.message)] == list(told)
    assert len(told) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(X, [f"label {row // 2}" for row in range(40)], pairs=world.pairs(100))
