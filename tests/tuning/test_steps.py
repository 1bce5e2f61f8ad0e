"""The three steps in one folder: what is trained, what is written, and going on after a kill."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from langalign import LabeledText, LangAlign
from langalign.encoders.function import FunctionEncoder
from langalign.encoders.transformer import TransformerEncoder
from langalign.errors import DataError, DataWarning, PersistenceError, SettingError
from langalign.persistence import checksums
from langalign.tuning import train_in_steps

pytestmark = pytest.mark.filterwarnings("ignore:agreement across the pairs is at chance")


@pytest.fixture
def model(bert):
    encoder = TransformerEncoder(bert)
    return LangAlign(encoder, encoder, target_lang="fr", clean=False, cache=False)


@pytest.fixture
def arguments(data, quick, tmp_path):
    settings = dataclasses.replace(quick, epochs=2, checkpoint_every=3)
    return {
        "labeled": data.labeled, "parallel": data.parallel, "unlabeled": data.unlabeled,
        "out": tmp_path / "run", "settings": settings,
    }  # fmt: skip


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def steps(folder):
    return json.loads((folder / "training.json").read_text())["steps"]


def test_with_both_steps_off_it_is_the_ordinary_fit(bert, model, arguments, data):
    before = checksums(bert)
    found = train_in_steps(model, **arguments)
    fitted = model.fresh().fit(data.labeled, parallel=data.parallel, unlabeled=data.unlabeled)
    texts = data.target_test.texts
    np.testing.assert_allclose(found.predict_proba(texts), fitted.predict_proba(texts), atol=1e-6)
    assert names(arguments["out"]) == ["model", "training.json"]
    assert list(steps(arguments["out"])) == ["langalign"]
    assert checksums(bert) == before


def test_no_step_learns_from_empty_texts(model, arguments):
    full = arguments["labeled"]
    blank = LabeledText([*full.texts, " "], [*full.labels, full.labels[0]], full.lang)
    model.set_params(clean=True)
    with pytest.warns(DataWarning, match="1 of .* empty"):
        found = train_in_steps(model, **arguments | {"labeled": blank})
    again = train_in_steps(model, **arguments)  # the same rows: nothing is done anew
    assert found.n_seen_["labeled"] == again.n_seen_["labeled"] == len(full)


@pytest.mark.parametrize(
    ("embedding", "task"), [("task", "head"), ("contrastive", "full"), ("both", "full")]
)
def test_what_is_trained_and_written(bert, model, arguments, embedding, task):
    before = checksums(bert)
    stages = []
    found = train_in_steps(
        model,
        **arguments,
        embedding=embedding,
        task=task,
        progress=lambda stage, *rest: stages.append(stage),
    )
    out = arguments["out"]
    assert names(out) == ["encoder", "model", "training.json"]
    assert list(steps(out)) == ["embedding", "langalign", "task"][: 2 + (task == "full")]
    assert f"Tuning the encoder ({embedding})" in stages
    assert ("Tuning language model and head" in stages) == (task == "full")
    assert checksums(bert) == before
    assert TransformerEncoder(bert).fingerprint != found.target_encoder_.fingerprint
    assert TransformerEncoder(out / "encoder").fingerprint == found.target_encoder_.fingerprint


def test_all_steps_run_the_encoder_alike(bert, model, arguments):
    """Step 2 aligns the vectors that will be served: long texts in windows, where that was set."""
    encoder = TransformerEncoder(bert, long_texts="pool", backend="torch")
    model.set_params(source_encoder=encoder, target_encoder=encoder)
    found = train_in_steps(model, **arguments, embedding="task")
    assert (found.target_encoder_.long_texts, found.target_encoder_.backend) == ("pool", "torch")


def test_the_folder_serves_in_a_new_process(model, arguments, run_python):
    found = train_in_steps(model, **arguments, embedding="contrastive", task="full")
    texts = ["bon f1 f2", "mal f3 f4"]
    code = f"""
