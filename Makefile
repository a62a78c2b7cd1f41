# What runs where: `make test` is all that CI runs, `make demo` shows the whole path on examples/shop.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help setup demo test lint conformance format clean

help:
	@echo "make setup    a virtual environment in .venv with everything in it, kb included"
	@echo "make demo     a question over MCP and a failing check, on a copy of examples/shop"
	@echo "make test     lint, types, layers and tests: what CI runs"
	@echo "make conformance  the official MCP conformance suite, from npm"
	@echo "make format   formats the code"
	@echo "make clean    removes .venv, caches and builds"

setup: $(READY)

# torch comes first and alone: a build of it that pip's own configuration prefers (CPU only) then stays. The
# constraints are an environment variable so that they hold for the build backend as well.
$(READY): export PIP_CONSTRAINT := constraints.txt
$(READY): export PIP_BUILD_CONSTRAINT := constraints.txt
$(READY): export PIP_DISABLE_PIP_VERSION_CHECK := 1
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ctxkb needs Python 3.11 or newer: make PYTHON=python3.11 $@")'
	@echo 'Setting up .venv: a few minutes the first time.'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet torch
	$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@

demo: $(READY)
	$(BIN)/python scripts/demo.py

test: lint
	$(BIN)/pytest --numprocesses auto --dist loadscope

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

conformance: $(READY)
	$(BIN)/python scripts/conformance.py

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build dist
