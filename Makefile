PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check bench clean

demo: $(VENV)/.demo
	$(BIN)/mea-kg query who-cooperates-with WCO

test: $(VENV)/.test
	$(BIN)/pytest -n 2

# What a reviewer asks for: formatting, types, and the form of the curated data.
check: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mea-kg format --check

# Minutes at these sizes: the peers take most of them. More with: make bench SIZES=10k,100k,1M
SIZES := 5k,10k
bench: $(VENV)/.bench
	$(BIN)/python benchmarks/scale.py --sizes $(SIZES)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo "mea-kg needs Python 3.10 or later: make PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.test: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(VENV)/.demo $@

$(VENV)/.bench: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	@touch $(VENV)/.demo $(VENV)/.test $@

clean:
	rm -rf $(VENV) dist
