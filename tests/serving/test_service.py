"""The service over real connections: its answers are the models', its refusals say what to do."""

from __future__ import annotations

import json
import socket
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest
from served_models import EN, JA, KO, fitted

from langalign.encoders.function import FunctionEncoder
from langalign.encoders.resolve import resolve
from langalign.errors import DataWarning, SettingError
from langalign.saved import as_bundle
from langalign.serving import Held, Limits, create_app
from langalign.serving.request_log import log_warnings_once, set_up_log


def predictions(client, texts, **asked):
    response = client.post("/predict", json={"texts": texts, **asked})
    assert response.status_code == 200, response.text
    return response.json()["predictions"]


def refused(client, path, **asked):
    response = client.post(path, json=asked)
    return response.status_code, response.json()["error"]


def test_predictions_are_those_of_the_model(client, ko, bundle):
    found = predictions(client, KO, model="ko")
    assert [each["label"] for each in found] == ko.predict(KO).tolist()
    assert [list(each["probabilities"].values()) for each in found] == ko.predict_proba(KO).tolist()
    mixed = [KO[0], JA[0], EN[0], KO[1], JA[1], EN[1]]
    assert predictions(client, mixed, model="reviews") == bundle.answers(mixed)
    assert predictions(client, KO, model="reviews", lang="ja") == bundle.answers(KO, lang="ja")


def test_pairs_are_classified(client, pairs_model):
    texts = [["비가 온다.", "날씨가 맑다."], ["그는 먹는다.", "그가 먹고 있다."]]
    found = predictions(client, texts, model="nli")
    expected = pairs_model.predict([tuple(text) for text in texts]).tolist()
    assert [each["label"] for each in found] == expected


def test_unsure_answers_have_no_label(client, ko):
    found = predictions(client, KO, model="ko", abstain_below=1.0)
    assert [each["abstained"] for each in found] == [True] * len(KO)
    assert [each["label"] for each in found] == [""] * len(KO)
    assert [each["probability"] for each in found] == ko.predict_with_confidence(KO)[1].tolist()


def test_many_at_once_get_each_its_own_answer(client, ko):
    texts = [f"{text} {n}" for n in range(20) for text in KO]
    expected = ko.predict_proba(texts).max(axis=1)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda text: predictions(client, [text], model="ko"), texts))
    np.testing.assert_allclose([each[0]["probability"] for each in found], expected, atol=1e-6)


def test_classify_has_the_shape_of_infinity(client, ko):
    answer = client.post("/classify", json={"input": KO, "model": "ko"}).json()
    assert answer.keys() == {"object", "data", "model", "usage", "id", "created"}
    assert answer["object"] == "classify"
    for row, label, shares in zip(
        answer["data"], ko.predict(KO), ko.predict_proba(KO), strict=True
    ):
        assert row[0]["label"] == label
        assert [each["score"] for each in row] == sorted(shares.tolist(), reverse=True)
    assert answer["usage"]["prompt_tokens"] == sum(map(len, KO))
    raw = client.post("/classify", json={"input": KO, "model": "ko", "raw_scores": True}).json()
    for row, shares in zip(raw["data"], ko.predict_proba(KO), strict=True):
        scores = np.array([each["score"] for each in sorted(row, key=lambda each: each["label"])])
        np.testing.assert_allclose(np.exp(scores) / np.exp(scores).sum(), shares, atol=1e-6)


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"texts": KO}, 422, "model_needed"),
        ({"texts": KO, "model": "../../etc/passwd"}, 404, "model_not_found"),
        ({"texts": [], "model": "ko"}, 422, "invalid_value"),
        ({"texts": "one", "model": "ko"}, 422, "invalid_value"),
        ({"texts": ["a", 3], "model": "ko"}, 422, "invalid_value"),
        ({"texts": [["a", "b"]], "model": "ko"}, 422, "wrong_kind"),
        ({"texts": ["a"], "model": "nli"}, 422, "wrong_kind"),
        ({"texts": ["a"], "model": "reviews", "lang": "fr"}, 422, "invalid_value"),
        ({"texts": ["a"], "model": "reviews", "lang": "../.."}, 422, "invalid_value"),
        ({"texts": ["a"], "model": "ko", "abstain_below": 2}, 422, "invalid_value"),
        ({"texts": ["a"], "model": "ko", "colour": "red"}, 422, "invalid_value"),
        ({"texts": ["secret \ud800"], "model": "ko"}, 422, "invalid_value"),
    ],
)
def test_what_cannot_be_answered_is_refused_and_not_sent_back(client, asked, status, code):
    response = client.post(
        "/predict", content=json.dumps(asked), headers={"content-type": "application/json"}
    )
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert response.json()["error"].keys() == {"message", "type", "param", "code"}
    assert "secret" not in response.text


