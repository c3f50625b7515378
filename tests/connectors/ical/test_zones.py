from datetime import UTC, datetime

import pytest

from connectors.ical.zones import by_iana_name, by_other_name
from tests.connectors.ical.reading import calendar, starts

OUTLOOK = """BEGIN:VTIMEZONE
TZID:Our Office
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


@pytest.mark.parametrize(
    ("tzid", "winter"),
    [
        ("Europe/Berlin", 1),
        ("europe/berlin", 1),
        ("/freeassociation.sourceforge.net/America/Argentina/Buenos_Aires", -3),
        ("/mozilla.org/20050126_1/Europe/Berlin", 1),
        ("W. Europe Standard Time", 1),
        ("eastern standard time", -5),
        ("tzone://Microsoft/Utc", 0),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", 1),
        ("(GMT +01:00)", 1),
        ("(UTC+05:30) Nowhere in Particular", 5.5),
        ("UTC-3", -3),
        ("GMT+0530", 5.5),
    ],
)
def test_a_zone_goes_by_many_names(tzid: str, winter: float) -> None:
    zone = by_iana_name(tzid) or by_other_name(tzid)
    assert zone is not None
    offset = datetime(2026, 1, 15, 12, tzinfo=zone).utcoffset()
    assert offset is not None
    assert offset.total_seconds() == winter * 3600


@pytest.mark.parametrize("tzid", ["Customized Time Zone", "UTC+99", "", "Mars/Olympus"])
def test_what_is_no_zone_is_none(tzid: str) -> None:
    assert (by_iana_name(tzid) or by_other_name(tzid)) is None


def test_a_zone_of_its_own_is_as_its_vtimezone_says() -> None:
    read = calendar("DTSTART;TZID=Our Office:20260328T090000\nRRULE:FREQ=DAILY;COUNT=3", head=OUTLOOK)
    assert starts(read, "2026-03-01", "2026-04-30") == ["2026-03-28T08:00", "2026-03-29T07:00", "2026-03-30T07:00"]
    assert read.findings == []


@pytest.mark.parametrize("tzid", ["Our Office", "Europe/Berlin"])
def test_what_the_clock_skips_moves_on_and_what_it_repeats_is_the_first(tzid: str) -> None:
    read = calendar(
        f"DTSTART;TZID={tzid}:20260329T023000\nSUMMARY:skipped",
        f"DTSTART;TZID={tzid}:20261025T023000\nSUMMARY:twice",
        head=OUTLOOK,
    )
    assert starts(read, "2026-01-01", "2027-01-01") == ["2026-03-29T01:30", "2026-10-25T00:30"]


def test_the_second_pass_of_an_hour_is_told_apart() -> None:
    read = calendar("DTSTART;TZID=Our Office:20261025T023000", head=OUTLOOK)
    zone = read.series[0].events[0].start.zone
    for hour, fold in ((0, 0), (1, 1)):
        wall = datetime(2026, 10, 25, hour, 30, tzinfo=UTC).astimezone(zone)
        assert (wall.hour, wall.minute, wall.fold) == (2, 30, fold)
        assert wall.astimezone(UTC).hour == hour


def test_an_unknown_zone_is_told_and_read_as_ones_own() -> None:
    read = calendar("DTSTART;TZID=Mars/Olympus:20260302T090000")
    assert starts(read, "2026-03-01", "2026-03-04") == ["2026-03-02T08:00"]
    assert [str(found) for found in read.findings] == [
        "time zone 'Mars/Olympus': is no time zone that is known here. Its times are read in your own time zone: "
        "check them, or set the zone in the calendar's program."
    ]


def test_two_calendars_may_mean_different_things_by_one_name() -> None:
    calendar("DTSTART;TZID=Our Office:20260302T090000", head=OUTLOOK)
    elsewhere = calendar(
        "DTSTART;TZID=Our Office:20260302T090000",
        head=OUTLOOK.replace("+0200", "-0400").replace("+0100", "-0500"),
    )
    assert starts(elsewhere, "2026-03-01", "2026-03-04") == ["2026-03-02T14:00"]
