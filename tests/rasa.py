"""A real Rasa 3.6 in its own environment: its commands on the project's data, and its server."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml

from tests.services import missing

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "nlu_data"
PROGRAM = ROOT / ".venv-rasa" / "bin" / "rasa"
CACHE = PROGRAM.parents[1] / f"cache-{os.getpid()}"  # two processes in one break each other's
TOKEN = "a-token-for-tests"
START_S = 600  # TensorFlow is slow to load on a busy machine
# Enough to tell an order from a question, in minutes instead of half an hour. A model that has learnt so little is
# hardly ever sure, so it is taken at its word.
SMALL: Mapping[str, Mapping[str, Any]] = {
    "DIETClassifier": {"epochs": 20, "number_of_transformer_layers": 0, "batch_size": [64, 128]},
    "FallbackClassifier": {"threshold": 0.02, "ambiguity_threshold": 0.0},
}
EVERY = 4  # of the sentences of an intent, what the small model learns


@dataclass(frozen=True, slots=True)
class RasaServer:
    """A running server with its API open to those who know the token."""

    url: str
    token: str
    process_id: int


def require_rasa() -> None:
    """Skips the test where there is no Rasa; fails it where there could be one and services are required."""
    if PROGRAM.exists():
        return
    found = subprocess.run(
        ["sh", ROOT / "requirements" / "find-python3.10"], capture_output=True, text=True, check=False
    )
    if found.returncode != 0:
        pytest.skip(found.stderr.strip())
    missing("Rasa is not installed: make .venv-rasa/.ready")


def rasa(*arguments: str | Path, cache: Path = CACHE) -> subprocess.CompletedProcess[str]:
    """Runs one of Rasa's commands to its end. Raises AssertionError with what it said when it fails."""
    environ = _environment() | {"RASA_CACHE_DIRECTORY": str(cache)}
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, env=environ, cwd=ROOT, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done


def train(folder: Path, changed: Mapping[str, Mapping[str, Any]] = SMALL, *, cache: Path = CACHE) -> Path:
    """A model from a part of nlu_data; with `changed={}` from all of it, the one that `make rasa` trains.

    What Rasa has trained from the same files before is in its cache; an empty one makes it start from nothing.
    """
    config = folder / "config.yml"
    pipeline = yaml.safe_load((DATA / "config.yml").read_text(encoding="utf-8"))
    for component in pipeline["pipeline"]:
        component.update(changed.get(component["name"], {}))
    config.write_text(yaml.safe_dump(pipeline), encoding="utf-8")
    sentences = _thinned(folder / "nlu") if changed else DATA / "nlu" / "en"
    files = ("--config", config, "--domain", DATA / "domain.yml", "--nlu", sentences)
    rasa("train", "nlu", *files, "--out", folder, "--fixed-model-name", "pollux", cache=cache)
    return folder / "pollux.tar.gz"


def _thinned(folder: Path) -> Path:
    """The training data with every fourth sentence of each intent."""
    folder.mkdir()
    for path in (DATA / "nlu" / "en").glob("*.yml"):
        file = yaml.safe_load(path.read_text(encoding="utf-8"))
        for item in file["nlu"]:
            if "intent" in item:
                item["examples"] = "".join(item["examples"].splitlines(keepends=True)[::EVERY])
        (folder / path.name).write_text(yaml.safe_dump(file, allow_unicode=True), encoding="utf-8")
    return folder


@contextmanager
def rasa_server(model: Path) -> Iterator[RasaServer]:
    """Serves a model on a free port of this machine; ends when it is left."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command: list[str | Path] = [
        PROGRAM,
        "run",
        "--enable-api",
        "-i",
        "127.0.0.1",
        "-p",
        str(port),
        "-t",
        TOKEN,
        "--model",
        model,
    ]
    with model.with_suffix(".log").open("w") as log:
        process = subprocess.Popen(command, env=_environment(), cwd=model.parent, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, process, Path(log.name))
        yield RasaServer(url, TOKEN, process.pid)
    finally:
        process.terminate()
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    last = time.monotonic() + START_S
    with httpx2.Client(trust_env=False, timeout=START_S) as client:
        while time.monotonic() < last:
            assert process.poll() is None, log.read_text()[-4000:]
            with contextlib.suppress(httpx2.TransportError):
                status = client.get(f"{url}/status", params={"token": TOKEN})
                if status.status_code == httpx2.codes.OK and status.json().get("model_file"):
                    return
            time.sleep(0.2)
    raise AssertionError(f"Rasa has loaded no model in {START_S} s: {log.read_text()[-4000:]}")


def _environment() -> dict[str, str]:
    """Without what would let it find our own packages, or let it tell others that it runs."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return kept | {
        "RASA_CACHE_DIRECTORY": str(CACHE),
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "PYTHONWARNINGS": "ignore",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }
