"""Servers as they are met in the wild; a real one is in tests/connectors/calendars/test_caldav.py."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import pytest

from connectors.dav import Dav
from connectors.dav.answers import read_multistatus
from connectors.web import Web, WebOptions
from tests.connectors.web.site import Asked, Page, Site, open_site
from twin_core.contract.clock import SystemClock
from twin_core.contract.errors import Forbidden, NotFound, Rejected, Unavailable

BOMB = b"""<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<multistatus xmlns="DAV:"><sync-token>&b;</sync-token></multistatus>"""
SPY = b"""<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<multistatus xmlns="DAV:"><sync-token>&a;</sync-token></multistatus>"""


def multistatus(*responses: str, token: str = "") -> Page:
    told = f"<sync-token>{token}</sync-token>" if token else ""
    body = f'<multistatus xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">{"".join(responses)}{told}</multistatus>'
    return Page(207, body.encode(), {"Content-Type": "application/xml"})


def having(href: str, *properties: str) -> str:
    return (
        f"<response><href>{href}</href><propstat><prop>{''.join(properties)}</prop>"
        "<status>HTTP/1.1 200 OK</status></propstat></response>"
    )


def etag(href: str, number: int) -> str:
    return having(href, f'<getetag>"{number}"</getetag>')


CALENDAR = "<resourcetype><collection/><c:calendar/></resourcetype>"


@asynccontextmanager
async def asking(
    respond: Callable[[Asked], Page], path: str = "/", hosts: frozenset[str] = frozenset()
) -> AsyncIterator[tuple[Dav, Site]]:
    async with open_site(respond) as site:
        dav = Dav(Web(WebOptions("Office", private=True, hosts=hosts), SystemClock()), site.url + path)
        yield dav, site
        await dav.aclose()


def by_path(pages: Mapping[str, Page]) -> Callable[[Asked], Page]:
    return lambda asked: pages.get(f"{asked.method} {asked.path}", Page(404))


async def test_calendars_are_found_behind_well_known() -> None:
    home = "<c:calendar-home-set><href>/dav/anna/</href></c:calendar-home-set>"
    pages = {
        "PROPFIND /": Page(405),
        "PROPFIND /.well-known/caldav": Page(301, headers={"Location": "/dav/"}),
        "PROPFIND /dav/": multistatus(
            having("/dav/", "<current-user-principal><href>/dav/me</href></current-user-principal>")
        ),
        "PROPFIND /dav/me": multistatus(having("/dav/me", home)),
        "PROPFIND /dav/anna/": multistatus(
            having("/dav/anna/", "<resourcetype><collection/></resourcetype>"),
            having("/dav/anna/Gr%c3%bc%C3%9Fe/", CALENDAR, "<displayname>Grüße</displayname>"),
        ),
    }
    async with asking(by_path(pages)) as (dav, _):
        [found] = await dav.collections()
        assert (found.href, found.title) == ("/dav/anna/Gr%C3%BC%C3%9Fe/", "Grüße")


async def test_one_calendar_may_be_named_itself() -> None:
    pages = {"PROPFIND /team/": multistatus(having("/team/", CALENDAR))}
    async with asking(by_path(pages), "/team/") as (dav, _):
        assert [each.title for each in await dav.collections()] == ["team"]


async def test_a_server_that_sends_us_to_a_stranger_is_refused() -> None:
    home = "<c:calendar-home-set><href>https://elsewhere.example/anna/</href></c:calendar-home-set>"
    async with asking(by_path({"PROPFIND /": multistatus(having("/", home))})) as (dav, _):
        with pytest.raises(Rejected) as refused:
            await dav.collections()
        assert refused.value.code == "foreign_redirect"
        assert 'hosts = ["elsewhere.example"]' in refused.value.hint


async def test_a_server_without_sync_tokens_is_listed() -> None:
    pages = {
        "REPORT /c/": Page(501),
        "PROPFIND /c/": multistatus(having("/c/", CALENDAR), etag("/c/a.ics", 1), etag("/c/b.ics", 2)),
    }
    async with asking(by_path(pages)) as (dav, _):
        found = await dav.sync("/c/", "")
        assert (found.etags, found.whole, found.token) == ({"/c/a.ics": '"1"', "/c/b.ics": '"2"'}, True, "")


async def test_an_answer_that_was_cut_short_is_asked_on() -> None:
    cut = "<response><href>/c/</href><status>HTTP/1.1 507 Insufficient Storage</status></response>"
    gone = "<response><href>/c/b.ics</href><status>HTTP/1.1 404 Not Found</status></response>"
    answers = iter([multistatus(etag("/c/a.ics", 1), cut, token="t1"), multistatus(gone, token="t2")])
    async with asking(lambda asked: next(answers)) as (dav, site):
        found = await dav.sync("/c/", "t0")
        assert (found.etags, found.gone, found.token) == ({"/c/a.ics": '"1"'}, frozenset({"/c/b.ics"}), "t2")
        assert b"<sync-token>t1</sync-token>" in site.asked[1].body


@pytest.mark.parametrize("status", [403, 400, 409])
async def test_a_forgotten_token_is_told_as_gone(status: int) -> None:
    body = b'<error xmlns="DAV:"><valid-sync-token/></error>'
    async with asking(lambda asked: Page(status, body)) as (dav, _):
        with pytest.raises(NotFound) as refused:
            await dav.sync("/c/", "old")
        assert refused.value.code == "gone"


async def test_a_calendar_that_may_not_be_read_says_so() -> None:
    async with asking(lambda asked: Page(403, b"<error xmlns='DAV:'/>")) as (dav, _):
        with pytest.raises(Forbidden):
            await dav.sync("/c/", "")


@pytest.mark.parametrize("body", [BOMB, SPY], ids=["bomb", "spy"])
def test_entities_are_refused(body: bytes) -> None:
    with pytest.raises(Rejected) as refused:
        read_multistatus(body, "Office")
    assert refused.value.code == "xml_entities"


@pytest.mark.parametrize("body", [b"", b"<html><body>Log in</body></html>", b"{}", b"<multistatus", b"\x00\xff"])
def test_what_is_no_multistatus_is_told(body: bytes) -> None:
    with pytest.raises(Unavailable) as told:
        read_multistatus(body, "Office")
    assert told.value.code == "no_caldav"


async def test_resources_are_read_a_hundred_at_a_time() -> None:
    def respond(asked: Asked) -> Page:
        hrefs = asked.body.decode().split("<href>")[1:]
        return multistatus(
            *(having(h.split("<")[0], "<getetag>1</getetag><c:calendar-data>x</c:calendar-data>") for h in hrefs)
        )

    async with asking(respond) as (dav, site):
        assert len(await dav.read_many("/c/", [f"/c/{n}.ics" for n in range(250)])) == 250
        assert len(site.asked) == 3
