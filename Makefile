# Commands for everyday work. They need Python 3.11 or newer with its venv module; libraries are fetched once.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup run serve test lint docs docs-links new-parser clean

# Install Gridtrace and what it needs into .venv, at the versions of constraints.txt, and the map's libraries.
setup: .venv/.installed web/vendor/.fetched

.venv/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Gridtrace needs Python 3.11 or newer; name one: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

web/vendor/.fetched: .venv/.installed web/package-lock.json scripts/fetch_web.py
	$(BIN)/python scripts/fetch_web.py
	touch $@

# One cycle over the sandbox's simulated sources (no key, no network); SOURCES=live asks the real ones.
run: setup
ifeq ($(SOURCES),live)
	$(BIN)/gridtrace run
else
	$(BIN)/gridtrace run --sandbox --all
endif

# The map and the API over what `make run` has stored, at http://127.0.0.1:8764; SOURCES=live serves the live store.
serve: setup
ifeq ($(SOURCES),live)
	$(BIN)/gridtrace serve
else
	$(BIN)/gridtrace serve --store gridtrace-sandbox.db
endif

# The whole test-suite, without network.
test: setup
	$(BIN)/pytest --numprocesses auto

# What reviewers would otherwise argue about: style, types, floors, configuration.
lint: setup
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/gridtrace check
	PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix web run --silent check

# The documentation as a site in docs/_build/html; a broken link or a stale part is an error. Needs no network.
docs: setup
	$(BIN)/python scripts/update_docs.py --check
	$(BIN)/python -m sphinx --quiet --fresh-env --write-all --fail-on-warning --keep-going --conf-dir docs . docs/_build/html

# Whether the pages' links to other sites answer; asks each of them.
docs-links: setup
	$(BIN)/python -m sphinx --quiet --builder linkcheck --conf-dir docs . docs/_build/links

# Begin a parser: make new-parser NAME=XX URL=https://… ZONE=XX [KIND=consumption] [MORE="--second --sandbox"]
new-parser: setup
	$(BIN)/python scripts/new_parser.py '$(NAME)' --url '$(URL)' --zone '$(ZONE)' --kind '$(KIND)' $(MORE)

# Remove what the commands above have made.
clean:
	rm -rf .venv docs/_build web/node_modules web/vendor .mypy_cache .ruff_cache .pytest_cache gridtrace-replay.db* gridtrace-sandbox.db*
