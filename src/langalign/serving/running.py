"""The service as a process: listen, answer, and stop when asked to."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from langalign.errors import SettingError
from langalign.serving.limits import Limits
from langalign.serving.request_log import log_event

KEEP_ALIVE = 15
"""Seconds after which a connection without requests is closed."""


def run(
    app: FastAPI,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    on_start: Callable[[str], None] | None = None,
) -> None:
    """Serve until SIGTERM or Ctrl-C, then answer what was accepted and return.

    Parameters
    ----------
    app
        From :func:`create_app`; its limits say how long a stop may take.
    host, port
        Where to listen; port 0 takes a free one.
    on_start
        Called with the address once connections are accepted.

    Raises
    ------
    SettingError
        If the address cannot be listened on.
    """
    limits: Limits = app.state.service.limits
    listening = _listening(host, port)
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{listening.getsockname()[1]}"
    config = uvicorn.Config(
        app,
        # uvicorn would prefer httptools where it is installed, which takes headers without end.
        http="h11",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=max(1, round(limits.stop_seconds)),
    )
    server = _Server(config, lambda: on_start(url) if on_start else None)
    # uvicorn raises the signal again when it has stopped; by then there is nothing left to do.
    before = {each: signal.signal(each, _ignore) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        server.run(sockets=[listening])
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        listening.close()
    log_event("stopped")


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._on_start()


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        made = socket.create_server((host, port), family=family, backlog=2048)
        # asyncio sends at once (TCP_NODELAY) only from sockets that say which protocol they are of;
        # otherwise the body of an answer waits 40 ms for the client to acknowledge its head.
        return socket.socket(family, made.type, socket.IPPROTO_TCP, fileno=made.detach())
    except (OSError, OverflowError) as error:
        raise SettingError(
            f"cannot listen on {host} port {port} ({error}); choose another --host or --port"
        ) from error


def _ignore(_signal: int, _frame: object) -> None:
    """Take a signal and go on."""
