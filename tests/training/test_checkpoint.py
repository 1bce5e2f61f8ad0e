"""The training loop's checkpoints: a run that was stopped ends as one that was not."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import pytest

from langalign.errors import PersistenceError, SettingError
from langalign.training.checkpoint import Checkpoint, Snapshot

torch = pytest.importorskip("torch")

from langalign.training.loop import Schedule, seeded, train  # noqa: E402

SCHEDULE = Schedule(epochs=4, batch_size=8, learning_rate=1e-2, patience=4, max_gradient=1.0)
AVERAGED = replace(SCHEDULE, averaging=0.9)
RUN = {"rows": 43}


class Stop(Exception):
    """Stands for a kill."""


def fit(checkpoint=None, *, stop_after=None, schedule=SCHEDULE, lengths=None, start_counts=True):
    """Train a small network with dropout, stopping after some steps; return weights and losses."""
    with seeded(0) as generator:
        x = torch.randn(43, 5)
        y = x.sum(dim=1, keepdim=True).tanh()
        network = torch.nn.Sequential(
            torch.nn.Linear(5, 16), torch.nn.Dropout(0.3), torch.nn.ReLU(), torch.nn.Linear(16, 1)
        )

        def report(done, total, loss, held_out):
            if done == stop_after:
                raise Stop

        history = train(
            network,
            lambda rows: torch.nn.functional.mse_loss(network(x[rows]), y[rows]),
            lambda: float(torch.nn.functional.mse_loss(network(x[:9]), y[:9])),
            n_rows=43,
            schedule=schedule,
            generator=generator,
            lengths=lengths,
            start_counts=start_counts,
            checkpoint=checkpoint,
            progress=report,
        )
    return network.state_dict(), history


@pytest.fixture
def checkpoint(tmp_path):
    return Checkpoint(tmp_path / "deep" / "run.safetensors", RUN, every=2)


def same(one, other):
    return one[1] == other[1] and all(torch.equal(one[0][name], other[0][name]) for name in one[0])


# An epoch has five steps: within the first, at its end, within a later one, at the very end.
@pytest.mark.parametrize("stop_after", [1, 3, 5, 13, 20])
@pytest.mark.parametrize("lengths", [None, torch.arange(43) % 7], ids=["shuffled", "by length"])
@pytest.mark.parametrize("schedule", [SCHEDULE, AVERAGED], ids=["one cycle", "averaged"])
def test_a_stopped_run_goes_on_to_the_same_end(checkpoint, stop_after, lengths, schedule):
    whole = fit(lengths=lengths, schedule=schedule)
    with pytest.raises(Stop):
        fit(checkpoint, stop_after=stop_after, lengths=lengths, schedule=schedule)
    assert same(fit(checkpoint, lengths=lengths, schedule=schedule), whole)


def test_going_on_takes_only_the_steps_that_are_left(checkpoint):
    with pytest.raises(Stop):
        fit(checkpoint, stop_after=13)
    with pytest.raises(Stop):
        fit(checkpoint, stop_after=14)  # written at 12, so that 13 comes again and 12 does not
    assert same(fit(checkpoint, stop_after=12), fit())


def test_a_finished_run_is_not_trained_further(checkpoint):
    whole = fit(checkpoint)
    assert same(fit(checkpoint, stop_after=20), whole)


def test_seeding_a_block_leaves_the_generators_of_gpus_alone(monkeypatch):
    with seeded(3):
        drawn = torch.rand(4)
    assert torch.equal(drawn, torch.rand(4, generator=torch.Generator().manual_seed(3)))
    seeds = []
    monkeypatch.setattr(torch.cuda, "manual_seed_all", seeds.append)
    with seeded(3):
        assert torch.equal(torch.rand(4), drawn)
    assert not seeds


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_seeding_a_block_on_a_gpu_is_undone():
    gpu = torch.device("cuda")
    before = torch.cuda.get_rng_state()
    drawn = []
    for _ in range(2):
        with seeded(3, gpu):
            drawn.append(torch.rand(4, device=gpu))
    assert torch.equal(*drawn)
    assert torch.equal(torch.cuda.get_rng_state(), before)


def test_the_start_is_kept_where_nothing_is_better(checkpoint):
    wild = Schedule(epochs=2, batch_size=8, learning_rate=50.0, patience=9)
    weights, history = fit(schedule=wild)
    assert history[0] == min(history)
    assert len(history) == 3
    started, first = fit(schedule=Schedule(1, 8, 1e-30, 1))
    assert first[0] == history[0]
    assert all(torch.allclose(weights[name], started[name]) for name in weights)


def test_training_ends_when_patience_does_which_the_start_does_not_try():
    wild = Schedule(epochs=9, batch_size=8, learning_rate=50.0, patience=2)
    history = fit(schedule=wild)[1]
    assert history[0] == min(history)
    trained = history[1:]
    assert len(trained) < 9
    assert trained.index(min(trained)) == len(trained) - 3


def test_rows_of_like_length_share_a_batch():
    from langalign.training.loop import _batches

    lengths = torch.randint(1, 100, (640,), generator=torch.Generator().manual_seed(0))
    plain, near = (
        _batches(640, 8, torch.Generator().manual_seed(1), given) for given in (None, lengths)
    )
    assert sorted(torch.cat(near).tolist()) == list(range(640))
    widths = [
        sum(int(lengths[rows].max() - lengths[rows].min()) for rows in each)
        for each in (plain, near)
    ]
    assert widths[1] < widths[0] / 2


def test_a_gradient_is_cut_to_the_length_given():
    start = dict(fit(schedule=Schedule(1, 8, 1e-30, 1, max_gradient=1.0))[0])
    cut = fit(schedule=Schedule(1, 8, 1e-2, 1, max_gradient=1e-12))[0]
    free = fit(schedule=Schedule(1, 8, 1e-2, 1))[0]
    moved = [max(float((end[n] - start[n]).abs().max()) for n in start) for end in (cut, free)]
    # Adam's epsilon swallows what is left of a gradient that was cut to nearly nothing.
    assert moved[0] < moved[1] / 100


def test_a_checkpoint_of_another_run_is_refused(checkpoint):
    with pytest.raises(Stop):
        fit(checkpoint, stop_after=6)
    other = Checkpoint(checkpoint.path, {"rows": 44})
    with pytest.raises(SettingError, match="rows was 43, is 44"):
        fit(other)


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x02\x00\x00\x00\x00\x00\x00\x00{}"])
def test_a_damaged_checkpoint_is_refused(checkpoint, content):
    checkpoint.path.parent.mkdir()
    checkpoint.path.write_bytes(content)
    with pytest.raises(PersistenceError, match="damaged checkpoint"):
        fit(checkpoint)


def test_a_write_that_fails_leaves_the_old_one_and_nothing_else(checkpoint):
    checkpoint.write(Snapshot({"a": torch.ones(2)}, {"epoch": 1}))
    with pytest.raises(ValueError, match="invalid"):
        checkpoint.write(Snapshot({"a": "no tensor"}, {"epoch": 2}))
    found = checkpoint.read()
    assert found.state == {"epoch": 1}
    assert found.tensors["a"].tolist() == [1, 1]
    assert [path.name for path in checkpoint.path.parent.iterdir()] == [checkpoint.path.name]
    checkpoint.remove()
    assert checkpoint.read() is None


def test_the_file_is_plain_safetensors_with_json(checkpoint):
    from safetensors import safe_open

    with pytest.raises(Stop):
        fit(checkpoint, stop_after=6)
    with safe_open(checkpoint.path, framework="np") as file:
        assert {"module.0.weight", "best.0.weight", "optimizer.0.exp_avg"} <= set(file.keys())
        assert json.loads(file.metadata()["run"]) == RUN


def test_what_remains_is_the_running_mean_of_the_weights_at_a_rate_that_stays():
    def trained(epochs, averaging):
        torch.manual_seed(0)
        network, passed = torch.nn.Linear(3, 1, bias=False), []
        x = torch.randn(8, 3, generator=torch.Generator().manual_seed(1))
        passed.append(network.weight.detach().clone())
        train(
            network,
            lambda rows: (network(x) - 1).square().mean(),
            lambda: -float(epochs),  # each epoch is as good: the last one stays
            n_rows=8,
            schedule=Schedule(epochs, 8, 1e-2, patience=99, averaging=averaging),
            generator=torch.Generator().manual_seed(2),
            progress=lambda *_: passed.append(network.weight.detach().clone()),
        )
        return network.weight.detach(), passed

    mean, passed = trained(30, averaging=0.5)
    expected = passed[0]
    for step, weights in enumerate(passed[1:], start=1):
        expected = expected.lerp(weights, 1 - min(0.5, (1 + step) / (10 + step)))
    torch.testing.assert_close(mean, expected)
    lengths = [float((a - b).abs().max()) for a, b in itertools.pairwise(passed)]
    assert lengths[-1] > lengths[0] / 3  # one cycle would have ended at nothing


def test_a_checkpoint_that_finds_no_room_leaves_the_older_one(tmp_path, files_up_to):
    checkpoint = Checkpoint(tmp_path / "c.safetensors", RUN)
    checkpoint.write(Snapshot({"w": torch.ones(3)}, {"step": 1}))
    with files_up_to(4096), pytest.raises(OSError, match=r"cannot be written .*too large") as told:
        checkpoint.write(Snapshot({"w": torch.ones(10_000)}, {"step": 2}))
    assert told.value.filename == str(checkpoint.path)
    assert checkpoint.read().state == {"step": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["c.safetensors"]
