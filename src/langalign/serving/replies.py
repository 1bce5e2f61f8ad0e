"""Responses: JSON without a second check of what we made, and which failures are to be expected."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from pydantic_core import to_json

from langalign.serving.schemas import ErrorAnswer

_MEANINGS = {
    400: "The body is not JSON, or not as it should be.",
    401: "A token is needed.",
    404: "There is no such model.",
    408: "The body did not come in time.",
    413: "The body is too large.",
    422: "Something asked is not possible.",
    429: "Too much is waiting; ask again after Retry-After.",
    500: "Something broke.",
    503: "The service is stopping.",
    504: "It took too long.",
}


def failures(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the description of some failures for OpenAPI."""
    return {status: {"model": ErrorAnswer, "description": _MEANINGS[status]} for status in statuses}


COMPUTED = failures(*_MEANINGS)


def as_json(content: Any) -> Response:
    """Return JSON; ``response_model`` of the route describes it and does not check it again."""
    return Response(to_json(content), media_type="application/json")
