"""Any callable as an encoder: a hosted model, a library of your own, a lookup."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from langalign.data.text import Text
from langalign.encoders.boundary import require_texts, require_vectors
from langalign.errors import SettingError
from langalign.vectors import Vectors


class FunctionEncoder:
    """An encoder made of a function from a list of texts to an array.

    Its space is known by the function's name alone: give another ``name`` whenever the function
    starts to return other vectors, or a saved model will take them for the old ones. For the same
    reason :class:`~langalign.model.LangAlign` keeps no vectors of functions on disk.

    Parameters
    ----------
    function
        Takes a list of n texts, returns an array of shape (n, d).
    name
        Under which its vectors are recognised; default ``module.qualname``. Needed for
        lambdas, local functions, methods of objects and other callables without a name of their
        own.
    dim
        Width of the vectors; without it, learned from the first call.
    reads_pairs
        Whether ``function`` also takes pairs of texts and reads them jointly.

    Raises
    ------
    SettingError
        If ``function`` cannot be called, or needs a ``name`` and has none.

    Examples
    --------
    >>> def lengths(texts):
    ...     return [[len(text), text.count(" ")] for text in texts]
    >>> encoder = FunctionEncoder(lengths, name="lengths")
    >>> encoder.encode(["two words", "one"])
    array([[9., 1.],
           [3., 0.]], dtype=float32)
    >>> encoder.fingerprint
    'function:lengths'
    """

    def __init__(
        self,
        function: Callable[[list[Any]], Any],
        *,
        name: str | None = None,
        dim: int | None = None,
        reads_pairs: bool = False,
    ) -> None:
        if not callable(function):
            raise SettingError(f"expected a function, got {type(function).__name__}: {function!r}")
        self.function = function
        self.name = name if name is not None else _own_name(function)
        self._dim = dim
        self._reads_pairs = reads_pairs

    @property
    def dim(self) -> int:
        """Width of the vectors; asks the function for one vector if it is not known yet."""
        if self._dim is None:
            self.encode(["a"])
        assert self._dim is not None
        return self._dim

    @property
    def fingerprint(self) -> str:
        """``function:`` and the name."""
        return f"function:{self.name}"

    @property
    def reads_pairs(self) -> bool:
        """Whether pairs of texts are passed on."""
        return self._reads_pairs

    def encode(self, texts: Sequence[Text]) -> Vectors:
        """Return the function's vectors, checked.

        Parameters
        ----------
        texts
            n texts.

        Returns
        -------
        ndarray of float32, shape (n, dim)
            C order, finite.

        Raises
        ------
        EncoderError
            If the function returns anything but one finite vector of the right width a text.
        """
        given = require_texts(texts, reads_pairs=self._reads_pairs)
        if not given:
            return np.empty((0, self.dim), dtype=np.float32)
        source = f"the function {self.name!r}"
        count = len(given)
        vectors = require_vectors(self.function(given), rows=count, dim=self._dim, source=source)
        self._dim = int(vectors.shape[1])
        return vectors

    def __repr__(self) -> str:
        return f"FunctionEncoder(name={self.name!r})"


def _own_name(function: Callable[..., Any]) -> str:
    qualname = getattr(function, "__qualname__", "")
    owner = getattr(function, "__self__", None)
    of_object = owner is not None and not inspect.isclass(owner) and not inspect.ismodule(owner)
    if not qualname or "<" in qualname or of_object:
        raise SettingError(
            f"{qualname or function!r} has no name that distinguishes its vectors from others; "
            "give one: FunctionEncoder(function, name='my-encoder-v1')"
        )
    return f"{function.__module__}.{qualname}"
