# Every target makes .venv by itself; a fresh clone needs python3, make and git.
#   make test ARGS="-k outbox"      hand arguments to pytest
#   make test PYTHON=python3.12     another Python (.venv is made anew when it was another)

PYTHON ?= python3
ARGS ?=
JOBS ?= 2

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
CONSTRAINTS := .ci/constraints.txt
PLUGINS := $(wildcard plugins/*/pyproject.toml)

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench soak pictures clean remake

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 14

demo: $(INSTALLED) ## the whole road in the built-in sandbox, in under a minute
	@$(BIN)/omoto demo $(ARGS)

test: $(INSTALLED) ## every test of the kit and of its plugins
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(wildcard tests plugins) $(ARGS)

lint: $(INSTALLED) ## style, format and types
	@failed=0; \
	$(BIN)/ruff check --quiet . || failed=1; \
	$(BIN)/ruff format --check --quiet . || failed=1; \
	$(BIN)/mypy || failed=1; \
	exit $$failed

bench: $(INSTALLED) ## speed, as ratios measured in one run
	@$(BIN)/python -m pip install -qq -c $(CONSTRAINTS) -e '.[bench]'
	@$(BIN)/python -m tests.benchmarks $(ARGS)

soak: $(INSTALLED) ## 500 pushes killed by SIGKILL, each held against what arrived
	@OMOTO_KILLS=500 $(BIN)/python -m pytest -q -s tests/delivery/test_delivery_kills.py $(ARGS)

pictures: $(INSTALLED) ## the README's pictures of the studio, taken anew in a real Chromium
	@$(BIN)/python -m tests.browser.pictures

clean: ## remove caches and build output; the next target installs again
	@rm -rf build dist htmlcov .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache $(INSTALLED)
	@find . -path ./$(VENV) -prune -o -type d -name __pycache__ -exec rm -rf {} +

# A Python that was named must be the one in use, or the tests would pass on another.
ifneq ($(origin PYTHON),file)
ifneq ($(shell $(PYTHON) -c 'import sys; print(sys.version_info[:2])'),$(shell $(BIN)/python -c 'import sys; print(sys.version_info[:2])' 2>/dev/null))
$(INSTALLED): remake
endif
endif

$(INSTALLED): pyproject.toml $(CONSTRAINTS) $(PLUGINS)
	@echo "installing into $(VENV)"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq -c $(CONSTRAINTS) -e '.[dev]' $(patsubst %/pyproject.toml,-e %,$(PLUGINS))
	@touch $@

remake:
	@rm -rf $(VENV)
