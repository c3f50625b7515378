"""From when to when: of what can be meant, what is nearest to the usual hours."""

import pytest

from interview.hours import clocks_said, read_hours
from tests.interview.talk import Talk

WORK, QUIET = "09:00-17:00", "22:00-07:00"


@pytest.mark.parametrize(
    ("text", "usual", "hours"),
    [
        ("nine to five", WORK, "09:00-17:00"),
        ("from 8:30 till 4", WORK, "08:30-16:00"),
        ("I work from 7 to half past three", WORK, "07:00-15:30"),
        ("10-18", WORK, "10:00-18:00"),
        ("10pm to 6am", WORK, "22:00-06:00"),
        ("10 to 7", QUIET, "22:00-07:00"),
        ("between 11 in the evening and 6 in the morning", QUIET, "23:00-06:00"),
        ("09:00 – 17:30 h", WORK, "09:00-17:30"),
        ("from noon until eight", WORK, "12:00-20:00"),
        ("midnight to 8", QUIET, "00:00-08:00"),
        ("whenever", WORK, None),
        ("8", WORK, None),
        ("from 9 to 9", "09:00-09:00", "09:00-21:00"),
        ("from 27 to 30", WORK, None),
    ],
)
def test_hours(text: str, usual: str, hours: str | None) -> None:
    assert read_hours(text, usual) == hours


def test_hours_are_heard_whatever_was_asked() -> None:
    talk = Talk("person", "").say("I'm Jo", "I work from 8 to 4", "my quiet hours are from 9 pm to 6", "that's all")
    assert talk.session.answers["working_hours"] == "08:00-16:00"
    assert talk.session.answers["quiet_hours"] == "21:00-06:00"
    assert "hours_per_day" not in talk.session.answers


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("at 8:30 and half past five", [(510, 1230), (330, 1050)]),
        ("7 pm, noon and 13h", [(1140,), (720,), (780,)]),
        ("at 9 for two weeks, 3 times", [(540, 1260)]),
        ("at 25 or 8:75", [(), ()]),
        ("in room 2.417", []),
        ("midnight", [(0,)]),
    ],
)
def test_times_of_a_day_are_read_one_by_one(text: str, readings: list[tuple[int, ...]]) -> None:
    assert [clock.readings for clock in clocks_said(text)] == readings
