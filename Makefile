# Everything a newcomer needs: make demo, make test, make check.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BENCH_STAMP := $(VENV)/.bench-installed

.PHONY: help install demo test bench check format docs clean

help: ## Show the targets.
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[all,dev]'
	@touch $(STAMP)

install: $(STAMP) ## Make .venv with pinned dependencies.

demo: $(STAMP) ## Fit, evaluate and compare on the bundled data; writes langalign-demo/report.html.
	HF_HUB_OFFLINE=1 $(BIN)/langalign demo

test: $(STAMP) ## Run all tests, offline.
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest -n 2

$(BENCH_STAMP): $(STAMP)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[bench]'
	@touch $(BENCH_STAMP)

bench: $(BENCH_STAMP) ## Measure speed in short; fails where a bar is missed. Reads LANGALIGN_DATA.
	HF_HUB_OFFLINE=1 $(BIN)/python benchmarks/bars.py

check: $(STAMP) ## Check style, types, import layers and that generated docs are current.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/reference.py --check
	$(BIN)/python scripts/results.py --check

format: $(STAMP) ## Mend style.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(STAMP) ## Regenerate the parts of docs/ that come from code and records.
	$(BIN)/python scripts/reference.py
	$(BIN)/python scripts/results.py

clean: ## Remove everything that was made.
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
