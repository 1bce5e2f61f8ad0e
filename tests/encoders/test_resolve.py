from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import langalign.encoders
from langalign.encoders.cache import CachedEncoder, VectorCache
from langalign.encoders.function import FunctionEncoder
from langalign.encoders.mini import MiniEncoder
from langalign.encoders.precomputed import PrecomputedEncoder, save_vectors
from langalign.encoders.resolve import describe, from_description, resolve
from langalign.encoders.static import StaticEncoder
from langalign.encoders.transformer import TransformerEncoder
from langalign.errors import EncoderError, SettingError, UnknownNameError

MINI_DATA = Path(langalign.encoders.__file__).parent / "mini_data"


def ones(texts):
    return np.ones((len(texts), 2))


class Own:
    """An encoder of the user's: whoever asks for its attributes pays."""

    reads_pairs = False

    @property
    def dim(self):
        raise AssertionError("loaded")

    fingerprint = dim

    def encode(self, texts):
        return ones(texts)


def test_encoder_comes_back_untouched_and_unloaded():
    own = Own()
    assert resolve(own) is own


def test_each_kind_of_spec(tmp_path, tiny_bert):
    save_vectors(tmp_path / "v.npy", ["a"], [[1.0]], "f")
    assert isinstance(resolve("mini"), MiniEncoder)
    assert isinstance(resolve(ones), FunctionEncoder)
    assert isinstance(resolve(str(tmp_path / "v.npy")), PrecomputedEncoder)
    assert isinstance(resolve(tmp_path / "v.npy"), PrecomputedEncoder)
    assert isinstance(resolve(MINI_DATA), StaticEncoder)
    for name in ("org/model", "all-MiniLM-L6-v2", str(tiny_bert), tiny_bert, "./nowhere"):
        assert isinstance(resolve(name), TransformerEncoder)


def test_registered_name_wins_over_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mini").mkdir()
    assert isinstance(resolve("mini"), MiniEncoder)
    assert isinstance(resolve("./mini"), TransformerEncoder)


def test_options_reach_the_transformer():
    options = {"pooling": "cls", "prompt": "q: ", "normalize": True, "max_length": 9}
    encoder = resolve("org/model", **options, batch_size=3, threads=2)
    assert {name: getattr(encoder, name) for name in options} == options
    assert (encoder.batch_size, encoder.threads) == (3, 2)


@pytest.mark.parametrize(
    "spec",
    ["mini", ones, "v.npy", Own(), MINI_DATA],
    ids=["name", "function", "file", "object", "folder"],
)
@pytest.mark.parametrize(
    "option", [{"pooling": "cls"}, {"prompt": ""}, {"normalize": False}, {"max_length": 9}], ids=str
)
def test_options_that_do_not_apply(spec, option):
    with pytest.raises(SettingError, match=f"{next(iter(option))}: not an option of"):
        resolve(spec, **option)


def test_batch_size_and_threads_may_be_given_to_all():
    assert isinstance(resolve("mini", batch_size=8, threads=1), MiniEncoder)


@pytest.mark.parametrize("name", ["minni", "Mini", "min", "mini1"])
def test_mistyped_name(name):
    with pytest.raises(EncoderError, match=f"no encoder called '{name}'. Did you mean 'mini'"):
        resolve(name)


@pytest.mark.parametrize("spec", [None, 3, "", "  ", ["mini"]])
def test_nonsense(spec):
    with pytest.raises(EncoderError, match="expected an encoder, a function, a name or a path"):
        resolve(spec)


def test_class_instead_of_an_encoder():
    with pytest.raises(EncoderError, match="MiniEncoder is a class"):
        resolve(MiniEncoder)


def test_damaged_static_folder(tmp_path):
    config = (MINI_DATA / "config.json").read_text()
    (tmp_path / "config.json").write_text(config)
    with pytest.raises(EncoderError, match="a static encoder's folder holds"):
        resolve(tmp_path)


@pytest.mark.parametrize(
    "encoder",
    [
        MiniEncoder(),
        StaticEncoder(MINI_DATA),
        PrecomputedEncoder("v.npy"),
        TransformerEncoder("o/m", pooling="max", prompt="q: ", normalize=False, revision="main"),
    ],
    ids=lambda encoder: type(encoder).__name__,
)
def test_description_restores_the_encoder(encoder, tmp_path):
    description = json.loads(json.dumps(describe(encoder)))
    restored = from_description(description)
    assert type(restored) is type(encoder)
    assert describe(restored) == description
    assert describe(CachedEncoder(encoder, VectorCache(tmp_path))) == description


def test_description_of_mini():
    assert describe(resolve("mini")) == {"type": "registered", "name": "mini"}


class Variant(MiniEncoder):
    """Inherits the name, yet is not the registered class."""


@pytest.mark.parametrize(
    "encoder", [FunctionEncoder(ones), Own(), Variant()], ids=lambda encoder: type(encoder).__name__
)
def test_code_cannot_be_restored(encoder):
    description = json.loads(json.dumps(describe(encoder)))
    assert description["type"] in ("function", "custom")
    with pytest.raises(EncoderError, match=r"load\(path, target_encoder=\.\.\.\)"):
        from_description(description)


@pytest.mark.parametrize(
    "description", [{}, {"type": "transformer"}, {"type": "precomputed"}, {"type": "new"}], ids=str
)
def test_damaged_description(description):
    with pytest.raises(EncoderError, match=r"damaged reference|unknown type"):
        from_description(description)


def test_name_that_is_not_registered_here():
    with pytest.raises(UnknownNameError, match="Known: "):
        from_description({"type": "registered", "name": "plugin"})
