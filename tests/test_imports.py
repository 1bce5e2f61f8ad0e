"""What importing loads: nothing heavy until it is needed."""

from __future__ import annotations

import importlib
import json
import types

import pytest

import langalign
from langalign import LangAlign
from langalign.data import bundled

HEAVY = (
    "numpy",
    "scipy",
    "sklearn",
    "matplotlib",
    "pyarrow",
    "jinja2",
    "safetensors",
    "tokenizers",
    "torch",
    "transformers",
    "sentence_transformers",
    "pandas",
    "huggingface_hub",
    "httpx",
    "faiss",
    "qdrant_client",
    "psycopg",
    "pgvector",
    "mteb",
    "rich.console",
)
SERVING = ("numpy", "safetensors", "tokenizers")
TORCH = ("torch", "transformers", "sentence_transformers")


def test_importing_the_package_loads_nothing_heavy(run_python):
    code = f"import langalign; print([name for name in {HEAVY} if name in sys.modules])"
    assert run_python(code).strip() == "[]"


@pytest.mark.parametrize("arguments", [["--help"], ["fit", "--help"], ["--version"]])
def test_the_command_line_says_its_help_without_anything_heavy(run_python, arguments):
    code = f"""
from langalign.cli.main import main
sys.argv = ["langalign", *{arguments}]
try:
    main()
except SystemExit:
    pass
print([name for name in {HEAVY} if name in sys.modules])
"""
    assert run_python(code).splitlines()[-1] == "[]"


def test_all_names_are_there_sorted_and_nothing_else():
    assert sorted(langalign.__all__) == langalign.__all__
    assert dir(langalign) == langalign.__all__
    assert set(langalign._HOME) | {"__version__"} == set(langalign.__all__)
    for name, home in langalign._HOME.items():
        assert getattr(langalign, name) is getattr(importlib.import_module(home), name)
        assert not isinstance(getattr(langalign, name), types.ModuleType)
    with pytest.raises(AttributeError, match="no attribute 'Linaer'"):
        _ = langalign.Linaer


def test_a_star_import_gives_the_public_names():
    names = {}
    exec("from langalign import *", names)
    assert set(langalign.__all__) <= names.keys()


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_loading_and_predicting_needs_numpy_tokenizers_and_safetensors_only(
    run_python, tmp_path, direction
):
    rows = range(0, 510, 4)
    model = LangAlign(target_lang="ko", direction=direction, select=False, cache=False)
    model.fit(
        bundled.sentiment("en", "train").take(rows),
        parallel=bundled.parallel("sentiment", "en", "ko", "train").take(rows),
    )
    model.save(tmp_path / "model")
    texts = ["정말 재미있게 봤어요.", "다시는 안 사요."]
    code = f"""
import json
from langalign import LangAlign
model = LangAlign.load(sys.argv[1])
found = [model.predict({texts!r}).tolist(), model.predict_proba({texts!r}).tolist()]
print(json.dumps([*found, [name for name in {HEAVY} if name in sys.modules]]))
"""
    hidden = [name for name in HEAVY if name not in SERVING]
    labels, probabilities, loaded = json.loads(run_python(code, tmp_path / "model", hidden=hidden))
    assert labels == model.predict(texts).tolist()
    assert probabilities == model.predict_proba(texts).tolist()
    assert loaded == list(SERVING)


def test_predicting_a_line_needs_nothing_that_fitting_and_reporting_need(run_python, tmp_path):
    rows = range(0, 510, 4)
    LangAlign(target_lang="ko", select=False, cache=False).fit(
        bundled.sentiment("en", "train").take(rows),
        parallel=bundled.parallel("sentiment", "en", "ko", "train").take(rows),
    ).save(tmp_path / "model")
    code = f"""
from langalign.cli.main import main
sys.argv = ["langalign", "predict", sys.argv[1], "--text", "정말 재미있게 봤어요."]
try:
    main()
finally:
    print([name for name in {(*HEAVY, "langalign.evaluation")} if name in sys.modules])
"""
    labelled, loaded = run_python(code, tmp_path / "model").splitlines()
    assert json.loads(labelled)["text"] == "정말 재미있게 봤어요."
    assert loaded == str(list(SERVING))


def test_a_closed_form_is_fitted_without_torch_and_a_network_says_what_it_needs(run_python):
    code = """
from langalign import LangAlign
from langalign.data import bundled
from langalign.errors import MissingDependencyError
rows = range(0, 510, 4)
reviews = bundled.sentiment("en", "train").take(rows)
pairs = bundled.parallel("sentiment", "en", "ko", "train").take(rows)
for aligner in ("linear", "procrustes", "mean-shift", "fc", "ae"):
    model = LangAlign(target_lang="ko", aligner=aligner, select=False, cache=False)
    try:
        print(aligner, len(model.fit(reviews, parallel=pairs).predict(["좋아요"])))
    except MissingDependencyError as error:
        print(aligner, error)
"""
    lines = run_python(code, hidden=TORCH).splitlines()
    assert lines[:3] == ["linear 1", "procrustes 1", "mean-shift 1"]
    for line in lines[3:]:
        assert "'torch', which is not installed" in line
        assert "pip install 'langalign[torch]'" in line
