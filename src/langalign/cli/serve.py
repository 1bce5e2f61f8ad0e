"""``langalign serve``: model folders in, a service out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from langalign.cli.console import show
from langalign.cli.options import ThreadsOption, use_threads
from langalign.errors import DataError, SettingError

TOKENS = "LANGALIGN_TOKENS"


def serve(
    models: Annotated[
        list[str],
        typer.Argument(
            metavar="DIR...",
            help="Folders of 'langalign fit' or 'langalign bundle'. Requests choose one by its "
            "name: the folder's, or NAME in NAME=DIR.",
        ),
    ],
    host: Annotated[
        str, typer.Option(metavar="H", help="Address to listen on; 0.0.0.0: all.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="P", min=0, max=65535, help="Port to listen on; 0: a free one.")
    ] = 8000,
    tokens_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Bearer tokens to accept, one per line.",
            show_default=f"those in ${TOKENS}, separated by commas; else no token is needed",
        ),
    ] = None,
    max_body: Annotated[
        int, typer.Option(metavar="BYTES", min=1, help="Largest body of a request.")
    ] = 4 * 1024 * 1024,
    max_bodies: Annotated[
        int,
        typer.Option(metavar="BYTES", min=1, help="Bodies held at once, in all; beyond it 429."),
    ] = 256 * 1024 * 1024,
    max_texts: Annotated[
        int, typer.Option(metavar="N", min=1, help="Most texts per request.")
    ] = 1024,
    max_characters: Annotated[
        int, typer.Option(metavar="N", min=1, help="Most characters per text.")
    ] = 20_000,
    max_queue: Annotated[
        int,
        typer.Option(metavar="N", min=1, help="Texts that wait for a model; beyond it 429."),
    ] = 8192,
    batch: Annotated[
        int, typer.Option(metavar="N", min=1, help="Texts that are encoded together.")
    ] = 256,
    batch_wait: Annotated[
        float,
        typer.Option(metavar="MS", min=0, help="Milliseconds that a text waits for others."),
    ] = 2.0,
    timeout: Annotated[
        float, typer.Option(metavar="S", min=0.001, help="Seconds a request may take.")
    ] = 30.0,
    stop_within: Annotated[
        float,
        typer.Option(metavar="S", min=1, help="Seconds that a stop waits for accepted requests."),
    ] = 30.0,
    log_texts: Annotated[
        bool,
        typer.Option("--log-texts", help="Log texts where an error mentions them."),
    ] = False,
    threads: ThreadsOption = None,
) -> None:
    r"""Serve models over HTTP, with a page to try them at /.

    POST /predict {"texts": [...], "model": ..., "lang": ...} answers {"predictions": [{"label",
    "probabilities"}]}; POST /classify is infinity's; POST /v1/embeddings and GET /v1/models are
    OpenAI's; GET /health, /ready, /metrics. The rest is described in /openapi.json.

    Each model is tested first: an encoder that does not give the vectors of the fit is refused.
    SIGTERM or Ctrl-C stops the service once accepted requests are answered. The log, lines of JSON
    without texts, goes to standard error.

    Example:
      langalign serve model
      langalign serve reviews=model-ko nli --port 8080
      curl localhost:8000/predict -d '{"texts": ["정말 재미있게 봤어요."]}' \
          -H 'content-type: application/json'
    """
    use_threads(threads)
    from langalign.optional import require

    for module in ("fastapi", "uvicorn", "prometheus_client"):
        require(module, extra="serve", purpose="langalign serve")
    from langalign.serving import Limits, create_app, load_held, run
    from langalign.serving.request_log import log_event, log_warnings_once, set_up_log

    limits = Limits(
        body_bytes=max_body,
        bodies_bytes=max_bodies,
        texts=max_texts,
        characters=max_characters,
        queued_texts=max_queue,
        batch_texts=batch,
        batch_wait=batch_wait / 1000,
        seconds=timeout,
        stop_seconds=stop_within,
    )
    tokens = _tokens(tokens_file)
    held = load_held(models)
    set_up_log(texts=log_texts)
    log_warnings_once()
    app = create_app(held, limits=limits, tokens=tokens)

    def started(url: str) -> None:
        show(f"Serving {', '.join(model.name for model in held)} at {url} (Ctrl-C stops)")
        log_event("started", url=url, models=[model.name for model in held])

    run(app, host=host, port=port, on_start=started)


def _tokens(file: Path | None) -> list[str]:
    """Return the tokens of a file, or of the environment.

    Raises
    ------
    DataError
        If the file cannot be read.
    SettingError
        If it was named and holds none: the service would be open to all; or if a line holds more
        than a token: each word of a comment would open it.
    """
    if file is None:
        return [token.strip() for token in os.environ.get(TOKENS, "").split(",") if token.strip()]
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{file}: cannot be read ({error}); give one token per line") from error
    for number, line in enumerate(lines, start=1):
        if len(line.split()) > 1 or line.lstrip().startswith("#"):
            raise SettingError(
                f"{file}, line {number}: expected one token, without blanks and comments"
            )
    tokens = [line.strip() for line in lines if line.strip()]
    if not tokens:
        raise SettingError(f"{file}: no token in it; write one per line, or omit --tokens-file")
    return tokens
