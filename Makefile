# Everything a checkout can do. Each target sets up first what it needs, and says so; when all is there, that takes a moment.
# Another Python: make build PYTHON=python3.12
SHELL = /bin/sh
export PYTHON
.NOTPARALLEL:
.PHONY: help setup setup-cluster setup-develop build check check-output test test-all bench pictures wheel clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

setup:  ## install what it takes to print: Debian packages, Python environment
	@setup/system use
	@setup/environment use

setup-cluster:  ## the same, with what it takes to build on several machines
	@setup/system use
	@setup/environment cluster

setup-develop:  ## the same, with what it takes to test
	@setup/system develop
	@setup/environment develop

build: setup  ## print the shelf: output/
	@.venv/bin/handouts build

check: setup-develop  ## lint, format, types, content
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/handouts check

check-output: setup-develop build  ## judge the printed sheets; ALL=1: print and judge everything there is
	@[ -z "$(ALL)" ] || .venv/bin/handouts build --all
	@.venv/bin/python -m tests.judges output $(if $(ALL),--all)

test: setup-develop  ## the tests, without the slow ones
	.venv/bin/pytest -n auto -m "not slow"

test-all: setup-develop  ## all tests
	.venv/bin/pytest -n auto

bench: setup-develop  ## measure beside other engines and tools: benchmarks/RESULTS.md
	@.venv/bin/python benchmarks/run
	@.venv/bin/python benchmarks/visits
	@.venv/bin/python benchmarks/sync
	@.venv/bin/python benchmarks/web

pictures: setup-develop  ## draw the pictures of the documentation
	.venv/bin/python docs/contact_sheet.py
	.venv/bin/python docs/screens.py

wheel: setup  ## package the command and its starter project: dist/
	@.venv/bin/hatchling build --target wheel

clean:  ## remove what was built, and caches; keeps .venv
	@[ ! -d output ] || find output -mindepth 1 ! -name .gitkeep -delete
	@find builder tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} +
	@rm -rf dist .handouts .pytest_cache .mypy_cache .ruff_cache .hypothesis
