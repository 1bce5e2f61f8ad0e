"""Data as one short hash, to check that a run goes on with what it began with."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from langalign.data.labeled import LabeledText
from langalign.data.parallel import ParallelText


def digest_of(data: Any) -> str | None:
    """Return the first 16 hexadecimal digits of the SHA-256 of texts, labels and languages.

    Examples
    --------
    >>> digest_of(["좋아요"]) == digest_of(["좋아요"]), digest_of(["좋아요"]) == digest_of(["좋아"])
    (True, False)
    """
    if data is None:
        return None
    if isinstance(data, LabeledText):
        data = [data.texts, data.labels, data.lang]
    elif isinstance(data, ParallelText):
        data = [data.source, data.target, data.source_lang, data.target_lang]
    return hashlib.sha256(json.dumps(data).encode()).hexdigest()[:16]
