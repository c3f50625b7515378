"""`pollux voice` from a file to a file: in a house of its own, and with a server that runs."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from bot.voice.containers import read_any
from bot.voice.ports import RATE_HZ, Manner
from bot.voice.synthesizers import espeak
from bot.voice.wav import read_wav
from tests.conversations.server import running_server

ROOT = Path(__file__).parents[3]
CLOCK = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLLUX_PORT", "9")  # where nobody serves
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    file = tmp_path / "in.wav"
    file.write_bytes(espeak.build({}).speak("turn on the kitchen light", Manner()))
    return file


def run(*words: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "bot", *words]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False, timeout=100)
    return done.returncode, " ".join(f"{done.stdout} {done.stderr}".split())


def test_a_house_that_does_not_run_hears_and_answers(recording: Path) -> None:
    at = ("--data", str(recording.parent / "data"))
    answer = recording.with_name("out.ogg")  # Opus, then
    code, said = run("voice", "--wav", str(recording), "--out", str(answer), *at)
    assert (code, "Heard: turn on the kitchen light" in said) == (0, True), said
    assert b"OpusHead" in answer.read_bytes()[:64]
    assert len(read_any(answer.read_bytes())) > RATE_HZ

    recording.write_bytes(b"no sound")
    answer = recording.with_name("out.wav")
    code, said = run("voice", "--wav", str(recording), "--out", str(answer), *at)
    assert (code, "Heard no words" in said, "no WAV file" in said) == (0, True, True), said
    assert len(read_wav(answer.read_bytes())) > RATE_HZ


@pytest.mark.parametrize(("wav", "out", "complaint"), [("gone.wav", "out.wav", "--wav FILE"), ("in.wav", ".", "write")])
def test_files_that_cannot_be_read_or_written_are_said(recording: Path, wav: str, out: str, complaint: str) -> None:
    folder = recording.parent
    code, said = run("voice", "--wav", wav, "--out", out, "--data", str(folder / "data"))
    assert (code, complaint in said) == (2, True), said


async def test_a_server_that_runs_is_asked_and_its_names_are_heard(recording: Path) -> None:
    async with (
        running_server(CLOCK, "UTC", {}) as server,
        httpx2.AsyncClient(base_url=server.http, trust_env=False) as client,
    ):
        light = {"type": "light", "name": "kitchen light", "place": "kitchen"}
        made = (await client.post("/api/v1/twins", json=light)).json()
        answer = recording.with_name("out.wav")
        code, said = run("voice", "--wav", str(recording), "--out", str(answer), "--url", server.http)
        state = (await client.get(f"/api/v1/twins/{made['id']}/state")).json()
    assert (code, "Kitchen light on." in said) == (0, True), said
    assert state["desired"]["on"]["value"] is True


def test_without_a_voice_the_answer_is_written_and_what_to_do_is_told(
    recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLLUX_VOICE__VOICE", "klingonish")
    answer = recording.with_name("out.wav")
    code, said = run("voice", "--wav", str(recording), "--out", str(answer), "--data", str(recording.parent / "data"))
    assert (code, "Heard: turn on the kitchen light" in said, "--voices" in said) == (2, True, True), said
    assert not answer.exists()
    code, said = run("doctor", "--data", str(recording.parent / "data"))
    assert "speaking: espeak-ng could not speak with the voice klingonish" in said
