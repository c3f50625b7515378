from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.ical.calendar import MAX_BYTES
from tests.connectors.calendars.world import calendar, event, open_world
from tests.connectors.web.site import Asked, Page, open_site
from twin_core.contract.agenda import CreateEvent, EditEvent
from twin_core.contract.clock import parse_instant
from twin_core.contract.errors import Forbidden, NotFound, PolluxError, Rejected, Unavailable

REVIEW = event("a", "Review").encode()


async def test_a_file_is_read_and_read_again_when_it_has_changed(tmp_path: Path) -> None:
    file = tmp_path / "team.ics"
    file.write_bytes(REVIEW)
    async with open_world(tmp_path, "ics", file=str(file)) as world:
        await world.sync()
        await world.sync()
        known = await world.event("Review")
        assert (known.source, known.writable, known.owner) == ("work", False, "anna")
        file.write_text(event("b", "Retrospective"), encoding="utf-8")
        await world.sync()
        assert [e.title for e in await world.agenda()] == ["Retrospective"]


async def test_a_calendar_that_can_only_be_read_says_so(tmp_path: Path) -> None:
    file = tmp_path / "team.ics"
    file.write_bytes(REVIEW)
    async with open_world(tmp_path, "ics", file=str(file)) as world:
        await world.sync()
        known = await world.event("Review")
        with pytest.raises(PolluxError, match=r"connected|read"):
            await world.do(EditEvent(known.id, title="Mine"))
        now = world.house.clock.now()
        with pytest.raises(Unavailable):
            await world.do(CreateEvent("Mine", now, now, source="work"))


async def test_the_span_moves_on_with_the_days(tmp_path: Path) -> None:
    file = tmp_path / "team.ics"
    file.write_text(event("a", "Far away", "20270406T090000Z", "20270406T100000Z"), encoding="utf-8")
    async with open_world(tmp_path, "ics", file=str(file)) as world:
        await world.sync()
        assert await world.agenda(days=500) == []
        await world.house.timers.advance(parse_instant("2026-03-03T12:00:00Z"))
        await world.sync()
        assert [e.title for e in await world.agenda(days=500)] == ["Far away"]


@pytest.mark.parametrize(
    ("make", "kind", "code"),
    [
        (lambda file: None, NotFound, "no_file"),
        (lambda file: file.mkdir(), Rejected, "bad_settings"),
        (lambda file: file.write_text("<html>no</html>"), Rejected, "html_instead"),
        (lambda file: file.write_bytes(bytes(MAX_BYTES + 1)), Rejected, "too_large"),
    ],
    ids=["missing", "folder", "web page", "too large"],
)
async def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path, make: Callable[[Path], None], kind: type[PolluxError], code: str
) -> None:
    make(tmp_path / "team.ics")
    async with open_world(tmp_path, "ics", file=str(tmp_path / "team.ics")) as world:
        with pytest.raises(kind) as refused:
            await world.sync()
        assert refused.value.code == code
        assert refused.value.hint


async def test_an_address_is_asked_on_condition(tmp_path: Path) -> None:
    def respond(asked: Asked) -> Page:
        if asked.headers.get("if-none-match") == '"1"':
            return Page(304)
        return Page(200, REVIEW, {"ETag": '"1"', "Last-Modified": "Mon, 02 Mar 2026 08:00:00 GMT"})

    async with open_site(respond) as site, open_world(tmp_path, "ics", url=site.url, private=True) as world:
        await world.sync()
        await world.sync()
        assert [e.title for e in await world.agenda()] == ["Review"]
        assert site.asked[1].headers["if-modified-since"] == "Mon, 02 Mar 2026 08:00:00 GMT"


async def test_what_is_known_survives_a_restart(tmp_path: Path) -> None:
    async with open_site(lambda asked: Page(200, REVIEW, {"ETag": '"1"'})) as site:
        async with open_world(tmp_path, "ics", url=site.url, private=True) as world:
            await world.sync()
        async with open_world(tmp_path, "ics", url=site.url, private=True) as world:
            await world.sync()
            assert site.asked[-1].headers["if-none-match"] == '"1"'
            assert [e.title for e in await world.agenda()] == ["Review"]


