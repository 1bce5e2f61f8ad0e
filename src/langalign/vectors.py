"""The boundary type: float32, C order, ``(n, d)``; siamese text pairs are ``(n, 2, d)``."""

from __future__ import annotations

from collections.abc import Callable, Sized
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.errors import VectorError

Vectors = NDArray[np.float32]
_SMALLEST, _LARGEST = np.finfo(np.float32).tiny, np.finfo(np.float32).max
"""Of lengths that float32 has in full precision."""


def as_vectors(X: Any, *, name: str, dim: int | None = None, pairs: bool = False) -> Vectors:
    """Return ``X`` as vectors, or say what is wrong with it.

    Parameters
    ----------
    X
        Array-like of shape (n, d), or (n, 2, d) where ``pairs`` allows it.
    name
        What the array is, for messages.
    dim
        The width that is expected, where one is.
    pairs
        Whether two vectors per row (premise and hypothesis) are allowed.

    Returns
    -------
    ndarray of float32, C order
        ``X`` itself where it already has this form; it must not be written to.

    Raises
    ------
    VectorError
        If ``X`` is not numeric, has another number of axes, no rows, another width than ``dim``,
        or holds NaN or infinity (the first such row is named).
    """
    return as_float32(as_array(X, name=name, dim=dim, pairs=pairs), name=name)


def as_array(X: Any, *, name: str, dim: int | None = None, pairs: bool = False) -> NDArray[Any]:
    """Return ``X`` as an array of numbers of the right shape; its values are not checked.

    Parameters
    ----------
    X, name, dim, pairs
        As in :func:`as_vectors`.

    Raises
    ------
    VectorError
        If ``X`` is not numeric, has another number of axes, no rows, or another width than ``dim``.
    """
    array = _numbers(X, name)
    allowed = (2, 3) if pairs else (2,)
    if array.ndim not in allowed or (array.ndim == 3 and array.shape[1] != 2):
        raise VectorError(
            f"{name}: expected an array of shape (n, d){' or (n, 2, d)' if pairs else ''}, got "
            f"{array.ndim} axes with shape {array.shape}. Reshape your data: "
            "X.reshape(1, -1) makes one row of a single vector."
        )
    if array.shape[0] == 0 or array.shape[-1] == 0:
        raise VectorError(
            f"{name}: found array with 0 sample(s) or 0 feature(s) (shape={array.shape}) "
            "while a minimum of 1 is required. Were these vectors made of any text?"
        )
    if dim is not None and array.shape[-1] != dim:
        raise VectorError(
            f"{name}: X has {array.shape[-1]} features, but LangAlign is expecting {dim} features "
            "as input. Were these vectors made by another encoder?"
        )
    return array


def as_float32(array: NDArray[Any], *, name: str, first_row: int = 0) -> Vectors:
    """Return an array of numbers as float32, C order; itself where it already has this form.

    Parameters
    ----------
    array
        As :func:`as_array` returns it, or some rows of that.
    name
        What it is, for messages.
    first_row
        The number of its first row.

    Raises
    ------
    VectorError
        If it holds NaN or infinity.
    """
    with np.errstate(over="ignore"):  # what float32 cannot hold is reported as infinity
        array = np.ascontiguousarray(array, dtype=np.float32)
    # The sum of squares is finite where all numbers are, unless they are huge, and costs less.
    if not np.isfinite(np.vdot(array, array)):
        _require_finite(array, name=name, first_row=first_row)
    return array


def _require_finite(array: Vectors, *, name: str, first_row: int) -> None:
    finite = np.isfinite(array.reshape(len(array), -1)).all(axis=1)
    if not finite.all():
        row = first_row + int(np.argmin(finite))
        raise VectorError(
            f"{name}: row {row} contains NaN or infinity (of {int((~finite).sum())} such rows). "
            "Look at the texts of these rows, or drop them."
        )


def _numbers(X: Any, name: str) -> NDArray[Any]:
    """Return ``X`` as an array of real numbers; columns of Python objects are converted."""
    try:
        if hasattr(X, "tocsr"):
            raise TypeError("a sparse matrix; sparse input is not supported, use X.toarray()")
        array = np.asarray(X)
        if array.dtype.kind == "c":
            raise TypeError("complex numbers; Complex data not supported")
        if array.dtype.kind == "O":
            array = array.astype(np.float64)
        if array.dtype.kind not in "fiub":
            raise TypeError(f"its type is {array.dtype}")
    except (TypeError, ValueError) as error:
        raise VectorError(
            f"{name}: expected numbers in an array of shape (n, d), got something else ({error})"
        ) from error
    return array


def require_same_rows(X: Sized, Y: Sized, *, names: tuple[str, str]) -> None:
    """Raise :class:`VectorError` unless both sides have the same number of rows."""
    if len(X) != len(Y):
        raise VectorError(
            f"{names[0]} has {len(X)} rows and {names[1]} has {len(Y)}: row i of one must be the "
            "translation of row i of the other"
        )


def per_text(function: Callable[[Vectors], Vectors], X: Vectors) -> Vectors:
    """Apply ``function`` to each text's vector, whether rows are texts or pairs of texts."""
    if X.ndim == 2:
        return function(X)
    mapped = function(X.reshape(-1, X.shape[-1]))
    return mapped.reshape(len(X), 2, -1)


def unit(X: Vectors) -> Vectors:
    """Return rows of length one, ``X / |X|``; rows of zeros stay.

    Examples
    --------
    >>> unit(np.array([[3.0, 4.0], [0.0, 0.0]], dtype=np.float32))
    array([[0.6, 0.8],
           [0. , 0. ]], dtype=float32)
    """
    # Squares of very small or large entries are outside of float32.
    lengths = np.sqrt(np.einsum("ij,ij->i", X, X, dtype=np.float64))[:, None]
    divisors = np.where(lengths > 0, lengths, 1)
    if divisors.max(initial=1) <= _LARGEST and divisors.min(initial=1) >= _SMALLEST:
        divisors = divisors.astype(np.float32)
    return np.asarray(X / divisors, dtype=np.float32)


def mean_variance(X: Vectors) -> float:
    """Return the variance of a dimension, in the mean over dimensions; 1 where nothing varies."""
    return float(X.var(axis=0, dtype=np.float64).mean()) or 1.0


def penalty_unit(X: Vectors) -> float:
    """Return the L2 penalty that is as strong for any encoder and number of rows.

    The number of rows times :func:`mean_variance`, which is the mean eigenvalue of ``Xc'Xc``.
    """
    return len(X) * mean_variance(X)
