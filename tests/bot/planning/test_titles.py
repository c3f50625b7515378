"""What a new event or task is called."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.nlu.times import find_times
from bot.planning import titles

BERLIN = ZoneInfo("Europe/Berlin")


def spans(text: str) -> list[list[object]]:
    found = find_times(text, now=datetime(2026, 3, 2, 9, tzinfo=BERLIN), zone=BERLIN)
    return [[time.kind, time.start, time.end] for time in found]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("enter the vaccination in my diary for monday at 11", "Vaccination"),
        ("can you put a check-up into the calendar for next tuesday at 8:30?", "Check-up"),
        ("schedule a meeting with Olga and Piet tomorrow from 10 to 11:30", "Meeting with Olga and Piet"),
        ("please block two hours tomorrow morning for the tax return", "Tax return"),
        ("I have the plumber on friday at 14:00", "Plumber"),
        ("put supper with Kim in my family calendar on friday at 7 pm", "Supper with Kim"),
        ("new event: open day, 14 march at 10", "Open day"),
        ("set up a call with the bank on wednesday at noon", "Call with the bank"),
        ("make a meeting about the roof on friday at 3 pm", "Meeting about the roof"),
        ("invite Kim and Lee to a tasting next thursday at 6 pm", "Tasting with Kim and Lee"),
        ("put me down for the first-aid course on the 30th of april", "First-aid course"),
        ("I'm on parental leave from 1 to 14 august, put that in the calendar", "On parental leave"),
        ("stick a call with the roofer in for friday at 3 pm", "Call with the roofer"),
        ("add choir every monday at 19:30", "Choir"),
        ("could you put brunch with Ida down for sunday at 11", "Brunch with Ida"),
        ("I'm seeing the vet on friday at 9, pop that in", "Seeing the vet"),
        ('create an event called "Sprint 12 review" on monday at 9', "Sprint 12 review"),
        ("add an appointment", ""),
        ("create an event for tomorrow at 9", ""),
        ("block two hours tomorrow morning", ""),
    ],
)
def test_an_event(text: str, title: str) -> None:
    assert titles.event_title(text, spans(text)) == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("add a task to mail the contract to Brandt by friday at 5 pm", "Mail the contract to Brandt"),
        ("I need to pick up the suit by tomorrow", "Pick up the suit"),
        ("put descale the kettle on my to-do list", "Descale the kettle"),
        ("new task: order paper, high priority", "Order paper"),
        ("remember that I have to feed the cat tonight", "Feed the cat"),
        ("jot down: fix the porch step by 1 may", "Fix the porch step"),
        ("please note that I must renew the licence before 1 may", "Renew the licence"),
        ("add clean the windows to my tasks, takes about 2 hours", "Clean the windows"),
        ("task for monday: test the pump", "Test the pump"),
        ("I should really sort the photos, make that a task", "Sort the photos"),
        ("create a to-do", ""),
        ("add a task for tomorrow", ""),
    ],
)
def test_a_task(text: str, title: str) -> None:
    assert titles.task_title(text, spans(text)) == title


def test_several_tasks_in_one_sentence() -> None:
    assert titles.several("add three tasks: vacuum, dust and mop") == ["Vacuum", "Dust", "Mop"]
    assert titles.several("add a task: bread, butter and jam") == []


@pytest.mark.parametrize(
    ("text", "level"),
    [("order paper, high priority", "high"), ("low-priority: dust", "low"), ("it's urgent", "high"), ("dust", None)],
)
def test_priority(text: str, level: str | None) -> None:
    assert titles.priority(text) == level


def test_the_effort_is_told_from_the_length_of_something_else() -> None:
    effort, length = "write the offer, takes about 3 hours", "book an hour with Olga"
    assert titles.takes_effort(effort, spans(effort))
    assert not titles.takes_effort(length, spans(length))
