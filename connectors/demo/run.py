"""The demo as a program: devices join, report about every ten seconds, obey, and live through small stories."""

import asyncio
import logging
from collections.abc import Sequence

from connectors.demo.firmwares import Controller, EspHome, Shelly, Tasmota
from connectors.demo.house import house
from connectors.demo.link import Link
from connectors.demo.plant import plant
from connectors.demo.styles import PREFIX, Style, Zigbee
from connectors.demo.thing import Thing, World

REPORT_S = 10.0  # simulated seconds between two reports
_SHORTEST_S = 0.1
_SETTLE_S = 1.5
_log = logging.getLogger(__name__)


async def run_demo(url: str, speed: float = 1.0) -> None:
    """Runs until it is cancelled. `speed` 10 makes ten simulated seconds of one real second."""
    world = World()
    members = [Member(url, style, things, world) for style, things in households()]
    pause_s = max(_SHORTEST_S, REPORT_S / speed)
    try:
        for member in members:
            member.open()
        while True:
            await asyncio.sleep(pause_s)
            world.advance(pause_s * speed)
            for member in members:
                member.move_on(pause_s * speed)
                await asyncio.sleep(0)  # reports do not leave in one burst
    finally:
        await asyncio.gather(*(member.aclose() for member in members), return_exceptions=True)


class Member:
    """One connection with the things behind it."""

    def __init__(self, url: str, style: Style, things: Sequence[Thing], world: World) -> None:
        self._style = style
        self._things = things
        self._world = world
        client_id = f"demo-{things[0].id}" if len(things) == 1 else f"demo-{type(style).__name__.lower()}"
        self._link = Link(url, client_id, style.will(), self._join, self._hear)

    def open(self) -> None:
        self._link.open()

    def move_on(self, seconds: float) -> None:
        for thing in self._things:
            thing.step(thing, self._world, seconds)
            self._link.publish(self._style.report(thing))

    async def aclose(self) -> None:
        await self._link.aclose(self._style.will())

    def _join(self) -> None:
        self._link.subscribe(
            [f"{PREFIX}/status", *(t for thing in self._things for t in self._style.listens_to(thing))]
        )
        self._introduce()

    def _introduce(self) -> None:
        for thing in self._things:
            self._link.publish(self._style.announce(thing))
        self._link.publish(self._style.online(self._things))
        # Whoever listens needs a moment to subscribe to what was just announced.
        asyncio.get_running_loop().call_later(_SETTLE_S, self._report)

    def _report(self) -> None:
        for thing in self._things:
            self._link.publish(self._style.report(thing))

    def _hear(self, topic: str, payload: str) -> None:
        if topic == f"{PREFIX}/status":
            if payload == "online":
                self._introduce()
            return
        for thing in self._things:
            if any(_matches(topic, wanted) for wanted in self._style.listens_to(thing)):
                self._obey(thing, topic, payload)

    def _obey(self, thing: Thing, topic: str, payload: str) -> None:
        try:
            self._style.obey(thing, topic, payload)
        except (ValueError, KeyError, TypeError) as error:
            _log.warning("%s does not understand %s %s: %r", thing.name, topic, payload[:80], error)
            return
        thing.step(thing, self._world, 1.0)
        self._link.publish(self._style.report(thing))


def households() -> list[tuple[Style, list[Thing]]]:
    """Which maker's way each thing is connected in."""
    things = house()
    zigbee = [thing for thing in things if thing.id.startswith("0x")]
    found: list[tuple[Style, list[Thing]]] = [(Zigbee(), zigbee), (Controller(), plant())]
    for thing in things:
        if thing.id.startswith("DVES"):
            found.append((Tasmota(thing), [thing]))
        elif thing.id.startswith(("shelly", "wallbox")):
            found.append((Shelly(thing), [thing]))
        elif thing not in zigbee:
            found.append((EspHome(thing), [thing]))
    return found


def _matches(topic: str, wanted: str) -> bool:
    given, parts = topic.split("/"), wanted.split("/")
    return len(given) == len(parts) and all(part in ("+", level) for level, part in zip(given, parts, strict=True))
