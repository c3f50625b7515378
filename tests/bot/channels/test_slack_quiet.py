"""Do not disturb in Slack: what is not dangerous waits for its end."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels.slack.quiet import Quiet, ends_at
from tests.bot.channels.town import NOW, Town, open_town
from twin_core.contract.commands import CreateTwin
from twin_core.contract.telemetry import Reading, RecordTelemetry

HOUR = 3600
STAMP = int(NOW.timestamp())


async def _warm(town: Town) -> None:
    twin = await town.house.core.execute(CreateTwin("freezer", "garage freezer", importance="high"))
    points = ((-60, -18.0), (-30, -9.0), (-1, -3.0))
    rows = (Reading(twin.id, "temperature", value, at=NOW + timedelta(minutes=minute)) for minute, value in points)
    await town.house.core.execute(RecordTelemetry(tuple(rows)))


def _told(town: Town) -> list[str]:
    return [said["text"] for said in town.slack.said() if "freezer" in said["text"].lower()]


async def test_a_nudge_waits_until_its_person_may_be_disturbed_again(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        town.slack.quiet = {"snooze_enabled": True, "snooze_endtime": STAMP + 2 * HOUR}
        await _warm(town)
        await town.advance(hours=1)
        assert _told(town) == []
        town.slack.quiet = {}
        await town.advance(hours=1, minutes=1)
        assert len(_told(town)) == 1


@pytest.mark.parametrize("error", ["missing_scope", "user_not_found"])
async def test_where_slack_does_not_tell_it_is_said(tmp_path: Path, error: str) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        town.slack.refusing["dnd.info"] = error
        await _warm(town)
        await town.advance(minutes=10)
        assert len(_told(town)) == 1


async def test_a_slack_that_does_not_answer_is_asked_once_and_not_waited_for(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        town.slack.silent = "dnd.info"
        quiet = Quiet(town.slack_channel._nudges, town.house.clock, patience_s=0.05)
        assert await quiet.until("owner") is None
        assert await quiet.until("owner") is None
        assert len(town.slack.said("dnd.info")) == 1


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        ({"dnd_enabled": True, "next_dnd_start_ts": STAMP - HOUR, "next_dnd_end_ts": STAMP + HOUR}, HOUR),
        ({"dnd_enabled": True, "next_dnd_start_ts": STAMP + 60, "next_dnd_end_ts": STAMP + HOUR}, None),
        ({"dnd_enabled": False, "next_dnd_start_ts": STAMP - HOUR, "next_dnd_end_ts": STAMP + HOUR}, None),
        ({"dnd_enabled": True, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}, None),
        ({"snooze_enabled": True, "snooze_endtime": STAMP + 60, "dnd_enabled": False}, 60),
        ({"snooze_enabled": True, "snooze_endtime": STAMP - 60}, None),
        ({"snooze_enabled": True, "snooze_endtime": None, "dnd_enabled": "yes", "next_dnd_start_ts": "soon"}, None),
        ({}, None),
    ],
)
def test_the_end_is_that_of_what_holds_now(answer: dict[str, Any], seconds: int | None) -> None:
    assert ends_at(answer, NOW) == (None if seconds is None else NOW + timedelta(seconds=seconds))
