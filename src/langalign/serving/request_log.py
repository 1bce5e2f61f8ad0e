"""The log: one JSON object per line, without texts unless these are allowed."""

from __future__ import annotations

import json
import logging
import sys
import traceback
import warnings
from datetime import UTC, datetime
from typing import Any

from langalign.errors import DataWarning

LOG = logging.getLogger("langalign.serving")
FIELDS = "langalign_fields"
"""Attribute of a log record that holds what it says beside its message."""


class JsonLines(logging.Formatter):
    """A log record as one line of JSON.

    The message of an exception may hold a text that it stumbled on, so its type and where it was
    raised are logged, and the message only with ``texts``.

    Parameters
    ----------
    texts
        Whether texts of requests may be logged.
    """

    def __init__(self, *, texts: bool = False) -> None:
        super().__init__()
        self._texts = texts

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        line |= getattr(record, FIELDS, {})
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = self._error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)

    def _error(self, error: BaseException) -> dict[str, Any]:
        frames = traceback.extract_tb(error.__traceback__)
        described: dict[str, Any] = {
            "type": type(error).__name__,
            "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]],
        }
        if error.__cause__ is not None:
            described["cause"] = type(error.__cause__).__name__
        return described | ({"message": str(error)} if self._texts else {})


class _ToStandardError(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
        except Exception:  # a log that cannot be written stops no request
            self.handleError(record)


def set_up_log(*, texts: bool = False) -> None:
    """Send the service's and uvicorn's records to standard error, as lines of JSON."""
    handler = _ToStandardError()
    handler.setFormatter(JsonLines(texts=texts))
    for name in ("langalign.serving", "uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers = [handler] if name != "uvicorn.error" else []
        logger.propagate = name == "uvicorn.error"
        logger.setLevel(logging.INFO)


def log_warnings_once() -> None:
    """Log the first warning of each kind and drop the rest.

    Texts that an encoder cuts are warned of in every batch; that would fill the log.
    """
    logged: set[type[Warning]] = set()

    def shown(message: Any, category: type[Warning], *_place: Any, **_rest: Any) -> None:
        if category in logged:
            return
        logged.add(category)
        ours = {"message": str(message)} if issubclass(category, DataWarning) else {}
        LOG.warning("warning", extra={FIELDS: {"kind": category.__name__, **ours}})

    warnings.showwarning = shown


def log_event(event: str, **fields: Any) -> None:
    """Log an event with its fields."""
    LOG.info(event, extra={FIELDS: fields})
