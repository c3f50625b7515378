from datetime import date, datetime
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.ical.expansion import Expansion, TooMuchWork, week_of
from connectors.ical.rules import read_rule

END = datetime(2060, 1, 1)  # noqa: DTZ001 - wall-clock times throughout


def times(rule: str, start: str, number: int = 10, lower: str | None = None) -> list[str]:
    begun = datetime.fromisoformat(start)
    found = Expansion(read_rule(rule), begun).between(datetime.fromisoformat(lower or start), END)
    return [at.isoformat(timespec="minutes") for at in islice(found, number)]


@pytest.mark.parametrize(
    ("rule", "start", "expected"),
    [
        # February has no 31st: left out, or moved as RFC 7529 lets one ask.
        ("FREQ=MONTHLY;COUNT=3", "2026-01-31", "01-31 03-31 05-31"),
        ("FREQ=MONTHLY;COUNT=3;SKIP=BACKWARD;RSCALE=GREGORIAN", "2026-01-31", "01-31 02-28 03-31"),
        ("FREQ=YEARLY;COUNT=3;SKIP=FORWARD;RSCALE=GREGORIAN", "2024-02-29", "02-29 03-01 03-01"),
        ("FREQ=YEARLY;COUNT=2", "2024-02-29", "02-29 02-29"),
        # The weekday is that of the start where only weeks are named.
        ("FREQ=YEARLY;BYWEEKNO=20;COUNT=2", "2026-05-13", "05-13 05-19"),
        # The first set counts whole, also the part before the start.
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,3;COUNT=3", "2024-10-23", "10-23 10-28 10-30"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=2", "2026-01-01", "02-13 03-13"),
        ("FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3;COUNT=2", "2026-03-29", "03-29 03-28"),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05", "08-05 08-10 08-19 08-24"),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05", "08-05 08-17 08-19 08-31"),
    ],
)
def test_a_rule_gives_its_days(rule: str, start: str, expected: str) -> None:
    assert [at[5:10] for at in times(rule, start)] == expected.split()


def test_one_that_began_long_ago_is_entered_where_it_is_asked() -> None:
    assert times("FREQ=SECONDLY", "0100-01-01", 1, "2026-03-02T08:00") == ["2026-03-02T08:00"]
    assert times("FREQ=WEEKLY;INTERVAL=3", "1900-01-01", 1, "2026-03-02") == ["2026-03-16T00:00"]
    assert times("FREQ=MINUTELY;INTERVAL=90;COUNT=5000000", "1970-01-01", 1, "2026-03-02") == ["2026-03-02T00:00"]
    assert times("FREQ=MINUTELY;INTERVAL=90;COUNT=3", "1970-01-01", 9, "2026-03-02") == []


def test_a_rule_that_gives_nothing_is_given_up() -> None:
    assert times("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "2026-01-01") == []
    with pytest.raises(TooMuchWork):
        times("FREQ=SECONDLY;BYSETPOS=2", "2026-01-01")
    with pytest.raises(TooMuchWork):
        times("FREQ=MINUTELY;BYDAY=MO;COUNT=999999999", "1970-01-01", 1, "2026-01-01")


def test_weeks_are_numbered_from_the_day_they_start_on() -> None:
    assert week_of(date(2027, 1, 3), 0) == (2026, 53, 53)
    assert week_of(date(2027, 1, 3), 6) == (2027, 1, 52)


days = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), max_size=3, unique=True).map(",".join)
numbers = st.lists(st.sampled_from([1, 2, 13, 28, -1, -2, -28]), max_size=3, unique=True)


@settings(deadline=None)
@given(
    freq=st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY"]),
    interval=st.integers(1, 5),
    parts=st.fixed_dictionaries(
        {
            "BYDAY": days,
            "BYMONTHDAY": numbers.map(lambda found: ",".join(map(str, found))),
            "BYMONTH": st.sets(st.integers(1, 12), max_size=3).map(lambda found: ",".join(map(str, found))),
            "BYHOUR": st.sets(st.integers(0, 23), max_size=2).map(lambda found: ",".join(map(str, found))),
        }
    ),
    start=st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(microsecond=0)),  # noqa: DTZ001
)
def test_it_agrees_with_dateutil_where_dateutil_is_right(
    freq: str, interval: int, parts: dict[str, str], start: datetime
) -> None:
    """Not asked: BYSETPOS and BYWEEKNO, where dateutil 2.9 differs from RFC 5545."""
    if freq == "WEEKLY":
        parts.pop("BYMONTHDAY")  # RFC 5545 forbids it there
    text = ";".join([f"FREQ={freq}", f"INTERVAL={interval}", *(f"{k}={v}" for k, v in parts.items() if v)])
    upper = start.replace(year=start.year + 2, day=1)
    ours = list(islice(Expansion(read_rule(text), start).between(start, upper), 30))
    try:
        theirs = list(islice(rrulestr(f"{text};UNTIL={upper:%Y%m%dT%H%M%S}", dtstart=start), 30))
    except ValueError:  # it says so where a rule can never give anything
        theirs = []
    assert ours == theirs
