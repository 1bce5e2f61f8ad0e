"""Nearest neighbours among vectors: exact, in blocks that fit into memory."""

from langalign.retrieval.answer_ranks import answer_ranks, mean_reciprocal_rank
from langalign.retrieval.both_ways import BothWays, nearest_both_ways
from langalign.retrieval.csls import csls_nearest
from langalign.retrieval.inverted_softmax import inverted_softmax_nearest
from langalign.retrieval.local_means import local_means
from langalign.retrieval.mutual import mutual_nearest
from langalign.retrieval.neighbours import Neighbours, nearest
from langalign.retrieval.one_to_one import Matches, one_to_one
from langalign.retrieval.precision import hits_at_k, hits_both_ways, precision_at_k
from langalign.retrieval.xsim import xsim, xsim_errors

__all__ = [
    "BothWays",
    "Matches",
    "Neighbours",
    "answer_ranks",
    "csls_nearest",
    "hits_at_k",
    "hits_both_ways",
    "inverted_softmax_nearest",
    "local_means",
    "mean_reciprocal_rank",
    "mutual_nearest",
    "nearest",
    "nearest_both_ways",
    "one_to_one",
    "precision_at_k",
    "xsim",
    "xsim_errors",
]
