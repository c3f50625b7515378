"""Who is who in Teams: strangers are told how to become known, alone, and both sides are asked."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from bot.channels import teams as plugin
from bot.documents import VolatileDocuments
from bot.identity import Identities, code_in
from tests.bot.channels.scripted import Script
from tests.bot.channels.teams_recorder import Door, Teams, message, press, teams
from twin_core.contract.clock import FrozenClock, parse_instant

ROOM = "19:room@thread.tacv2"


class People:
    """Everybody may talk."""

    async def name_of(self, person: str) -> str:
        return "Anna Keller"


@dataclass(frozen=True, slots=True)
class Scene:
    teams: Teams
    door: Door
    script: Script
    identities: Identities


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    clock, documents, script = FrozenClock(parse_instant("2026-03-02T12:00:00Z")), VolatileDocuments(), Script()
    identities = Identities(documents, clock, People())
    async with teams() as recorder:
        options = {"identities": identities, "store": documents, "clock": clock}
        channel: Any = plugin.build({**recorder.options(), **options})
        app = await channel.start(script)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as http:
            yield Scene(recorder, Door(http, recorder), script, identities)
        await channel.aclose()


async def test_a_code_said_where_one_is_known_links_the_account_and_says_so_here(scene: Scene) -> None:
    await scene.door.post(message("what's most critical?"))
    code = code_in((await scene.teams.heard())["text"])
    assert code
    assert scene.script.seen == []
    await scene.identities.link(code, "anna", person="anna")
    assert (await scene.teams.heard(2))["text"].startswith("Linked: here you are Anna Keller now.")
    await scene.door.post(message("hello"))
    await scene.teams.heard(3)
    assert scene.script.seen[0].user == "anna"


async def test_a_code_brought_from_elsewhere_asks_here_before_it_links(scene: Scene) -> None:
    await scene.door.post(message(await scene.identities.code_of("anna")))
    asked = await scene.teams.heard()
    assert await scene.identities.person("teams", "tenant-1/u1") is None
    await scene.door.post(press(asked, "Yes, that's me"))
    await scene.teams.heard(2)
    assert await scene.identities.person("teams", "tenant-1/u1") == "anna"


async def test_whoever_removes_the_app_is_not_known_here_any_more(scene: Scene) -> None:
    await scene.identities.link(await _code(scene), "anna", person="anna")
    await scene.teams.heard(2)
    await scene.door.post(message("", type="installationUpdate", action="remove"))
    await scene.door.post(message("list my twins"))
    assert code_in((await scene.teams.heard(3))["text"])
    assert scene.script.seen == []
    assert await scene.identities.person("teams", "tenant-1/u1") is None


async def _code(scene: Scene) -> str:
    await scene.door.post(message("hello"))
    return str(code_in((await scene.teams.heard())["text"]))


async def test_a_code_never_stands_in_a_channel(scene: Scene) -> None:
    await scene.door.post(message("hello", channel=ROOM))
    assert code_in((await scene.teams.heard())["text"]) is None
    assert scene.script.seen == []
