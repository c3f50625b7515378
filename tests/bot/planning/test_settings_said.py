"""Which settings a sentence changes."""

import pytest

from bot.planning.settings_said import settings_said
from twin_core.templates import load_library

TIMES = ["appointments", "deadlines"]
QUESTIONS = {question.slot: question for question in load_library()["person"].questions}


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
        ("tasks matter most to me", {"matters_most": ["deadlines"]}),
        ("what matters most to me is safety and the energy bill", {"matters_most": ["safety", "energy costs"]}),
        ("my priorities are meetings, deadlines and people", {"matters_most": ["appointments", "deadlines", "people"]}),
        ("the most important thing to me is the plant", {"matters_most": ["devices and plant"]}),
        ("now nothing matters most to me", {"matters_most": []}),
        ("nothing matters more to me than my meetings", {"matters_most": ["appointments"]}),
        ("the machines matter more to me than anything else", {"matters_most": ["devices and plant"]}),
        ("rank deadlines higher for me", {"matters_most": ["deadlines"]}),
        ("all but energy and people matters most", {"matters_most": ["safety", "devices and plant", *TIMES]}),
    ],
)
def test_what_is_said_is_read(text: str, expected: dict[str, object]) -> None:
    assert settings_said(text, QUESTIONS) == expected


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
        "the weather matters most to me",
        "deadlines are dull",
    ],
)
def test_nothing_is_made_up(text: str) -> None:
    assert settings_said(text, QUESTIONS) == {}
