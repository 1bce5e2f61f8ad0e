"""Responses to requests that fail: OpenAI's form of an error, and the status."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from langalign.errors import DataError, LangAlignError, SettingError

OPENAI = "/v1/"
"""Below this path what is invalid is answered with 400, as OpenAI does; elsewhere with 422."""
_TYPES = {401: "authentication_error", 429: "rate_limit_error"}


class ServiceError(Exception):
    """A request that is not answered, and why.

    Parameters
    ----------
    status
        Of HTTP.
    message
        What was asked, what is possible, what to do; never a text of the request.
    code
        One word for programs.
    param
        The field of the request that is wrong.
    retry_after
        Seconds after which it is worth asking again.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str,
        param: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.param = param
        self.retry_after = retry_after


def response_of(failure: ServiceError) -> Response:
    """Return a failure as a response."""
    kind = "server_error" if failure.status >= 500 else "invalid_request_error"
    error = {
        "message": failure.message,
        "type": _TYPES.get(failure.status, kind),
        "param": failure.param,
        "code": failure.code,
    }
    headers = {}
    if failure.retry_after is not None:
        headers["Retry-After"] = str(failure.retry_after)
    if failure.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(
        json.dumps({"error": error}, ensure_ascii=False),
        failure.status,
        headers,
        media_type="application/json",
    )


def answer_failures(app: FastAPI) -> None:
    """Let an app answer all that goes wrong in one form, which echoes nothing of the request."""
    app.add_exception_handler(ServiceError, _failed)
    app.add_exception_handler(LangAlignError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


async def _failed(request: Request, error: Any) -> Response:
    return response_of(_like_openai(request, error))


async def _refused(request: Request, error: Any) -> Response:
    """Answer an error of the library: what was asked is wrong, or the model cannot do it."""
    if isinstance(error, DataError | SettingError):
        failure = ServiceError(422, str(error), code="invalid_value")
        return response_of(_like_openai(request, failure))
    raise error


async def _invalid(request: Request, error: Any) -> Response:
    """Name the fields that are wrong; pydantic's own answer would send their content back."""
    found = error.errors()
    if found[0]["loc"] == ("body",) and "json" not in request.headers.get("content-type", ""):
        message = "send the body as JSON, with the header Content-Type: application/json"
        failure = ServiceError(422, message, code="invalid_json")
        return response_of(_like_openai(request, failure))
    messages = "; ".join({_place(each): _said(each) for each in found[3::-1]}.values())
    malformed = found[0]["type"] == "json_invalid"
    message = "the body is not JSON" if malformed else messages
    code = "invalid_json" if malformed else "invalid_value"
    param = None if malformed else _place(found[0])
    failure = ServiceError(400 if malformed else 422, message, code=code, param=param)
    return response_of(_like_openai(request, failure))


async def _http(_request: Request, error: Any) -> Response:
    """Answer what the framework refuses: an unknown path, another method, no UTF-8."""
    codes = {400: "invalid_json", 404: "not_found", 405: "method_not_allowed"}
    code = codes.get(error.status_code, "http_error")
    response = response_of(ServiceError(error.status_code, str(error.detail), code=code))
    response.headers.update(error.headers or {})
    return response


def _said(error: dict[str, Any]) -> str:
    place = _place(error)
    if place is None:
        return "unknown field; see /openapi.json for the known ones"
    return f"{place}: {error['msg']}"


def _place(error: dict[str, Any]) -> str | None:
    """Return the field that is wrong; None for one that the client made up: it is not sent back."""
    if error["type"] == "extra_forbidden":
        return None
    return ".".join(str(part) for part in error["loc"][1:] if not _is_branch(part)) or "body"


def _is_branch(part: Any) -> bool:
    """Distinguish the names of a union's branches (``list[str]``) from fields."""
    return isinstance(part, str) and (
        part in ("str", "tuple") or any(sign in part for sign in "[(")
    )


def _like_openai(request: Request, failure: ServiceError) -> ServiceError:
    if failure.status == 422 and request.url.path.startswith(OPENAI):
        failure.status = 400
    return failure
