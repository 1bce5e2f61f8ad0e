"""One contract for every strategy there is: a new file is tested without an edit here."""

from __future__ import annotations

import functools
import importlib.util
import warnings
from dataclasses import fields, replace

import numpy as np
import pytest

from langalign.aligners import aligners
from langalign.errors import DataError, FitWarning, UnknownNameError
from langalign.strategies import Problem, strategies

WIDTH, N_LABELED, N_PAIRS = 32, 150, 400
TO_SOURCE, TO_TARGET = np.random.default_rng(7).standard_normal((2, 4, WIDTH))


def rows(n, *, seed):
    """Return n texts, of four meanings each, as both encoders see them, and their labels."""
    rng = np.random.default_rng(seed)
    meaning = rng.standard_normal((n, 4))
    noise = 0.2 * rng.standard_normal((2, n, WIDTH))
    source, target = meaning @ TO_SOURCE + noise[0], meaning @ TO_TARGET + 1.5 + noise[1]
    labels = np.where(meaning[:, 0] > 0, "good", "bad")
    return source.astype(np.float32), target.astype(np.float32), labels


@functools.cache
def problem():
    (X, _, y), (source, target, _) = rows(N_LABELED, seed=1), rows(N_PAIRS, seed=2)
    _, native_X, native_y = rows(2000, seed=3)
    unlabeled = rows(100, seed=4)[1]
    _, translated_X, translated_y = rows(150, seed=8)
    return Problem(
        X,
        y,
        source,
        target,
        unlabeled,
        native_X,
        native_y,
        translated_X=translated_X,
        translated_y=translated_y,
    )


TEST_TRANSLATED, TEST_X, TEST_Y = rows(300, seed=5)


def without_torch(name):
    """Tell the aligners that need torch: those whose fit is no closed form."""
    bare = name.removeprefix("reverse-")
    return bare not in aligners.names() or aligners.get(bare).closed_form


NAMES = [
    pytest.param(
        name,
        marks=pytest.mark.skipif(
            not without_torch(name) and importlib.util.find_spec("torch") is None,
            reason="torch is not installed",
        ),
    )
    for name in strategies.names()
]


