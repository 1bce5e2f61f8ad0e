"""``/v1/embeddings`` and ``/v1/models``: OpenAI's shapes, for clients that speak them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response

from langalign.serving.failures import ServiceError
from langalign.serving.held import Asked, Held
from langalign.serving.predict_routes import usage_of
from langalign.serving.replies import COMPUTED, as_json, failures
from langalign.serving.schemas import EmbeddingsAnswer, EmbeddingsAsked, ModelInfo, ModelList
from langalign.serving.service import ServiceNeeded, add_to_log
from langalign.vectors import Vectors

router = APIRouter(prefix="/v1")


@router.post("/embeddings", response_model=EmbeddingsAnswer, responses=COMPUTED)
async def embeddings(asked: EmbeddingsAsked, service: ServiceNeeded, request: Request) -> Response:
    """Embed texts."""
    model = service.model(asked.model)
    texts = [asked.input] if isinstance(asked.input, str) else asked.input
    add_to_log(request, model=model.name, texts=len(texts))
    kind = Asked("vectors", model.language(asked.lang), asked.space)
    if asked.dimensions is not None and asked.dimensions != (width := model.width(kind, texts[0])):
        raise ServiceError(
            422,
            f"dimensions={asked.dimensions}: {model.name} has vectors of {width}; leave it out",
            code="invalid_value",
            param="dimensions",
        )
    found = await service.compute(model, kind, texts)
    shown: Callable[[Vectors], Any] = _numbers
    if asked.encoding_format == "base64":
        shown = _base64
    return as_json(
        {
            "object": "list",
            "data": [
                {"object": "embedding", "embedding": shown(vector), "index": index}
                for index, (vector, _) in enumerate(found)
            ],
            "model": model.name,
            "usage": usage_of(texts),
            "fingerprint": found[0][1],
        }
    )


@router.get("/models", response_model=ModelList, responses=failures(401))
async def models(service: ServiceNeeded) -> Response:
    """List the served models."""
    data = [_info(model, service.created) for model in service.models.values()]
    return as_json({"object": "list", "data": data})


@router.get("/models/{name}", response_model=ModelInfo, responses=failures(401, 404))
async def model_info(name: str, service: ServiceNeeded) -> Response:
    """Describe one served model."""
    return as_json(_info(service.model(name), service.created))


def _numbers(vector: Vectors) -> list[float]:
    numbers: list[float] = vector.tolist()
    return numbers


def _base64(vector: Vectors) -> str:
    return base64.b64encode(vector.astype("<f4").tobytes()).decode()


def _info(model: Held, created: int) -> dict[str, Any]:
    bundle = model.bundle
    directions = dict.fromkeys(each.direction for each in bundle.targets)
    return {
        "id": model.name,
        "object": "model",
        "created": created,
        "owned_by": "langalign",
        "task": bundle.task_,
        "labels": [str(label) for label in bundle.classes_],
        "languages": list(bundle.languages),
        "direction": " and ".join(directions),
        "takes_pairs": bundle.takes_pairs_,
        "examples": sum(len(each.examples_ or ()) for each in bundle.targets),
    }
