"""Nudges on their way: to whoever is there, on the way of whoever is away, along the list where one does not work."""

import json
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.outside.sources import build_ways
from bot.settings import load_settings
from bot.ways.courier import unreached
from tests.bot.ways.world import NOW, nudge, open_world
from tests.connectors.web.site import Asked, Page, Site, open_site
from twin_core.contract.clock import FrozenClock
from twin_core.contract.errors import Rejected, Unavailable
from twin_core.contract.nudges import Delivered


def ways(site: Site, *names: str) -> Mapping[str, Any]:
    """Ways that are webhooks of one site, called by their names."""
    return {name: {"kind": "webhook", "url": f"{site.url}/{name}", "title": f"the {name}"} for name in names}


def told(site: Site) -> list[str]:
    return [asked.path.strip("/") for asked in site.asked]


async def test_whoever_is_there_is_told_there_and_can_answer(tmp_path: Path) -> None:
    async with open_site(lambda _: Page(204)) as site, open_world(tmp_path, notify=ways(site, "phone")) as world:
        await world.say("remind me to call Ben in an hour")
        async with world.web.talk("conversation=tab") as talk:
            await talk.quiet()
            assert await world.courier.deliver(nudge("high")) == Delivered("webchat", "tab")
            (reply,) = (await talk.hear())["replies"]
            assert reply["text"] == "Reminder: call Ben.\nYou asked for it. It does not come again."
            assert [b["title"] for b in reply["buttons"]] == ["Snooze", "Done"]
        assert site.asked == []


async def test_what_can_wait_waits_and_what_cannot_goes_out(tmp_path: Path) -> None:
    async with open_site(lambda _: Page(204)) as site, open_world(tmp_path, notify=ways(site, "phone")) as world:
        assert await world.courier.deliver(nudge(conversation="c1")) == Delivered("webchat", "c1")
        assert site.asked == []
        urgent = nudge("high", id="nudge_2.owner", conversation="c1")
        assert await world.courier.deliver(urgent) == Delivered("webchat and phone", "c1")
        (sent,) = site.asked
        document = json.loads(sent.body)
        assert document["text"] == (
            "Reminder: call Ben.\n\nYou asked for it. It does not come again.\n\n"
            "In the chat you can answer “Snooze” or “Done”."
        )
        assert sent.headers["idempotency-key"] == "nudge_2.owner/0"
        assert len(await world.kept("c1")) == 2  # with its buttons, for when they are back


async def test_safety_goes_both_ways_and_each_step_takes_the_next(tmp_path: Path) -> None:
    async with open_site(lambda _: Page(204)) as site:
        async with open_world(tmp_path, notify=ways(site, "phone", "mail", "neighbour")) as world:
            async with world.web.talk("conversation=tab") as talk:
                await talk.quiet()
                assert await world.courier.deliver(nudge("safety")) == Delivered("webchat and phone", "tab")
            for step in (1, 2, 3):
                await world.courier.deliver(nudge("safety", step))
        assert told(site) == ["phone", "mail", "neighbour", "neighbour"]


async def test_the_same_step_again_is_said_once(tmp_path: Path) -> None:
    async with open_site(lambda _: Page(204)) as site:
        for _ in range(2):  # also after a restart
            async with open_world(tmp_path, notify=ways(site, "phone")) as world:
                for _ in range(2):
                    await world.courier.deliver(nudge("safety", conversation="c1"))
                assert len(await world.kept("c1")) == 1
    assert told(site) == ["phone"]


async def test_a_way_that_does_not_work_falls_back_along_the_list_and_says_so(tmp_path: Path) -> None:
    def answer(asked: Asked) -> Page:
        return Page(503 if asked.path == "/phone" else 204)

    async with open_site(answer) as site, open_world(tmp_path, notify=ways(site, "phone", "mail")) as world:
        assert (await world.courier.deliver(nudge("high"))).channel == "webchat and mail"
        assert json.loads(site.asked[-1].body)["text"].startswith(
            "The phone could not be reached, so I tell you here.\n\nReminder: call Ben."
        )
        (fault,) = world.book.faults()
        assert "the phone" in fault.message


