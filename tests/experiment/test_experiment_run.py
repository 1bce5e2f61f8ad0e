from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest

from langalign.data import LabeledText
from langalign.encoders.function import FunctionEncoder
from langalign.errors import FitWarning, MissingDependencyError
from langalign.evaluation import evaluate_predictions
from langalign.experiment.cells import Cell, CellStore
from langalign.experiment.oracle import oracle_predictions
from langalign.experiment.run import Setting, run_cells, uses_target_labels
from langalign.experiment.texts import ExperimentTexts
from langalign.experiment.vectors import ExperimentVectors
from langalign.strategies import strategies

SETTING = Setting(task="reviews", languages=("en", "ko"), data={}, encoders={}, metric="accuracy")


@pytest.fixture
def run(world, tmp_path):
    """Run strategies on the small world, changed; what was kept is in ``store``."""

    def run_strategies(*names, target_encoder=world.encoder, max_pairs=None, **changes):
        texts = ExperimentTexts(**(world.data() | changes))
        vectors = ExperimentVectors.encode(texts, world.encoder, target_encoder)
        setting = replace(SETTING, max_pairs=max_pairs)
        cells = [name if isinstance(name, Cell) else Cell(name, 0) for name in names]
        found = run_cells(cells, vectors, setting, CellStore(tmp_path, {}))
        return [found[cell] for cell in cells], vectors

    return run_strategies


def test_a_record_is_what_the_strategy_gives_by_itself(run):
    (result,), vectors = run(Cell("linear", 4, pairs=60))
    fitted = strategies.get("linear")().fit(vectors.problem(Cell("x", 4, pairs=60)), random_state=4)
    predicted = fitted.predict(vectors.test_X)
    assert list(result.predicted) == predicted.tolist()
    assert result.record.scores == evaluate_predictions(vectors.truth, predicted)
    assert (result.record.strategy, result.record.seed) == ("linear", 4)
    assert (result.record.task, result.record.languages) == ("reviews", ("en", "ko"))
    settings = result.record.settings
    assert settings["pairs"] == 60
    chosen = fitted.choice_.candidates[fitted.choice_.chosen]
    assert (settings["aligner"], settings["kappa"]) == (chosen.aligner, chosen.kappa)


@pytest.mark.parametrize("name", ["auto", "reverse-auto", "reverse-linear"])
@pytest.mark.parametrize("pairs", [None, 20], ids=["chosen by agreement", "too few to choose by"])
def test_a_record_names_the_aligner_that_was_taken(run, name, pairs):
    (result,), vectors = run(Cell(name, 1, pairs=pairs))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FitWarning)
        fitted = strategies.get(name)().fit(
            vectors.problem(Cell(name, 1, pairs=pairs)), random_state=1
        )
    settings = result.record.settings
    assert settings["aligner_name"] == fitted.aligner_.registered_name != "auto"
    assert ("kappa" in settings) == (pairs is None)
    if pairs is None and name.endswith("auto"):
        league = fitted.choice_.league
        assert settings["aligner_name"] == league.places[league.chosen].name


def test_what_has_no_aligner_names_none(run):
    found, _ = run("english-only", "native", "distill")
    assert not any("aligner_name" in result.record.settings for result in found)


def test_the_seed_of_an_oracle_is_that_of_its_cell(run, world):
    texts, worths = world.sentences(600, 13)
    labels = [world.two_classes(worth) for worth in worths]
    test = LabeledText(world.translated(texts), labels, "ko")
    found, vectors = run(*(Cell("rcsls-oracle", seed) for seed in range(3)), test=test)
    served = vectors.test_X, vectors.truth, "accuracy"
    expected = oracle_predictions(
        vectors.everything, "rcsls", "forward", *served, random_state=2
    ).tolist()
    assert list(found[2].predicted) == expected
    assert len({result.predicted for result in found}) > 1


def test_the_fewest_pairs_stand_in_the_record(run):
    cells = [Cell("linear", 0), Cell("linear", 0, pairs=40), Cell("linear", 0, pairs=80)]
    found, _ = run(*cells, max_pairs=50)
    assert [result.record.settings["pairs"] for result in found] == [50, 40, 50]