@pytest.mark.parametrize("lang", ["fr", "xx", "<script>", "", "und"])
@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("/predict", {"texts": ["a"]}, 422),
        ("/classify", {"input": ["a"]}, 422),
        ("/explain", {"text": "a"}, 422),
        ("/v1/embeddings", {"input": "a"}, 400),
    ],
)
def test_a_language_that_is_not_served_is_refused_by_those_that_are(
    client, path, asked, status, lang
):
    found, error = refused(client, path, **asked, model="reviews", lang=lang)
    assert (found, error["code"], error["param"]) == (status, "invalid_value", "lang")
    assert error["message"] == (
        "lang: reviews does not serve this language; served are: ko, ja, en. Without lang it is "
        "recognised from the script"
    )


def test_the_language_told_is_the_one_whose_model_answered(client, bundle):
    for lang in ("ja", "jpn", "ja-US", "JA"):  # of Korean texts: the caller has the word
        assert predictions(client, KO, model="reviews", lang=lang) == bundle.answers(KO, lang="ja")


def test_names_that_a_client_makes_up_are_not_sent_back(client):
    asked = {"texts": KO, "model": "ko", "secret <b>": 1, "more secrets": 2}
    response = client.post("/predict", json=asked)
    error = response.json()["error"]
    assert (response.status_code, error["param"]) == (422, None)
    assert error["message"] == "unknown field; see /openapi.json for the known ones"
    _, error = refused(client, "/predict", texts=3, model="ko", secret=1)
    assert error["message"].startswith("unknown field")
    assert "; texts: Input should be" in error["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[1]",
        b'{"texts": [NaN]}',
        b'{"texts": ["\xff"]}',
        b"\x00" * 100,
        b"[" * 9999,
    ],
)
def test_a_body_that_is_no_request_is_refused(client, body):
    response = client.post("/predict", content=body, headers={"content-type": "application/json"})
    assert response.status_code in (400, 422)
    assert response.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("headers", [{"content-type": "application/x-www-form-urlencoded"}, {}])
def test_json_that_is_not_said_to_be_is_told_which_header_it_lacks(client, headers):
    for path in ("/predict", "/v1/embeddings"):
        response = client.post(path, content=b'{"texts": ["a"], "input": "a"}', headers=headers)
        assert response.status_code in (400, 422)
        assert "Content-Type: application/json" in response.json()["error"]["message"]


def test_unknown_paths_and_methods_are_reported_in_the_same_form(client):
    assert client.get("/nowhere").json()["error"]["code"] == "not_found"
    response = client.get("/predict")
    assert (response.status_code, response.json()["error"]["code"]) == (405, "method_not_allowed")
    assert response.headers["allow"] == "POST"
    assert client.get("/playground/../../app.py").status_code == 404


