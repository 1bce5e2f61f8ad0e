"""What every request passes: the record of it, the bearer token, the limit of its body."""

from __future__ import annotations

import asyncio
import hmac
import time
import uuid
from collections.abc import Collection
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from langalign.errors import SettingError
from langalign.serving.failures import ServiceError, response_of
from langalign.serving.limits import Limits
from langalign.serving.metrics import Metrics
from langalign.serving.request_log import FIELDS, LOG, log_event

OPEN = ("/health", "/ready", "/", "/playground.js", "/playground.css")
"""Paths that need no token: they reveal nothing of models or texts."""
OTHER = "other"
"""The route of paths that are none of ours, so that counters do not grow with what is tried."""


class Recorded:
    """Counts and logs each request, and answers 500 where something broke."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and record how it was answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, request_id, status = time.perf_counter(), uuid.uuid4().hex[:16], 0
        scope.setdefault("state", {})["fields"] = dict[str, Any]()

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", []),
                    (b"x-request-id", request_id.encode()),
                ]
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except Exception:
            LOG.exception("failed", extra={FIELDS: {"request": request_id}})
            if status == 0:
                broken = ServiceError(
                    500, f"something broke; see the log, request {request_id}", code="internal"
                )
                await response_of(broken)(scope, receive, sent)
        finally:
            self._record(scope, request_id, status, time.perf_counter() - start)

    def _record(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", OTHER)
        self._metrics.on_request(route, status, seconds)
        log_event(
            "request",
            request=request_id,
            method=scope["method"],
            route=route,
            status=status,
            ms=round(1000 * seconds, 2),
            **scope["state"]["fields"],
        )


def require_tokens(tokens: Collection[str]) -> None:
    """Raise :class:`SettingError` where one could be guessed: a single sign, or nothing at all."""
    if isinstance(tokens, str | bytes):
        raise SettingError(
            "tokens: got one string, of which each sign would be a token; put it in a list: [token]"
        )
    if any(not token.strip() for token in tokens):
        raise SettingError("tokens: one of them is blank; leave it out, or give no tokens at all")


class Guarded:
    """Asks for a bearer token, where there are any, on all but a few paths."""

    def __init__(self, app: ASGIApp, tokens: Collection[str]) -> None:
        self._app = app
        self._tokens = [token.encode() for token in tokens]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 401."""
        if scope["type"] == "http" and self._tokens and scope["path"] not in OPEN:
            headers = dict(scope["headers"])
            kind, _, given = headers.get(b"authorization", b"").partition(b" ")
            # All are compared, in constant time: how long it takes reveals nothing.
            known = [hmac.compare_digest(given.strip(), token) for token in self._tokens]
            if kind.lower() != b"bearer" or not any(known):
                failure = ServiceError(
                    401, "give a token: Authorization: Bearer ...", code="invalid_token"
                )
                await response_of(failure)(scope, receive, send)
                return
        await self._app(scope, receive, send)


class Bounded:
    """Reads a request's whole body, within a size and a time, before anything else sees it."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body, or answer 413, 408 or 429."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._limits.seconds):
                body = await self._body(scope, receive)
        except TimeoutError:
            late = ServiceError(408, "the body did not come in time", code="timeout")
            await _refuse(late, scope, receive, send)
            return
        except ServiceError as failure:
            await _refuse(failure, scope, receive, send)
            return
        if body is None:  # the client is gone
            return
        waiting, size = [body], len(body)
        del body

        async def replayed() -> Message:
            if waiting:
                return {"type": "http.request", "body": waiting.pop(), "more_body": False}
            return await receive()

        try:
            await self._app(scope, replayed, send)
        finally:
            self._held -= size

    async def _body(self, scope: Scope, receive: Receive) -> bytes | None:
        """Return a body, which counts among those held until the caller releases it."""
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        self._require(int(declared) if declared.isdigit() else 0)
        parts, size, whole = list[bytes](), 0, False
        try:
            while not whole:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return None
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                self._held += len(parts[-1])
                self._require(size)
                whole = not message.get("more_body", False)
            return b"".join(parts)
        finally:
            if not whole:
                self._held -= size

    def _require(self, size: int) -> None:
        if size > self._limits.body_bytes:
            raise ServiceError(
                413,
                f"the body is larger than {self._limits.body_bytes} bytes; send fewer texts at "
                "a time",
                code="body_too_large",
            )
        if size < self._held > self._limits.bodies_bytes:  # one alone it always may
            raise ServiceError(
                429,
                "too many requests are held; ask again in 1 s",
                code="overloaded",
                retry_after=1,
            )


async def _refuse(failure: ServiceError, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request whose body is not read to its end, so that the connection is of no use."""
    response = response_of(failure)
    response.headers["connection"] = "close"
    await response(scope, receive, send)
