# `make run` and `make test` work as the first command after a clone: they create .venv and .venv-server from the lock files and go.
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
COVERED := adapters cli defs domain settings test_manager.py test_manager_settings.py

# Without compiled bytecode every start takes twice as long.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run dev down test drill coverage check format docs site schema wheel bench statistics-doc gates-doc lock clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.installed .venv-server/.installed  ## create the two environments from their lock files

run: setup  ## source documents to an active testset: make run [DOCS=folder] [SIZE=n]
	@$(BIN)/golden-assets run $(if $(SIZE),--size "$(SIZE)") $(if $(DOCS),--docs "$(DOCS)")

dev: setup  ## open the Dagster and Phoenix UIs; Ctrl-C stops them
	@$(BIN)/golden-assets dev

down: .venv/.installed  ## stop the embedded servers
	@$(BIN)/golden-assets down

test: setup  ## the tests, against real servers
	$(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder

drill: setup  ## whole lives and faults: kills, full disks, hostile files: make drill [KILLS=n] [ONLY="not long"]
	$(BIN)/pytest -q -n 2 --dist worksteal golden_assets_tests/drills $(if $(KILLS),--kills "$(KILLS)") $(if $(ONLY),-m "$(ONLY)")

coverage: setup  ## the tests that start no command, with line coverage and its floor
	$(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder --cov=golden_assets --cov-report=term $(addprefix golden_assets_tests/,$(COVERED))

check: setup site  ## format, lint, types, layers, Dagster definitions, docs site
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	env -u DAGSTER_HOME DAGSTER_DISABLE_TELEMETRY=1 $(BIN)/dg check defs

format: .venv/.installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: .venv/.installed  ## write the references of settings and commands
	$(BIN)/python -m tools.reference

site: .venv/.installed  ## build the docs site in build/site; a broken link fails
	$(BIN)/zensical build --clean --strict

schema: setup  ## write sql/schema.sql and sql/catalogue.json from the migrations
	$(BIN)/python -m tools.schema

wheel: setup  ## build the wheel in dist/
	$(BIN)/uv build -q --wheel --clear --out-dir dist

bench: setup  ## print the benchmarks
	$(BIN)/python -m bench

statistics-doc: setup  ## simulate the A/B test and write docs/statistics.md
	$(BIN)/python -m tools.statistics_doc

gates-doc: setup  ## simulate the gates and write docs/gates.md
	$(BIN)/python -m tools.gates_doc

lock: .venv/.installed  ## renew the lock files (asks the package registry)
	$(BIN)/uv pip compile -q pyproject.toml --extra embedded --group dev --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url -o requirements.lock
	$(BIN)/uv pip compile -q requirements-server.in --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url -o requirements-server.lock

clean: down  ## remove environments, data and caches
	rm -rf .venv .venv-server .golden .bench .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .cache build

# uv installs the lock in seconds; where it cannot (a registry only pip is configured for), pip does it in minutes.
.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing golden_assets into .venv ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv pip install -q --python .venv -r requirements.lock || $(BIN)/python -m pip install -q --no-deps -r requirements.lock
	@$(BIN)/uv pip install -q --python .venv --no-deps -e . || $(BIN)/python -m pip install -q --no-deps -e .
	@touch $@

.venv-server/.installed: requirements-server.lock .venv/.installed
	@test -x .venv-server/bin/python || $(PYTHON) -m venv .venv-server
	@echo "installing the Phoenix server into .venv-server ..."
	@$(BIN)/uv pip install -q --python .venv-server -r requirements-server.lock || .venv-server/bin/python -m pip install -q --no-deps -r requirements-server.lock
	@touch $@
