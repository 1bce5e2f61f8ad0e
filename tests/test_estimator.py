"""The estimator contract by itself: parameters, copies, state."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from langalign.aligners.identity import Identity
from langalign.aligners.linear import Linear
from langalign.alignment.aligned_classifier import AlignedClassifier
from langalign.errors import NotFittedError, SettingError
from langalign.estimator import Estimator
from langalign.heads.logistic import LogisticHead
from langalign.heads.mlp import MLPHead


def test_an_estimator_without_parameters_has_none():
    assert Identity().get_params() == {}
    assert repr(Identity()) == "Identity()"
    with pytest.raises(SettingError, match="no parameter 'alpha'"):
        Identity().set_params(alpha=1)


def test_parameters_of_nested_estimators_are_reached_by_name():
    model = AlignedClassifier(Linear(), LogisticHead())
    assert model.get_params()["aligner__alpha"] is None
    assert "aligner__alpha" not in model.get_params(deep=False)
    assert model.set_params(aligner__alpha=2.0, direction="reverse") is model
    assert (model.aligner.alpha, model.direction) == (2.0, "reverse")
    with pytest.raises(SettingError, match="Linear has no parameter 'beta'"):
        model.set_params(aligner__beta=2.0)


def test_a_nested_parameter_is_set_in_the_estimator_that_comes_with_it():
    old, new = LogisticHead(), LogisticHead()
    model = AlignedClassifier(Linear(), old).set_params(head__C=5.0, head=new)
    assert (model.head is new, new.C, old.C) == (True, 5.0, None)


def test_a_parameter_that_is_no_estimator_has_no_inner_parameters():
    with pytest.raises(SettingError, match="'alpha' of Linear is not an estimator"):
        Linear().set_params(alpha__deep=1)


def test_fresh_copies_parameters_and_nothing_learned():
    widths = [4, 5]
    head = MLPHead(hidden=widths)
    head.classes_ = np.array([0, 1])
    copy = head.fresh(alpha=3.0)
    assert (copy.hidden, copy.alpha, head.alpha) == (widths, 3.0, None)
    assert copy.hidden is not widths
    assert not copy.learned()


def test_learned_is_what_ends_in_an_underscore():
    estimator = Estimator()
    estimator.mean_, estimator._private_, estimator.plain = 1, 2, 3
    assert estimator.learned() == {"mean_": 1}
    assert estimator.__sklearn_is_fitted__()


def test_not_fitted_is_an_error_that_hasattr_and_scikit_learn_understand():
    with pytest.raises(NotFittedError) as caught:
        Linear().transform(np.eye(2))
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, AttributeError)


def test_repr_shows_what_differs_from_the_default():
    assert repr(Linear(alpha=2.0)) == "Linear(alpha=2.0)"
    shown = repr(AlignedClassifier(Linear(), LogisticHead(C=1.0), spread=None))
    assert shown == "AlignedClassifier(aligner=Linear(), head=LogisticHead(C=1.0), spread=None)"


@pytest.mark.parametrize("kind", [Linear, LogisticHead, MLPHead, AlignedClassifier])
def test_init_takes_no_open_ended_arguments(kind):
    for parameter in inspect.signature(kind).parameters.values():
        assert parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
