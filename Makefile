# What a developer does here; `make help` lists it. Needs Python 3.11 or later, git and make, nothing else.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
RUN := $(VENV)/bin/python
UV_PIN := $(shell sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements.lock)

.DEFAULT_GOAL := help
.PHONY: help setup demo run test check format bench lock

help: ## what can be done here
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{printf "  make %-8s %s\n", $$1, $$2}'

# uv installs in seconds; where it cannot be had, pip does the same in a minute or two.
$(VENV)/.ok: requirements.lock pyproject.toml
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install -q --disable-pip-version-check uv==$(UV_PIN) \
	  && $(VENV)/bin/uv pip sync -q --python $(RUN) --require-hashes requirements.lock \
	  || $(RUN) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(RUN) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . \
	  || $(VENV)/bin/uv pip install -q --python $(RUN) --no-deps --no-build-isolation -e .
	@touch $@

setup: $(VENV)/.ok ## the environment in .venv, with every package that is needed

demo: $(VENV)/.ok ## a shop with invented customers at http://localhost:8000 (PORT=…)
	@$(VENV)/bin/sapa demo --port $(PORT)

run: $(VENV)/.ok ## Sapa with your own data at http://localhost:8000 (PORT=…)
	@$(VENV)/bin/sapa serve --port $(PORT)

test: $(VENV)/.ok ## every test that this machine can run, and what was skipped and why (TESTS=tests/contacts for a part)
	@$(RUN) -m pytest -q -n auto --dist loadfile -m "not browser" $(TESTS)
	@test -n "$(TESTS)" || $(RUN) -m pytest -q -m browser tests/browser

check: $(VENV)/.ok ## style, types, the order of the rooms, migrations, production settings
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check -q .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports --no-logo --no-cache
	@$(RUN) -m pytest -q tests/house

format: $(VENV)/.ok ## the code in its usual form
	@$(VENV)/bin/ruff check -q --fix . && $(VENV)/bin/ruff format -q .

bench: $(VENV)/.ok ## every measurement against its rival (about an hour)
	@$(RUN) -m bench

lock: $(VENV)/.ok ## requirements.lock anew from pyproject.toml, without any registry's address
	@$(VENV)/bin/uv lock -q --upgrade
	@$(VENV)/bin/uv export -q --no-emit-project --no-header -o requirements.lock
