"""What an aligner is: a map between two spaces, ``fit(X, Y)`` / ``transform(X)``.

A new one is a new file in this folder whose class carries ``@aligners.register("name")``: the
contract tests, ``langalign list``, the command line's choices and the reference find it there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from langalign.errors import DataError
from langalign.estimator import Estimator
from langalign.registry import Registry
from langalign.vectors import Vectors, as_vectors, require_same_rows

if TYPE_CHECKING:
    from typing import Self

MINIMUM_PAIRS = 2


class Aligner(Estimator):
    """Base of all maps between spaces; row i of ``X`` corresponds to row i of ``Y``.

    Attributes
    ----------
    n_features_in_ : int
        Width of the source space.
    n_features_out_ : int
        Width of the target space.
    """

    recovers: ClassVar[Literal["shift", "rotation", "linear"] | None]
    """The most general kind of map that it recovers exactly; the contract tests check it."""

    same_width: ClassVar[bool] = False
    """Whether source and target must have the same width."""

    closed_form: ClassVar[bool] = True
    """Whether fitting is cheap enough to be repeated on folds when settings are chosen."""

    learns_map: ClassVar[bool] = True
    """Whether it does more than move the mean; those that do not are the baseline."""

    n_features_in_: int
    n_features_out_: int

    def fit(self, X: Any, Y: Any) -> Self:
        """Learn the map from ``X`` of shape (n, d_source) onto ``Y`` of shape (n, d_target)."""
        raise NotImplementedError

    def fit_path(self, variants: Sequence[Self], X: Any, Y: Any) -> Iterator[Self]:
        """Yield variants of this aligner, each fitted on the same pairs.

        Overridden by aligners that can do this with less work than one fit each.
        """
        for variant in variants:
            yield variant.fresh().fit(X, Y)

    def transform(self, X: Any) -> Vectors:
        """Map ``X`` of shape (n, d_source) to shape (n, d_target), float32."""
        raise NotImplementedError

    def candidates(self, X: Vectors, Y: Vectors) -> list[Self]:
        """Return unfitted variants of itself to choose from, strongest regularisation first.

        An aligner without a strength, or whose user fixed it, is its own only candidate.
        """
        return [self.fresh()]

    def families(self, X: Vectors, Y: Vectors) -> list[list[Aligner]]:
        """Return the aligners to choose between, cheapest first, each as its candidates."""
        return [list[Aligner](self.candidates(X, Y))]

    @property
    def teaches(self) -> bool:
        """Whether a head behind the map learns from the pairs as well."""
        return False

    def settled(self) -> Aligner:
        """Return the fitted map itself, for one that only chose it."""
        return self

    def _check_pairs(self, X: Any, Y: Any) -> tuple[Vectors, Vectors]:
        X, Y = check_pairs(X, Y, user=type(self).__name__)
        self._check_widths(X.shape[1], Y.shape[1])
        return X, Y

    def _check_widths(self, d_source: int, d_target: int) -> None:
        if self.same_width and d_source != d_target:
            raise DataError(
                f"{type(self).__name__} maps between spaces of one width; the source has "
                f"{d_source} dimensions and the target {d_target}. Use aligner 'linear'."
            )

    def _set_widths(self, d_source: int, d_target: int) -> None:
        """Say, as the last thing that a fit does, that it is fitted, and between which widths."""
        self.n_features_in_, self.n_features_out_ = d_source, d_target

    def __sklearn_is_fitted__(self) -> bool:
        """Tell scikit-learn whether a fit has come to its end."""
        return hasattr(self, "n_features_in_")

    def _check_source(self, X: Any) -> Vectors:
        self._require_fitted()
        return as_vectors(X, name="X", dim=self.n_features_in_)


def check_pairs(X: Any, Y: Any, *, user: str) -> tuple[Vectors, Vectors]:
    """Return both sides of pairs as vectors, for the ``user`` named in messages.

    Raises
    ------
    DataError
        If the rows do not correspond or are fewer than two.
    """
    X, Y = as_vectors(X, name="X"), as_vectors(Y, name="Y")
    require_same_rows(X, Y, names=("X", "Y"))
    require_enough(len(X), user=user)
    return X, Y


def require_enough(n: int, *, user: str) -> None:
    """Raise :class:`DataError` unless there are pairs enough for the ``user`` named in it."""
    if n < MINIMUM_PAIRS:
        raise DataError(
            f"{n} pair(s) were given; {user} needs at least {MINIMUM_PAIRS} (n_samples = {n}), and "
            "a useful map some hundreds"
        )


aligners: Registry[Aligner] = Registry("aligner", "langalign.aligners")