def test_health_readiness_and_metrics(client):
    assert client.get("/health").json()["status"] == "ok"
    assert client.get("/ready").json()["status"] == "ready"
    before = client.get("/metrics").text
    predictions(client, KO, model="ko")
    client.get("/tried/once")
    after = client.get("/metrics").text
    assert count(after, "langalign_texts_total", model="ko") - count(
        before, "langalign_texts_total", model="ko"
    ) == len(KO)
    assert count(after, "langalign_requests_total", route="/predict", status="200") >= 1
    assert count(after, "langalign_requests_total", route="other", status="404") >= 1
    assert "tried" not in after
    assert count(after, "langalign_queued_texts", model="ko") == 0


def count(page, name, **labels):
    from prometheus_client.parser import text_string_to_metric_families

    return sum(
        sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
        if sample.name == name and sample.labels == labels
    )


def test_limits_of_texts_and_bodies(serving, ko):
    limits = Limits(texts=2, characters=10, body_bytes=400)
    with serving(Held("ko", as_bundle(ko)), limits=limits) as (client, _):
        assert len(predictions(client, ["가", "나"])) == 2
        assert refused(client, "/predict", texts=["a"] * 3)[1]["code"] == "too_many_texts"
        status, error = refused(client, "/predict", texts=["a", "b" * 11])
        assert (status, error["code"]) == (422, "text_too_long")
        assert error["message"].startswith("text 1 has 11 characters")
        assert refused(client, "/predict", texts=["a" * 500])[0] == 413
        parts = (b"x" * 100 for _ in range(10))  # no length is declared
        response = client.post("/predict", content=parts)
        assert (response.status_code, response.json()["error"]["code"]) == (413, "body_too_large")
        assert len(predictions(client, ["가"])) == 1


def test_a_body_that_does_not_come_is_given_up(serving, ko):
    with serving(Held("ko", as_bundle(ko)), limits=Limits(seconds=0.2)) as (client, _):
        place = client.base_url
        with socket.create_connection((place.host, place.port), timeout=60) as slow:
            slow.sendall(b"POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{")
            assert slow.recv(64).startswith(b"HTTP/1.1 408")
        assert len(predictions(client, KO)) == len(KO)


