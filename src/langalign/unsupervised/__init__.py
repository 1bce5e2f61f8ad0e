"""Maps without pairs, with an honest test of success. Experimental: names may still change."""

from langalign.unsupervised.success import Success
from langalign.unsupervised.unpaired import UnpairedAligner

__all__ = ["Success", "UnpairedAligner"]
