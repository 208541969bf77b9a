# Everything a person or CI types. Needs python3 >= 3.11, git and make; all else comes from the lock files.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: setup run demo test bench format docs accuracy lock clean

setup: $(READY)

$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Sanctionwire needs Python 3.11 or newer: make setup PYTHON=python3.12")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@# once here, and not at each start where Python is told to write no bytecode
	$(BIN)/python -m compileall -q bot adapters
	@touch $(READY)

run: setup
	$(BIN)/sanctionwire run

demo: setup
	$(BIN)/sanctionwire demo

test: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.audit
	$(BIN)/pytest -q --cov --cov-report=term

# some minutes; puts its table into the README. Nothing but loopback is contacted. lemon24's `reader` is measured beside
# it where a Python has it: python3 -m venv R && R/bin/pip install reader sgmllib3k && make bench READER=R/bin/python
bench: setup
	BENCH_READER='$(READER)' $(BIN)/python -m tests.bench --write

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: setup
	$(BIN)/python -m tests.docs

accuracy: setup
	$(BIN)/python -m tests.accuracy $(if $(NEWS),--news $(NEWS))

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra dev --extra learn pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis
