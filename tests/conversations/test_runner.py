"""The runner as it is called: what it prints, what it exits with, and the list of later cases."""

from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from tests.conversations import __main__ as runner
from tests.conversations.case import load_case
from tests.conversations.report import Result, run_case
from tests.conversations.server import running_server

LAMP = """
name: {name}
clock: 2026-03-02T18:00:00Z
timezone: Europe/Berlin
twins: [{{type: light, name: hall lamp, place: hall, state: {{"on": false}}}}]
turns: [{{user: switch the hall lamp on, intent: {intent}}}]
expect_after: [{{turn: end, reported: {{hall lamp: {{"on": {reported}}}}}}}]
"""


def plant(folder: Path, name: str, intent: str = "control_device", reported: str = "false") -> None:
    (folder / "dialogues").mkdir(parents=True, exist_ok=True)
    text = LAMP.format(name=name, intent=intent, reported=reported)
    (folder / "dialogues" / f"{name}.yml").write_text(text, encoding="utf-8")


@pytest.mark.timeout(600)
def test_a_line_a_case_and_the_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plant(tmp_path, "right")
    plant(tmp_path, "wrong", intent="greet", reported="true")
    (tmp_path / "dialogues" / "broken.yml").write_text("turn: 3", encoding="utf-8")

    assert runner.main([str(tmp_path), "-v"]) == 1

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("FAIL broken: ")
    assert "ok right" in lines
    assert "     > switch the hall lamp on" in lines
    wrong = lines.index("FAIL wrong: turn 0: expected the intent greet, found control_device")
    assert lines[wrong + 1] == "     turn 0: expected reported on of 'hall lamp' to be True, found False"
    assert lines[-1] == "1 passed, 2 failed"


@pytest.mark.timeout(600)
def test_one_case_can_be_picked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plant(tmp_path, "right")
    plant(tmp_path, "wrong", reported="true")
    assert runner.main([str(tmp_path), "--case", "right"]) == 0
    assert capsys.readouterr().out.splitlines() == ["ok right", "1 passed, 0 failed"]


def test_nothing_to_run_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.main([str(tmp_path)]) == 2
    plant(tmp_path, "right")
    assert runner.main([str(tmp_path), "--case", "rihgt"]) == 2
    assert "did you mean 'right'?" in capsys.readouterr().err


def test_the_list_of_later_cases_is_read_for_the_default_folder_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "later.toml").write_text('soon = "needs reminders"\n', encoding="utf-8")
    monkeypatch.setattr(runner, "LATER", tmp_path / "later.toml")
    monkeypatch.setattr(runner, "DEFAULT", tmp_path / "cases")
    assert runner.later_cases(tmp_path / "cases") == {"soon": "needs reminders"}
    assert runner.later_cases(tmp_path / "others") == {}


@pytest.mark.parametrize(
    ("faults", "later", "failed", "line"),
    [
        ((), None, False, "ok x"),
        (("wrong",), None, True, "FAIL x: wrong"),
        (("wrong",), "needs tasks", False, "skip x: needs tasks"),
        ((), "needs tasks", True, "FAIL x: it passes now; take it off the list of later cases"),
    ],
)
def test_a_later_case_that_passes_is_an_error(
    faults: tuple[str, ...], later: str | None, failed: bool, line: str
) -> None:
    result = Result("x", faults, later=later)
    assert (result.failed, result.lines) == (failed, [line])


def test_a_later_case_that_does_not_exist_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "later.toml").write_text('gone = "needs reminders"\n', encoding="utf-8")
    (tmp_path / "dialogues").mkdir()
    (tmp_path / "dialogues" / "broken.yml").write_text("turn: 3", encoding="utf-8")
    monkeypatch.setattr(runner, "LATER", tmp_path / "later.toml")
    monkeypatch.setattr(runner, "DEFAULT", tmp_path)
    assert runner.main([str(tmp_path)]) == 1
    assert "FAIL gone: later.toml lists it, but there is no such case" in capsys.readouterr().out


async def test_a_server_that_does_not_come_up_fails_its_case_with_what_it_said(tmp_path: Path) -> None:
    plant(tmp_path, "right")
    text = (tmp_path / "dialogues" / "right.yml").read_text().replace("Europe/Berlin", "Europe/Berlim")
    (tmp_path / "dialogues" / "right.yml").write_text(text)
    result = await run_case(load_case(tmp_path / "dialogues" / "right.yml"))
    assert result.failed
    assert "the server ended before it was ready" in result.faults[0]
    assert "Europe/Berlin" in result.faults[0]


@pytest.mark.timeout(600)
async def test_whoever_speaks_has_a_token_and_settings_of_the_shell_do_not_reach_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("POLLUX_PORT", "not a port")
    clock = datetime(2026, 3, 2, 8, tzinfo=UTC)
    async with (
        running_server(clock, "Europe/Berlin", {"Anna": "member"}) as address,
        httpx2.AsyncClient(base_url=address.http, timeout=30) as http,
    ):
        said = {"conversation": "c1", "text": "hello"}
        for name in ("owner", "Anna"):
            proof = {"Authorization": f"Bearer {address.tokens[name]}"}
            assert (await http.post("/api/v1/chat", json=said, headers=proof)).status_code == 200
        assert (await http.post("/api/v1/chat", json=said)).status_code == 401
