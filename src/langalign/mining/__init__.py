"""Parallel pairs out of two monolingual texts, with what to expect of them."""

from langalign.mining.expectation import Expected
from langalign.mining.holding_out import hold_out_pairs
from langalign.mining.mine import mine
from langalign.mining.mined import Mined
from langalign.mining.shared_space import (
    SharedSpace,
    fit_space,
    space_of_aligner,
    space_of_model,
)

__all__ = [
    "Expected",
    "Mined",
    "SharedSpace",
    "fit_space",
    "hold_out_pairs",
    "mine",
    "space_of_aligner",
    "space_of_model",
]
