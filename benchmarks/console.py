"""Where benchmarks say how far they are: standard error, so that a record can be piped on."""

from __future__ import annotations

from rich.console import Console

console = Console(stderr=True, width=120)
