"""A model hub on this machine: the few addresses that huggingface_hub uses, over real HTTP."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlparse


class Hub:
    """Repositories in memory, each a list of commits; a commit is its files."""

    def __init__(self):
        self.repos: dict[str, list[dict[str, bytes]]] = {}
        self.cards: list[str] = []
        self.fetched: list[str] = []

    def files(self, name):
        return self.repos[name][-1] if self.repos[name] else {}

    def sha(self, name):
        return hashlib.sha1(f"{name} {len(self.repos[name])}".encode()).hexdigest()

    def commit(self, name, lines):
        files = dict(self.files(name))
        for line in lines:
            value = line["value"]
            if line["key"] == "file":
                assert value["encoding"] == "base64"
                files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "deletedFile":
                del files[value["path"]]
        self.repos[name].append(files)


class Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, content, status=200, **headers):
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def missing(self):
        self.answer({"error": "Repository not found"}, 404, X_Error_Code="RepoNotFound")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        path = unquote(urlparse(self.path).path)
        if self.headers.get("authorization") != "Bearer secret":
            return self.answer({"error": "Invalid username or password."}, 401)
        if path == "/api/validate-yaml":
            self.hub.cards.append(json.loads(body)["content"])
            return self.answer({"errors": [], "warnings": []})
        if path == "/api/repos/create":
            asked = json.loads(body)
            name = f"{asked['organization']}/{asked['name']}"
            new = self.hub.repos.setdefault(name, []) == []
            return self.answer(
                {"url": f"http://{self.headers['host']}/{name}", "id": name},
                200 if new else 409,
            )
        name, _, action = path.removeprefix("/api/models/").rpartition("/main")[0].rpartition("/")
        if action == "preupload":
            files = json.loads(body)["files"]
            modes = {"uploadMode": "regular", "shouldIgnore": False, "oid": None}
            return self.answer({"files": [{"path": f["path"]} | modes for f in files]})
        assert action == "commit"
        self.hub.commit(name, [json.loads(line) for line in body.splitlines()])
        address = f"http://{self.headers['host']}/{name}/commit/{self.hub.sha(name)}"
        return self.answer(
            {"commitUrl": address, "commitOid": self.hub.sha(name), "pullRequestUrl": None}
        )

    def do_GET(self):
        path = unquote(urlparse(self.path).path)
        if "/resolve/" in path:
            name, _, place = path.strip("/").partition("/resolve/")
            return self.file(name, place.partition("/")[2])
        name, _, _ = path.removeprefix("/api/models/").partition("/revision/")
        name, tree, _ = name.partition("/tree/")
        if name not in self.hub.repos:
            return self.missing()
        files = self.hub.files(name)
        if tree:
            return self.answer(
                [
                    {"type": "file", "path": file, "size": len(data), "oid": "0"}
                    for file, data in files.items()
                ]
            )
        siblings = [{"rfilename": file, "size": len(data)} for file, data in files.items()]
        return self.answer({"id": name, "sha": self.hub.sha(name), "siblings": siblings})

    do_HEAD = do_GET

    def file(self, name, path):
        if name not in self.hub.repos or path not in self.hub.files(name):
            return self.missing()
        data = self.hub.files(name)[path]
        self.hub.fetched.append(path)
        etag = f'"{hashlib.sha1(data).hexdigest()}"'
        return self.answer(data, ETag=etag, X_Repo_Commit=self.hub.sha(name))


@contextmanager
def running_hub():
    """Yield a hub and its address."""
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("HandlerOfHub", (Handler,), {"hub": hub}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
