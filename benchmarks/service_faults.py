"""What a service may be sent by mistake or on purpose, bounded in number and time."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from service_process import predict

GOOD = {"texts": ["정말 재미있게 봤어요.", "다시는 사지 않겠어요."]}
BODY = json.dumps(GOOD).encode()
LARGE = 100 * 1024 * 1024
MUTATED = 2000


def mutated(seed: int = 0) -> Iterator[bytes]:
    """Yield a good body with bytes replaced, dropped, doubled, or cut off."""
    rng = np.random.default_rng(seed)
    for _ in range(MUTATED):
        body = bytearray(BODY)
        for _ in range(rng.integers(1, 5)):
            place = int(rng.integers(max(len(body), 1)))
            match rng.integers(4):
                case 0:
                    body[place : place + 1] = rng.bytes(1)
                case 1:
                    del body[place : place + 1]
                case 2:
                    body[place:place] = body[place : place + 8]
                case _:
                    del body[max(place, 1) :]
        yield bytes(body)


def malformed() -> dict[str, list[bytes]]:
    """Return bodies by what is wrong with them."""
    values: list[Any] = [None, 1, 1e400, "text", True, {}, [], [[]], [None], [1], [{}], [[1, 2]]]
    strange: list[Any] = [[], {}, 1, "../../etc/passwd", "\0", "a" * 10_000]
    wrong = [{"texts": value} for value in values]
    wrong += [GOOD | {name: value} for name in ("model", "lang", "x") for value in strange]
    wrong_types = [json.dumps(each).encode() for each in wrong]
    return {
        "a good body with bytes changed": list(mutated()),
        "cut off": [BODY[:end] for end in range(len(BODY))],
        "invalid UTF-8": [
            BODY.replace(b"texts", bytes([byte, other])) for byte in range(128, 256, 8)
            for other in range(0, 256, 32)
        ] + [b'{"texts": ["' + bytes([byte]) + b'"]}' for byte in range(128, 256)],
        "NaN, infinity, halves of surrogate pairs": [
            b'{"texts": [NaN]}', b'{"texts": [Infinity]}', b'{"texts": [-Infinity]}',
            b'{"texts": ["a"], "abstain_below": NaN}', b'{"texts": ["a"], "abstain_below": 1e999}',
            b'{"texts": ["\\ud800"]}', b'{"texts": ["\\udfff a"]}', b'{"texts": ["a", "\\ud83d"]}',
        ],
        "wrong types and values": wrong_types,
        "nested deeply": [b"[" * n + b"]" * n for n in (100, 1000, 100_000)]
        + [b'{"texts": ' * n for n in (100, 1000, 100_000)],
        "too many or too long texts": [
            json.dumps({"texts": ["a"] * 2000}).encode(),
            json.dumps({"texts": ["a" * 1_000_000]}).encode(),
        ],
    }  # fmt: skip


def raw_requests() -> dict[str, list[bytes]]:
    """Return what is no proper HTTP, by what is wrong with it."""
    head = b"POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    length = b"Content-Length: %d\r\n\r\n"
    return {
        "no HTTP": [b"\x00" * 500, b"hello\r\n\r\n", b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n"],
        "wrong lengths": [
            head + b"Content-Length: -1\r\n\r\n" + BODY,
            head + b"Content-Length: many\r\n\r\n" + BODY,
            head + length % (len(BODY) - 5) + BODY,
            head + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n" + BODY,
        ],
        "headers without end": [b"GET / HTTP/1.1\r\n" + b"X-A: " + b"a" * 200_000],
        "gone in the middle of the body": [head + length % (2 * len(BODY)) + BODY] * 50,
        "gone before the answer": [head + length % len(BODY) + BODY] * 50,
    }


def send_raw(port: int, content: bytes, *, wait: bool) -> int:
    """Send bytes on a connection of their own; return the status of the answer, 0 for none."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(content)
            if not wait:
                return 0
            answer = connection.recv(64)
    except OSError:
        return 0
    return int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else 0


def send_large(port: int, *, declared: bool) -> int:
    """Send a body of 100 MB until it is refused; return the status, 0 where only the door fell."""
    head = b"POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    length = b"Content-Length: %d" % LARGE
    head += (length if declared else b"Transfer-Encoding: chunked") + b"\r\n\r\n"
    part = b"x" * 65536
    chunk = part if declared else b"10000\r\n" + part + b"\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        try:
            connection.sendall(head)
            for _ in range(LARGE // len(part)):
                connection.sendall(chunk)
        except OSError:
            pass
        try:
            answer = connection.recv(64)
        except OSError:
            return 0
    return int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else 0


def slow_clients(port: int, *, clients: int) -> dict[str, Any]:
    """Open connections that never finish their request, ask beside them, and see them given up."""
    head = b"POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{"
    held = [socket.create_connection(("127.0.0.1", port), timeout=60) for _ in range(clients)]
    for connection in held:
        connection.sendall(head)
    beside = predict(port, GOOD["texts"])[0]
    statuses = [connection.recv(64)[9:12] for connection in held]
    for connection in held:
        connection.close()
    return {"clients": clients, "beside": beside, "given_up": statuses.count(b"408")}


def faults(port: int) -> dict[str, Any]:
    """Send everything; return counts by kind, and whether good requests are still answered."""
    good = predict(port, GOOD["texts"])
    found: dict[str, Any] = {"kinds": {}, "answered_right_after": 0, "kinds_tried": 0}

    def tried(kind: str, statuses: list[int]) -> None:
        counts = {str(status): statuses.count(status) for status in sorted(set(statuses))}
        found["kinds"][kind] = {"tried": len(statuses), "statuses": counts}
        found["kinds_tried"] += 1
        found["answered_right_after"] += predict(port, GOOD["texts"]) == good

    for kind, bodies in malformed().items():
        tried(kind, [_post(port, body) for body in bodies])
    for kind, contents in raw_requests().items():
        wait = not kind.startswith("gone")
        tried(kind, [send_raw(port, content, wait=wait) for content in contents])
    large: list[Callable[[], int]] = [
        lambda: send_large(port, declared=True),
        lambda: send_large(port, declared=False),
    ]
    tried("bodies of 100 MB", [send() for send in large * 3])
    return found


def _post(port: int, body: bytes) -> int:
    head = "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    return send_raw(port, f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body, wait=True)
