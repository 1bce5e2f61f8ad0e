"""English data as it is: the zero-shot baseline."""

from __future__ import annotations

from typing import ClassVar, Literal

from langalign.errors import DataError
from langalign.strategies.base import Problem, strategies
from langalign.strategies.direct import DirectClassifier


@strategies.register("english-only")
class EnglishOnly:
    """Train on source vectors, serve target vectors, align nothing."""

    uses_target_labels: ClassVar[bool] = False
    uses_pairs: ClassVar[bool] = False
    serves: ClassVar[Literal["target", "translation"]] = "target"

    def fit(self, problem: Problem, *, random_state: int = 0) -> DirectClassifier:
        """Train a head on the labelled source vectors.

        Raises
        ------
        DataError
            If two encoders make the vectors, so that nothing can be served without a map.
        """
        widths = problem.X.shape[-1], problem.target.shape[-1]
        if widths[0] != widths[1] or not problem.one_space:
            raise DataError(
                f"english-only needs one encoder for both languages; these are two, the source "
                f"with {widths[0]} dimensions and the target with {widths[1]}"
            )
        return DirectClassifier(problem.head(), problem.X, problem.y, random_state=random_state)
