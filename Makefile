# Two commands set everything up: `make demo` (what it does) and `make test` (that it works).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input

.PHONY: demo run test bench eval lint types contracts pytest lock clean help

help:
	@echo "make demo   crawl bundled sites and talk to the bot, offline, without a token"
	@echo "make run    the bot for real (needs TELEGRAM_BOT_TOKEN)"
	@echo "make test   ruff, mypy, import contracts and pytest"
	@echo "make bench  the benchmarks, with their figures"
	@echo "make eval   how well it understands labelled documents"
	@echo "make lock   write the hashed lock files anew (needs uv)"
	@echo "make clean  remove the virtual environment and caches"

demo: $(VENV)/runtime.stamp
	@$(BIN)/yuanwatch demo

run: $(VENV)/runtime.stamp
	@$(BIN)/yuanwatch run

test: lint types contracts pytest

BENCHMARKS := rhythm analysis extraction copies pairs filing search crawl

bench: $(VENV)/dev.stamp
	@for name in $(BENCHMARKS); do $(BIN)/python -m benchmarks.$$name || exit 1; done

eval: $(VENV)/dev.stamp
	@$(BIN)/python -m benchmarks.eval

lint: $(VENV)/dev.stamp
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/dev.stamp
	@$(BIN)/mypy

contracts: $(VENV)/dev.stamp
	@$(BIN)/lint-imports --no-cache

pytest: $(VENV)/dev.stamp
	@$(BIN)/python -m pytest -n auto --dist loadfile

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Yuanwatch needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)

# The build backend stands in the lock too, so that nothing unhashed is fetched.
$(VENV)/runtime.stamp: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing from requirements.lock ..."
	@$(PIP) install --quiet --require-hashes --requirement requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/runtime.stamp
	@echo "Installing from requirements-dev.lock ..."
	@$(PIP) install --quiet --require-hashes --requirement requirements-dev.lock
	@touch $@

LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links
lock:
	$(LOCK) pyproject.toml requirements-build.in --output-file requirements.lock
	$(LOCK) pyproject.toml requirements-build.in --group dev --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
