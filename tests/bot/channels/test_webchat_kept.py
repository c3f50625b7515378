"""What the web chat keeps for whoever is away, edits, and knows of who is there."""

from collections.abc import AsyncIterator

import pytest

from bot.ports import Button, Reply
from tests.bot.channels.scripted import Script
from tests.bot.channels.web_client import Web, running
from twin_core.contract.errors import Forbidden

WARM = Reply("The freezer is warm.", (Button("ack:c1", "Acknowledge"),), nudge="n1")
COLD = Reply("The freezer is cold again.", nudge="n1")


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with running(Script()) as web:
        yield web


async def test_it_is_kept_for_whoever_comes_back_and_said_once(web: Web) -> None:
    for key in ("n1/0", "n1/0", "n1/1"):
        await web.channel.leave("owner", "c1", WARM, key)
    async with web.talk("conversation=c1&after=0") as talk:
        assert (await talk.hear())["hello"]["missed"] == 2
        assert [(await talk.hear())["key"] for _ in range(2)] == ["n1/0", "n1/1"]
    with pytest.raises(Forbidden):
        await web.channel.leave("anna", "c1", WARM, "n1/2")


async def test_an_edit_reaches_who_saw_it_who_missed_it_and_who_comes_new(web: Web) -> None:
    await web.channel.leave("owner", "c1", WARM, "n1/0")
    async with web.talk("conversation=c1&after=0") as seeing, web.talk("conversation=c1") as plain:
        await seeing.hear(), await seeing.hear()
        await plain.quiet()
        await web.channel.edit("owner", "c1", COLD)
        await web.channel.edit("owner", "c1", COLD)  # nothing new
        told = await seeing.hear()
        assert (told["seq"], told["edit"]["seq"]) == (2, 1)
        assert told["edit"]["replies"][0]["text"] == COLD.text
        assert "replies" not in told
        await seeing.quiet()
        await plain.quiet()  # whoever does not count would take it for another message
        await web.channel.edit("owner", "c1", WARM)
    async with web.talk("conversation=c1&after=1") as missed:
        assert (await missed.hear())["hello"]["last"] == 3
        only = await missed.hear()
        assert (only["seq"], only["edit"]["replies"][0]["text"]) == (3, WARM.text)
        await missed.quiet()
    async with web.talk("conversation=c1&after=0") as new:
        assert (await new.hear())["hello"]["missed"] == 2
        assert (await new.hear())["replies"][0]["buttons"][0]["id"] == "ack:c1"


async def test_what_was_never_said_is_not_edited(web: Web) -> None:
    await web.channel.edit("owner", "c1", COLD)
    async with web.talk("conversation=c1&after=0") as talk:
        assert (await talk.hear())["hello"]["last"] == 0


async def test_it_knows_what_its_person_looks_at_and_opened_last(web: Web) -> None:
    assert (web.channel.open_for("owner"), await web.channel.home("owner")) == ((), None)
    async with web.talk("conversation=c1") as one, web.talk("conversation=c2") as two:
        for talk in (one, two):
            await talk.quiet()
        assert web.channel.open_for("owner") == ("c1", "c2")
        assert web.channel.open_for("anna") == ()
        await two.say(watching=False)  # the page is hidden
        await two.quiet()
        assert web.channel.open_for("owner") == ("c1",)
        await two.say(watching=True)
        await two.quiet()
        assert web.channel.open_for("owner") == ("c1", "c2")
    assert await web.channel.home("owner") == "c2"
