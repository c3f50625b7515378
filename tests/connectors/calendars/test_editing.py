"""A change of one occurrence leaves all others as they are; a change of the series does the same to all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from connectors.calendars._editing import Resource, compose
from connectors.calendars._occurrences import occurrences
from connectors.calendars._system import Window
from connectors.ical.calendar import read_calendar
from twin_core.contract.mirroring import Occurrence

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
WINDOW = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC), BERLIN)
RULES = [
    "FREQ=DAILY;COUNT=6",
    "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=6",
    "FREQ=MONTHLY;COUNT=6",
    "FREQ=DAILY;UNTIL=20260403T220000Z",
]

starts = st.datetimes(datetime(2026, 3, 20), datetime(2026, 4, 2)).map(  # noqa: DTZ001 - around a change of the clock
    lambda at: at.replace(minute=0, second=0, microsecond=0, tzinfo=BERLIN).astimezone(UTC)
)
whole_days = st.booleans()


def series(start: datetime, rule: str, *, all_day: bool) -> str:
    day = start.astimezone(BERLIN).date()
    times = (day, day + timedelta(days=1)) if all_day else (start, start + timedelta(hours=1))
    return compose(Occurrence("s", "Standup", *times, recurrence=rule), BERLIN, NOW)


def seen(text: str) -> list[Occurrence]:
    calendar = read_calendar(text.encode())
    assert calendar.findings == []
    return [replace(one, modified_at=None) for one in occurrences(calendar, WINDOW)]


def instant(when: date) -> datetime:
    assert isinstance(when, datetime)
    return when.astimezone(UTC)


def wall(when: date) -> datetime:
    """What a clock in Berlin shows then."""
    return instant(when).astimezone(BERLIN).replace(tzinfo=None)


def others(found: Sequence[Occurrence], but: Occurrence) -> list[Occurrence]:
    return [one for one in found if one.recurrence_id != but.recurrence_id]


@settings(deadline=None)
@given(starts, st.sampled_from(RULES), whole_days, st.integers(0, 5), st.integers(-30, 30))
def test_one_occurrence_is_changed_alone(start: datetime, rule: str, all_day: bool, which: int, hours: int) -> None:
    text = series(start, rule, all_day=all_day)
    before = seen(text)
    one = before[which % len(before)]
    shift = timedelta(days=hours) if all_day else timedelta(hours=hours)
    wanted = replace(one, start=one.start + shift, end=one.end + shift, title="Moved, alone", location="Room 1")
    after = seen(Resource.parsed(text, BERLIN).edit(one, wanted, NOW, series=False))
    assert others(after, one) == others(before, one)
    [found] = [each for each in after if each.recurrence_id == one.recurrence_id]
    assert found == wanted


@settings(deadline=None)
@given(starts, st.sampled_from(RULES), whole_days, st.integers(0, 5))
def test_one_occurrence_is_left_out_alone(start: datetime, rule: str, all_day: bool, which: int) -> None:
    text = series(start, rule, all_day=all_day)
    before = seen(text)
    one = before[which % len(before)]
    assert seen(Resource.parsed(text, BERLIN).without(one, NOW)) == others(before, one)


@settings(deadline=None)
@given(starts, st.sampled_from(RULES), st.integers(0, 5), st.integers(-8, 8), st.integers(0, 3))
def test_a_series_moves_as_one_of_its_occurrences(start: datetime, rule: str, which: int, by: int, longer: int) -> None:
    text = series(start, rule, all_day=False)
    before = seen(text)
    one = before[which % len(before)]
    local = wall(one.start)
    # By day: at night the change of the clock makes an hour longer, shorter, or another one.
    assume(6 <= local.hour <= 18)
    hours = max(6 - local.hour, min(by, 18 - local.hour))
    moved = (local + timedelta(hours=hours)).replace(tzinfo=BERLIN).astimezone(UTC)
    wanted = replace(one, start=moved, end=moved + timedelta(hours=1 + longer), title="All of them")
    after = seen(Resource.parsed(text, BERLIN).edit(one, wanted, NOW, series=True))
    walls = [wall(b.start) + timedelta(hours=hours) for b in before]
    assert [a.start for a in after] == [at.replace(tzinfo=BERLIN).astimezone(UTC) for at in walls]
    assert {instant(a.end) - instant(a.start) for a in after} == {timedelta(hours=1 + longer)}
    assert {a.title for a in after} == {"All of them"}
