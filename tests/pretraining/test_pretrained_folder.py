"""From prepared text to a folder that encodes, to 8 bits and back, by the commands."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
from pretrain_mini_lm.command import app  # noqa: E402
from pretrain_mini_lm.packed import SIZE_LIMIT, in_8_bits, in_32_bits  # noqa: E402
from typer.testing import CliRunner  # noqa: E402

from langalign.encoders.resolve import resolve  # noqa: E402
from langalign.encoders.transformer import TransformerEncoder  # noqa: E402
from langalign.persistence import load_arrays  # noqa: E402
from langalign.tuning.language_model import LanguageModel  # noqa: E402

TEXTS = [
    "we liked the film very much",
    "영화 정말 좋았다",
    "映画とても良かった",
    "电影非常好看",
    "",
]
SHAPE = {
    "--vocab-size": 300,
    "--row-length": 32,
    "--layers": 2,
    "--dim": 32,
    "--heads": 2,
    "--mlp": 32,
    "--batch-rows": 8,
}


def run(*arguments):
    done = CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def trained(text_folder, text_settings, monkeypatch_module, tmp_path_factory):
    """Train through the command on text that was prepared beforehand."""
    out = tmp_path_factory.mktemp("trained") / "mini-lm"
    options = [each for pair in SHAPE.items() for each in pair]
    run("train", "--out", out, "--work", text_folder.parent, "--steps", 3, *options)
    return out


@pytest.fixture(scope="module")
def monkeypatch_module():
    """Give the command text settings of its own: no option sets the sample."""
    from pretrain_mini_lm import command
    from pretrain_mini_lm.settings import TextSettings

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "REAL_TEXT", TextSettings(sample_bytes=20_000))
        yield patch


def test_the_folder_is_an_encoder(trained):
    encoder = resolve(trained)
    assert isinstance(encoder, TransformerEncoder)
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), 32)
    assert np.isfinite(vectors).all()
    network, tokenizer = load(trained)
    ids = torch.tensor([tokenizer(TEXTS[1])["input_ids"]])
    with torch.no_grad():
        expected = network.model(ids).last_hidden_state[0].mean(dim=0)
    np.testing.assert_allclose(vectors[1], expected, atol=1e-5)


def load(folder):
    import transformers

    network = transformers.AutoModelForMaskedLM.from_pretrained(folder)
    return network.eval(), transformers.AutoTokenizer.from_pretrained(folder)


def test_its_layers_can_be_tuned(trained):
    lm = LanguageModel(TransformerEncoder(trained), torch.device("cpu"))
    lm(TEXTS).square().sum().backward()
    layers = [each.grad for name, each in lm.named_parameters() if "layers" in name]
    assert len(layers) > 8
    assert all(grad is not None and grad.abs().sum() > 0 for grad in layers)


def test_the_record_says_how_it_was_made(trained):
    record = json.loads((trained / "langalign.json").read_text("utf-8"))
    assert record["steps"] == 3
    assert record["training"]["layers"] == 2
    assert record["text"]["settings"]["row_length"] == 32
    assert set(record["held_out"]) == set(record["held_out_in_8_bits"]) == {"en", "ko", "ja", "zh"}
    assert record["held_out"] == pytest.approx(record["held_out_in_8_bits"], abs=0.02)
    assert (trained / "loss.svg").read_text("utf-8").startswith("<svg")


def test_the_card_says_it_too_and_takes_probes(trained, tmp_path):
    card = (trained / "README.md").read_text("utf-8")
    assert "2 layers, 32 components" in card
    assert f"`{'0' * 64}`" in card
    assert "Not yet probed" in card
    assert not re.search(r"\{\w*\}", card)
    test = {"accuracy": 0.8123, "interval_95": [0.8, 0.82], "macro_f1": 0.81}
    for name in ("mini-lm", "mini"):
        record = {"probe": name, "native": {"ko": {name: {"test": test}}}}
        (tmp_path / f"{name}.json").write_text(json.dumps(record))
    run("card", trained, "--probe", tmp_path / "mini-lm.json", "--probe", tmp_path / "mini.json")
    again = (trained / "README.md").read_text("utf-8")
    cell = "0.812 [0.800, 0.820], 0.810"
    assert f"| mini-lm | mini |\n|---|---|---|\n| ko | {cell} | {cell} |" in again
    assert "Not yet probed" not in again


def test_8_bits_and_back(trained, tmp_path):
    run("pack", trained, tmp_path / "packed")
    run("restore", tmp_path / "packed", tmp_path / "restored")
    before, after = (
        load_arrays(folder / "model.safetensors") for folder in (trained, tmp_path / "restored")
    )
    assert before.keys() == after.keys()
    for name, array in before.items():
        step = np.abs(array).max(axis=-1, keepdims=True) / 127 if array.ndim == 2 else 0
        assert (np.abs(after[name] - array) <= step * 0.501).all(), name
    one, two = TransformerEncoder(trained), TransformerEncoder(tmp_path / "restored")
    np.testing.assert_allclose(two.encode(TEXTS), one.encode(TEXTS), atol=0.1)
    assert load(tmp_path / "restored")[0].config.layer_types == ["full_attention"] * 2


def test_what_is_shipped_is_a_quarter():
    rng = np.random.default_rng(0)
    weights = {"table": rng.normal(size=(1000, 384)).astype(np.float32), "norm": np.ones(384, "f4")}
    packed = in_8_bits(weights)
    size, full = (sum(each.nbytes for each in arrays.values()) for arrays in (packed, weights))
    assert size < 0.26 * full
    np.testing.assert_array_equal(in_32_bits(packed)["norm"], weights["norm"])


def test_the_intended_size_can_be_shipped():
    """Counted on a network without memory: 8 bits a weight, and 2.5 MB for the tokenizer."""
    from pretrain_mini_lm.network import new_network
    from pretrain_mini_lm.settings import TextSettings, TrainingSettings

    with torch.device("meta"):
        network = new_network(TrainingSettings(), n_vocab=TextSettings().vocab_size, longest=256)
    shapes = [each.shape for each in network.parameters()]
    size = sum(s.numel() + 4 * s[0] if len(s) == 2 else 4 * s.numel() for s in shapes)
    assert size + 2_500_000 < SIZE_LIMIT


def test_onnx_runtime_runs_it_in_32_and_in_8_bits(trained):
    for package in ("onnx", "onnxruntime", "onnxscript"):
        pytest.importorskip(package)
    expected = TransformerEncoder(trained, backend="torch").encode(TEXTS)
    found = TransformerEncoder(trained, backend="onnx").encode(TEXTS)
    np.testing.assert_allclose(found, expected, atol=1e-4)
    rough = TransformerEncoder(trained, backend="onnx-int8").encode(TEXTS)
    cosine = (rough * expected).sum(axis=1)
    lengths = np.linalg.norm(rough, axis=1) * np.linalg.norm(expected, axis=1)
    assert (cosine / lengths > 0.98).all()