@pytest.mark.parametrize("present", [True, False])
async def test_where_no_way_works_the_chat_says_so(tmp_path: Path, present: bool) -> None:
    async with (
        open_site(lambda _: Page(403)) as site,
        open_world(tmp_path, notify=ways(site, "phone", "mail")) as world,
    ):
        if present:
            async with world.web.talk("conversation=c1") as talk:
                await talk.quiet()
                await world.courier.deliver(nudge("safety"))
        else:
            await world.courier.deliver(nudge("high", conversation="c1"))
        text = (await world.kept("c1"))[0]["replies"][0]["text"]
        note = "The phone and the mail could not be reached, so I tell you here."
        assert text == f"{note}\nReminder: call Ben.\nYou asked for it. It does not come again."


async def test_whoever_has_to_know_and_cannot_be_reached_now_is_tried_again(tmp_path: Path) -> None:
    status = 503
    async with open_site(lambda _: Page(status)) as site, open_world(tmp_path, notify=ways(site, "phone")) as world:
        with pytest.raises(Unavailable):
            await world.courier.deliver(nudge("high", conversation="c1"))
        status = 204
        assert (await world.courier.deliver(nudge("high", conversation="c1"))).channel == "webchat and phone"
        said = [entry for entry in await world.kept("c1") if "replies" in entry]
        assert len(said) == 1
        assert world.book.faults() == ()


async def test_other_peoples_ways_are_theirs(tmp_path: Path) -> None:
    async with open_site(lambda _: Page(204)) as site:
        theirs = {"phone": {**ways(site, "phone")["phone"], "person": "anna"}}
        async with open_world(tmp_path, notify=theirs) as world:
            await world.courier.deliver(nudge("safety", conversation="c1"))
            assert site.asked == []
            await world.courier.deliver(nudge("high", id="nudge_2.anna", owner="anna"))
            assert told(site) == ["phone"]


async def test_who_was_never_anywhere_finds_it_where_they_opened_last(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        assert (await world.courier.deliver(nudge(id="nudge_0.owner"))).conversation == "home"
        async with world.web.talk("conversation=tab") as talk:
            await talk.quiet()
        assert (await world.courier.deliver(nudge())).conversation == "tab"


async def test_a_change_edits_what_was_said_and_calls_nobody(tmp_path: Path) -> None:
    async with open_site(lambda _: Page(204)) as site, open_world(tmp_path, notify=ways(site, "phone")) as world:
        await world.courier.deliver(nudge("high", conversation="c1"))
        await world.courier.update(nudge("high", conversation="c1", text="Ben has called.", actions=()))
        said, edit = await world.kept("c1")
        assert said["replies"][0]["text"].startswith("Ben has called.")
        assert said["replies"][0]["buttons"] == []
        assert edit["edit"]["seq"] == said["seq"]
        assert told(site) == ["phone"]


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"kind": "apprise", "url": "ntfyy://s3cret"}, r"\[notify.phone\].* Did you mean ntfy"),
        ({"kind": "apprise"}, "no url"),
        ({"kind": "pigeon", "url": "x"}, "no notifications plug-in called 'pigeon'"),
        ({"kind": "smtp", "to": "anna@example.org"}, r"Add \[smtp\]"),
        ({"kind": "smtp"}, "`to` with an e-mail address"),
    ],
)
def test_a_way_that_cannot_work_is_said_at_the_start(section: Mapping[str, str], said: str, tmp_path: Path) -> None:
    settings = load_settings({"notify": {"phone": section}}, file=tmp_path / "none", environ={})
    with pytest.raises(Rejected, match=said) as caught:
        build_ways(settings, FrozenClock(NOW), AsyncExitStack())
    assert "s3cret" not in str(caught.value)


def test_an_address_that_cannot_be_reached_is_written_as_it_is() -> None:
    fault = Unavailable("away")
    assert (
        unreached({"anna@example.org": fault}, "here") == "anna@example.org could not be reached, so I tell you here."
    )
    assert unreached({"the phone": fault}, "here").startswith("The phone could not")
