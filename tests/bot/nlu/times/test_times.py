from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.times import TimeSpan, find_times

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday, 9:00 in Berlin


def read(text: str, now: datetime = NOW, zone: ZoneInfo = BERLIN) -> TimeSpan:
    found = find_times(text, now=now, zone=zone)
    assert len(found) == 1, found
    return found[0]


def wall(instant: Any) -> str | None:
    return None if instant is None else datetime.fromisoformat(instant).astimezone(BERLIN).strftime("%m-%d %H:%M")


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("today", "03-02 00:00", "03-03 00:00"),
        ("tomorrow", "03-03 00:00", "03-04 00:00"),
        ("tonight", "03-02 18:00", "03-03 00:00"),
        ("this morning", "03-02 04:00", "03-02 12:00"),
        ("last night", "03-01 18:00", "03-02 06:00"),
        ("yesterday evening", "03-01 18:00", "03-02 00:00"),
        ("since noon", "03-01 12:00", "03-02 09:00"),
        ("since Monday", "02-23 00:00", "03-02 09:00"),
        ("the last 3 hours", "03-02 06:00", "03-02 09:00"),
        ("last week", "02-23 00:00", "03-02 00:00"),
        ("at 5 pm", "03-02 17:00", None),
        ("at half past ten", "03-02 10:30", None),
        ("quarter to two", "03-02 13:45", None),
        ("six tonight", "03-02 18:00", None),
        ("eight in the morning tomorrow", "03-03 08:00", None),
        ("Thursday at 3", "03-05 15:00", None),
        ("in 20 minutes", "03-02 09:20", None),
        ("in half an hour", "03-02 09:30", None),
        ("two hours ago", "03-02 07:00", None),
        ("between 10 and 11", "03-02 10:00", "03-02 11:00"),
        ("from 9 pm till 6 am", "03-02 21:00", "03-03 06:00"),
        ("next Monday at noon", "03-09 12:00", None),
        ("the day after tomorrow", "03-04 00:00", "03-05 00:00"),
        ("the day after tomorrow at noon", "03-04 12:00", None),
        ("end of the month", "03-21 00:00", "04-01 00:00"),
        ("on 5 March at 14:00", "03-05 14:00", None),
        ("from 1 to 5 May", "05-01 00:00", "05-06 00:00"),
        ("2026-03-05 at 9", "03-05 09:00", None),
        ("by the 15th", "03-15 00:00", "03-16 00:00"),
        ("two hours before noon", "03-02 10:00", None),
    ],
)
def test_instants_and_ranges(said: str, start: str, end: str | None) -> None:
    span = read(said)
    assert span.kind == "time"
    assert (wall(span.value["start"]), wall(span.value["end"])) == (start, end)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("for ten minutes", 600), ("an hour", 3600), ("an hour and a half", 5400), ("2 hours and 15 minutes", 8100)],
)
def test_lengths(said: str, seconds: float) -> None:
    span = read(said)
    assert (span.kind, span.value) == ("duration", seconds)


@pytest.mark.parametrize(
    ("said", "rule", "first"),
    [
        ("every weekday at 9", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "03-03 09:00"),
        ("every other week", "FREQ=WEEKLY;INTERVAL=2", "03-03 00:00"),
        ("mondays and thursdays at 7 pm", "FREQ=WEEKLY;BYDAY=MO,TH", "03-02 19:00"),
        ("the first of every month", "FREQ=MONTHLY;BYMONTHDAY=1", "04-01 00:00"),
        ("daily at 7", "FREQ=DAILY", "03-03 07:00"),
        ("every two hours", "FREQ=HOURLY;INTERVAL=2", "03-02 11:00"),
        ("every evening at 8", "FREQ=DAILY", "03-02 20:00"),
    ],
)
def test_repetitions(said: str, rule: str, first: str) -> None:
    span = read(said)
    assert span.kind == "recurrence"
    assert (span.value["rule"], wall(span.value["start"])) == (rule, first)


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("every morning", "03-03 08:00"),
        ("every friday afternoon", "03-06 14:00"),
        ("in the evening every day", "03-02 19:00"),
        ("nightly", "03-02 20:00"),
    ],
)
def test_what_repeats_in_a_part_of_the_day_is_done_when_it_would_be_once(said: str, at: str) -> None:
    assert wall(read(said).value["at"]) == at


@pytest.mark.parametrize(
    "said", ["it may rain", "the second one", "pump 2", "set it to 21 degrees", "put it at 40 percent"]
)
def test_what_is_no_time(said: str) -> None:
    assert find_times(said, now=NOW, zone=BERLIN) == []


def test_leading_prepositions_stay_outside_the_span() -> None:
    text = "wake me at 7 am please"
    span = read(text)
    assert text[span.start : span.end] == "7 am"


def test_an_hour_without_its_half_keeps_both_readings() -> None:
    span = read("tomorrow at 4")
    assert [wall(o["start"]) for o in span.options] == ["03-03 04:00", "03-03 16:00"]
    assert wall(span.value["start"]) == "03-03 16:00"


def test_a_local_time_that_is_skipped_moves_forward_by_the_gap() -> None:
    night_before = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert wall(read("tomorrow at 2:30 am", now=night_before).value["start"]) == "03-29 03:30"


def test_a_local_time_that_occurs_twice_is_the_first() -> None:
    day_before = datetime(2026, 10, 24, 12, tzinfo=UTC)
    start = datetime.fromisoformat(read("tomorrow at 2:30 am", now=day_before).value["start"])
    assert start.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("said", ["in 99999999 years", "in 9000 years", "31 february", "32/13/2026", "25:99"])
def test_impossible_dates_are_no_times_and_no_errors(said: str) -> None:
    for span in find_times(said, now=NOW, zone=BERLIN):
        assert span.kind in ("time", "duration")


_WORDS = "today tomorrow at 5 pm next monday every half an hour ago since until between and the last of march 31 2026 -"


@given(st.lists(st.sampled_from(_WORDS.split()), max_size=12), st.sampled_from(["Europe/Berlin", "America/New_York"]))
def test_any_mixture_of_time_words_gives_spans_in_order(words: list[str], zone: str) -> None:
    text = " ".join(words)
    last = 0
    for span in find_times(text, now=NOW, zone=ZoneInfo(zone)):
        assert last <= span.start < span.end <= len(text)
        last = span.end
        if span.kind == "time" and span.value["end"] is not None:
            assert datetime.fromisoformat(span.value["start"]) <= datetime.fromisoformat(span.value["end"])
