"""Why a text gets its label: the training texts nearest to it, and where it lies among them."""

from __future__ import annotations

from typing import Any

from langalign.data.text import Text, named
from langalign.model import LangAlign
from langalign.report.projection import Plane

NEAREST = 5


class Explainer:
    """The kept examples of a model, on a map.

    Parameters
    ----------
    model
        Fitted with ``keep_examples``.

    Attributes
    ----------
    map : dict
        ``points``, each ``{"x", "y", "label"}`` of an example, and ``share``, the part of the
        variance that the plane of the two principal components shows.
    """

    def __init__(self, model: LangAlign) -> None:
        assert model.examples_, "only a model that kept examples has an explainer"
        self._model = model
        self._examples = model.examples_
        vectors = self._examples.placed(self._examples.vectors)
        self._plane = Plane.of(vectors)
        places = self._plane.place(vectors).tolist()
        self.map = {
            "points": [
                {"x": x, "y": y, "label": str(label)}
                for (x, y), label in zip(places, self._examples.labels, strict=True)
            ],
            "share": self._plane.share,
        }

    def explain(self, text: Text) -> dict[str, Any]:
        """Return ``nearest``, training texts with label and cosine, and ``place`` on the map."""
        vectors = self._model.target_vectors([text])
        Z = self._model.classifier_.map_target(vectors)
        rows, cosines = self._examples.nearest(Z, n_neighbors=NEAREST)
        ((x, y),) = self._plane.place(self._examples.placed(Z)).tolist()
        return {
            "nearest": [
                {
                    **named(self._examples.texts[row]),
                    "label": str(self._examples.labels[row]),
                    "cosine": cosine,
                    "row": row,
                }
                for row, cosine in zip(rows[0].tolist(), cosines[0].tolist(), strict=True)
            ],
            "place": {"x": x, "y": y},
        }