def fit(name, given, seed=0):
    """Fit as users do who ignore the warning that little is to be expected."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FitWarning)
        return strategies.get(name)().fit(given, random_state=seed)


@functools.cache
def predictions(name, seed=0):
    return fit(name, problem(), seed).predict(served(name))


def served(name):
    return {"target": TEST_X, "translation": TEST_TRANSLATED}[strategies.get(name).serves]


@pytest.mark.parametrize("name", NAMES)
def test_it_labels_target_vectors_with_the_labels_it_was_given(name):
    found = predictions(name)
    assert found.shape == (len(TEST_X),)
    assert set(found) == {"good", "bad"}
    # Two spaces that share no axes: what does not learn the map, or the labels, must guess.
    learns = name != "english-only" and not name.endswith("mean-shift")
    assert ((found == TEST_Y).mean() > 0.7) == learns


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_labels_and_nothing_given_is_written_to(name):
    arrays = {field: array.copy() for field, array in given_arrays().items()}
    for array in arrays.values():
        array.setflags(write=False)
    again = fit(name, Problem(**arrays)).predict(served(name))
    np.testing.assert_array_equal(again, predictions(name))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_honest_about_target_labels(name):
    without = replace(problem(), native_X=None, native_y=None)
    if strategies.get(name).uses_target_labels:
        with pytest.raises(DataError, match="labelled target texts"):
            fit(name, without)
        swapped = np.where(problem().native_y == "good", "bad", "good")
        poisoned = fit(name, replace(problem(), native_y=swapped)).predict(TEST_X)
        changed = (poisoned == predictions(name)).mean()
        # Where English data is mixed in, false native labels need not win.
        assert changed < (1.0 if name.startswith("linear+") else 0.5)
    else:
        found = fit(name, without).predict(served(name))
        np.testing.assert_array_equal(found, predictions(name))


def given_arrays():
    found = {field.name: getattr(problem(), field.name) for field in fields(Problem)}
    return {name: array for name, array in found.items() if isinstance(array, np.ndarray)}


def test_every_aligner_is_a_strategy_in_both_directions():
    names = {name for name in aligners.names() if name != "identity"}
    made = {name for name in strategies.names() if hasattr(strategies.get(name), "aligner_name")}
    assert made == names | {f"reverse-{name}" for name in names}
    assert "reverse" in strategies.get("reverse-linear").__doc__
    with pytest.raises(UnknownNameError, match="Did you mean 'reverse-linear'"):
        strategies.get("reverse-linaer")


def test_the_sizes_that_native_labels_are_drawn_in_are_strategies():
    native = {"native", "native-100", "native-500", "native-2000"}
    mixed = {"linear+native", "linear+native-100", "linear+native-500"}
    assert {name for name in strategies.names() if "native" in name} == native | mixed


def test_english_only_needs_one_encoder():
    wide = replace(problem(), target=np.ones((N_PAIRS, WIDTH + 1), dtype=np.float32))
    for two in (wide, replace(problem(), one_space=False)):
        with pytest.raises(DataError, match=r"32 dimensions and the target with 3[23]"):
            fit("english-only", two)


def test_translated_data_must_be_there():
    with pytest.raises(DataError, match="--translated"):
        fit("translated", replace(problem(), translated_X=None, translated_y=None))


def test_translated_data_are_what_is_learned_from():
    swapped = np.where(problem().translated_y == "good", "bad", "good")
    poisoned = fit("translated", replace(problem(), translated_y=swapped)).predict(TEST_X)
    assert (poisoned == predictions("translated")).mean() < 0.2


def test_distillation_learns_nothing_from_shuffled_pairs():
    order = np.random.default_rng(0).permutation(N_PAIRS)
    shuffled = replace(problem(), target=problem().target[order])
    right = (fit("distill", shuffled).predict(TEST_X) == TEST_Y).mean()
    assert right < 0.65 < (predictions("distill") == TEST_Y).mean()


def test_native_texts_that_repeat_are_not_known_from_another_fold():
    """Wrong labels that one could learn by heart do not count as right because a text repeats."""
    texts, labels = problem().native_X[:25], problem().native_y[:25].copy()
    labels[::2] = np.where(labels[::2] == "good", "bad", "good")
    wrong = replace(problem(), native_X=np.tile(texts, (4, 1)), native_y=np.tile(labels, 4))
    alone = (predictions("linear") == TEST_Y).mean()
    assert (fit("linear+native-100", wrong).predict(TEST_X) == TEST_Y).mean() > alone - 0.03


def test_a_few_native_labels_mend_what_alignment_alone_gets_wrong():
    order = np.random.default_rng(0).permutation(N_PAIRS)
    shuffled = replace(problem(), target=problem().target[order])
    english = (fit("linear", shuffled).predict(TEST_X) == TEST_Y).mean()
    mixed = (fit("linear+native-100", shuffled).predict(TEST_X) == TEST_Y).mean()
    assert mixed > english + 0.2


def test_a_hundred_labels_are_another_hundred_by_seed():
    first, other = (predictions("native-100", seed) for seed in (0, 1))
    assert not np.array_equal(first, other)
    few = replace(problem(), native_X=problem().native_X[:60], native_y=problem().native_y[:60])
    for name in ("native-100", "linear+native-100"):
        with pytest.raises(DataError, match="100 labelled target texts are needed, 60 were given"):
            fit(name, few)


def test_alignment_beats_no_alignment_where_there_is_something_to_align():
    gain = (predictions("linear") == TEST_Y).mean() - (predictions("english-only") == TEST_Y).mean()
    assert gain > 0.1


def test_pairs_of_texts_are_served_by_the_same_strategies():
    X, _, _ = rows(2 * N_LABELED, seed=1)
    _, Y, _ = rows(80, seed=6)
    y = np.where(np.arange(N_LABELED) % 2 == 0, "same", "other")
    X, Y = X.reshape(N_LABELED, 2, WIDTH), Y.reshape(40, 2, WIDTH)
    X[::2, 1] = X[::2, 0]
    pairs = replace(problem(), X=X, y=y, unlabeled=None, native_X=X, native_y=y)
    names = ("english-only", "linear", "reverse-linear", "native", "distill", "linear+native-100")
    for name in names:
        assert fit(name, pairs).predict(Y).shape == (40,)