import json
from langalign import LabeledText, LangAlign
print(json.dumps(LangAlign.load(sys.argv[1]).predict_proba({texts!r}).tolist()))
"""
    served = json.loads(run_python(code, arguments["out"] / "model"))
    np.testing.assert_allclose(served, found.predict_proba(texts), atol=1e-6)


def test_a_finished_run_is_loaded_and_nothing_is_run_again(model, arguments, data):
    first = train_in_steps(model, **arguments, embedding="task", task="full")
    before = checksums(arguments["out"])

    def progress(stage, done, total, detail=""):
        raise AssertionError(stage)

    again = train_in_steps(model, **arguments, embedding="task", task="full", progress=progress)
    texts = data.target_test.texts
    np.testing.assert_array_equal(again.predict_proba(texts), first.predict_proba(texts))
    assert checksums(arguments["out"]) == before


class Stop(Exception):
    """Stands for a kill."""


@pytest.mark.parametrize(
    ("stage", "step"),
    [("Tuning the encoder (task)", 12), ("Tuning language model and head", 10)],
)
def test_a_killed_run_goes_on_to_the_same_model(model, arguments, data, tmp_path, stage, step):
    switches = {"embedding": "task", "task": "full"}
    whole = train_in_steps(model, **(arguments | {"out": tmp_path / "whole"}), **switches)

    def stop(name, done, total, detail=""):
        if (name, done) == (stage, step):
            raise Stop

    with pytest.raises(Stop):
        train_in_steps(model, **arguments, **switches, progress=stop)
    seen = []
    again = train_in_steps(
        model, **arguments, **switches, progress=lambda *given: seen.append(given[:2])
    )
    assert seen[0] == (stage, (step - 1) // 3 * 3 + 1)  # nothing before is run again
    texts = data.target_test.texts
    np.testing.assert_array_equal(again.predict_proba(texts), whole.predict_proba(texts))
    assert again.target_fingerprint_ == whole.target_fingerprint_
    folders = arguments["out"], tmp_path / "whole"
    losses = [steps(folder)["task"]["held_out_loss"] for folder in folders]
    assert losses[0] == losses[1]
    assert names(arguments["out"]) == ["encoder", "model", "training.json"]


def test_where_the_tuned_model_cannot_be_saved_training_is_not_repeated(
    model, arguments, data, tmp_path
):
    switches = {"embedding": "off", "task": "full"}
    whole = train_in_steps(model, **(arguments | {"out": tmp_path / "whole"}), **switches)
    out = arguments["out"]

    def block(stage, done, total, detail=""):
        if stage == "Tuning language model and head" and not (out / "model").exists():
            (out / "model").write_text("in the way")

    with pytest.raises(PersistenceError, match="is a file"):
        train_in_steps(model, **arguments, **switches, progress=block)
    (out / "model").unlink()
    seen = []
    again = train_in_steps(
        model, **arguments, **switches, progress=lambda *given: seen.append(given)
    )
    assert "Tuning language model and head" not in {stage for stage, *_ in seen}
    texts = data.target_test.texts
    np.testing.assert_array_equal(again.predict_proba(texts), whole.predict_proba(texts))
    assert sorted(path.name for path in out.iterdir()) == ["encoder", "model", "training.json"]


@pytest.mark.parametrize("name", ["encoder", "model"])
def test_a_kill_between_a_folder_and_the_record_of_it(model, arguments, data, name):
    """The folder is there, the record does not say so: the step is done again, to the same end."""
    first = train_in_steps(model, **arguments, embedding="task")
    path = arguments["out"] / "training.json"
    record = json.loads(path.read_text())
    if name == "encoder":
        record["steps"] = {}
    else:
        del record["steps"]["langalign"]
    path.write_text(json.dumps(record))
    again = train_in_steps(model, **arguments, embedding="task")
    texts = data.target_test.texts
    np.testing.assert_array_equal(again.predict_proba(texts), first.predict_proba(texts))


def test_other_settings_or_data_in_the_same_folder_are_refused(model, arguments, data):
    train_in_steps(model, **arguments)
    with pytest.raises(SettingError, match="task was 'head', is 'full'"):
        train_in_steps(model, **arguments, task="full")
    with pytest.raises(SettingError, match="data was"):
        train_in_steps(model, **(arguments | {"labeled": data.test}))
    with pytest.raises(SettingError, match=r"model was.*'auto'.*'mean-shift'"):
        train_in_steps(model.fresh(aligner="mean-shift"), **arguments)


def test_speed_and_place_are_no_other_settings(model, arguments):
    train_in_steps(model, **arguments)
    settings = dataclasses.replace(arguments["settings"], device=None, checkpoint_every=None)
    train_in_steps(model, **(arguments | {"settings": settings}))


def test_what_cannot_be_trained_in_steps_is_reported_at_once(bert, model, arguments, data):
    def refused(changed=None, error=SettingError, match="", **changes):
        with pytest.raises(error, match=match):
            train_in_steps(changed or model, **(arguments | changes))
        assert not arguments["out"].exists()

    refused(match="off, task, contrastive, both", embedding="luck")
    refused(match="head, full", task="tail")
    refused(model.fresh(target_encoder="mini"), match="MiniEncoder.* only transformers")
    refused(model.fresh(source_encoder=FunctionEncoder(len, name="length")), match="transformers")
    other = TransformerEncoder(bert, pooling="cls")
    refused(model.fresh(target_encoder=other), match="source and target encoder differ")
    refused(model.fresh(direction="reverse"), match="direction='forward'", task="full")
    refused(error=DataError, match="labeled: expected a LabeledText", labeled=["a"])
    refused(error=DataError, match="parallel: expected a ParallelText", parallel=(["a"], ["b"]))


def test_a_folder_with_other_things_and_a_damaged_record_are_refused(model, arguments):
    out = arguments["out"]
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    with pytest.raises(PersistenceError, match="other things"):
        train_in_steps(model, **arguments)
    assert names(out) == ["notes.txt"]
    (out / "notes.txt").rename(out / ".training.json.0123abcd")
    train_in_steps(model, **arguments)  # what a run left that was killed as it began
    (out / ".training.json.0123abcd").rename(out / "notes.txt")
    (out / "training.json").write_text("{}")
    with pytest.raises(PersistenceError, match="damaged record"):
        train_in_steps(model, **arguments)
