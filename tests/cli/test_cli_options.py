"""What options become before a command does its work."""

from __future__ import annotations

from typing import get_args

import pytest

from langalign import tasks
from langalign.alignment.fit_checks import DIRECTIONS
from langalign.cli import data_options, fit, options, tune, words
from langalign.cli.options import encoders_of, require_names
from langalign.encoders import runner, transformer_loading
from langalign.errors import UnknownNameError
from langalign.evaluation import metrics
from langalign.inputs.text_vectors import PAIR_MODES
from langalign.tuning.step_checks import EMBEDDING
from langalign.words.search import SCORINGS

MODEL = "organisation/model"


def test_an_encoder_that_is_chosen_twice_is_loaded_once():
    source, target = encoders_of((MODEL, None, "query: "), (MODEL, None, "query: "), None)
    assert source is target


@pytest.mark.parametrize("other", [("mini", None, None), (MODEL, None, "passage: ")])
def test_encoders_that_differ_in_anything_are_two(other):
    source, target = encoders_of((MODEL, None, "query: "), other, None)
    assert source is not target
    assert getattr(target, "prompt", None) == other[2]


@pytest.mark.parametrize(("aligner", "head"), [("linaer", None), ("linear", "logisti")])
def test_a_mistyped_name_is_reported(aligner, head):
    with pytest.raises(UnknownNameError, match="Did you mean"):
        require_names(aligner, head)


@pytest.mark.parametrize(
    ("offered", "known"),
    [
        (data_options.MetricName, metrics.METRIC_NAMES),
        (fit.Direction, DIRECTIONS),
        (options.Backend, get_args(runner.Backend)),
        (options.LongTexts, get_args(transformer_loading.LongTexts)),
        (options.PairMode, PAIR_MODES),
        (options.Pooling, get_args(transformer_loading.Pooling)),
        (options.Task, get_args(tasks.Task)),
        (tune.Embedding, EMBEDDING),
        (words.Scoring, SCORINGS),
    ],
)
def test_what_is_offered_before_anything_is_loaded_is_what_there_is(offered, known):
    assert [choice.value for choice in offered] == list(known)
