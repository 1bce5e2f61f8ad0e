"""Nearest neighbours among vectors: exact, in blocks that fit into memory."""

from langalign.retrieval.csls import csls_nearest, local_means
from langalign.retrieval.inverted_softmax import inverted_softmax_nearest
from langalign.retrieval.neighbours import Neighbours, nearest
from langalign.retrieval.precision import hits_at_k, precision_at_k

__all__ = [
    "Neighbours",
    "csls_nearest",
    "hits_at_k",
    "inverted_softmax_nearest",
    "local_means",
    "nearest",
    "precision_at_k",
]