@pytest.mark.parametrize(
    ("page", "kind", "code"),
    [
        (Page(200, b"<!doctype html><title>Log in</title>"), Rejected, "html_instead"),
        (Page(302, headers={"Location": "http://elsewhere.example/c.ics"}), Rejected, "foreign_redirect"),
        (Page(404), NotFound, "not_found"),
        (Page(429, headers={"Retry-After": "120"}), Unavailable, "rate_limited"),
        (Page(503), Unavailable, "unavailable"),
        (Page(200, REVIEW, cut_after=40), Unavailable, "unreachable"),
    ],
    ids=["web page", "redirect", "missing", "too often", "fault", "cut off"],
)
async def test_what_an_address_answers_instead_takes_nothing_away(
    tmp_path: Path, page: Page, kind: type[PolluxError], code: str
) -> None:
    answers = iter([Page(200, REVIEW), page])
    async with (
        open_site(lambda asked: next(answers)) as site,
        open_world(tmp_path, "ics", url=site.url, private=True) as world,
    ):
        await world.sync()
        with pytest.raises(kind) as refused:
            await world.sync()
        assert refused.value.code == code
        assert [e.title for e in await world.agenda()] == ["Review"]


async def test_a_private_address_is_refused_unless_it_is_meant(tmp_path: Path) -> None:
    async with open_site(lambda asked: Page(200, REVIEW)) as site, open_world(tmp_path, "ics", url=site.url) as world:
        with pytest.raises(Forbidden) as refused:
            await world.sync()
        assert refused.value.code == "private_address"
        assert site.asked == []


async def test_a_file_that_was_cut_off_adds_and_takes_nothing_away(tmp_path: Path) -> None:
    def block(uid: str, title: str) -> str:
        return event(uid, title).partition("PRODID:-//Test//EN\r\n")[2].removesuffix("END:VCALENDAR\r\n")

    file = tmp_path / "team.ics"
    file.write_text(calendar(block("a", "Review"), block("b", "Lunch")), encoding="utf-8")
    async with open_world(tmp_path, "ics", file=str(file)) as world:
        await world.sync()
        cut = calendar(block("c", "Demo"), block("a", "Review"))
        file.write_text(cut[: cut.rindex("DTEND")], encoding="utf-8")
        await world.sync()
        assert {e.title for e in await world.agenda()} == {"Review", "Lunch", "Demo"}
        assert any("has no end" in fault.message for fault in world.connector.faults())


async def test_what_could_not_be_read_is_told_and_the_rest_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "team.ics"
    broken = "BEGIN:VEVENT\r\nUID:x\r\nSUMMARY:Broken\r\nDTSTART:soon\r\nEND:VEVENT\r\n"
    file.write_text(event("a", "Review").replace("BEGIN:VEVENT", f"{broken}BEGIN:VEVENT", 1), encoding="utf-8")
    async with open_world(tmp_path, "ics", file=str(file)) as world:
        await world.sync()
        assert [e.title for e in await world.agenda()] == ["Review"]
        [fault] = world.connector.faults()
        assert "'Broken' (line 4): it cannot be read, because 'soon' is no date" in fault.message
        assert (fault.part, fault.severity) == ("work", "info")


async def test_people_status_and_travel_are_understood(tmp_path: Path) -> None:
    more = "\r\n".join(
        [
            "STATUS:TENTATIVE",
            "LOCATION:Room 1\\, north",
            "ORGANIZER;CN=Bob:mailto:bob@example.org",
            "ATTENDEE;CN=Anna;PARTSTAT=DECLINED:mailto:Anna@example.org",
            "X-APPLE-TRAVEL-DURATION;VALUE=DURATION:PT20M",
            "DESCRIPTION:Bring\\nslides",
        ]
    )
    file = tmp_path / "team.ics"
    file.write_text(event("a", "Review", more=more), encoding="utf-8")
    async with open_world(tmp_path, "ics", file=str(file), emails=("anna@example.org",)) as world:
        await world.sync()
        known = await world.event("Review")
        assert (known.status, known.busy, known.location) == ("tentative", False, "Room 1, north")
        assert (known.organizer, known.travel_s, known.notes) == ("Bob", 1200.0, "Bring\nslides")
        assert [(a.name, a.email, a.response) for a in known.attendees] == [("Anna", "anna@example.org", "declined")]
