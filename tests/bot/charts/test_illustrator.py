"""What is said unasked about a value shows its last hours: in the chat, and inside a mail."""

from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from tests.bot.ways.world import NOW, World, nudge, open_world
from tests.connectors.notifications.postbox import Postbox, mail_server
from twin_core.contract.commands import CreateTwin, GetCritical
from twin_core.contract.nudges import About, NudgeView
from twin_core.contract.telemetry import Reading, RecordTelemetry

POINTS = ((-240, -18.1), (-180, -18.0), (-120, -17.9), (-60, -12.0), (-30, -9.1), (-5, -8.3))


async def warm_freezer(world: World, points: Sequence[tuple[int, float]] = POINTS) -> NudgeView:
    """A freezer that thaws, and what is said about it."""
    core = world.house.core
    twin = await core.execute(CreateTwin("freezer", "garage freezer"))
    rows = (Reading(twin.id, "temperature", v, at=NOW + timedelta(minutes=m)) for m, v in points)
    await core.execute(RecordTelemetry(tuple(rows)))
    (item,) = (await core.query(GetCritical())).items
    about = About("concern", item.id)
    return nudge("high", kind="concern", text=item.title, about=about, why="It is critical.", stop="")


async def test_the_chat_shows_it_and_says_the_same(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world, world.web.talk("conversation=tab") as talk:
        await talk.quiet()
        await world.courier.deliver(await warm_freezer(world))
        (reply,) = (await talk.hear())["replies"]
        assert reply["image"]["url"].startswith("data:image/svg+xml;base64,")
        caption = reply["image"]["alt"].removeprefix("Line chart. ")
        assert caption in reply["text"]
        assert "last −8.3 °C" in caption
        assert "above its upper limit of −15 °C since" in caption


async def test_a_mail_holds_it_and_says_the_same(tmp_path: Path) -> None:
    postbox = Postbox()
    with mail_server(postbox) as port:
        smtp = {"host": "127.0.0.1", "port": port, "tls": "never"}
        async with open_world(tmp_path, notify={"mail": {"kind": "smtp", "to": "a@b.example"}}, smtp=smtp) as world:
            await world.courier.deliver(await warm_freezer(world))
    (mail,) = postbox.mails
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert isinstance(plain, EmailMessage)
    assert isinstance(page, EmailMessage)
    (png,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert bytes(png.get_payload(decode=True)).startswith(b"\x89PNG")
    assert png["Content-ID"][1:-1] in page.get_content()
    assert 'alt="Line chart. Garage freezer, temperature' in page.get_content()
    assert "last −8.3 °C" in plain.get_content()


async def test_what_is_no_curve_is_said_without(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world, world.web.talk("conversation=tab") as talk:
        await talk.quiet()
        gone = nudge("high", id="nudge_2.owner", kind="concern", about=About("concern", "concern_gone"))
        for each in (nudge("high"), gone):
            await world.courier.deliver(each)
            assert "image" not in (await talk.hear())["replies"][0]
