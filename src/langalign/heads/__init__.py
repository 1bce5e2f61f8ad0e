"""Vectors -> labels."""

from langalign.heads.base import Classifier, Head, heads

__all__ = ["Classifier", "Head", "heads"]
