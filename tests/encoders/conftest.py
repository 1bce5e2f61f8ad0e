"""A tiny transformer made on the spot; nothing here ever asks the internet."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_bert import save_bert as make_bert


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def save_bert():
    """The function that writes another tiny BERT: other weights, other vocabulary."""
    return make_bert


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory) -> Path:
    return make_bert(tmp_path_factory.mktemp("models") / "bert")
