# One command each. Everything lands in .venv, build/ and PERENNIAL_HOME (default ./.perennial).
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(shell command -v $(name) 2>/dev/null)))
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev setup-spark browser demo dev test check bench screenshots messages client lock clean

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

setup: .venv/.runtime ## Install what running needs
	@$(BIN)/python -m perennial.web.assets
	@$(BIN)/python -m perennial.server.translations

setup-dev: .venv/.development setup ## Install what working on it needs

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Set PYTHON=/path/to/python."; exit 1; }
	@$(PYTHON) -m venv .venv \
		|| { echo "This Python cannot make environments. On Debian: sudo apt-get install python3-venv"; exit 1; }

.venv/.runtime: .venv/bin/python requirements.lock pyproject.toml
	@echo "Installing Perennial. The first time takes a minute."
	@$(BIN)/python -I src/perennial/web/packages.py & packages=$$!; \
		$(PIP) --no-compile --constraint requirements.lock --editable .; failed=$$?; \
		wait $$packages; exit $$failed # what npm could not do is done, or said, by web.assets
	@touch $@

.venv/.development: .venv/.runtime requirements-dev.lock
	@echo "Installing the tools for tests and checks."
	@$(PIP) --constraint requirements-dev.lock --editable '.[dev]'
	@touch $@

.venv/.spark: .venv/.development
	@echo "Installing Spark, half a gigabyte."
	@$(PIP) --constraint requirements-dev.lock --editable '.[dev,spark]'
	@touch $@

setup-spark: .venv/.spark ## Install Spark too, for LAKE_ENGINE=spark

demo: setup ## Run Perennial with a real shop's data
	@exec $(BIN)/perennial demo

dev: setup-dev ## Run it with the sample, and again on every change of the source
	@DEVELOPMENT=1 exec $(BIN)/perennial demo --reload

browser: .venv/bin/python
	@$(BIN)/python tests/chromium.py

test: setup-dev browser ## All tests but the slow suites
	@exec $(BIN)/pytest -m "not slow"

check: setup-dev ## Lint, format, types, floors, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	$(BIN)/pytest -q -n 0 tests/architecture

bench: setup-dev ## Measure the budgets beside their yardsticks
	@exec $(BIN)/perennial bench

screenshots: setup-dev browser ## Take the pictures under docs/
	@exec $(BIN)/python -m tests.screenshots

messages: setup-dev ## Gather what is to be translated
	@exec $(BIN)/python -m tests.catalogs

client: setup-dev ## Write the Python client anew from the API's description
	@exec $(BIN)/python clients/python/generate.py

lock: ## Pin what a fresh install resolves to today
	@rm -rf build/lock && mkdir -p build/lock
	@$(PYTHON) -m venv build/lock/development && build/lock/development/bin/pip install -q '.[dev]'
	@build/lock/development/bin/pip freeze --exclude perennial > requirements-dev.lock
	@$(PYTHON) -m venv build/lock/runtime
	@build/lock/runtime/bin/pip install -q --constraint requirements-dev.lock .
	@build/lock/runtime/bin/pip freeze --exclude perennial > requirements.lock
	@rm -rf build/lock

clean: ## Remove what was installed and built; data stays
	@rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache
