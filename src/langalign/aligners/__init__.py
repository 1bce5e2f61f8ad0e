"""Maps between spaces."""

from langalign.aligners.base import Aligner, aligners

__all__ = ["Aligner", "aligners"]
