"""``/predict``, ``/classify``: labels of texts."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from langalign.alignment.answer_rows import abstain
from langalign.data.text import Text, parts_of
from langalign.serving.failures import ServiceError
from langalign.serving.held import Asked, Held
from langalign.serving.replies import COMPUTED, as_json
from langalign.serving.schemas import (
    ClassifyAnswer,
    ClassifyAsked,
    PredictAnswer,
    PredictAsked,
)
from langalign.serving.service import Service, ServiceNeeded, add_to_log
from langalign.tasks import SIMILARITY

router = APIRouter(responses=COMPUTED)


@router.post("/predict", response_model=PredictAnswer)
async def predict(asked: PredictAsked, service: ServiceNeeded, request: Request) -> Response:
    """Classify texts."""
    model = service.model(asked.model)
    if asked.abstain_below is not None and model.bundle.task_ == SIMILARITY:
        raise ServiceError(
            422,
            f"{model.name} predicts numbers, which have no probability to go by",
            code="invalid_value",
            param="abstain_below",
        )
    answers = await _computed(service, request, model, "answers", asked.texts, asked.lang)
    if asked.abstain_below is not None:
        answers = [abstain(answer, asked.abstain_below) for answer in answers]
    return as_json({"model": model.name, "predictions": answers})


@router.post("/classify", response_model=ClassifyAnswer)
async def classify(asked: ClassifyAsked, service: ServiceNeeded, request: Request) -> Response:
    """Classify texts, in the form that infinity has."""
    model = service.model(asked.model)
    if model.bundle.task_ == SIMILARITY:
        raise ServiceError(
            422, f"{model.name} predicts numbers; ask /predict", code="wrong_task", param="model"
        )
    what = "scores" if asked.raw_scores else "answers"
    answers = await _computed(service, request, model, what, asked.input, asked.lang)
    scores = answers if asked.raw_scores else [answer["probabilities"] for answer in answers]
    return as_json(
        {
            "object": "classify",
            "data": [_highest_first(row) for row in scores],
            "model": model.name,
            "usage": usage_of(asked.input),
            "id": f"langalign-{uuid.uuid4()}",
            "created": int(time.time()),
        }
    )


async def _computed(
    service: Service,
    request: Request,
    model: Held,
    what: str,
    texts: Sequence[Text],
    lang: str | None,
) -> list[Any]:
    add_to_log(request, model=model.name, texts=len(texts))
    return await service.compute(model, Asked(what, model.language(lang)), texts)


def usage_of(texts: Sequence[Text]) -> dict[str, int]:
    """Return how many characters some texts have, in OpenAI's form."""
    total = sum(len(part) for text in texts for part in parts_of(text))
    return {"prompt_tokens": total, "total_tokens": total}


def _highest_first(scores: dict[str, float]) -> list[dict[str, Any]]:
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    return [{"score": score, "label": label} for label, score in ranked]
