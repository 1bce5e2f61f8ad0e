"""An installation without torch, transformers and sentence-transformers does all but networks."""

from __future__ import annotations

import json

TORCH = ("torch", "transformers", "sentence_transformers")

COMMANDS = """
import contextlib, io, json
from langalign.cli.main import main
from langalign.data import bundled_path

def run(*arguments):
    sys.argv = ["langalign", *map(str, arguments)]
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    with contextlib.redirect_stdout(out):
        try:
            main()
        except SystemExit as stop:
            assert not stop.code, stop.code
    return out.buffer.getvalue().decode()

folder = sys.argv[1]
"""


def test_fit_save_load_predict_and_evaluate(run_python, tmp_path):
    code = f"""{COMMANDS}
data, model = bundled_path("sentiment"), folder + "/model"
fitted = run("fit", "--parallel", data, "--labeled", data, "--target-lang", "ko",
             "--max-pairs", 200, "--out", model, "--json")
predicted = run("predict", model, "--text", "정말 재미있게 봤어요.")
scores = run("evaluate", model, data, "--json")
missing = [name for name in {TORCH} if name in sys.modules]
print(json.dumps([json.loads(each) for each in (fitted, predicted, scores)] + [missing]))
"""
    fitted, predicted, scores, loaded = json.loads(run_python(code, tmp_path, hidden=TORCH))
    assert fitted["seen"] == {"pairs": 200, "labeled": 510, "unlabeled": 0}
    assert predicted["label"] in ("negative", "positive")
    assert scores["n"] == 210
    assert scores["accuracy"] > 0.5
    assert loaded == []


def test_the_demonstration_leaves_the_networks_out_and_says_so(run_python, tmp_path):
    code = f"""{COMMANDS}
import langalign.demo as demo
demo.LANGUAGES = {{"ko": "Korean"}}
demo.TASKS.pop("nli")
demo.STRATEGIES = ("english-only", "linear", "fc", "ae")
print(run("demo", "--out", folder + "/demo"))
"""
    shown = run_python(code, tmp_path, hidden=TORCH)
    assert "Left out: fc, ae (they need torch: pip install 'langalign[torch]')" in shown
    assert "linear" in shown
    records = json.loads((tmp_path / "demo" / "results.json").read_text(encoding="utf-8"))
    assert [record["strategy"] for record in records] == ["english-only", "linear"]
    assert (tmp_path / "demo" / "report.html").is_file()


def test_names_that_need_torch_are_listed_and_explained(run_python, tmp_path):
    code = f"""{COMMANDS}
from langalign import LangAlign
from langalign.errors import MissingDependencyError
listed = run("list", "aligners")
try:
    LangAlign("some/model").fit(["a", "b"], ["x", "y"], parallel=(["a", "b"], ["가", "나"]))
except MissingDependencyError as error:
    print(listed, error)
"""
    shown = run_python(code, tmp_path, hidden=TORCH)
    assert "fc" in shown
    assert "pip install 'langalign[torch]'" in shown
