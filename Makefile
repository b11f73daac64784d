# Everything a developer and CI do. `make` alone prints this list; it needs Python, make and a package index.

PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
PIP    := $(PY) -m pip --disable-pip-version-check
READY  := $(VENV)/.ready
WORDS  := $(VENV)/.words
CATALOGUES := $(shell find ayala/language -name '*.po' 2>/dev/null)

# Without byte-code on the disk a benchmark would time the compiler, so measuring takes these two away.
MEASURED := env -u PYTHONDONTWRITEBYTECODE -u PYTHONUNBUFFERED

.DEFAULT_GOAL := help
.PHONY: help setup demo test check lint types soak docs drift language bench reference lock clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(READY) $(WORDS) ## a virtual environment in .venv, with everything pinned in requirements.lock

# Runs again only when what is to be installed has changed.
$(READY): pyproject.toml requirements.lock
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	$(MEASURED) $(PY) -m compileall -q ayala
	@touch $@

# The compiled catalogues follow the .po files.
$(WORDS): $(CATALOGUES) | $(READY)
	$(PY) -m ayala.language.build
	@touch $@

demo: setup ## an invented office to look around in
	$(VENV)/bin/ayala demo

test: setup ## all tests, on SQLite and on PostgreSQL
	$(PY) -m pytest --numprocesses=auto --dist=loadfile $(COVERED)

# With every branch of storage, sheets and dormitory taken by the tests, or it fails.
check: COVERED := --cov --cov-report=term-missing:skip-covered
check: lint types test ## all that CI runs: lint, types, and the tests (docs, drift, coverage are among them)

lint: setup ## style and likely bugs
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: setup ## mypy, strict
	$(PY) -m mypy

soak: setup ## a night of faults: kills, power cuts, full disks, fuzz, killed servers
	AYALA_SOAK=1 $(PY) -m pytest tests/faults tests/hostile tests/model tests/watch

docs: setup ## the examples in the documents run, and the command reference is up to date
	$(PY) -m pytest -q tests/test_docs.py tests/test_every_command.py

drift: setup ## the migrations make exactly the tables of storage/tables.py
	$(PY) -m pytest -q -k drift

language: setup ## compile the Kazakh, Russian and English catalogues
	$(PY) -m ayala.language.build

bench: setup ## measure start-up, bulk import, the watch, reports and workbooks beside other programs (ROWS=1000000)
	$(MEASURED) $(PY) benchmarks/start_up.py
	$(MEASURED) $(PY) benchmarks/bulk_import.py $(if $(ROWS),--rows $(ROWS))
	$(MEASURED) $(PY) benchmarks/watch.py $(if $(ROWS),--graduates $(ROWS))
	$(MEASURED) $(PY) benchmarks/reports.py $(if $(ROWS),--graduates $(ROWS))
	$(MEASURED) $(PY) benchmarks/xlsx.py

reference: setup ## write docs/commands.md and docs/errors.md anew
	$(PY) -m tests.reference

lock: ## make requirements.lock anew from pyproject.toml, for every system at once
	@test -x .bench/lock/bin/python || $(PYTHON) -m venv .bench/lock
	.bench/lock/bin/python -m pip --disable-pip-version-check install --quiet --upgrade uv
	.bench/lock/bin/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--generate-hashes --upgrade --no-emit-index-url --no-emit-find-links --quiet \
		--custom-compile-command "make lock" --output-file requirements.lock

clean: ## remove all that make has made
	rm -rf $(VENV) .bench .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find ayala tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
	find ayala -name '*.mo' -delete
