from __future__ import annotations

import json

import pytest

from langalign.errors import PersistenceError, SettingError
from langalign.evaluation import RunRecord, evaluate_predictions
from langalign.experiment.cells import Cell, CellResult, CellStore

KEY = {"langalign": "1", "data": {"test": "aa", "native": "bb"}, "max_pairs": None}
CELL = Cell("linear", 3)
RECORD = RunRecord(
    task="reviews",
    languages=("en", "ko"),
    strategy="linear",
    scores=evaluate_predictions(["a", "b", "b"], ["a", "b", "a"]),
    seed=3,
    settings={"aligner": {"alpha": 0.1 + 0.2}, "kappa": 0.5},
    data={"test": "0" * 64},
    encoders={"source": "x", "target": "y"},
    seconds=0.25,
)
RESULTS = {
    "labels": CellResult(RECORD, ("좋음", "b", "a|b")),
    "numbers": CellResult(RECORD, (0.1 + 0.2, -1e-17, 3.0)),
    "left out": CellResult(None, reason="500 labelled target texts are needed, 9 were given"),
}


@pytest.mark.parametrize("name", RESULTS)
def test_what_is_saved_is_what_is_loaded(tmp_path, name):
    CellStore(tmp_path, KEY).save(CELL, RESULTS[name])
    assert CellStore(tmp_path, KEY).load(CELL) == RESULTS[name]


def test_each_cell_has_a_file_of_its_own(tmp_path):
    store = CellStore(tmp_path, KEY)
    cells = [
        CELL,
        Cell("linear", 13),
        Cell("linear-oracle", 3),
        Cell("linear", 3, pairs=100),
        Cell("linear", 3, labels=100),
        Cell("linear", 3, pairs=100, labels=100),
        Cell("linear", 3, translations=100),
    ]
    for number, cell in enumerate(cells):
        assert store.load(cell) is None
        store.save(cell, CellResult(None, reason=str(number)))
    assert [store.load(cell).reason for cell in cells] == list("0123456")
    assert len({cell.draw for cell in cells}) == 6  # the oracle uses the rows of its strategy


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"data": {"test": "aa", "native": "cc"}}, "data native"),
        ({"data": {"test": "aa"}}, "data native"),
        ({"max_pairs": 0, "langalign": "2"}, "langalign, max_pairs"),
        ({"pair_mode": "cross"}, "pair_mode"),
    ],
)
def test_the_folder_of_another_comparison_is_refused_naming_what_differs(tmp_path, changes, named):
    CellStore(tmp_path, KEY).save(CELL, RESULTS["labels"])
    with pytest.raises(SettingError, match=rf"it differs in {named}\). Give another folder"):
        CellStore(tmp_path, KEY | changes)


def test_a_folder_without_results_is_anybodys(tmp_path):
    CellStore(tmp_path, KEY)
    assert list(tmp_path.iterdir()) == []
    CellStore(tmp_path, KEY | {"max_pairs": 10}).save(CELL, RESULTS["labels"])
    with pytest.raises(SettingError, match="max_pairs"):
        CellStore(tmp_path, KEY)


@pytest.mark.parametrize("content", ["", '{"record"', "[1, 2]", "{}", '{"record": {"task": "x"}}'])
def test_a_damaged_cell_says_what_to_do(tmp_path, content):
    store = CellStore(tmp_path, KEY)
    store.save(CELL, RESULTS["labels"])
    path = tmp_path / "cells" / CELL.file
    path.write_text(content, encoding="utf-8")
    with pytest.raises(
        PersistenceError, match=r"linear\.seed3\.json is damaged .*delete it to run"
    ):
        store.load(CELL)
    path.unlink()
    assert store.load(CELL) is None


def test_a_damaged_key_costs_the_folder(tmp_path):
    CellStore(tmp_path, KEY).save(CELL, RESULTS["labels"])
    (tmp_path / "cells" / "comparison.json").write_text("{", encoding="utf-8")
    with pytest.raises(PersistenceError, match=r"comparison\.json is damaged .*delete the folder"):
        CellStore(tmp_path, KEY)


def test_a_cell_file_can_be_read_by_people(tmp_path):
    CellStore(tmp_path, KEY).save(CELL, RESULTS["labels"])
    text = (tmp_path / "cells" / CELL.file).read_text("utf-8")
    assert "좋음" in text
    assert json.loads(text)["record"]["settings"] == RECORD.settings
