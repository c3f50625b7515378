"""`pollux nlu` as a person types it, on a small data folder of their own."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from bot.cli.main import app

TALK = {
    "greet": ("hello", "good morning", "hi there", "hey", "good evening", "hello again", "morning", "hiya"),
    "bye": ("see you", "good bye", "until tomorrow", "bye then", "farewell", "see you later", "bye bye", "so long"),
}


@pytest.fixture(autouse=True)
def quiet_logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What `prepare` sets up would write to the standard error of one command for as long as this process lives."""
    monkeypatch.setattr("bot.cli.main.set_up_logs", lambda level, *, as_json: None)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLLUX_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "talk"
    for intent, sentences in TALK.items():
        write(folder / "train" / f"{intent}.yml", intent, *sentences)
        write(folder / "test" / f"{intent}.yml", intent, sentences[0].upper())
    return folder


def write(path: Path, intent: str, *sentences: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"      - {s}\n" for s in sentences)
    path.write_text(f"nlu:\n  - intent: {intent}\n    examples: |\n{lines}", encoding="utf-8")


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["nlu", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_a_set_of_ones_own_is_learnt_and_tested(data: Path) -> None:
    assert run("train", "--data", str(data))[0] == 0
    code, out, _ = run("test", "--data", str(data), "--json")
    assert code == 0
    figures = json.loads(out)
    assert (figures["source"], figures["cases"], figures["accuracy"]) == (str(data), 2, 1)
    code, out, _ = run("test", "--data", str(data))
    assert code == 0
    assert "intent accuracy" in out


def test_a_set_that_is_known_by_name_is_tested_on_its_own_intents_once_they_are_learnt(data: Path) -> None:
    named = data.rename(data.with_name("hwu64"))
    code, out, _ = run("test", "--data", str(named), "--json")
    assert code == 0
    figures = json.loads(out)
    assert (figures["cases"], figures["accuracy"]) == (2, 1)


def test_sentences_to_test_on_can_be_named(data: Path, tmp_path: Path) -> None:
    spoken = tmp_path / "spoken.yml"
    spoken.write_text("- {text: hey, intent: bye}\n")
    code, out, _ = run("test", "--data", str(data), "--json", str(spoken))
    assert code == 0
    assert json.loads(out)["confusions"] == [{"expected": "bye", "understood": "greet", "times": 1}]


def test_a_set_without_a_test_part_says_what_to_do(data: Path) -> None:
    for path in (data / "test").iterdir():
        path.unlink()
    result = CliRunner().invoke(app, ["nlu", "test", "--data", str(data)])
    assert result.exit_code != 0
    assert "has no test part" in str(result.exception)
