"""When a person wants to be left alone, of a sentence."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.planning.quiet_said import quiet_said
from twin_core.contract.errors import Rejected

NOW = datetime(2026, 3, 4, 14, tzinfo=ZoneInfo("Europe/Berlin"))
USUAL = (22 * 3600, 7 * 3600)


def read(text: str, **slots: Any) -> dict[str, Any]:
    return quiet_said(text, slots, NOW, USUAL)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("quiet hours 22 to 7", "22:00-07:00"),
        ("quiet hours from ten to six", "22:00-06:00"),
        ("silence between 9:30 pm and 6 am", "21:30-06:00"),
        ("be quiet between noon and one", "12:00-13:00"),
        ("quiet time from 12 to 1", "12:00-13:00"),
        ("quiet between 1 and 2", "13:00-14:00"),
        ("quiet from 7 to 9", "19:00-21:00"),
        ("no messages from 8 to 5", "20:00-05:00"),
        ("no pings from 8 am to 4 pm", "08:00-16:00"),
        ("no pings from 11 am to 2", "11:00-14:00"),
        ("quiet hours half past ten until seven", "22:30-07:00"),
        ("quiet from 9 pm till midnight", "21:00-24:00"),
    ],
)
def test_hours_of_each_day(text: str, hours: str) -> None:
    assert read(text) == {"quiet_hours": hours}


def test_hours_that_no_day_has_are_refused() -> None:
    with pytest.raises(Rejected, match="no two times"):
        read("quiet hours 25 to 31")


def test_without_a_time_it_is_a_while() -> None:
    assert read("do not disturb") == {"quiet_from": None, "quiet_until": "2026-03-04T14:00:00Z"}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("wake me at night for critical things", {"breaks_quiet": "critical"}),
        ("you may wake me when it is urgent", {"breaks_quiet": "critical"}),
        ("only wake me at night for critical things", {"breaks_quiet": "critical"}),
        ("don't wake me for alarms", {"quiet_from": None, "quiet_until": "2026-03-04T14:00:00Z"}),
    ],
)
def test_what_may_wake_me(text: str, kept: dict[str, Any]) -> None:
    assert read(text) == kept
