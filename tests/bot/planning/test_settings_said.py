"""Which settings a sentence changes."""

import pytest

from bot.planning.settings_said import settings_said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my working hours are 8 to 4", {"working_hours": "08:00-16:00"}),
        ("I work from 8:30 to 17:00", {"working_hours": "08:30-17:00"}),
        ("office hours are 9am till 5.30pm please", {"working_hours": "09:00-17:30"}),
        ("I work 7-15", {"working_hours": "07:00-15:00"}),
        ("I work from 10 until 6", {"working_hours": "10:00-18:00"}),
        ("my working days are monday to thursday", {"work_days": "mon-thu"}),
        ("I only work on Tuesdays, Wednesday and fri", {"work_days": "tue,wed,fri"}),
        ("I work monday to friday from 9 to 5", {"work_days": "mon-fri", "working_hours": "09:00-17:00"}),
        ("set my time zone to Vienna", {"timezone": "Europe/Vienna"}),
        ("my timezone is america/new_york", {"timezone": "America/New_York"}),
        ("my time zone is New York", {"timezone": "America/New_York"}),
        ("I'd like three hours a day to concentrate", {"focus_hours": 3}),
        ("2.5 hours of focus time a day", {"focus_hours": 2.5}),
    ],
)
def test_what_is_said_is_read(text: str, expected: dict[str, object]) -> None:
    assert settings_said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "answer shorter please",
        "my time zone is Atlantis",
        "I work from 25 to 99",
        "meet me monday from 9 to 5",
        "my working hours are 17 to 17",
        "call me at 8 to 4",
    ],
)
def test_nothing_is_made_up(text: str) -> None:
    assert settings_said(text) == {}
