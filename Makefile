# `make help` lists the targets.

SHELL := /bin/bash
PYTHON := .venv/bin/python
COMPILE := uv pip compile --python-version 3.11 --universal --generate-hashes --no-header --no-annotate --quiet

.DEFAULT_GOAL := help
.PHONY: help setup demo test check soak mutants bench up down status lock baseline countries migration docs pictures audit

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## install what is needed: system packages (as root), .venv, Node packages
	@local/setup.sh stack

demo: setup ## show the whole of it on this machine, in about two minutes
	@$(PYTHON) -m local.demo

test: ## set up what is needed, lint, check types, run every test
	@local/setup.sh stack test
	@$(MAKE) --no-print-directory check
	@if docker info >/dev/null 2>&1; then $(PYTHON) -m pytest -q tests/contract --stack=docker; \
	else echo "No Docker engine answers here: the contract tests run against the local stack only."; fi
	@$(PYTHON) -m pytest -q -n 4 --dist loadfile --no-loadscope-reorder $(TESTS)

check: ## lint and check types only
	@.venv/bin/ruff format --check --quiet . || { echo "Run .venv/bin/ruff format ."; exit 1; }
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy --no-error-summary

soak: setup ## 20,000 jobs with random faults and restarts, every page with 0 to 100,000 rows (about 40 minutes); JOBS=600 for few
	@local/setup.sh stack test
	@$(PYTHON) -m tests.dashboard.soak
	@$(PYTHON) -m tests.worker.soak --jobs $(or $(JOBS),20000)

mutants: setup ## put random small faults in, see whether a test notices; MUTANTS="--count 20 --only outbox"
	@$(PYTHON) -m mutants $(MUTANTS)

bench: setup ## every benchmark, as ratios, in a table
	@$(PYTHON) -m bench

up: setup ## start the local stack and the worker; settings go to .local/env
	@$(PYTHON) -m local up $(UP)

down: ## stop them
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m local down $(DOWN); else echo "Nothing was running."; fi

status: ## say what runs
	@$(PYTHON) -m local status

baseline: setup ## write the migrations anew from supabase/functions-sql (until the first release)
	@$(PYTHON) -m local.sources

countries: setup ## write the names of countries anew from the Unicode CLDR
	@$(PYTHON) -m local.countries

migration: setup ## NAME=what_changes: make the next release's migration from supabase/functions-sql
	@$(PYTHON) -m local.ship $(NAME)

docs: setup ## write docs/reference.md anew from the database's own comments, docs/events.md from the models
	@$(PYTHON) -m local.reference
	@$(PYTHON) -m local.events

pictures: ## make the README's pictures from what `make demo` left
	@local/setup.sh stack test
	@$(PYTHON) -m local.pictures

audit: setup ## ask the advisory services about known holes in what is installed
	@$(PYTHON) -m local.audit

lock: ## pin the Python packages anew, with hashes
	$(COMPILE) pyproject.toml -o requirements/run.txt
	$(COMPILE) pyproject.toml --extra dev -o requirements/dev.txt
	$(COMPILE) requirements/node.in -o requirements/node.txt
	$(COMPILE) requirements/build.in -o requirements/build.txt -c requirements/dev.txt
