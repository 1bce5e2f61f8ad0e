"""Pretraining a tiny network: it learns, and a run that was stopped ends as one that was not."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from pretrain_mini_lm.log import Log  # noqa: E402
from pretrain_mini_lm.masking import Masked  # noqa: E402
from pretrain_mini_lm.network import guessing_loss, new_network, token_vectors  # noqa: E402
from pretrain_mini_lm.pace import Length, learning_rate  # noqa: E402
from pretrain_mini_lm.packing import pack, segments  # noqa: E402
from pretrain_mini_lm.row_order import RowOrder  # noqa: E402
from pretrain_mini_lm.run import Task, pretrain  # noqa: E402
from pretrain_mini_lm.settings import TrainingSettings  # noqa: E402

from langalign.errors import SettingError  # noqa: E402
from langalign.training.checkpoint import Checkpoint  # noqa: E402
from langalign.training.loop import seeded  # noqa: E402

SETTINGS = TrainingSettings(
    layers=2,
    dim=32,
    heads=2,
    mlp=32,
    batch_rows=8,
    learning_rate=2e-2,
    dropout=0.1,
    spans=True,
    bfloat16=False,
)
CPU = torch.device("cpu")


class Stop(Exception):
    """Stands for a kill."""


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def fit(prepared, tmp_path):
    """Return a function that trains into a folder, stopping at a given step."""

    def run(name, *, steps, settings=SETTINGS, stop_at=None):
        with seeded(settings.seed):
            network = new_network(settings, n_vocab=300, longest=32)
            order = RowOrder(prepared.rows, batch_rows=settings.batch_rows, seed=settings.seed)
            task = Task(network, order, prepared.held_out, settings, Length(steps), CPU)
            settings_of_run = {"training": dataclasses.asdict(settings), "steps": steps}
            checkpoint = Checkpoint(tmp_path / name / "checkpoint", settings_of_run, every=4)
            log = Log(tmp_path / name / "log.jsonl")

            def report(entry):
                if entry["step"] == stop_at:
                    raise Stop

            result = pretrain(task, checkpoint=checkpoint, log=log, log_every=3, report=report)
        return result, dict(network.named_parameters()), log.read()

    return run


def without_times(entries):
    return [
        {name: value for name, value in entry.items() if "second" not in name} for entry in entries
    ]


@pytest.mark.parametrize("stop_at", [3, 8, 9])
def test_a_stopped_run_goes_on_to_the_same_end(fit, stop_at):
    whole, weights, entries = fit("whole", steps=11)
    with pytest.raises(Stop):
        fit("stopped", steps=11, stop_at=stop_at)
    result, found, log = fit("stopped", steps=11)
    assert all(torch.equal(found[name], weights[name]) for name in weights)
    assert without_times([result]) == without_times([whole])
    assert [entry["step"] for entry in log] == [3, 4, 6, 8, 9, 11]
    assert without_times(log) == without_times(entries)


def test_a_finished_run_is_not_trained_further(fit):
    first, weights, _ = fit("run", steps=5)
    second, found, _ = fit("run", steps=5)
    assert without_times([second]) == without_times([first])
    assert all(torch.equal(found[name], weights[name]) for name in weights)


def test_a_run_with_other_settings_is_refused(fit):
    fit("run", steps=5)
    with pytest.raises(SettingError, match="steps was 5, is 6"):
        fit("run", steps=6)


def test_a_line_that_was_cut_off_is_left_out_of_the_log(tmp_path):
    log = Log(tmp_path / "log.jsonl")
    for step in (1, 2, 3):
        log.write({"step": step})
    with log.path.open("a", encoding="utf-8") as file:
        file.write('{"step": 4, "lo')
    assert [entry["step"] for entry in log.read()] == [1, 2, 3]
    log.keep_until(2)
    log.write({"step": 3})
    assert [entry["step"] for entry in log.read()] == [1, 2, 3]


def test_the_loss_falls(fit):
    settings = dataclasses.replace(SETTINGS, dropout=0.0, spans=False, batch_rows=16)
    result, _, entries = fit("run", steps=60, settings=settings)
    losses = [entry["loss"] for entry in entries if "loss" in entry]
    assert losses[0] == pytest.approx(np.log(300), rel=0.1)  # it knows nothing yet
    assert losses[-1] < 0.75 * losses[0]
    # Words of Japanese and Chinese follow each other at random and without blanks.
    assert max(result["held_out"][lang] for lang in ("en", "ko")) < 0.65 * losses[0]
    assert result["steps"] == 60
    assert entries[-1]["held_out"] == result["held_out"]


@pytest.fixture
def network():
    with seeded(3):
        settings = dataclasses.replace(SETTINGS, dropout=0.0)
        return new_network(settings, n_vocab=300, longest=32).eval()


def test_a_packed_line_has_the_vectors_that_it_has_alone(network):
    rng = np.random.default_rng(0)
    rows = pack([rng.integers(5, 300, size=n).tolist() for n in (9, 4, 1, 20, 7)], 32)
    lines = segments(rows)
    ids = torch.from_numpy(rows.astype(np.int64))
    with torch.no_grad():
        packed = token_vectors(network, ids, torch.from_numpy(lines))
        assert torch.isfinite(packed).all()
        for row in range(len(rows)):
            for number in range(1, lines[row].max() + 1):
                own = torch.from_numpy(lines[row] == number)
                alone = network.model(ids[row : row + 1, own]).last_hidden_state[0]
                torch.testing.assert_close(packed[row, own], alone, rtol=1e-4, atol=1e-4)


def test_the_loss_is_that_of_transformers_own(network):
    rng = np.random.default_rng(0)
    rows = rng.integers(5, 300, size=(2, 16))
    places = np.array([3, 7, 20])
    labels = np.full(32, -100)
    labels[places] = targets = rng.integers(5, 300, size=3)
    batch = Masked(rows, np.ones((2, 16), dtype=np.int16), places, targets)
    with torch.no_grad():
        found = guessing_loss(network, batch, CPU, bfloat16=False)
        expected = network(
            torch.from_numpy(rows), labels=torch.from_numpy(labels.reshape(2, 16))
        ).loss
    torch.testing.assert_close(found, expected)


def test_the_learning_rate_is_one_cycle():
    rates = [learning_rate(share, peak=2.0, warm_up=0.1) for share in (0, 0.05, 0.1, 0.55, 1)]
    assert rates == pytest.approx([0, 1, 2, 1, 0])


def test_a_run_is_over_by_its_steps_or_else_by_its_minutes():
    assert [Length(10).share(step, 1e9) for step in (0, 5, 12)] == [0, 0.5, 1]
    assert [Length(minutes=2).share(7, seconds) for seconds in (0, 30, 500)] == [0, 0.25, 1]
    assert Length(10, minutes=2).share(5, 0) == 0.5
    for wrong in ({}, {"steps": 0}, {"minutes": 0.0}):
        with pytest.raises(SettingError, match="give one of them"):
            Length(**wrong)
