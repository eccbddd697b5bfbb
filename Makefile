# Casework: `make run` sets up and serves, `make test` sets up and tests. `make help` lists the rest.
PYTHON ?= python3
PORT ?= 8000
DEMO ?= 1
export PORT DEMO
unexport PYTHONDONTWRITEBYTECODE  # bytecode is kept: without it each start compiles everything anew
BIN = .venv/bin
FAST = not browser and not slow and not proof
.DEFAULT_GOAL = help
.PHONY: help setup setup-tests setup-bench run demo test quick proof mutants lint bench screenshots

help:  ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16
	@echo '  Settings: PORT=8000  DATABASE_URL=sqlite:///var/casework.db  DEMO=0 (no demo data); the others stand in config.py'

setup:
	@$(PYTHON) -m tools.setup

setup-tests:
	@$(PYTHON) -m tools.setup --tests

setup-bench:
	@$(PYTHON) -m tools.setup --bench

run: setup  ## Set everything up and serve on http://127.0.0.1:8000
	@$(BIN)/python -m tools.start

demo: setup  ## Reset the database to the demo data
	@CASEWORK_DEMO=1 $(BIN)/flask --app wsgi demo --reset

test: setup-tests  ## Lint, types, import order, and all tests on both databases and in the browser
	@$(MAKE) --no-print-directory check
	$(BIN)/pytest --engine=both -n 2 -m "not proof" -q

quick: setup-tests  ## The fast tests, in under a minute
	$(BIN)/pytest -n 2 -m "$(FAST)" -q

proof: setup-bench  ## The long forms of the proofs
	$(BIN)/pytest --engine=both -m "proof" -q

mutants: setup-bench  ## Score the tests by the small changes to the program that they find
	@$(BIN)/python -m tools.mutants

lint: setup-tests check  ## Lint, types, import order, templates, translations

CHECKS = check-types check-style check-imports check-templates check-words
.PHONY: check $(CHECKS)
check:  # two at a time: the types take as long as all the others
	@$(MAKE) --no-print-directory --output-sync -j2 $(CHECKS)

check-types:
	$(BIN)/mypy

check-style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-imports:
	$(BIN)/lint-imports

check-templates:
	$(BIN)/djlint templates --lint --quiet

check-words:
	$(BIN)/python tools/catalogue.py --check

bench: setup-bench  ## Measure pages against a bare page with the same rows, and letters beside LibreOffice and Typst
	@$(BIN)/python -m tools.bench
	@$(BIN)/python -m tools.bench_planner
	@$(BIN)/python -m tools.bench_reminders
	@$(BIN)/python -m tools.bench_rounds
	@$(BIN)/python -m tools.bench_overview
	@$(BIN)/python -m tools.bench_letters

screenshots: setup-tests  ## Draw the pictures of the README anew
	@$(BIN)/python -m tools.screenshots
