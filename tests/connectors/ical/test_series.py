import pytest

from tests.connectors.ical.reading import calendar, occurrences, starts

DAILY = "UID:a\nSUMMARY:Standup\nDTSTART;TZID=Europe/Berlin:20260302T090000\nDURATION:PT15M\nRRULE:FREQ=DAILY;COUNT=5"
WEEK = ("2026-03-01", "2026-03-09")


def test_a_series_keeps_its_hour_over_a_clock_change() -> None:
    read = calendar("DTSTART;TZID=Europe/Berlin:20261024T090000\nRRULE:FREQ=DAILY;COUNT=2")
    assert starts(read, "2026-10-20", "2026-10-30") == ["2026-10-24T07:00", "2026-10-25T08:00"]


@pytest.mark.parametrize(
    "left_out",
    [
        "EXDATE;TZID=Europe/Berlin:20260303T090000",
        "EXDATE:20260303T080000Z",
        "EXDATE:20260303T090000",
        "EXDATE;VALUE=DATE:20260303",
        "EXDATE;TZID=America/New_York:20260303T030000",
    ],
)
def test_a_date_is_left_out_however_it_is_written(left_out: str) -> None:
    assert [at[8:10] for at in starts(calendar(f"{DAILY}\n{left_out}"), *WEEK)] == ["02", "04", "05", "06"]


def test_dates_are_added_also_with_a_length_of_their_own() -> None:
    read = calendar(f"{DAILY}\nRDATE;VALUE=PERIOD:20260307T100000Z/PT2H,20260308T100000Z/20260308T103000Z")
    added = occurrences(read, *WEEK)[5:]
    assert [(o.ends_at - o.starts_at).total_seconds() / 60 for o in added] == [120, 30]


@pytest.mark.parametrize(
    "which", ["RECURRENCE-ID:20260303T080000Z", "RECURRENCE-ID;VALUE=DATE:20260303", "RECURRENCE-ID:20260303T090000"]
)
def test_one_occurrence_is_moved(which: str) -> None:
    read = calendar(DAILY, f"UID:a\n{which}\nSUMMARY:Standup, late\nDTSTART:20260303T140000Z\nDTEND:20260303T141500Z")
    found = occurrences(read, *WEEK)
    assert [o.starts_at.strftime("%d %H") for o in found] == ["02 08", "03 14", "04 08", "05 08", "06 08"]
    assert found[1].event.component.text("SUMMARY") == "Standup, late"
    assert found[1].original is not None


def test_all_from_one_on_are_moved_and_renamed() -> None:
    onwards = "UID:a\nRECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260304T090000\nSUMMARY:Later\n"
    read = calendar(DAILY, onwards + "DTSTART;TZID=Europe/Berlin:20260304T110000\nDURATION:PT1H")
    found = occurrences(read, *WEEK)
    assert [o.starts_at.strftime("%d %H") for o in found] == ["02 08", "03 08", "04 10", "05 10", "06 10"]
    assert {(o.ends_at - o.starts_at).total_seconds() for o in found[2:]} == {3600}


def test_an_occurrence_that_was_moved_here_from_afar_is_found() -> None:
    read = calendar(DAILY, "UID:a\nRECURRENCE-ID:20260303T080000Z\nDTSTART:20261224T080000Z\nDURATION:PT1H")
    assert starts(read, "2026-12-01", "2027-01-01") == ["2026-12-24T08:00"]


def test_an_occurrence_without_its_series_is_taken_at_its_word() -> None:
    assert starts(calendar("RECURRENCE-ID:20260303T080000Z\nDTSTART:20260303T100000Z"), *WEEK) == ["2026-03-03T10:00"]


def test_of_several_versions_the_latest_counts() -> None:
    old = "UID:b\nSEQUENCE:1\nDTSTART:20260302T080000Z"
    read = calendar(old, "UID:b\nSEQUENCE:2\nDTSTART:20260303T080000Z", old)
    assert starts(read, *WEEK) == ["2026-03-03T08:00"]


def test_two_events_with_one_uid_are_both_kept() -> None:
    found = occurrences(calendar("UID:b\nDTSTART:20260302T080000Z", "UID:b\nDTSTART:20260303T080000Z"), *WEEK)
    assert len({o.original for o in found}) == 2


@pytest.mark.parametrize(
    ("until", "days"),
    [("20260304T080000Z", 3), ("20260304T075959Z", 2), ("20260304T090000", 3), ("20260304", 2), ("20260101", 0)],
)
def test_a_series_ends_at_the_instant_it_names(until: str, days: int) -> None:
    assert len(starts(calendar(DAILY.replace("COUNT=5", f"UNTIL={until}")), *WEEK)) == days


def test_days_are_days_wherever_one_is() -> None:
    read = calendar("DTSTART;VALUE=DATE:20260329\nDTEND;VALUE=DATE:20260330\nRRULE:FREQ=DAILY;COUNT=2")
    found = occurrences(read, "2026-03-01", "2026-04-30")
    assert [o.starts_at.strftime("%dT%H") for o in found] == ["28T23", "29T22"]
    assert (found[0].ends_at - found[0].starts_at).total_seconds() == 23 * 3600  # the clock changes on that day
    assert found[0].start.all_day


def test_times_without_a_zone_float_unless_the_calendar_names_one() -> None:
    event = "DTSTART:20260302T090000"
    assert starts(calendar(event), *WEEK) == ["2026-03-02T08:00"]
    assert starts(calendar(event, head="X-WR-TIMEZONE:America/New_York\n"), *WEEK) == ["2026-03-02T14:00"]


@pytest.mark.parametrize(
    ("end", "minutes"),
    [
        ("DTEND;TZID=Europe/Berlin:20260329T040000", 120),  # by the clock that runs: an hour is skipped
        ("DURATION:PT3H", 180),
        ("DURATION:P1D", 23 * 60),  # the same hour of the next day
        ("DURATION:PT24H", 24 * 60),
        ("DTEND:20260328T000000Z", 0),
        ("DURATION:-PT1H", 0),
        ("", 0),
    ],
)
def test_how_long_it_takes(end: str, minutes: int) -> None:
    [found] = occurrences(calendar(f"DTSTART;TZID=Europe/Berlin:20260329T010000\n{end}"), "2026-03-01", "2026-04-30")
    assert (found.ends_at - found.starts_at).total_seconds() / 60 == minutes


def test_what_is_under_way_belongs_to_the_span_and_what_has_just_ended_does_not() -> None:
    read = calendar(
        "DTSTART:20260301T230000Z\nDTEND:20260302T010000Z", "DTSTART:20260301T230000Z\nDTEND:20260302T000000Z"
    )
    assert len(occurrences(read, "2026-03-02", "2026-03-03")) == 1


def test_an_endless_series_is_bounded_and_told() -> None:
    read = calendar("SUMMARY:Tick\nDTSTART:20000101T000000Z\nRRULE:FREQ=SECONDLY", DAILY)
    found = occurrences(read, *WEEK)
    assert 5 < len(found) <= 10_005
    assert [str(told) for told in read.findings] == [
        "'Tick' (line 3): it repeats more often than can be followed. Only the first 10000 in this span were read: "
        "give the series an end, or a longer interval."
    ]
