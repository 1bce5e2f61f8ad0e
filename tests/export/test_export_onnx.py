"""One graph: it answers as the model does, with onnxruntime, tokenizers and numpy alone."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys

import numpy as np
import pytest

from langalign import LangAlign
from langalign.aligners.autoencoder import AutoEncoder
from langalign.aligners.fully_connected import FullyConnected
from langalign.aligners.residual import Residual
from langalign.cli.main import main
from langalign.encoders.transformer import TransformerEncoder
from langalign.errors import NotFittedError, PersistenceError, SettingError, UnknownNameError
from langalign.export import export_model, formats
from langalign.heads.mlp import MLPHead

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

TEXTS = ["정말 재미있게 봤어요.", "다시는 안 사요.", "", "good 映画", "w " * 300]


def example_of(folder):
    """The classifier of the folder's own file, imported from there."""
    spec = importlib.util.spec_from_file_location("predict", folder / "predict.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Classifier(folder)


def same_answers(model, folder, texts, rtol=0):
    exported = example_of(folder)
    expected = model.predict_proba(texts)
    np.testing.assert_allclose(exported.outputs(texts), expected, atol=1e-5, rtol=rtol)
    assert exported.predict(texts) == model.predict(texts).tolist()


@pytest.mark.parametrize(
    "settings",
    [
        {"aligner": "linear"},
        {"aligner": "linear", "direction": "reverse", "normalize": True, "spread": "covariance"},
        {"aligner": "procrustes", "direction": "reverse", "head": MLPHead(hidden=(8,))},
    ],
    ids=str,
)
def test_answers_as_the_model_does(fit_mini, tmp_path, settings):
    model = fit_mini(**settings)
    model.classifier_.temperature_, model.classifier_.threshold_ = 1.7, 0.43
    model.classifier_.class_factors_ = np.array([0.4, 1.9])
    export_model(model, tmp_path / "out", format="onnx")
    same_answers(model, tmp_path / "out", TEXTS)


@pytest.mark.parametrize(
    "aligner",
    [
        FullyConnected(n_layers=3, epochs=2),
        AutoEncoder(epochs=2),
        Residual(width=32, epochs=2),
    ],
    ids=lambda aligner: type(aligner).__name__,
)
def test_networks_in_front_of_the_head(fit_mini, tmp_path, aligner):
    pytest.importorskip("torch")
    model = fit_mini(aligner=aligner, direction="reverse")
    export_model(model, tmp_path / "out", format="onnx")
    same_answers(model, tmp_path / "out", TEXTS)


@pytest.mark.parametrize("pair_mode", ["siamese", "cross"])
def test_transformers_and_pairs_that_are_read_together(fit_tiny, tmp_path, pair_mode):
    model = fit_tiny(aligner="linear", direction="reverse", pair_mode=pair_mode)
    export_model(model, tmp_path / "out", format="onnx")
    texts = ["a man eats", "the dog", "", "a woman sleeps"]
    if pair_mode == "cross":
        texts = list(zip(texts, reversed(texts), strict=True))
    same_answers(model, tmp_path / "out", texts)


def test_8_bits_stay_8_bits(fit_tiny, tiny_bert, tmp_path):
    model = fit_tiny(TransformerEncoder(tiny_bert, backend="onnx-int8"), aligner="linear")
    export_model(model, tmp_path / "out", format="onnx")
    same_answers(model, tmp_path / "out", ["a man eats", "the dog", ""])
    assert b"MatMulInteger" in (tmp_path / "out" / "model.onnx").read_bytes()


def test_several_labels_and_numbers(fit_tiny, tiny_bert, tmp_path):
    from langalign import LabeledText, ParallelText

    texts = ["a man eats", "the dog runs", "a woman sleeps", "the man", "a dog", "eats"] * 4
    for labels in (["x|y", "x", "|", "y", "x|y", "y"] * 4, [str(n % 5) for n in range(24)]):
        model = LangAlign(
            "mini", "mini", target_lang="ko", aligner="mean-shift", select=False, cache=False,
            clean=False,
        ).fit(
            LabeledText(texts, labels, "en"),
            parallel=ParallelText(texts[:6], texts[5::-1], "en", "ko"),
        )  # fmt: skip
        export_model(model, tmp_path / "out", format="onnx")
        exported = example_of(tmp_path / "out")
        found, expected = exported.predict(texts[:6]), model.predict(texts[:6])
        if model.task_ == "similarity":
            np.testing.assert_allclose(found, expected, atol=1e-4)
        else:
            assert found == expected.tolist()
            np.testing.assert_allclose(
                exported.outputs(texts[:6]), model.predict_proba(texts[:6]), atol=1e-5
            )


ONLY = """
import importlib.abc, sys
ALLOWED = set(sys.stdlib_module_names) | {"onnxruntime", "tokenizers", "numpy"}
ALLOWED |= {"google", "flatbuffers", "packaging"}  # what onnxruntime itself requires
class Only(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in ALLOWED:
            raise ModuleNotFoundError(f"{name} is not here", name=name)
sys.meta_path.insert(0, Only())
import runpy
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_the_example_needs_three_packages(fit_mini, tmp_path):
    model = fit_mini(aligner="linear")
    export_model(model, tmp_path / "out", format="onnx")
    asked = TEXTS[:2]
    done = subprocess.run(
        [sys.executable, "-I", "-c", ONLY, str(tmp_path / "out" / "predict.py"), *asked],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={"PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr
    expected = [f"{label}\t{text}" for label, text in zip(model.predict(asked), asked, strict=True)]
    assert done.stdout.splitlines() == expected
    assert len((tmp_path / "out" / "predict.py").read_text("utf-8").splitlines()) < 65


class TestWhatCannotBeExported:
    def test_siamese_pairs(self, tmp_path):
        from langalign.data import bundled

        rows = range(0, 180, 2)
        model = LangAlign(target_lang="ko", aligner="mean-shift", select=False, cache=False).fit(
            bundled.nli("en", "train").take(rows),
            parallel=bundled.parallel("nli", "en", "ko", "train").take(rows),
        )
        for name in ("onnx", "sklearn"):
            with pytest.raises(SettingError, match="compares the vectors of two texts"):
                export_model(model, tmp_path / "out", format=name)
        assert not (tmp_path / "out").exists()

    def test_windows_functions_and_foreign_maps(self, fit_mini, fit_tiny, tiny_bert, tmp_path):
        pooled = fit_tiny(TransformerEncoder(tiny_bert, long_texts="pool"), aligner="linear")
        with pytest.raises(SettingError, match="in windows"):
            export_model(pooled, tmp_path / "out", format="onnx")
        own = fit_mini(aligner="linear")
        own.target_encoder_ = object()
        with pytest.raises(SettingError, match="--format sklearn takes ready vectors"):
            export_model(own, tmp_path / "out", format="onnx")
        odd = fit_mini(aligner="iterative-normalisation", direction="reverse")
        with pytest.raises(SettingError, match="is not made of dense layers"):
            export_model(odd, tmp_path / "out", format="onnx")

    def test_what_is_not_there(self, fit_mini, tmp_path):
        with pytest.raises(NotFittedError, match="fit it, then export it"):
            export_model(LangAlign(), tmp_path / "out", format="onnx")
        with pytest.raises(UnknownNameError, match="Did you mean 'onnx'"):
            export_model(LangAlign(), tmp_path / "out", format="onx")
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "notes.txt").write_text("keep")
        with pytest.raises(PersistenceError, match="choose a new folder"):
            export_model(fit_mini(aligner="linear"), tmp_path / "mine", format="onnx")


def test_on_the_command_line(fit_mini, tmp_path, monkeypatch, capsys):
    fit_mini(aligner="linear").save(tmp_path / "model")
    for name in formats.names():
        command = ["export", tmp_path / "model", "--format", name, "--out", tmp_path / name]
        monkeypatch.setattr(sys, "argv", ["langalign", *map(str, command)])
        with pytest.raises(SystemExit) as done:
            main()
        if name == "sentence-transformers":
            assert done.value.code == 2
            assert "is no transformer" in capsys.readouterr().err
            continue
        assert done.value.code == 0
        assert "its README.md shows its use" in capsys.readouterr().out
        settings = json.loads((tmp_path / name / "langalign.json").read_text("utf-8"))
        assert settings["format"] == name
        assert settings["labels"] == ["negative", "positive"]
