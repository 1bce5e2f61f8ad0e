"""Two languages' word vectors brought into one space, from a dictionary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.base import Aligner, aligners
from langalign.aligners.common_space import CommonSpace
from langalign.components import component_of
from langalign.errors import SettingError
from langalign.progress import Progress
from langalign.retrieval import csls_nearest, mutual_nearest
from langalign.transforms.base import Transform, transforms
from langalign.vectors import Vectors
from langalign.words.dictionary import BilingualDictionary
from langalign.words.word_vectors import WordVectors

COMMON_SPACE = "common-space"
"""The one map that moves both sides; all others are aligners."""

SHRINK = 0.1
"""``alpha`` of the common space: dictionaries have too few pairs to whiten by them alone."""

NORMALIZE = ("unit-norm", "center", "unit-norm")
"""What Artetxe et al. (2018) do first, with all words: length one, mean zero, length one."""

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class WordAlignment:
    """A fitted map of two languages' word vectors into one space.

    Parameters
    ----------
    source_transforms, target_transforms
        Fitted on all words of their side, applied in this order before the map.
    map
        A fitted aligner, or a :class:`~langalign.aligners.common_space.CommonSpace`.
    n_seed_pairs
        Pairs of the dictionary that were used.
    n_pairs
        Pairs of the last fit, induced ones included.

    References
    ----------
    Artetxe, M., Labaka, G. and Agirre, E. (2018). Generalizing and improving bilingual word
    embedding mappings with a multi-step framework of linear transformations. AAAI.
    """

    source_transforms: tuple[Transform, ...]
    target_transforms: tuple[Transform, ...]
    map: Aligner | CommonSpace
    n_seed_pairs: int
    n_pairs: int

    def apply(self, source: WordVectors) -> WordVectors:
        """Return source words in the common space."""
        X = normalized(self.source_transforms, source.vectors)
        return source.replaced(self.map.transform(X))

    def apply_target(self, target: WordVectors) -> WordVectors:
        """Return target words in the common space."""
        Y = normalized(self.target_transforms, target.vectors)
        if isinstance(self.map, CommonSpace):
            Y = self.map.transform_target(Y)
        return target.replaced(Y)


def align_words(
    source: WordVectors,
    target: WordVectors,
    dictionary: BilingualDictionary,
    *,
    aligner: str | Aligner | CommonSpace = COMMON_SPACE,
    normalize: Sequence[str] = NORMALIZE,
    refine: int = 0,
    refine_words: int = 10_000,
    random_state: int = 0,
    progress: Progress | None = None,
) -> WordAlignment:
    """Fit a map from the pairs of a dictionary of which both words have vectors.

    Parameters
    ----------
    source, target
        Vectors of the two languages.
    dictionary
        Pairs to learn from; each pair counts once, so a word with two translations counts twice.
    aligner
        ``"common-space"``, which maps both sides (with ``alpha=0.1``), or a registered aligner,
        which maps source vectors into the target space; by name or as an unfitted object.
    normalize
        Names of transforms, fitted on all words of each side.
    refine
        Rounds of self-learning: words that are each other's nearest under CSLS are added to the
        dictionary, and the map is fitted again. It helps where the dictionary is small.
    refine_words
        How many of the most frequent words of each side take part in it.
    random_state
        Seed, for aligners that are random.
    progress
        Called after each fit.

    Raises
    ------
    DataError
        If fewer than two pairs have vectors on both sides.
    SettingError
        If ``refine`` or ``refine_words`` is out of range.
    UnknownNameError
        If there is no such aligner or transform.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X, turn = rng.normal(size=(60, 4)), np.linalg.qr(rng.normal(size=(4, 4)))[0]
    >>> words = tuple(f"w{i}" for i in range(60))
    >>> source, target = WordVectors(words, X), WordVectors(words, X @ turn)
    >>> seeds = BilingualDictionary(tuple((word, word) for word in words[:40]))
    >>> alignment = align_words(source, target, seeds, normalize=())
    >>> alignment.n_seed_pairs
    40
    """
    if refine < 0 or refine_words < 1:
        raise SettingError(
            f"refine={refine}, refine_words={refine_words}: expected rounds (0 for none) and at "
            "least one word"
        )
    unfitted = _unfitted(aligner, random_state)
    before, after = (_fitted(normalize, side) for side in (source, target))
    X, Y = normalized(before, source.vectors), normalized(after, target.vectors)
    known = dictionary.within(source, target).pairs
    seeds = source.rows(a for a, _ in known), target.rows(b for _, b in known)
    pairs = seeds
    for done in range(refine + 1):
        alignment = WordAlignment(
            before,
            after,
            unfitted.fresh().fit(X[pairs[0]], Y[pairs[1]]),
            len(known),
            len(pairs[0]),
        )
        if progress:
            progress("Fitting", done + 1, refine + 1)
        if done < refine:
            pairs = _with_mutual(
                seeds,
                alignment.apply(source).vectors[:refine_words],
                alignment.apply_target(target).vectors[:refine_words],
            )
    return alignment


def normalized(chain: Sequence[Transform], X: Vectors) -> Vectors:
    """Apply fitted transforms in order."""
    for step in chain:
        X = step.transform(X)
    return X


def _unfitted(aligner: str | Aligner | CommonSpace, random_state: int) -> Aligner | CommonSpace:
    if isinstance(aligner, CommonSpace):
        return aligner
    if aligner == COMMON_SPACE:
        return CommonSpace(alpha=SHRINK)
    made: Aligner = component_of(aligner, aligners, Aligner, random_state=random_state)
    return made


def _fitted(names: Sequence[str], side: WordVectors) -> tuple[Transform, ...]:
    chain: list[Transform] = []
    X = side.vectors
    for name in names:
        chain.append(transforms.get(name)().fit(X))
        X = chain[-1].transform(X)
    return tuple(chain)


def _with_mutual(seeds: tuple[Rows, Rows], X: Any, Y: Any) -> tuple[Rows, Rows]:
    """Return the seeds, and the other pairs of rows that are each other's nearest under CSLS."""
    there = csls_nearest(X, Y).indices[:, 0]
    back = csls_nearest(Y, X).indices[:, 0]
    both = np.vstack([np.column_stack(seeds), np.column_stack(mutual_nearest(there, back))])
    source, target = np.unique(both, axis=0).T
    return source, target
