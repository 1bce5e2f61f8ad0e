"""Versions and dates of records, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

PACKAGES = {
    "langalign": "LangAlign",
    "python": "Python",
    "numpy": "NumPy",
    "scikit-learn": "scikit-learn",
}


def made_with(records: Sequence[Mapping[str, Any]]) -> str:
    """Return the versions that records were made with, and on which days how many of them."""
    versions = [
        f"{name} {' and '.join(sorted({record['versions'][key] for record in records}))}"
        for key, name in PACKAGES.items()
    ]
    days = Counter(record["date"][:10] for record in records)
    dated = [f"{day} ({n})" if len(days) > 1 else day for day, n in sorted(days.items())]
    return f"{', '.join(versions)}; records of {' and '.join(dated)}"