REASONS = [
    ("native-500", {}, "500 labelled target texts are needed, 130 were given"),
    ("native-100", {"native": None}, "give some (--native)"),
    ("native", {"native": None}, "give some (--native)"),
    ("linear+native-100", {"native": None}, "give some (--native)"),
    ("translated", {}, "give some (--translated)"),
    ("translate-test", {}, "give them (--test-translated)"),
]


@pytest.mark.parametrize(("name", "changes", "reason"), REASONS)
def test_what_the_data_do_not_allow_is_left_out_with_its_reason(run, name, changes, reason):
    (result, other), _ = run(name, "linear", **changes)
    assert result.record is None
    assert result.predicted == ()
    assert reason in result.reason
    assert other.record is not None


def test_english_only_needs_one_encoder(run, world):
    other = FunctionEncoder(world.encode, name="another")
    (result, linear), _ = run("english-only", "linear", target_encoder=other)
    assert "one encoder for both languages" in result.reason
    assert linear.record is not None


def test_translations_are_what_is_learned_from_or_served(run, world):
    native, source = world.data()["native"], world.sentences(50, 13)[0]
    (translated, ceiling), _ = run("translated", "native", translated=native)
    assert translated.predicted == ceiling.predicted
    (served, plain), _ = run("translate-test", "english-only", test_translated=tuple(source))
    assert served.record.scores.accuracy > plain.record.scores.accuracy + 0.1


def test_a_native_label_that_is_another_changes_only_what_uses_native_labels(run, world):
    native = world.data()["native"]
    turned = ["bad" if label == "good" else "good" for label in native.labels]
    names = ("english-only", "linear", "distill", "native", "native-100", "linear+native-100")
    before, _ = run(*names)
    after, _ = run(
        *(Cell(name, 0, labels=10_000) for name in names),
        native=LabeledText(native.texts, turned, "ko"),
    )
    changed = [
        name
        for name, one, other in zip(names, before, after, strict=True)
        if one.predicted != other.predicted
    ]
    assert changed == [name for name in names if uses_target_labels(name)]
    assert uses_target_labels("linear-oracle")


def test_warnings_of_a_fit_are_kept_with_its_result(run, recwarn):
    (result,), _ = run(Cell("linear", 0, pairs=20))
    assert "20 pairs are too few to choose settings" in result.record.settings["warnings"][0]
    assert "kappa" not in result.record.settings
    assert not [each for each in recwarn if issubclass(each.category, FitWarning)]


class NeedsMore:
    """A strategy that needs a package which comes and goes."""

    uses_target_labels, serves, there = False, "target", False

    def fit(self, problem, *, random_state=0):
        if not self.there:
            raise MissingDependencyError("needs the package 'more': pip install more")
        return strategies.get("english-only")().fit(problem, random_state=random_state)


def test_what_needs_a_missing_package_is_run_when_it_is_there(run, monkeypatch):
    usual = strategies.get
    monkeypatch.setattr(
        strategies, "get", lambda name: NeedsMore if name == "needs-more" else usual(name)
    )
    (result,), _ = run("needs-more")
    assert (result.record, "pip install more" in result.reason) == (None, True)
    monkeypatch.setattr(NeedsMore, "there", True)
    (result,), _ = run("needs-more")
    assert result.record is not None


def test_progress_counts_every_cell(world, tmp_path):
    vectors = ExperimentVectors.encode(
        ExperimentTexts(**world.data()), world.encoder, world.encoder
    )
    cells, steps = [Cell("english-only", seed) for seed in range(3)], []
    for _ in range(2):  # the second time from the store
        run_cells(
            cells,
            vectors,
            SETTING,
            CellStore(tmp_path, {}),
            progress=lambda *news: steps.append(news),
        )
    assert steps == [("Comparing strategies", done, 3) for done in range(4)] * 2
    assert np.unique([cell.file for cell in cells]).size == 3