def test_bodies_are_held_within_a_size_together(serving, ko):
    body = json.dumps({"texts": ["가" * 500]}).encode()
    limits = Limits(bodies_bytes=len(body) + 100)
    with serving(Held("ko", as_bundle(ko)), limits=limits) as (client, _):
        address = client.base_url.host, client.base_url.port
        head = (
            "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        asked = {"content": body, "headers": {"content-type": "application/json"}}
        with socket.create_connection(address) as slow:
            slow.sendall(head.encode() + body[:-100])
            while (response := client.post("/predict", **asked)).status_code == 200:
                pass  # until what the slow one has sent is read
            assert response.status_code == 429
            assert response.headers["retry-after"] == "1"
            assert response.headers["connection"] == "close"
            slow.sendall(body[-100:])
            with slow.makefile("rb") as answer:
                assert b" 200 " in answer.readline()
        assert client.post("/predict", **asked).status_code == 200


def test_a_token_is_asked_for_where_there_are_any(serving, ko):
    with serving(Held("ko", as_bundle(ko)), tokens=["first", "second"]) as (client, _):
        for path in ("/health", "/ready", "/"):
            assert client.get(path).status_code == 200
        for header in (None, "Bearer wrong", "Basic first", "Bearer", "Bearer f\xefrst"):
            headers = {} if header is None else {"authorization": header.encode("latin-1")}
            response = client.post("/predict", json={"texts": KO}, headers=headers)
            assert response.status_code == 401
            assert response.headers["www-authenticate"] == "Bearer"
        assert client.get("/metrics").status_code == 401
        for token in ("first", "second"):
            headers = {"authorization": f"Bearer {token}"}
            assert client.post("/predict", json={"texts": KO}, headers=headers).status_code == 200


@pytest.mark.parametrize("tokens", ["secret", b"secret", [""], ["secret", " \t"]])
def test_tokens_that_could_be_guessed_are_refused(ko, tokens):
    with pytest.raises(SettingError, match="tokens: "):
        create_app([Held("ko", as_bundle(ko))], tokens=tokens)


class Gate:
    """A real encoder that waits until it may."""

    def __init__(self):
        self.open = threading.Event()
        self.open.set()
        self.reached = threading.Event()
        self._mini = resolve("mini")

    def encoder(self):
        return FunctionEncoder(self._encode, name="gated")

    def _encode(self, texts):
        self.reached.set()
        self.open.wait()
        return self._mini.encode(texts)


@pytest.fixture(scope="module")
def gated():
    gate = Gate()
    return gate, fitted("ko", target_encoder=gate.encoder())


def test_a_stop_answers_what_was_accepted(serving, gated):
    gate, model = gated
    with serving(Held("ko", as_bundle(model))) as (client, server), ThreadPoolExecutor(1) as thread:
        gate.open.clear()
        gate.reached.clear()
        answer = thread.submit(predictions, client, KO)
        gate.reached.wait()
        server.should_exit = True
        try:
            while True:  # until the door is closed to others
                httpx.get(client.base_url.join("/health"))
        except httpx.TransportError:
            assert not answer.done()
        gate.open.set()
        assert [each["label"] for each in answer.result()] == model.predict(KO).tolist()


def test_an_overload_is_reported_with_a_time_to_come_back(serving, gated):
    gate, model = gated
    limits = Limits(queued_texts=1, batch_wait=0)
    with (
        serving(Held("ko", as_bundle(model)), limits=limits) as (client, _),
        ThreadPoolExecutor(2) as threads,
    ):
        gate.open.clear()
        gate.reached.clear()
        first = threads.submit(predictions, client, KO)
        gate.reached.wait()
        second = threads.submit(predictions, client, KO)
        while count(client.get("/metrics").text, "langalign_queued_texts", model="ko") == 0:
            pass
        response = client.post("/predict", json={"texts": KO})
        assert response.status_code == 429
        assert int(response.headers["retry-after"]) >= 1
        assert response.json()["error"]["type"] == "rate_limit_error"
        gate.open.set()
        assert first.result() == second.result()


def test_the_log_has_no_texts(serving, ko, capfd):
    set_up_log()
    with serving(Held("ko", as_bundle(ko))) as (client, _):
        predictions(client, ["아주 비밀스러운 글"])
        refused(client, "/predict", texts=["비밀", 3])
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    asked = [line for line in lines if line["event"] == "request"]
    assert [line["status"] for line in asked] == [200, 422]
    assert asked[0].items() >= {"route": "/predict", "model": "ko", "texts": 1}.items()
    assert all("비밀" not in json.dumps(line, ensure_ascii=False) for line in lines)


@pytest.mark.parametrize("texts", [False, True])
def test_what_breaks_is_answered_and_logged_without_texts(serving, capfd, texts):
    def broken(given):
        if len(given) == 1:
            raise RuntimeError(f"stumbled on {given[0]}")
        return resolve("mini").encode(given)

    model = fitted("ko", target_encoder=FunctionEncoder(broken, name="broken"))
    set_up_log(texts=texts)
    with serving(Held("ko", as_bundle(model))) as (client, _):
        status, error = refused(client, "/predict", texts=["비밀"])
        assert (status, error["code"]) == (500, "internal")
        assert len(predictions(client, KO)) == len(KO)
    logged = capfd.readouterr().err
    (failed,) = [json.loads(line) for line in logged.splitlines() if '"failed"' in line]
    assert failed["error"]["type"] == "RuntimeError"
    assert failed["request"] in error["message"]
    assert ("비밀" in logged) == texts


def test_a_worker_that_died_is_reported_to_whoever_looks_after_the_service(serving, ko, capfd):
    set_up_log()
    with serving(Held("ko", as_bundle(ko))) as (client, server):
        assert client.get("/ready").status_code == 200
        batcher = server.config.loaded_app.app.state.service._batchers["ko"]

        def broken(size):
            raise RuntimeError("metrics")

        batcher._on_batch = broken
        assert len(predictions(client, KO)) == len(KO)
        assert client.get("/ready").status_code == 503
        assert refused(client, "/predict", texts=KO)[0] == 503
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if "{" in line]
    (died,) = [line for line in lines if line["event"] == "worker died"]
    assert (died["model"], died["error"]["type"]) == ("ko", "RuntimeError")


