"""Every calendar connector: whatever its system answers instead, nothing that is known is lost, and it goes on."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.calendars.google_stub import GoogleStub
from tests.connectors.calendars.graph_stub import GraphStub
from tests.connectors.calendars.world import World, event, open_world
from tests.connectors.web.site import Asked, Page, Site, open_site
from twin_core.contract import plugins
from twin_core.contract.errors import PolluxError, Rejected, Unauthenticated, Unavailable
from twin_core.contract.mirroring import Mirror

Respond = Callable[[Asked], Page]

MULTISTATUS = '<multistatus xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">{}</multistatus>'
RESPONSE = "<response><href>{}</href><propstat><prop>{}</prop><status>HTTP/1.1 200 OK</status></propstat></response>"
CALENDAR = "<resourcetype><collection/><c:calendar/></resourcetype>"


def address() -> Respond:
    return lambda asked: Page(200, event("a", "Review").encode())


def caldav() -> Respond:
    def respond(asked: Asked) -> Page:
        inside = RESPONSE.format("/", CALENDAR)
        if asked.method == "REPORT":
            data = event("a", "Review") if b"multiget" in asked.body else ""
            inside = RESPONSE.format("/a.ics", f'<getetag>"1"</getetag><c:calendar-data>{data}</c:calendar-data>')
        return Page(207, MULTISTATUS.format(inside).encode())

    return respond


def google() -> Respond:
    stub = GoogleStub()
    stub.single("a", "Review")
    return stub.respond


def microsoft() -> Respond:
    stub = GraphStub()
    stub.single("a", "Review")

    def respond(asked: Asked) -> Page:
        stub.url = f"http://{asked.headers['host']}"
        return stub.respond(asked)

    return respond


SYSTEMS: dict[str, Callable[[], Respond]] = {
    "ics": address,
    "caldav": caldav,
    "google": google,
    "microsoft": microsoft,
}

FAILURES: list[tuple[Page, type[PolluxError]]] = [
    (Page(401), Unauthenticated),
    (Page(429, headers={"Retry-After": "30"}), Unavailable),
    (Page(500), Unavailable),
    (Page(502, b"<html>Bad gateway</html>"), Unavailable),
    (Page(200, b"BEGIN:VCALENDAR" * 100, cut_after=20), Unavailable),
    (Page(200, b"<html><body>Please log in</body></html>"), PolluxError),
    (Page(302, headers={"Location": "https://elsewhere.example/"}), Rejected),
    (Page(200, b"\x00\xff\xfe{"), PolluxError),
]


@asynccontextmanager
async def followed(folder: Path, kind: str) -> AsyncIterator[tuple[World, Site]]:
    async with open_site(SYSTEMS[kind]()) as site:
        options: dict[str, Any] = {"url": f"{site.url}/", "private": True, "title": "Office"}
        if kind in ("google", "microsoft"):
            granted = {"client_id": "app", "refresh_token": "first", "keep": str(folder / "keep")}
            options |= {**granted, "token_url": f"{site.url}/token", "url": site.url}
        async with open_world(folder, kind, **options) as world:
            yield world, site


def test_every_connector_is_put_to_this_test() -> None:
    assert plugins.names("connectors.calendars") == sorted(SYSTEMS)


@pytest.mark.parametrize("kind", SYSTEMS)
@pytest.mark.parametrize(("page", "error"), FAILURES, ids=[f"{p.status}-{n}" for n, (p, _) in enumerate(FAILURES)])
async def test_what_is_answered_instead_loses_nothing(
    tmp_path: Path, kind: str, page: Page, error: type[PolluxError]
) -> None:
    async with followed(tmp_path, kind) as (world, site):
        connector: Mirror = world.connector
        await connector.sync()
        assert [e.title for e in await world.agenda()] == ["Review"]
        works, site.respond = site.respond, lambda asked: page
        with pytest.raises(error) as refused:
            await connector.sync()
        assert refused.value.hint
        assert [e.title for e in await world.agenda()] == ["Review"]
        site.respond = works
        await connector.sync()
        assert [e.title for e in await world.agenda()] == ["Review"]


@pytest.mark.parametrize("kind", SYSTEMS)
async def test_the_same_again_changes_nothing(tmp_path: Path, kind: str) -> None:
    async with followed(tmp_path, kind) as (world, _):
        await world.sync()
        before = len(world.house.planned)
        await world.sync()
        assert len(world.house.planned) == before


@pytest.mark.parametrize("kind", SYSTEMS)
async def test_it_starts_anew_from_nothing_but_the_store(tmp_path: Path, kind: str) -> None:
    async with followed(tmp_path, kind) as (world, _):
        await world.sync()
    async with followed(tmp_path, kind) as (world, _):
        assert [e.title for e in await world.agenda()] == ["Review"]
        await world.sync()
        assert [e.title for e in await world.agenda()] == ["Review"]


@pytest.mark.parametrize("kind", SYSTEMS)
async def test_an_unknown_setting_is_refused(tmp_path: Path, kind: str) -> None:
    with pytest.raises(Rejected, match="knows no setting 'colour'"):
        async with open_world(tmp_path, kind, colour="teal"):
            pass
