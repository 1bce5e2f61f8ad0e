"""``/health``, ``/ready``, ``/metrics``: for those who operate the service."""

from __future__ import annotations

from fastapi import APIRouter, Response

from langalign.serving.failures import ServiceError
from langalign.serving.replies import as_json, failures
from langalign.serving.schemas import Status
from langalign.serving.service import ServiceNeeded
from langalign.version import __version__

router = APIRouter()


@router.get("/health", response_model=Status)
async def health() -> Response:
    """Answer that the process runs."""
    return as_json({"status": "ok", "version": __version__})


@router.get("/ready", response_model=Status, responses=failures(503))
async def ready(service: ServiceNeeded) -> Response:
    """Answer whether requests are taken."""
    if not service.ready:
        raise ServiceError(503, "the service is stopping", code="stopping", retry_after=1)
    return as_json({"status": "ready", "version": __version__})


@router.get("/metrics", response_class=Response, responses=failures(401))
async def metrics(service: ServiceNeeded) -> Response:
    """Return counters in Prometheus' text format."""
    return Response(service.metrics.page(), media_type="text/plain; version=0.0.4; charset=utf-8")
