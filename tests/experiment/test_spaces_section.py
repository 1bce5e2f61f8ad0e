"""The two spaces on the page of a comparison."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from langalign.experiment.spaces_section import spaces_section
from langalign.report import Report, Section, render_report
from langalign.strategies.base import Problem


def problem(n, groups=None):
    X = np.random.default_rng(0).normal(size=(n, 6)).astype(np.float32)
    return Problem(X=X, y=np.arange(n) % 2, source=X, target=-X, unlabeled=None, groups=groups)


def test_the_measures_stand_on_the_page():
    (section,) = spaces_section(problem(200))
    page = render_report(Report(title="t", sections=(section,)))
    assert "hubness, mapped" in page
    assert "What it says" in page
    shape = next(fact for fact in section.facts if fact.label.startswith("shape"))
    assert shape.value == "0.0x"
    assert list(spaces_section(problem(200))) == [section]


def test_too_few_different_pairs_give_no_section():
    assert not list(spaces_section(problem(15)))
    assert not list(spaces_section(problem(200, groups=np.arange(200) % 10)))


def test_a_section_without_numbers_has_no_table_of_them():
    (section,) = spaces_section(problem(200))
    page = render_report(Report(title="t", sections=(replace(section, facts=()),)))
    assert "What it says" not in page
    assert "What it says" not in render_report(Report(title="t", sections=(Section(title="s"),)))
