"""The ASGI application: routes, gates, and the life of the batchers."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Collection, Sequence

from fastapi import FastAPI

from langalign.serving import openai_routes, playground_routes, predict_routes, status_routes
from langalign.serving.failures import answer_failures
from langalign.serving.gates import Bounded, Guarded, Recorded, require_tokens
from langalign.serving.held import Held
from langalign.serving.limits import Limits
from langalign.serving.service import Service
from langalign.version import __version__


def create_app(
    models: Sequence[Held], *, limits: Limits | None = None, tokens: Collection[str] = ()
) -> FastAPI:
    """Return an application for any ASGI server; :func:`run` runs it with uvicorn.

    Parameters
    ----------
    models
        At least one, of different names.
    limits
        Of requests; the defaults of :class:`Limits`.
    tokens
        Where there are any, one of them is required (``Authorization: Bearer ...``) by all routes
        but ``/health``, ``/ready`` and the empty playground.

    Raises
    ------
    SettingError
        If there is no model, or two have the same name; if ``tokens`` is one string, or holds a
        blank one.

    Examples
    --------
    >>> from langalign import Bundle, LangAlign
    >>> from langalign.data import bundled
    >>> pairs = bundled.parallel("sentiment", "en", "ko", "train")
    >>> model = LangAlign(target_lang="ko", select=False, cache=False)
    >>> model = model.fit(bundled.sentiment("en", "train"), parallel=pairs)
    >>> app = create_app([Held("reviews", Bundle([model]))])
    >>> sorted(app.openapi()["paths"])[:4]
    ['/classify', '/explain', '/health', '/map']
    """
    require_tokens(tokens)
    service = Service(models, limits or Limits())

    @contextlib.asynccontextmanager
    async def alive(_app: FastAPI) -> AsyncIterator[None]:
        service.start()
        try:
            yield
        finally:
            await service.stop()

    app = FastAPI(
        title="LangAlign",
        version=__version__,
        summary="Classifiers and embeddings across languages.",
        lifespan=alive,
        # Their pages load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service
    for part in (predict_routes, openai_routes, status_routes, playground_routes):
        app.include_router(part.router)
    answer_failures(app)
    # The last one added is passed first.
    app.add_middleware(Bounded, limits=service.limits)
    app.add_middleware(Guarded, tokens=tokens)
    app.add_middleware(Recorded, metrics=service.metrics)
    return app
