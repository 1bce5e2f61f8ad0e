"""The command in a process of its own: starting, refusing to, stopping; and without torch."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest
from served_models import EN, KO
from tiny_bert import save_bert

from langalign import LangAlign
from langalign.cli.main import main
from langalign.encoders.transformer import TransformerEncoder
from langalign.errors import SettingError, SpaceMismatchError
from langalign.serving import load_held
from langalign.serving.running import _listening

HEAVY = ("torch", "transformers", "sentence_transformers", "sklearn", "scipy", "matplotlib")


@pytest.fixture(scope="module")
def folder(bundle, ko, tmp_path_factory):
    place = tmp_path_factory.mktemp("served")
    bundle.save(place / "reviews")
    ko.save(place / "ko")
    return place


def ask(url, path, body=None, headers=()):
    data = None if body is None else json.dumps(body).encode()
    given = {"content-type": "application/json", **dict(headers)}
    with urllib.request.urlopen(urllib.request.Request(url + path, data, given)) as response:
        return json.load(response)


def answer_to(url, content):
    """Return what bytes are answered with; nothing where the connection is cut."""
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=20) as line:
        try:
            line.sendall(content)
            return line.recv(12)
        except ConnectionError:
            return b""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_it_starts_answers_and_stops_on_a_signal(folder, bundle):
    (folder / "tokens").write_bytes(b"\xef\xbb\xbftwo\r\n\r\nthree\n")
    command = [sys.executable, "-m", "langalign.cli.main", "serve", "--port", "0"]
    arguments = [f"{folder / 'reviews'}", f"korean={folder / 'ko'}"]
    with subprocess.Popen(
        [*command, *arguments, "--tokens-file", str(folder / "tokens")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        line = process.stdout.readline()
        url = re.search(r"http://127\.0\.0\.1:\d+", line).group()
        key = {"authorization": "Bearer two"}
        asked = {"texts": [KO[0], EN[0]], "model": "reviews"}
        found = ask(url, "/predict", asked, key)["predictions"]
        assert found == bundle.answers([KO[0], EN[0]])
        names = [each["id"] for each in ask(url, "/v1/models", headers=key)["data"]]
        assert names == ["reviews", "korean"]
        endless = b"GET /health HTTP/1.1\r\nX-A: " + b"a" * 100_000
        assert answer_to(url, endless) in (b"HTTP/1.1 400", b"")
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate()
    assert process.returncode == 0
    events = [json.loads(line)["event"] for line in log.splitlines()]
    assert events[-1] == "stopped"


def test_models_of_mini_are_served_without_torch_and_scikit_learn(run_python, folder, bundle, ko):
    code = f"""
import json, socket, threading, urllib.request, uvicorn
from langalign.serving import create_app, load_held
held = load_held([sys.argv[1], sys.argv[2]])
listening = socket.create_server(("127.0.0.1", 0))
server = uvicorn.Server(uvicorn.Config(create_app(held), log_config=None))
thread = threading.Thread(target=server.run, kwargs={{"sockets": [listening]}})
thread.start()
url = "http://127.0.0.1:%d" % listening.getsockname()[1]
def ask(path, body):
    request = urllib.request.Request(url + path, json.dumps(body).encode(),
                                     {{"content-type": "application/json"}})
    return json.load(urllib.request.urlopen(request))
found = [
    ask("/predict", {{"texts": {[*KO, *EN]!r}, "model": "reviews"}})["predictions"],
    ask("/predict", {{"texts": {KO!r}, "model": "ko"}})["predictions"],
    len(ask("/explain", {{"text": {KO[0]!r}, "model": "ko"}})["nearest"]),
    len(ask("/v1/embeddings", {{"input": {KO!r}, "model": "ko"}})["data"]),
]
server.should_exit = True
thread.join()
listening.close()
print(json.dumps([*found, [name for name in {HEAVY} if name in sys.modules]]))
"""
    shown = run_python(code, folder / "reviews", folder / "ko", hidden=HEAVY)
    mixed, korean, near, vectors, loaded = json.loads(shown)
    assert mixed == bundle.answers([*KO, *EN])
    assert [each["label"] for each in korean] == ko.predict(KO).tolist()
    assert (near, vectors, loaded) == (5, 3, [])


def test_a_transformer_is_served_without_torch_and_refused_when_it_changes(run_python, tmp_path):
    encoder = TransformerEncoder(save_bert(tmp_path / "bert"), backend="onnx")
    texts = ["a man eats", "the dog runs", "a woman sleeps", "the man runs"]
    settings = {"aligner": "linear", "select": False, "cache": False, "clean": False}
    model = LangAlign(encoder, encoder, target_lang="ko", **settings)
    model.fit(texts, ["x", "y", "x", "y"], parallel=(texts, texts)).save(tmp_path / "model")
    code = """
