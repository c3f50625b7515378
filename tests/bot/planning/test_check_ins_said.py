"""Which settings of check-ins a sentence changes."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.planning.check_ins_said import check_ins_said

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 4, 14, tzinfo=BERLIN)  # a Wednesday
BOTH = (8 * 3600 + 1800, 17 * 3600 + 1800)


def read(text: str, current: tuple[int, ...] = (), **slots: Any) -> dict[str, Any]:
    return check_ins_said(text, slots, NOW, current)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("check in with me at 8:30 and 17:30", "08:30,17:30"),
        ("I'd like check-ins at 9 am and 5 pm", "09:00,17:00"),
        ("please check in with me at nine and five", "09:00,17:00"),
        ("check in on me every morning at half past 7", "07:30"),
        ("ask me how I am at 6 in the evening", "18:00"),
        ("ask me every evening how I'm doing", "17:30"),
        ("check in with me at noon", "12:00"),
        ("set a check-in for 5", "17:00"),
        ("I want daily check-ins", "08:30,17:30"),
        ("turn on the check-ins", "08:30,17:30"),
        ("start checking in with me in the morning", "08:30"),
    ],
)
def test_times_are_set(text: str, expected: str) -> None:
    assert read(text) == {"check_ins": expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no evening check-in please", "08:30"),
        ("don't check in with me in the morning", "17:30"),
        ("only check in with me in the morning", "08:30"),
        ("check in at noon too", "08:30,12:00,17:30"),
        ("check in with me at 10 instead", "10:00"),
        ("stop the check-ins", "off"),
        ("turn off check-ins", "off"),
        ("no more check-ins", "off"),
        ("don't ask me how I feel any more", "off"),
    ],
)
def test_what_is_there_is_changed(text: str, expected: str) -> None:
    assert read(text, BOTH) == {"check_ins": expected}


def test_one_is_added_where_there_is_none_yet() -> None:
    assert read("check in with me in the evening too", BOTH[:1]) == {"check_ins": "08:30,17:30"}
    assert read("check in with me in the evening too", BOTH) == {"check_ins": "08:30,17:30"}


def test_pauses_end() -> None:
    monday = {"start": "2026-03-09T00:00:00+01:00", "end": "2026-03-10T00:00:00+01:00", "grain": "day"}
    week = {"start": "2026-03-02T00:00:00+01:00", "end": "2026-03-09T00:00:00+01:00", "grain": "week"}
    paused = {"check_ins_paused_until": "2026-03-08T23:00:00Z"}
    assert read("pause the check-ins until monday", BOTH, time=monday) == paused
    assert read("pause check-ins this week", BOTH, time=week) == paused
    assert read("pause check-ins", BOTH) == paused
    fortnight = read("suspend my check-ins for two weeks", BOTH, duration=14 * 86_400)
    assert fortnight == {"check_ins_paused_until": "2026-03-18T13:00:00Z"}


def test_they_go_on() -> None:
    assert read("resume the check-ins", BOTH) == {"check_ins_paused_until": None}
    assert read("resume check-ins") == {"check_ins_paused_until": None, "check_ins": "08:30,17:30"}


@pytest.mark.parametrize(
    "text",
    ["", "check the boiler at 8", "I'd like to do my check-in", "energy 4", "my working hours are 8 to 4", "check in"],
)
def test_nothing_is_made_up(text: str) -> None:
    assert read(text, BOTH) == {}
