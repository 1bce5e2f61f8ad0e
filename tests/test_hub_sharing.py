"""To the hub and back: a real client over real HTTP, and a hub of our own at the other end."""

from __future__ import annotations

import inspect
import json

import numpy as np
import pytest
import yaml
from hub_stand_in import running_hub

from langalign import LangAlign
from langalign.card_facts import CardFacts
from langalign.data import bundled
from langalign.errors import DataWarning, HubError, PersistenceError, SettingError
from langalign.evaluation import evaluate_predictions

X = np.random.default_rng(0).normal(size=(60, 4)).astype(np.float32)
Y = np.where(X[:, 0] > 0, "good", "bad")
NAME = "me/korean"
SCORES = evaluate_predictions(["a", "b"] * 20, ["a", "b"] * 15 + ["b", "a"] * 5)
FACTS = CardFacts("cc-by-4.0", ("Ours |\n of 2024",), {"Held out": SCORES})
# Each scenario runs in a process of its own: the client reads where the hub is when imported.
SET_UP = """
import json, os
import numpy as np
from langalign import LangAlign
from langalign.card_facts import CardFacts
from langalign.errors import LangAlignError

X = np.random.default_rng(0).normal(size=(60, 4)).astype(np.float32)

def tried(action):
    try:
        return action()
    except LangAlignError as error:
        return f"{type(error).__name__}: {error}"

found = {}
"""


def fitted(sign=1, **changes):
    labels = np.where(sign * X[:, 0] > 0, "good", "bad")
    model = LangAlign(aligner="linear", select=False, cache=False, **changes)
    return model.fit(X, labels, parallel=(X, X))


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved") / "model"
    fitted().save(folder)
    return folder


@pytest.fixture
def hub(monkeypatch, tmp_path):
    with running_hub() as (made, address):
        monkeypatch.setenv("HF_ENDPOINT", address)
        monkeypatch.setenv("HF_HUB_OFFLINE", "0")
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
        monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
        monkeypatch.delenv("HF_TOKEN", raising=False)
        yield made


def run(run_python, code, *arguments):
    return json.loads(run_python(SET_UP + code + "print(json.dumps(found))", *arguments))


def test_what_comes_back_is_what_was_sent(run_python, hub, saved, tmp_path):
    code = f"""
model = LangAlign.load(sys.argv[1])
facts = CardFacts("apache-2.0", ("Our reviews",))
found["address"] = model.push_to_hub("{NAME}", card=facts, token="secret")
found["again"] = model.push_to_hub("{NAME}", token="secret")
back = LangAlign.from_pretrained("{NAME}")
found["same"] = bool((back.predict_proba(X) == model.predict_proba(X)).all())
found["card"] = back.card_.as_dict()
"""
    found = run(run_python, code, saved)
    assert found["address"].startswith("http")
    assert found["same"]
    assert found["card"] == FACTS.as_dict() | {
        "license": "apache-2.0",
        "data": ["Our reviews"],
        "scores": {},
    }
    sent = {path.relative_to(saved).as_posix() for path in saved.rglob("*") if path.is_file()}
    assert set(hub.files(NAME)) == sent
    assert "license: apache-2.0" in hub.cards[-1]
    assert hub.files(NAME)["README.md"].decode() == hub.cards[-1]


def test_only_what_a_model_consists_of_is_fetched_and_parts_of_an_older_one_are_dropped(
    run_python, hub, saved
):
    old = {"head/old.safetensors": b"", "pytorch_model.bin": b"pickle", "run.py": b"import os"}
    hub.repos[NAME] = [old]
    code = f"""
LangAlign.load(sys.argv[1]).push_to_hub("{NAME}", token="secret")
found["n"] = len(LangAlign.from_pretrained("{NAME}").predict(X))
"""
    assert run(run_python, code, saved)["n"] == 60
    assert "head/old.safetensors" not in hub.files(NAME)
    assert {"pytorch_model.bin", "run.py"} <= set(hub.files(NAME))
    assert not {"pytorch_model.bin", "run.py"} & set(hub.fetched)


def test_what_is_wrong_is_reported(run_python, hub, saved):
    good = {
        path.relative_to(saved).as_posix(): path.read_bytes()
        for path in saved.rglob("*")
        if path.is_file()
    }
    hub.repos = {
        "me/encoder": [{"pytorch_model.bin": b""}],
        "me/changed": [good | {"head/weights.safetensors": b"other"}],
        "me/good": [good],
    }
    code = """
pulls = {"nobody": "me/nobody", "encoder": "me/encoder", "changed": "me/changed", "name": "a/b/c"}
for key, name in pulls.items():
    found[key] = tried(lambda: LangAlign.from_pretrained(name))
model = LangAlign.load(sys.argv[1])
found["token"] = tried(lambda: model.push_to_hub("me/other", token="wrong"))
found["unfitted"] = tried(lambda: LangAlign().push_to_hub("me/other", token="secret"))
from langalign import hub_sharing
hub_sharing.MOST_BYTES = 100
found["large"] = tried(lambda: LangAlign.from_pretrained("me/good"))
"""
    found = run(run_python, code, saved)
    expected = {
        "nobody": "HubError: me/nobody: there is no such model on the hub",
        "encoder": "HubError: me/encoder: no config.json there",
        "changed": "PersistenceError: ",
        "name": "HubError: 'a/b/c': neither a folder nor a name on the hub",
        "token": "HubError: me/other: the hub cannot be reached or refuses",
        "unfitted": "NotFittedError",
        "large": "HubError: me/good: 0.0 GiB to fetch",
    }
    for key, start in expected.items():
        assert found[key].startswith(start), found[key]
    assert "checksum" in found["changed"]


