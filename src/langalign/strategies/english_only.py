"""English data as it is: the zero-shot baseline."""

from __future__ import annotations

from typing import ClassVar

from langalign.errors import DataError
from langalign.strategies.base import Problem, strategies
from langalign.strategies.direct import DirectClassifier


@strategies.register("english-only")
class EnglishOnly:
    """Train on source vectors, serve target vectors, align nothing."""

    uses_target_labels: ClassVar[bool] = False

    def fit(self, problem: Problem, *, random_state: int = 0) -> DirectClassifier:
        """Train a head on the labelled source vectors.

        Raises
        ------
        DataError
            If the two spaces differ in width, so that nothing can be served without a map.
        """
        widths = problem.X.shape[-1], problem.target.shape[-1]
        if widths[0] != widths[1]:
            raise DataError(
                f"english-only needs one encoder for both languages; the source has {widths[0]} "
                f"dimensions and the target {widths[1]}"
            )
        return DirectClassifier(problem.X, problem.y, random_state=random_state)
