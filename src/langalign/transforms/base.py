"""What a transform is: a map of one space, ``fit(X)`` / ``transform(X)``.

A transform that is flagged ``affine`` can be folded into a linear layer behind it, so that
nothing is added at inference. A new one is a new file here with
``@transforms.register("name")``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from langalign.estimator import Estimator
from langalign.registry import Registry
from langalign.vectors import Vectors

if TYPE_CHECKING:
    from typing import Self


class Transform(Estimator):
    """Base of all one-sided maps of a space."""

    affine: ClassVar[bool]
    n_features_in_: int

    def fit(self, X: Any, y: None = None) -> Self:
        """Learn from the vectors ``X`` of shape (n, d); ``y`` is ignored."""
        raise NotImplementedError

    def transform(self, X: Any) -> Vectors:
        """Return the mapped vectors, shape (n, d) float32."""
        raise NotImplementedError


transforms: Registry[Transform] = Registry("transform", "langalign.transforms")
