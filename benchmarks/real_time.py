"""How long a user waits: a cold run (encode, fit, evaluate) and a warm refit, one language."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from real_data import load
from records import stamps

from langalign import LangAlign
from langalign.encoders.base import Encoder
from langalign.persistence import write_json


def measure(lang: str, source_encoder: Encoder, folder: Path) -> dict[str, Any]:
    """Fit with an empty cache, evaluate, fit again; write and return the seconds of each."""
    data = load(lang)
    pairs = data.pairs(seed=0)
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as cache:
        model = LangAlign(source_encoder, "mini", target_lang=lang, cache=cache)
        for run in ("cold", "warm"):
            start = time.perf_counter()
            model.fit(data.english, parallel=pairs, unlabeled=data.unlabeled)
            seconds[f"{run} fit"] = round(time.perf_counter() - start, 1)
            start = time.perf_counter()
            scores = model.evaluate(data.test)
            seconds[f"{run} evaluate"] = round(time.perf_counter() - start, 1)
    record = {
        "language": lang,
        "pairs": len(pairs),
        "labeled": len(data.english),
        "seconds": seconds,
        "scores": scores.as_dict(),
        **stamps(),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    write_json(folder / f"real-time-{lang}-{record['date']}.json", record)
    return record
