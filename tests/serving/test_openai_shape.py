"""``/v1`` as its real client sees it."""

from __future__ import annotations

import base64

import numpy as np
import openai
import pytest
from served_models import EN, JA, KO, fitted

from langalign import Bundle
from langalign.encoders.function import FunctionEncoder
from langalign.encoders.mini import MiniEncoder
from langalign.serving import Held


@pytest.fixture(scope="module")
def openai_client(client):
    with openai.OpenAI(
        base_url=str(client.base_url.join("/v1")), api_key="none", max_retries=0
    ) as made:
        yield made


def test_vectors_are_those_of_the_encoder_in_either_encoding(openai_client, ko):
    expected = ko.target_encoder_.encode(KO)
    for encoding in ({}, {"encoding_format": "float"}, {"encoding_format": "base64"}):
        answer = openai_client.embeddings.create(model="ko", input=KO, **encoding)
        vectors = [each.embedding for each in answer.data]
        if encoding == {"encoding_format": "base64"}:  # the client decodes only what it asked for
            vectors = [np.frombuffer(base64.b64decode(vector), dtype="<f4") for vector in vectors]
        assert np.array_equal(np.asarray(vectors, dtype=np.float32), expected)
        assert [each.index for each in answer.data] == [0, 1, 2]
        assert answer.model == "ko"
        assert answer.usage.prompt_tokens == answer.usage.total_tokens == sum(map(len, KO))


def test_one_text_alone_and_the_width_that_there_is(openai_client, ko):
    width = ko.target_encoder_.dim
    answer = openai_client.embeddings.create(model="ko", input=KO[0], dimensions=width)
    assert len(answer.data) == 1
    assert len(answer.data[0].embedding) == width
    assert answer.fingerprint == ko.target_fingerprint_
    with pytest.raises(openai.BadRequestError, match=f"has vectors of {width}"):
        openai_client.embeddings.create(model="ko", input=KO, dimensions=64)


def test_another_width_is_refused_before_anything_is_computed(serving):
    asked = []

    def narrowed(texts):
        asked.extend(texts)
        return MiniEncoder().encode(texts)[:, :60]

    model = fitted("ko", "reverse", target_encoder=FunctionEncoder(narrowed, name="narrowed"))
    both = Held("ko", Bundle([model]))
    asked.clear()
    with serving(both) as (client, _):
        for space, texts, right in (
            ("native", KO, 60),
            ("native", EN, 352),
            ("english", KO, 352),
            ("english", EN, 352),
        ):
            sent = {"model": "ko", "input": texts, "space": space}
            refused = client.post("/v1/embeddings", json=sent | {"dimensions": 64})
            assert refused.status_code == 400
            assert f"has vectors of {right}" in refused.json()["error"]["message"]
            assert asked == []
            found = client.post("/v1/embeddings", json=sent | {"dimensions": right}).json()
            assert {len(each["embedding"]) for each in found["data"]} == {right}
            asked.clear()


def test_the_width_of_a_model_of_pairs_is_that_of_one_text(openai_client, pairs_model):
    width = pairs_model.target_encoder_.dim
    found = openai_client.embeddings.create(model="nli", input=KO, dimensions=width)
    assert len(found.data[0].embedding) == width


def test_vectors_in_the_english_space_where_there_is_a_map(openai_client, bundle):
    answer = openai_client.embeddings.create(
        model="reviews", input=[JA[0], EN[0]], extra_body={"space": "english"}
    )
    native = bundle.models["ja"].target_encoder_.encode([JA[0], EN[0]])
    expected = bundle.models["ja"].classifier_.map_target(native[:1])[0]
    assert np.array_equal(np.float32(answer.data[0].embedding), expected)
    assert np.array_equal(np.float32(answer.data[1].embedding), native[1])
    with pytest.raises(openai.BadRequestError, match="not back"):
        openai_client.embeddings.create(model="ko", input=KO, extra_body={"space": "english"})


def test_single_texts_are_embedded_by_a_model_of_pairs(openai_client, pairs_model):
    answer = openai_client.embeddings.create(model="nli", input=KO)
    expected = pairs_model.target_encoder_.encode(KO)
    assert np.array_equal(np.float32([each.embedding for each in answer.data]), expected)


def test_what_is_wrong_is_an_error_of_its_kind(openai_client):
    with pytest.raises(openai.NotFoundError) as missing:
        openai_client.embeddings.create(model="absent", input="a")
    assert missing.value.code == "model_not_found"
    with pytest.raises(openai.BadRequestError) as tokens:
        openai_client.embeddings.create(model="ko", input=[[1, 2, 3]])
    assert tokens.value.type == "invalid_request_error"
    with pytest.raises(openai.BadRequestError):
        openai_client.embeddings.create(model="ko", input=[])


def test_models_are_listed_and_described_one_by_one(openai_client, bundle):
    listed = {each.id: each for each in openai_client.models.list()}
    assert list(listed) == ["ko", "reviews", "nli"]
    assert listed["reviews"].languages == ["ko", "ja", "en"]
    assert listed["reviews"].labels == bundle.classes_.tolist()
    assert listed["nli"].takes_pairs
    assert openai_client.models.retrieve("ko") == listed["ko"]
    with pytest.raises(openai.NotFoundError):
        openai_client.models.retrieve("..%2F..%2Fetc")


def test_a_token_is_the_api_key(serving, ko):
    from langalign.saved import as_bundle

    with serving(Held("ko", as_bundle(ko)), tokens=["right"]) as (client, _):
        url = str(client.base_url.join("/v1"))
        with openai.OpenAI(base_url=url, api_key="right", max_retries=0) as known:
            assert len(known.embeddings.create(model="ko", input=KO).data) == 3
        stranger = openai.OpenAI(base_url=url, api_key="wrong", max_retries=0)
        with stranger, pytest.raises(openai.AuthenticationError):
            stranger.embeddings.create(model="ko", input=KO)
