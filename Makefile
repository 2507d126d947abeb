# `make run` sets everything up and opens the chat; `make test` sets everything up and runs the tests.
# Python 3.11 or newer, make and a package index are all that is needed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --progress-bar on --disable-pip-version-check

.PHONY: help run test lint bench lock clean

help:  ## What can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

run: $(VENV)/.installed  ## Set up and open the chat at http://127.0.0.1:7860
	$(BIN)/duality ui

test: $(VENV)/.installed-dev  ## Set up and run all checks and tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/duality models pull
	$(BIN)/python -m pytest --durations=30

lint: $(VENV)/.installed-dev  ## Format, and check style and types
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed-dev  ## Measure indexing over the PDFs in PDFS
	$(BIN)/python bench/index.py $(PDFS)

lock: $(VENV)/.installed-dev  ## Renew constraints.txt and constraints-dev.txt; LOCK=--upgrade takes the newest
	$(PIP) uv
	$(BIN)/python bench/lock.py $(LOCK)

clean:  ## Remove the virtual environment and caches; your data stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Duality needs Python 3.11 or newer; try: make run PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

# Whatever pip brings must have a SHA-256 of the lock files; the project itself is built with what they brought.
$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) --require-hashes -r constraints.txt
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt constraints-dev.txt | $(VENV)/bin/python
	$(PIP) --require-hashes -r constraints.txt -r constraints-dev.txt
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@ $(VENV)/.installed
