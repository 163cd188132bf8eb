# Every target makes .venv and installs what it needs, so each works on a fresh clone.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: demo test check format docs bench faults clean

demo: $(STAMP)  ## the whole way, without a key or a network
	$(BIN)/exifds demo --out demo

test: $(STAMP)  ## all tests, with branch coverage and the tests:code ratio
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --cov --cov-report=term
	$(BIN)/python tests/ratio.py

check: $(STAMP)  ## format, lint, types, docstrings, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/interrogate --quiet exifds
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -W ignore -m mkdocs build --strict --quiet --site-dir .site

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(STAMP)  ## the documentation at http://127.0.0.1:8000
	$(BIN)/mkdocs serve

bench: $(STAMP)  ## the figures of docs/performance.md
	$(BIN)/python -m benchmarks

faults: $(STAMP)  ## the long form of the fault tests
	EXIFDS_FAULTS=long $(BIN)/python -m pytest -m faults

clean:
	rm -rf .venv .site demo

$(STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@