def test_what_was_fetched_once_is_there_without_network(run_python, hub, saved, monkeypatch):
    code = f"""
model = LangAlign.load(sys.argv[1])
model.push_to_hub("{NAME}", token="secret")
found["first"] = LangAlign.from_pretrained("{NAME}").predict(X).tolist()
"""
    first = run(run_python, code, saved)["first"]
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    code = f"""
found["again"] = LangAlign.from_pretrained("{NAME}").predict(X).tolist()
found["other"] = tried(lambda: LangAlign.from_pretrained("me/other"))
found["asked"] = LangAlign.from_pretrained("{NAME}", local_files_only=True).predict(X).tolist()
"""
    found = run(run_python, code)
    assert found["again"] == found["asked"] == first
    assert found["other"].startswith("HubError: me/other: not on this machine")


def test_the_command_line_measures_and_sends(run_python, hub, tmp_path, monkeypatch):
    rows = range(0, 510, 4)
    model = LangAlign(target_lang="ko", aligner="linear", select=False, cache=False)
    model.fit(
        bundled.sentiment("en", "train").take(rows),
        parallel=bundled.parallel("sentiment", "en", "ko", "train").take(rows),
    )
    model.save_pretrained(tmp_path / "model", card=CardFacts(data=("Before",)))
    monkeypatch.setenv("HF_TOKEN", "secret")
    code = """
from langalign.cli.main import main
from langalign.data import bundled_path
test = str(bundled_path("sentiment"))
sys.argv = ["langalign", "push", sys.argv[1], "me/cli", "--license", "mit", "--test", test]
main()
"""
    assert run_python(code, tmp_path / "model").startswith("http")
    card = hub.files("me/cli")["README.md"].decode()
    scores = model.evaluate(bundled.sentiment("ko", "test"))
    low, high = scores.accuracy_interval.as_list()
    assert f"| 210 | accuracy | {scores.accuracy:.3f} | {low:.3f} to {high:.3f} |" in card
    assert "license: mit" in card
    assert "- Before" in card


def test_facts_stand_in_the_card_and_stay_with_the_model(tmp_path):
    model = fitted()
    model.save_pretrained(tmp_path / "model", card=FACTS)
    loaded = LangAlign.from_pretrained(tmp_path / "model")
    assert loaded.card_ == FACTS
    loaded.save_pretrained(tmp_path / "again")
    card = (tmp_path / "again" / "README.md").read_text("utf-8")
    assert card == (tmp_path / "model" / "README.md").read_text("utf-8")
    header = yaml.safe_load(card.split("---\n")[1])
    assert header["license"] == "cc-by-4.0"
    (result,) = header["model-index"][0]["results"]
    assert result["dataset"]["name"] == "Held out"
    assert result["metrics"][0] == {"type": "accuracy", "value": 0.75}
    assert "- Ours \\| of 2024" in card
    assert "| Held out | 40 | accuracy | 0.750 |" in card
    assert "was not measured" not in card
    assert not hasattr(loaded.fit(X, Y, parallel=(X, X)), "card_")  # scores of another model


def test_a_licence_is_an_identifier():
    for wrong in ("Free for all", "", "MIT", 'mit"\nevil: 1'):
        with pytest.raises(SettingError, match="expected an identifier"):
            CardFacts(license=wrong)


def test_a_path_of_this_machine_is_warned_of(tmp_path):
    from langalign.encoders.precomputed import save_vectors

    save_vectors(tmp_path / "v.npy", [f"text {row}" for row in range(60)], X, "hand-made")
    texts = [f"text {row}" for row in range(60)]
    model = LangAlign(str(tmp_path / "v.npy"), str(tmp_path / "v.npy"), aligner="linear")
    model.set_params(select=False, cache=False, clean=False)
    model.fit(texts, Y.tolist(), parallel=(texts, texts))
    with pytest.warns(DataWarning, match=r"by a path of this machine"):
        model._warn_of_paths()


def test_the_parameters_are_those_of_the_mixin():
    from huggingface_hub import ModelHubMixin

    ours = {"card", "source_encoder", "target_encoder", "head"}
    for name in ("save_pretrained", "from_pretrained", "push_to_hub"):
        theirs = inspect.signature(getattr(ModelHubMixin, name)).parameters
        for parameter in inspect.signature(getattr(LangAlign, name)).parameters.values():
            if parameter.name not in ours:
                assert parameter.kind is theirs[parameter.name].kind


def test_a_folder_that_is_no_model_is_refused(tmp_path):
    with pytest.raises(PersistenceError, match=r"no config\.json"):
        LangAlign.from_pretrained(tmp_path)
    with pytest.raises(HubError, match="neither a folder nor a name"):
        LangAlign.from_pretrained(tmp_path / "nowhere" / "at" / "all")
