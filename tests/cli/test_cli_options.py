"""What options become before a command does its work."""

from __future__ import annotations

import pytest

from langalign.cli.options import encoders_of, require_names
from langalign.errors import UnknownNameError

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
