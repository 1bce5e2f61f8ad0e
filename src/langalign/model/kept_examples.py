"""Labelled texts that a model keeps, with their vectors, to show what its answers rest on."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.data.text import Text, named
from langalign.errors import PersistenceError, SettingError
from langalign.persistence import load_arrays, save_arrays, write_text
from langalign.text_pairs import features
from langalign.vectors import Vectors, unit

FOLDER = "examples"
TEXTS = "texts.jsonl"
VECTORS = "vectors.safetensors"


@dataclass(frozen=True, slots=True)
class KeptExamples:
    """Source texts of the fit, their labels, and their vectors where the head was trained.

    Parameters
    ----------
    texts
        n texts or pairs.
    labels
        One a text.
    vectors
        What the head was trained on: aligned vectors forward, source vectors in reverse; shape
        (n, d), or (n, 2, d) for pairs read separately.
    origin
        What vectors are compared relative to: the head's side of the fit, shape (d,).

    Examples
    --------
    >>> vectors = np.array([[0.0, 1.0], [1.0, 0.0]], dtype=np.float32)
    >>> kept = KeptExamples(("bad", "good"), ("-", "+"), vectors, np.zeros(2, dtype=np.float32))
    >>> rows, cosines = kept.nearest(np.array([[2.0, 0.0]], dtype=np.float32), n_neighbors=1)
    >>> rows.tolist(), cosines.tolist()
    ([[1]], [[1.0]])
    """

    texts: tuple[Text, ...]
    labels: tuple[Any, ...]
    vectors: Vectors
    origin: Vectors

    @classmethod
    def sample(
        cls,
        texts: Sequence[Text],
        labels: Sequence[Any],
        vectors: Callable[[list[int]], Vectors],
        origin: Vectors,
        *,
        n: int,
        random_state: int,
    ) -> KeptExamples:
        """Return at most ``n`` of the texts, drawn without replacement, in their order.

        Parameters
        ----------
        texts, labels
            Those of the fit.
        vectors
            Called with the rows that were drawn, returns their vectors.
        origin
            As above.
        n
            How many.
        random_state
            Seed of the draw.
        """
        rng = np.random.default_rng(random_state)
        rows = sorted(rng.choice(len(texts), min(n, len(texts)), replace=False).tolist())
        found = vectors(rows).astype(np.float32)
        return cls(
            tuple(texts[row] for row in rows),
            tuple(_plain(labels[row]) for row in rows),
            found,
            origin,
        )

    def __len__(self) -> int:
        return len(self.texts)

    def nearest(self, Z: Vectors, *, n_neighbors: int) -> tuple[NDArray[np.int64], Vectors]:
        """Return the rows nearest to each of m vectors by cosine, nearest first.

        Parameters
        ----------
        Z
            Vectors as the head sees them, before pairs become features: (m, d) or (m, 2, d).
        n_neighbors
            How many; all where there are fewer.

        Returns
        -------
        rows, cosines : ndarray of shape (m, n_neighbors)
        """
        cosines = unit(self.placed(Z)) @ unit(self.placed(self.vectors)).T
        rows = np.argsort(-cosines, axis=1, kind="stable")[:, :n_neighbors]
        return rows, np.take_along_axis(cosines, rows, axis=1)

    def placed(self, Z: Vectors) -> Vectors:
        """Return vectors relative to the origin, pairs as the features that the head sees."""
        moved: Vectors = features(np.asarray(Z - self.origin, dtype=np.float32))
        return moved

    def save(self, folder: Path) -> None:
        """Write the examples into a new folder in ``folder``."""
        place = folder / FOLDER
        place.mkdir()
        lines = [
            json.dumps(named(text) | {"label": _plain(label)}, ensure_ascii=False)
            for text, label in zip(self.texts, self.labels, strict=True)
        ]
        write_text(place / TEXTS, "\n".join(lines) + "\n")
        save_arrays({"vectors": self.vectors, "origin": self.origin}, place / VECTORS)

    @classmethod
    def load(cls, folder: Path) -> KeptExamples | None:
        """Read what :meth:`save` wrote into ``folder``; ``None`` where there is nothing.

        Raises
        ------
        PersistenceError
            If it is damaged.
        """
        place = folder / FOLDER
        if not place.is_dir():
            return None
        arrays = load_arrays(place / VECTORS)
        lines = (place / TEXTS).read_text(encoding="utf-8").split("\n")
        rows = [json.loads(line) for line in lines if line]
        if len(rows) != len(arrays["vectors"]):
            raise PersistenceError(
                f"{place}: {len(rows)} texts and {len(arrays['vectors'])} vectors; copy the folder "
                "again or save it anew"
            )
        texts = tuple(
            row["text"] if "text" in row else (row["premise"], row["hypothesis"]) for row in rows
        )
        labels = tuple(row["label"] for row in rows)
        return cls(texts, labels, arrays["vectors"], arrays["origin"])


def require_number(keep_examples: Any) -> None:
    """Raise :class:`SettingError` unless so many texts can be kept."""
    if not isinstance(keep_examples, int | np.integer) or keep_examples < 0:
        raise SettingError(
            f"keep_examples={keep_examples!r}: expected how many texts to keep, 0 or more"
        )


def _plain(label: Any) -> Any:
    return label.item() if isinstance(label, np.generic) else label
