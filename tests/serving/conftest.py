"""Small fitted models, and a real server on a free port of this machine."""

from __future__ import annotations

import contextlib
import socket
import threading

import httpx
import pytest
import uvicorn
from served_models import fitted

from langalign import Bundle, LangAlign
from langalign.data import bundled
from langalign.saved import as_bundle
from langalign.serving import Held, create_app


@pytest.fixture(scope="session")
def ko():
    return fitted("ko", keep_examples=40)


@pytest.fixture(scope="session")
def ko_reverse():
    return fitted("ko", "reverse", keep_examples=40)


@pytest.fixture(scope="session")
def ja_reverse():
    return fitted("ja", "reverse")


@pytest.fixture(scope="session")
def bundle(ko_reverse, ja_reverse):
    return Bundle([ko_reverse, ja_reverse])


@pytest.fixture(scope="session")
def pairs_model():
    labeled = bundled.nli("en", "train").take(range(0, 60))
    model = LangAlign(target_lang="ko", aligner="linear", select=False, cache=False)
    return model.fit(labeled, parallel=bundled.parallel("nli", "en", "ko", "train").take(range(60)))


@contextlib.contextmanager
def _serving(*models, **settings):
    """Yield a client of a real server, the server and its app; stop it at the end."""
    app = create_app(list(models), **settings)
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=60)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        with httpx.Client(base_url=url, timeout=60) as client:
            yield client, server
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.fixture(scope="session")
def serving():
    return _serving


@pytest.fixture(scope="session")
def client(serving, ko, bundle, pairs_model):
    """A client of one server with three models."""
    held = [Held("ko", as_bundle(ko)), Held("reviews", bundle), Held("nli", as_bundle(pairs_model))]
    with serving(*held) as (client, _):
        yield client
