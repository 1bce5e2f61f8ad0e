"""The bundled encoder ``mini``: works offline, at once, in English, Korean, Japanese, Chinese."""

from __future__ import annotations

import importlib.resources

from langalign.encoders.base import encoders
from langalign.encoders.static import StaticEncoder


@encoders.register("mini")
class MiniEncoder(StaticEncoder):
    """The static encoder whose weights come with the package.

    Examples
    --------
    >>> MiniEncoder().encode(["Good morning"]).dtype
    dtype('float32')
    """

    def __init__(self) -> None:
        super().__init__(str(importlib.resources.files("langalign.encoders") / "mini_data"))

    def __repr__(self) -> str:
        return "MiniEncoder()"