from langalign.serving import load_held
from langalign.serving.running import _listening
(held,) = load_held([sys.argv[1]])
print(json.dumps([held.bundle.predict(sys.argv[2:]).tolist(), "torch" in sys.modules]))
"""
    # It was exported to ONNX when it was fitted.
    hidden = ("torch", "transformers", "sentence_transformers")
    shown = run_python("import json" + code, tmp_path / "model", *texts, hidden=hidden)
    assert json.loads(shown) == [model.predict(texts).tolist(), False]
    save_bert(tmp_path / "bert", seed=1)
    LangAlign.load(tmp_path / "model")  # leaves it to the first use: too late for a service
    with pytest.raises(SpaceMismatchError, match="the model was fitted with"):
        load_held([str(tmp_path / "model")])


def test_the_golden_vectors_are_encoded_anew(tmp_path, ko):
    from langalign.model.folder import ARRAYS, prove_model
    from langalign.persistence import load_arrays, save_arrays

    ko.save(tmp_path / "ko")
    prove_model(ko, tmp_path / "ko")
    arrays = load_arrays(tmp_path / "ko" / ARRAYS)
    arrays["golden_vectors"] += 0.1
    save_arrays(arrays, tmp_path / "ko" / ARRAYS)
    with pytest.raises(SpaceMismatchError, match="self-test failed"):
        prove_model(ko, tmp_path / "ko")


def test_two_folders_of_one_name_need_names(folder):
    with pytest.raises(SettingError, match="two models are called 'ko'"):
        load_held([str(folder / "ko"), str(folder / "ko")])
    assert [each.name for each in load_held([str(folder / "ko"), f"other={folder / 'ko'}"])] == [
        "ko",
        "other",
    ]


def refused(monkeypatch, capsys, *arguments):
    monkeypatch.setattr("sys.argv", ["langalign", "serve", *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 2
    return capsys.readouterr().err


def test_what_cannot_be_served_is_reported_at_once(folder, monkeypatch, capsys, tmp_path):
    assert "there is no such folder" in refused(monkeypatch, capsys, tmp_path / "absent")
    (tmp_path / "empty").touch()
    shown = refused(monkeypatch, capsys, folder / "ko", "--tokens-file", tmp_path / "empty")
    assert "no token in it" in shown
    for content in ("secret\n# of Ann\n", "secret\nof Ann\n", "\n#secret"):
        (tmp_path / "notes").write_text(content, encoding="utf-8")
        shown = refused(monkeypatch, capsys, folder / "ko", "--tokens-file", tmp_path / "notes")
        assert "line 2: expected one token" in shown
        assert "secret" not in shown
    shown = refused(monkeypatch, capsys, folder / "ko", "--host", "192.0.2.1", "--port", "0")
    assert "cannot listen on 192.0.2.1" in shown


def test_the_extra_is_named_where_it_is_missing(run_python, folder):
    code = """
from langalign.cli.main import main
sys.argv = ["langalign", "serve", sys.argv[1]]
try:
    main()
except SystemExit as stop:
    print(stop.code)
"""
    assert run_python(code, folder / "ko", hidden=("fastapi",)).strip() == "2"


def test_answers_are_sent_at_once():
    # What asyncio looks at before it turns off the wait for larger packets.
    listening = _listening("127.0.0.1", 0)
    with listening, socket.create_connection(listening.getsockname()), listening.accept()[0] as one:
        assert one.proto == socket.IPPROTO_TCP
