"""Rows by the length of their text, a quarter each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from langalign.data.text import Text, parts_of

N_BANDS = 4


def length_bands(texts: Sequence[Text]) -> NDArray[np.str_]:
    """Return the name of each text's band, from the shortest quarter to the longest.

    Of a pair of texts both count. Where many texts are of one length there are fewer bands.

    Examples
    --------
    >>> length_bands(["a" * n for n in range(1, 9)])[[0, 2, 7]].tolist()
    ['1 to 2 characters', '3 to 4 characters', '7 to 8 characters']
    """
    lengths = np.array([sum(map(len, parts_of(text))) for text in texts])
    shares = np.linspace(0, 1, N_BANDS + 1)[1:]
    ends = np.unique(np.quantile(lengths, shares, method="lower"))
    band = np.searchsorted(ends, lengths)
    names = []
    for number in range(len(ends)):
        own = lengths[band == number]
        names.append(f"{own.min()} to {own.max()} characters")
    return np.array(names)[band]
