"""`pollux export`, `pollux erase` and `pollux verify-erasure` on a data folder that somebody lives in."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bot.app import open_privacy
from bot.settings import load_settings
from twin_core.contract.commands import CreateTwin
from twin_core.contract.requests import Cause
from twin_core.contract.tasks import CreateTask
from twin_core.contract.telemetry import Reading, RecordTelemetry

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLLUX_PORT", "9")  # where nobody serves
    async with open_privacy(load_settings({"data": tmp_path / "data"})) as core:
        for person in ("anna", "ben"):
            cause = Cause(person)
            await core.execute(CreateTask(f"Secret of {person}"), cause)
            await core.execute(CreateTwin("person", person.title(), config={"user": person}), cause)
            await core.execute(RecordTelemetry((Reading(person.title(), "mood", 4),)), cause)
    return tmp_path / "data"


def run(*words: str, typed: str = "") -> tuple[int, str]:
    """A process of its own: a command sets up the logs of its whole process."""
    command = [sys.executable, "-m", "bot", *words]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, input=typed, capture_output=True, text=True, env=environ, check=False, timeout=60)
    return done.returncode, " ".join(f"{done.stdout} {done.stderr}".split())


def test_a_person_is_handed_out_erased_and_proven_gone(folder: Path) -> None:
    at = ("--data", str(folder))
    assert run("export", "anna", "-o", str(folder / "anna.zip"), *at)[0] == 0
    with zipfile.ZipFile(folder / "anna.zip") as archive:
        kept = json.loads(archive.read("anna.json"))
    assert [task["title"] for task in kept["documents"]["task"].values()] == ["Secret of anna"]

    code, said = run("verify-erasure", "anna", *at)
    assert (code, "task" in said, "the twin " in said) == (1, True, True)
    code, said = run("erase", "anna", *at, typed="yes\n")
    assert (code, "Nothing was erased" in said) == (1, True)
    code, said = run("erase", "anna", *at, typed="anna\n")
    assert (code, "anna is erased" in said) == (0, True)
    code, said = run("verify-erasure", "anna", *at)
    assert (code, "Nothing is left of anna" in said) == (0, True)
    assert b"Secret of anna" not in b"".join(path.read_bytes() for path in folder.glob("pollux.db*"))

    assert run("verify-erasure", "ben", *at)[0] == 1
    assert "Nothing is kept of carl" in run("erase", "carl", *at)[1]
