"""The playground: a page to try the models on, and what it asks for beside predictions."""

from __future__ import annotations

import importlib.resources

from fastapi import APIRouter, Request, Response

from langalign.serving.held import Asked
from langalign.serving.replies import COMPUTED, as_json, failures
from langalign.serving.schemas import ExplainAsked, Explanation, SpaceMapAnswer
from langalign.serving.service import ServiceNeeded, add_to_log

_PAGES = importlib.resources.files("langalign.serving") / "playground"
_REPORT_STYLE = importlib.resources.files("langalign.report") / "style.css"
_HEADERS = {
    # Nothing is loaded from elsewhere, nothing inline is run, no page may frame it.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
router = APIRouter()


@router.get("/", include_in_schema=False)
async def page() -> Response:
    """Return the page."""
    return _file("index.html", "text/html")


@router.get("/playground.js", include_in_schema=False)
async def script() -> Response:
    """Return the page's script."""
    return _file("playground.js", "text/javascript")


@router.get("/playground.css", include_in_schema=False)
async def style() -> Response:
    """Return the report's style with the page's own behind it."""
    both = _REPORT_STYLE.read_bytes() + (_PAGES / "playground.css").read_bytes()
    return Response(both, headers=_HEADERS, media_type="text/css")


@router.post("/explain", response_model=Explanation, responses=COMPUTED)
async def explain(asked: ExplainAsked, service: ServiceNeeded, request: Request) -> Response:
    """Classify one text, and list the training texts nearest to it."""
    model = service.model(asked.model)
    add_to_log(request, model=model.name, texts=1)
    kind = Asked("explanations", model.language(asked.lang))
    (answer,) = await service.compute(model, kind, [asked.text])
    return as_json({"model": model.name} | answer)


@router.get("/map", response_model=SpaceMapAnswer, responses=failures(401, 404, 422))
async def space_map(
    service: ServiceNeeded, model: str | None = None, lang: str | None = None
) -> Response:
    """Return the kept examples of a model on a plane; no points where it kept none."""
    held = service.model(model)
    language = held.language(lang) or held.bundle.languages[0]
    explainer = held.explainers.get(language)
    return as_json(explainer.map if explainer else {"points": [], "share": None})


def _file(name: str, media_type: str) -> Response:
    # One of the three names above: no name of a request is ever opened.
    return Response((_PAGES / name).read_bytes(), headers=_HEADERS, media_type=media_type)