def test_the_callers_own_model_keeps_its_cache(tmp_path):
    model = fitted("ko", cache=tmp_path / "vectors")
    held = Held("ko", as_bundle(model))
    assert (model.cache, held.bundle.models["ko"].cache) == (tmp_path / "vectors", False)
    assert held.bundle.predict(KO).tolist() == model.predict(KO).tolist()


def test_names_are_unique_and_plain(ko):
    held = Held("ko", as_bundle(ko))
    with pytest.raises(SettingError, match="same name"):
        create_app([held, held])
    with pytest.raises(SettingError, match="no model"):
        create_app([])
    with pytest.raises(SettingError, match="letters, digits"):
        Held("a/b", as_bundle(ko))
    with pytest.raises(SettingError, match="expected a positive number"):
        Limits(texts=0)


def test_ready_vectors_cannot_be_served():
    from langalign import LangAlign

    model = LangAlign(target_lang="ko", aligner="linear", select=False)
    model.fit(np.eye(4, 8), ["a", "b", "a", "b"], parallel=(np.eye(6, 8), np.eye(6, 8)))
    with pytest.raises(SettingError, match="ready vectors"):
        Held("ko", as_bundle(model))


def test_all_kinds_of_task_are_served(serving):
    from langalign import LangAlign
    from langalign.data import bundled

    texts = [*bundled.sentiment("en", "train").texts[:60]]
    pairs = bundled.parallel("sentiment", "en", "ko", "train").take(range(60))
    sets = ["long|plain" if len(text) > 40 else "plain" for text in texts[:-1]] + ["|"]
    numbers = [len(text) + 0.5 for text in texts]
    held, models = [], {}
    for name, labels in (("sets", sets), ("numbers", numbers)):
        settings = {"aligner": "linear", "select": False, "cache": False, "keep_examples": 8}
        models[name] = LangAlign(target_lang="ko", **settings).fit(texts, labels, parallel=pairs)
        held.append(Held(name, as_bundle(models[name])))
    with serving(*held) as (client, _):
        found = predictions(client, KO, model="sets", abstain_below=0.0)
        assert [each["label"] for each in found] == models["sets"].predict(KO).tolist()
        assert found[0]["probabilities"].keys() == {"long", "plain"}
        found = predictions(client, KO, model="numbers")
        expected = models["numbers"].predict(KO).tolist()
        assert found == [{"lang": "ko", "label": number} for number in expected]
        assert refused(client, "/classify", input=KO, model="numbers")[1]["code"] == "wrong_task"
        status, error = refused(client, "/predict", texts=KO, model="numbers", abstain_below=0.5)
        assert (status, error["param"]) == (422, "abstain_below")
        for name in models:
            explained = client.post("/explain", json={"text": KO[0], "model": name}).json()
            assert len(explained["nearest"]) == 5
            points = client.get("/map", params={"model": name}).json()["points"]
            assert len(points) == 8


def test_a_kind_of_warning_is_logged_once(monkeypatch, capfd):
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    set_up_log()
    log_warnings_once()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        for n in range(3):
            warnings.warn(f"{n} texts were cut", DataWarning, stacklevel=1)
            warnings.warn("of a library, about 비밀", UserWarning, stacklevel=1)
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    logged = [(line["kind"], line.get("message")) for line in lines]
    assert logged == [("DataWarning", "0 texts were cut"), ("UserWarning", None)]
