"""One-sided maps of a space."""

from langalign.transforms.base import Transform, transforms

__all__ = ["Transform", "transforms"]
