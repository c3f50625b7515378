"""When a new event or task is, and what is asked where it is not clear. It is Monday 2 March 2026, 09:00 in Berlin."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.dialogue.state import Request
from bot.nlu.times import find_times
from bot.planning.due import new_due
from bot.planning.moving import new_slot, told
from bot.planning.times import Open, Slot, due_of, event_slot, said_times
from twin_core.contract.agenda import EventView
from twin_core.contract.tasks import TaskView

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 2, 9, tzinfo=BERLIN)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=BERLIN).astimezone(UTC)


def wish(text: str, intent: str = "create_event", **slots: Any) -> Request:
    found = find_times(text, now=NOW, zone=BERLIN)
    times = [{**t.value, "text": text[t.start : t.end], "options": list(t.options)} for t in found if t.kind == "time"]
    lengths: dict[str, Any] = {t.kind: t.value for t in found if t.kind != "time"}
    first = {"time": times[0], "times": times} if times else {}
    return Request(intent, {"text": text, **first, **lengths, **slots})


def slot(text: str, title: str = "", **slots: Any) -> Slot | Open:
    return event_slot(wish(text, **slots), NOW, BERLIN, title)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("on thursday at 3 pm", "03-05T15:00", "03-05T16:00"),
        ("tomorrow from 10 to 11:30", "03-03T10:00", "03-03T11:30"),
        ("tomorrow at 9 for two hours", "03-03T09:00", "03-03T11:00"),
        ("at 3", "03-02T15:00", "03-02T16:00"),
        ("tomorrow at 2", "03-03T14:00", "03-03T15:00"),
        ("dinner on friday at 8", "03-06T20:00", "03-06T21:00"),
        ("on 30 march at 9", "03-30T09:00", "03-30T10:00"),
    ],
)
def test_an_hour_that_is_clear(text: str, start: str, end: str) -> None:
    assert slot(text) == Slot(at(start), at(end))


def test_whole_days() -> None:
    assert slot("from 1 to 14 august") == Slot(date(2026, 8, 1), date(2026, 8, 15))
    assert slot("mum's birthday on 3 june") == Slot(date(2026, 6, 3), date(2026, 6, 4))
    assert slot("on friday", all_day=True) == Slot(date(2026, 3, 6), date(2026, 3, 7))


def test_what_is_not_clear_is_open() -> None:
    assert slot("soon") == Open()
    assert slot("on friday") == Open(stretch=(at("03-06T00:00"), at("03-07T00:00")))
    assert slot("on friday at 7") == Open(readings=(at("03-06T07:00"), at("03-06T19:00")))
    assert slot("today at 8 am") == Open(passed=at("03-02T08:00"))


def test_a_day_and_an_hour_that_are_said_apart_belong_together() -> None:
    day, clock = wish("on friday").get("times")[0], wish("at noon").get("times")[0]
    assert event_slot(Request("create_event", {"times": [day, clock]}), NOW, BERLIN) == Slot(
        at("03-06T12:00"), at("03-06T13:00")
    )


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("by friday at 5 pm", at("03-06T17:00")),
        ("by friday", date(2026, 3, 6)),
        ("before friday", date(2026, 3, 5)),
        ("this week", date(2026, 3, 8)),
        ("tonight", date(2026, 3, 2)),
        ("by 5", at("03-02T17:00")),
        ("today at 8 am", Open(passed=at("03-02T08:00"))),
    ],
)
def test_by_when_a_task_is_due(text: str, due: object) -> None:
    assert due_of(said_times(wish(text))[0], NOW, BERLIN) == due


def a_task(due: datetime | None, due_on: date | None = None) -> TaskView:
    fixed: dict[str, Any] = dict.fromkeys(("estimate_s", "url", "started_at", "completed_at"))
    return TaskView(
        id="task_1", title="Offer", done=False, due=due, due_on=due_on, priority="normal", owner="owner",
        source="pollux", notes="", version=1, created_at=NOW, **fixed,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("put it off to friday", at("03-06T16:00")),
        ("put it off until friday at noon", at("03-06T12:00")),
        ("put it off by a week", at("03-11T16:00")),
        ("give me two hours more", at("03-04T18:00")),
        ("do it a day later", at("03-05T16:00")),
        ("make it 6 pm", at("03-04T18:00")),
        ("put it off to next week", at("03-09T16:00")),
        ("put it off", None),
    ],
)
def test_where_a_task_is_put_off_to(text: str, due: object) -> None:
    assert new_due(a_task(at("03-04T16:00")), wish(text, "postpone_task"), NOW, BERLIN) == due


def test_a_task_of_a_day_stays_one() -> None:
    of_a_day = a_task(at("03-04T23:59"), date(2026, 3, 4))
    assert new_due(of_a_day, wish("by two days"), NOW, BERLIN) == date(2026, 3, 6)
    assert new_due(of_a_day, wish("until friday"), NOW, BERLIN) == date(2026, 3, 6)


# --- moving ------------------------------------------------------------------------------------------


def an_event(start: str = "03-05T15:00", end: str = "03-05T16:00") -> EventView:
    return EventView(
        id="event_1", title="Dentist", start=at(start), end=at(end), all_day=False, status="confirmed", busy=True,
        location=None, organizer=None, attendees=(), owner="owner", source="pollux", sources=("pollux",),
        writable=True, uid="u", recurrence_id=None, series=None, recurrence=None, travel_s=0, preparation_s=0,
        url=None, notes="", version=1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("move it to friday at 10", "03-06T10:00", "03-06T11:00"),
        ("move it to friday", "03-06T15:00", "03-06T16:00"),
        ("move it to 4 pm", "03-05T16:00", "03-05T17:00"),
        ("move it to next week", "03-12T15:00", "03-12T16:00"),
        ("push it back by half an hour", "03-05T15:30", "03-05T16:30"),
        ("bring it forward by an hour", "03-05T14:00", "03-05T15:00"),
        ("make it half an hour longer", "03-05T15:00", "03-05T16:30"),
        ("shorten it to 20 minutes", "03-05T15:00", "03-05T15:20"),
        ("have it a day later", "03-06T15:00", "03-06T16:00"),
        ("move it from thursday to friday", "03-06T15:00", "03-06T16:00"),
    ],
)
def test_where_an_event_goes(text: str, start: str, end: str) -> None:
    assert new_slot(an_event(), wish(text, "move_event"), NOW, BERLIN) == Slot(at(start), at(end))


def test_a_move_over_the_change_of_the_clocks_keeps_the_hour() -> None:
    moved = new_slot(an_event("03-27T15:00", "03-27T16:00"), wish("by three days"), NOW, BERLIN)
    assert moved == Slot(at("03-30T15:00"), at("03-30T16:00"))
    assert isinstance(moved, Slot)
    assert isinstance(moved.start, datetime)
    assert moved.start - at("03-27T15:00") == timedelta(days=3, hours=-1)


def test_a_move_into_the_past_is_asked_about() -> None:
    assert new_slot(an_event(), wish("move it to today at 8 am"), NOW, BERLIN) == Open(passed=at("03-02T08:00"))


@pytest.mark.parametrize(
    ("text", "which", "to"),
    [
        ("move tomorrow's standup to friday at 10", ["tomorrow's"], "friday at 10"),
        ("move the 3 pm meeting to 4 pm", ["3 pm"], "4 pm"),
        ("put it on saturday instead of sunday", ["sunday"], "saturday"),
        ("move it to friday", [], "friday"),
    ],
)
def test_which_time_says_which_event_and_which_where_it_goes(text: str, which: list[str], to: str) -> None:
    found = told(wish(text, "move_event"))
    assert [str(time["text"]).lower() for time in found.which] == which
    assert found.to is not None
    assert str(found.to["text"]).lower() == to
