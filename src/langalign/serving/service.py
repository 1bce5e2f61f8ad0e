"""The service itself: models by name, each with its batcher, and who is asked."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, Request

from langalign.data.text import Text
from langalign.errors import SettingError
from langalign.serving.batching import Batcher
from langalign.serving.failures import ServiceError
from langalign.serving.held import Asked, Held
from langalign.serving.limits import Limits
from langalign.serving.metrics import Metrics
from langalign.serving.request_log import FIELDS, LOG


class Service:
    """Models that are held ready, and the limits of what they are asked.

    Parameters
    ----------
    models
        At least one, of different names.
    limits
        Of requests.

    Raises
    ------
    SettingError
        If there is no model, or two have the same name.
    """

    def __init__(self, models: Sequence[Held], limits: Limits) -> None:
        if not models:
            raise SettingError("no model to serve; give at least one")
        self.models = {model.name: model for model in models}
        if len(self.models) < len(models):
            raise SettingError("two models have the same name; give them different names")
        self.limits = limits
        self.metrics = Metrics()
        self.created = int(time.time())
        self.ready = False
        self._batchers: dict[str, Batcher] = {}

    def start(self) -> None:
        """Begin to answer; needs a running event loop."""
        for name, model in self.models.items():
            batcher = Batcher(
                model.work,
                self.limits,
                on_batch=self.metrics.on_batch(name),
                on_death=lambda error, name=name: self._lost(name, error),  # type: ignore[misc]
            )
            batcher.start()
            self._batchers[name] = batcher
            self.metrics.watch_queue(name, lambda one=batcher: one.waiting_items)  # type: ignore[misc]
        self.ready = True

    async def stop(self) -> None:
        """Answer what was accepted, and no more."""
        self.ready = False
        for batcher in self._batchers.values():
            await batcher.stop()

    def _lost(self, name: str, error: BaseException) -> None:
        self.ready = False
        LOG.error("worker died", exc_info=error, extra={FIELDS: {"model": name}})

    def model(self, name: str | None) -> Held:
        """Return the model that is asked for: by its name, or the only one.

        Raises
        ------
        ServiceError
            With status 404 if there is none of that name, 422 if there are several to choose from.
        """
        names = ", ".join(self.models)
        if name is None:
            if len(self.models) > 1:
                raise ServiceError(
                    422,
                    f"several models are served; say which: {names}",
                    code="model_needed",
                    param="model",
                )
            return next(iter(self.models.values()))
        if name not in self.models:
            raise ServiceError(
                404,
                f"there is no model of this name; served are: {names}",
                code="model_not_found",
                param="model",
            )
        return self.models[name]

    async def compute(self, model: Held, asked: Asked, texts: Sequence[Text]) -> list[Any]:
        """Return a result a text, computed together with what others ask.

        Raises
        ------
        ServiceError
            As :meth:`Batcher.submit`, or if the texts are too many, too long, or of the wrong kind.
        """
        self.limits.require(texts)
        pairs = model.bundle.takes_pairs_ and asked.what != "vectors"
        if any(isinstance(text, str) == pairs for text in texts):
            kinds = ("single texts", "pairs: [premise, hypothesis]")
            raise ServiceError(
                422, f"{model.name} takes {kinds[pairs]}", code="wrong_kind", param="texts"
            )
        return await self._batchers[model.name].submit(asked, texts)


async def _service_of(request: Request) -> Service:  # without async, FastAPI takes a thread for it
    service: Service = request.app.state.service
    return service


def add_to_log(request: Request, **fields: Any) -> None:
    """Add fields to the log's line of a request."""
    request.state.fields.update(fields)


ServiceNeeded = Annotated[Service, Depends(_service_of)]
