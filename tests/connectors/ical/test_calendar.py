import pytest

from connectors.ical.calendar import read_calendar
from connectors.ical.components import parse_components
from tests.connectors.ical.reading import calendar, occurrences
from twin_core.contract.errors import Rejected

GOOD = "SUMMARY:Good\nDTSTART:20260302T080000Z\nDTEND:20260302T090000Z"
SPAN = ("2026-03-01", "2026-03-10")


@pytest.mark.parametrize(
    ("bad", "item", "problem"),
    [
        ("SUMMARY:No time", "'No time' (line 3)", "it does not say when it begins"),
        ("SUMMARY:Odd\nDTSTART:tomorrow", "'Odd' (line 3)", "'tomorrow' is no date"),
        ("SUMMARY:Odd\nDTSTART:20260230T080000Z", "'Odd' (line 3)", "is no date"),
    ],
)
def test_a_broken_event_is_told_and_the_others_are_kept(bad: str, item: str, problem: str) -> None:
    read = calendar(bad, GOOD)
    assert [o.event.component.text("SUMMARY") for o in occurrences(read, *SPAN)] == ["Good"]
    [found] = read.findings
    assert found.item == item
    assert problem in found.problem
    assert found.hint


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("RRULE:FREQ=SOMETIMES", "its RRULE cannot be used"),
        ("EXDATE:never", "its EXDATE cannot be used"),
        ("RDATE;VALUE=PERIOD:20260303T080000Z/soon", "its RDATE cannot be used"),
        ("just some words", "'just some words' is not of the form NAME:value"),
    ],
)
def test_a_broken_line_costs_no_more_than_itself(line: str, problem: str) -> None:
    read = calendar(f"{GOOD}\n{line}")
    assert len(occurrences(read, *SPAN)) == 1
    assert [problem in found.problem for found in read.findings] == [True]


def test_a_file_that_was_cut_off_is_known_to_be_incomplete() -> None:
    events = "".join(f"BEGIN:VEVENT\nUID:{uid}\n{GOOD}\nEND:VEVENT\n" for uid in "12")
    whole = f"BEGIN:VCALENDAR\n{events}END:VCALENDAR"
    assert read_calendar(whole.encode()).complete
    cut = read_calendar(whole[: whole.rindex("DTEND")].encode())
    assert not cut.complete
    assert len(occurrences(cut, *SPAN)) == 2


def test_an_event_that_was_not_closed_does_not_swallow_the_next() -> None:
    read = calendar(f"{GOOD}\nBEGIN:VEVENT\nUID:2\nSUMMARY:Second\nDTSTART:20260303T080000Z")
    assert [o.event.component.text("SUMMARY") for o in occurrences(read, *SPAN)] == ["Good", "Second"]


def test_an_event_without_a_uid_keeps_the_one_it_is_given() -> None:
    text = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTAMP:%s\n{GOOD}\nEND:VEVENT\nEND:VCALENDAR"
    uids = {read_calendar((text % stamp).encode()).series[0].events[0].uid for stamp in ("1", "2")}
    assert len(uids) == 1


EVENT = "BEGIN:VCALENDAR|BEGIN:VEVENT|DTSTART:20260302T080000Z|SUMMARY:Grüße|END:VEVENT|END:VCALENDAR"


@pytest.mark.parametrize(
    "data",
    [
        ("\ufeff" + EVENT.replace("Grü", "Gr|\tü").replace("|", "\r\n")).encode(),
        EVENT.replace("|", "\r").encode("utf-16"),
        EVENT.replace("|", "\n\n").encode("cp1252"),
        EVENT.replace("|", "\n").replace("SUMMARY", "summary").replace("BEGIN", "begin").encode(),
    ],
    ids=["byte order mark, folded", "UTF-16, CR", "Windows-1252, blank lines", "lower case"],
)
def test_files_are_read_as_programs_write_them(data: bytes) -> None:
    [found] = occurrences(read_calendar(data), *SPAN)
    assert found.event.component.text("SUMMARY") == "Grüße"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<!DOCTYPE html><html><body>Please log in. BEGIN:VCALENDAR</body></html>", "html_instead"),
        (b"\n <html><head></head></html>", "html_instead"),
        (b"", "no_calendar"),
        (b"PK\x03\x04\x00", "no_calendar"),
        (b'{"events": []}', "no_calendar"),
        (b"BEGIN:VCALENDAR\n" + b"X" * 200_000, "too_large"),
    ],
)
def test_what_is_no_calendar_is_refused_with_the_reason(data: bytes, code: str) -> None:
    with pytest.raises(Rejected) as refused:
        read_calendar(data, max_bytes=100_000)
    assert refused.value.code == code
    assert refused.value.hint


def test_nothing_is_lost_on_the_way_through() -> None:
    text = (
        'BEGIN:VEVENT\r\nX-ODD;X-A="1;2";X-B=3,4:a\\,b\\nc\r\nSUMMARY:' + "long " * 30 + "\r\nBEGIN:VALARM\r\n"
        "TRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT\r\n"
    )
    [component], findings = parse_components(text)
    assert findings == []
    [again], _ = parse_components(component.to_ical())
    assert again.to_ical() == component.to_ical()
    assert [(p.name, p.value) for p in again.properties] == [(p.name, p.value) for p in component.properties]
    assert max(len(line.encode()) for line in component.to_ical().split("\r\n")) <= 75
