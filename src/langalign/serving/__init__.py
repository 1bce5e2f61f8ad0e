"""Models over HTTP: predictions, OpenAI's embeddings, a playground, metrics.

Needs the extra ``serve`` (FastAPI, uvicorn, prometheus-client); no torch, unless an encoder does.
"""

from __future__ import annotations

from langalign.optional import require

for _module in ("fastapi", "uvicorn", "prometheus_client"):
    require(_module, extra="serve", purpose="Serving models over HTTP")

from langalign.serving.app import create_app  # noqa: E402
from langalign.serving.held import Held, load_held  # noqa: E402
from langalign.serving.limits import Limits  # noqa: E402
from langalign.serving.running import run  # noqa: E402

__all__ = ["Held", "Limits", "create_app", "load_held", "run"]
