"""Who is who in Slack: strangers are told how to become known, and both sides are asked."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from bot.channels import slack as plugin
from bot.documents import VolatileDocuments
from bot.identity import Identities, code_in
from tests.bot.channels.scripted import Script
from tests.bot.channels.slack_recorder import SECRET, Door, Slack, message, press, slack
from twin_core.contract.clock import FrozenClock, parse_instant
from twin_core.contract.errors import Forbidden, NotFound


class People:
    """Anna may talk, Vera may only look."""

    async def name_of(self, person: str) -> str:
        if person == "vera":
            raise Forbidden("Viewers may look, not change.")
        if person != "anna":
            raise NotFound("There is no such user.")
        return "Anna Keller"


class Scene:
    def __init__(self, recorder: Slack, door: Door, script: Script, identities: Identities, clock: FrozenClock) -> None:
        self.slack, self.door, self.script, self.identities, self.clock = recorder, door, script, identities, clock

    async def says(self, text: str, **more: Any) -> dict[str, Any]:
        """What is answered to a direct message."""
        before = len(self.slack.said())
        await self.door.event(message(text, **more))
        return await self.slack.heard(number=before + 1)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    clock, documents, script = FrozenClock(parse_instant("2026-03-02T12:00:00Z")), VolatileDocuments(), Script()
    identities = Identities(documents, clock, People())
    async with slack() as recorder:
        options = {"bot_token": "x", "signing_secret": SECRET, "api": recorder.api, "identities": identities}
        channel: Any = plugin.build({**options, "store": documents, "clock": clock})
        app = await channel.start(script)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as http:
            yield Scene(recorder, Door(http), script, identities, clock)
        await channel.aclose()


async def test_a_stranger_gets_a_code_and_nothing_else(scene: Scene) -> None:
    said = await scene.says("what's most critical?")
    assert code_in(said["text"])
    assert scene.script.seen == []


async def test_a_code_said_where_one_is_known_links_the_account_and_says_so_here(scene: Scene) -> None:
    code = code_in((await scene.says("hello"))["text"])
    assert code
    offer = await scene.identities.offer(code, "anna")
    assert offer.account
    assert offer.account.shown == "Name of U1 (Slack, Acme)"
    await scene.identities.link(code, "anna", person="anna")
    assert (await scene.slack.heard(number=2))["text"].startswith("Linked: here you are Anna Keller now.")
    assert (await scene.says("hello"))["text"] == "Heard: hello"
    assert scene.script.seen[0].user == "anna"


async def test_a_code_brought_from_elsewhere_asks_here_before_it_links(scene: Scene) -> None:
    code = await scene.identities.code_of("anna")
    asked = await scene.says(code.lower().replace("-", " "))
    assert "Anna Keller" in asked["text"]
    assert await scene.identities.person("slack", "T1/U1") is None
    await scene.door.interaction(press(asked, "Yes, that's me"))
    await scene.slack.heard(number=2)
    assert await scene.identities.person("slack", "T1/U1") == "anna"


async def test_somebody_else_cannot_answer_that_question(scene: Scene) -> None:
    asked = await scene.says(await scene.identities.code_of("anna"))
    await scene.door.interaction(press(asked, "Yes, that's me", user="U666"))
    await scene.slack.heard(number=2)
    assert await scene.identities.person("slack", "T1/U666") is None


async def test_a_code_runs_out_and_is_good_once(scene: Scene) -> None:
    code = await scene.identities.code_of("anna")
    scene.clock.move_to(scene.clock.now() + timedelta(minutes=11))
    assert "not valid" in (await scene.says(code))["text"]
    code = await scene.identities.code_of("anna")
    asked = await scene.says(code)
    await scene.door.interaction(press(asked, "Yes, that's me"))
    await scene.slack.heard(number=3)
    with pytest.raises(NotFound):
        await scene.identities.offer(code, "anna")


async def test_guessing_ends_soon(scene: Scene) -> None:
    texts = [(await scene.says(f"PX-2222-{n}{n}{n}{n}"))["text"] for n in range(2, 9)]
    assert "not valid" in texts[0]
    assert "Too many" in texts[-1]
    assert "Too many" in (await scene.says(await scene.identities.code_of("anna")))["text"]


async def test_in_a_channel_the_code_is_whispered(scene: Scene) -> None:
    await scene.door.event(message("hello", channel="C1"))
    assert code_in((await scene.slack.heard("chat.postEphemeral"))["text"])
    assert scene.slack.said() == []


async def test_who_leaves_the_house_or_may_only_look_is_answered_nothing(scene: Scene) -> None:
    for person in ("gone", "vera"):
        store: Any = scene.identities._documents
        store._docs["account", "slack/T1/U1"] = {"person": person}, 1
        assert "Heard" not in (await scene.says("hello"))["text"]
    assert scene.script.seen == []


async def test_uninstalling_forgets_the_workspace_and_its_accounts(scene: Scene) -> None:
    code = await scene.identities.code_of("anna")
    await scene.door.interaction(press(await scene.says(code), "Yes, that's me"))
    await scene.slack.heard(number=2)
    await scene.door.event({"type": "app_uninstalled"})
    await scene.says("hello")
    assert await scene.identities.accounts("anna") == []


async def test_who_is_known_here_is_called_as_here(scene: Scene) -> None:
    code = code_in((await scene.says("hello"))["text"])
    assert code
    await scene.identities.link(code, "anna", person="anna")
    await scene.slack.heard(number=2)
    await scene.says("remind me to call <@U1>")
    assert scene.script.seen[-1].text == "remind me to call Anna Keller"


async def test_unlinking_elsewhere_ends_it_here(scene: Scene) -> None:
    await scene.door.interaction(press(await scene.says(await scene.identities.code_of("anna")), "Yes, that's me"))
    await scene.slack.heard(number=2)
    assert [account.id for account in await scene.identities.unlink("anna", "slack")] == ["T1/U1"]
    assert "no longer linked" in (await scene.slack.heard(number=3))["text"]
    assert code_in((await scene.says("hello"))["text"])
