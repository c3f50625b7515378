"""A whole house, and the places from which one person talks to it: Slack, Teams and the web, all over loopback."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from bot import app
from bot.channels import slack as slack_plugin
from bot.channels import teams as teams_plugin
from bot.channels import webchat
from bot.channels.slack.postbox import Pace
from bot.forms.desk import FormDesk
from bot.identity import code_in
from bot.ports import Closes
from bot.settings import load_settings
from bot.ways.book import WayBook
from bot.ways.courier import HouseCourier
from tests.bot.channels import slack_recorder, teams_recorder
from tests.bot.channels.scripted import serving
from tests.bot.channels.slack_recorder import SECRET, Slack
from tests.bot.channels.teams_recorder import Teams
from tests.bot.channels.web_client import Talk, Web
from twin_core.contract.commands import CreateTwin
from twin_core.contract.telemetry import Reading, RecordTelemetry

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
AT_ONCE = Pace(burst=1_000)


@dataclass(frozen=True, slots=True)
class Town:
    """One house, three ways to talk to it. Each `*_says` answers the next thing that is said there."""

    house: app.House
    slack: Slack
    slack_door: slack_recorder.Door
    teams: Teams
    teams_door: teams_recorder.Door
    web: Talk
    slack_channel: Any

    async def slack_says(self, text: str, **more: Any) -> dict[str, Any]:
        return await self._slack(lambda: self.slack_door.event(slack_recorder.message(text, **more)))

    async def slack_presses(self, said: dict[str, Any], title: str) -> dict[str, Any]:
        return await self._slack(lambda: self.slack_door.interaction(slack_recorder.press(said, title)))

    async def teams_says(self, text: str, **more: Any) -> dict[str, Any]:
        return await self._teams(lambda: self.teams_door.post(teams_recorder.message(text, **more)))

    async def teams_presses(self, said: dict[str, Any], title: str, **inputs: str) -> dict[str, Any]:
        return await self._teams(lambda: self.teams_door.post(teams_recorder.press(said, title, **inputs)))

    async def teams_presses_in(self, said: dict[str, Any], title: str, room: str) -> dict[str, Any]:
        return await self._teams(lambda: self.teams_door.post(teams_recorder.press(said, title, channel=room)))

    async def web_says(self, text: str) -> str:
        await self.web.say(text=text)
        return "\n".join(reply["text"] for reply in (await self.web.hear())["replies"])

    async def link(self) -> None:
        """Both accounts become the owner's, as anybody's would: a code from there, said on the web, and a yes."""
        for says, heard in ((self.slack_says, self.slack.heard), (self.teams_says, self.teams.heard)):
            code = code_in((await says("hello"))["text"])
            assert code
            assert "yes only if" in await self.web_says(code)
            await self.web_says("yes")
            assert (await heard(number=2))["text"].startswith("Linked")

    async def advance(self, **time: float) -> None:
        await self.house.timers.advance(self.house.clock.now() + timedelta(**time))

    async def _slack(self, act: Callable[[], Awaitable[Any]]) -> dict[str, Any]:
        number = len(self.slack.said()) + 1
        await act()
        return await self.slack.heard(number=number)

    async def _teams(self, act: Callable[[], Awaitable[Any]]) -> dict[str, Any]:
        number = len(self.teams.said) + 1
        await act()
        return await self.teams.heard(number)


@asynccontextmanager
async def open_town(folder: Path, **more: Any) -> AsyncIterator[Town]:
    """Nobody is linked yet; the web knows its visitor as the owner. Settings may be given."""
    settings = load_settings({"data": folder, **more}, file=folder / "none")
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(app.open_house(settings, clock_at=NOW))
        slack = await stack.enter_async_context(slack_recorder.slack())
        teams = await stack.enter_async_context(teams_recorder.teams())
        forms = FormDesk(house.engine.services)
        parts = {"store": house.store, "clock": house.clock, "identities": house.engine.services.identities}
        keys = {"bot_token": "xoxb-1", "signing_secret": SECRET, "api": slack.api, "pace": AT_ONCE}
        channels: list[Any] = [
            webchat.build({"store": house.store, "clock": house.clock}),
            slack_plugin.build({**parts, **keys, "core": house.core, "bus": house.bus, "forms": forms}),
            teams_plugin.build({**parts, **teams.options(), "core": house.core, "forms": forms}),
        ]
        apps = []
        for channel in channels:
            stack.push_async_callback(channel.aclose)
            apps.append(await channel.start(house.engine.handle))
        await house.engine.closings.open([channel for channel in channels if isinstance(channel, Closes)], house.bus)
        courier = HouseCourier(house.engine, channels, [], WayBook(house.store))
        house.nudges.deliver_by(courier, courier.undisturbed_until)
        web = Web(channels[0], await stack.enter_async_context(serving(apps[0])))
        http = [
            await stack.enter_async_context(
                httpx2.AsyncClient(transport=httpx2.ASGITransport(each), base_url="http://127.0.0.1")
            )
            for each in apps[1:]
        ]
        talk = await stack.enter_async_context(web.talk("conversation=tab"))
        yield Town(
            house, slack, slack_recorder.Door(http[0]), teams, teams_recorder.Door(http[1], teams), talk, channels[1]
        )


async def put_door_and_pump(town: Town) -> None:
    """A front door and a booster pump: Pollux asks before it unlocks the one and stops the other."""
    for type, name, property in (("lock", "front door", "locked"), ("pump", "booster pump", "on")):
        twin = await town.house.core.execute(CreateTwin(type, name))
        await town.house.core.execute(RecordTelemetry((Reading(twin.id, property, True),)))
