"""The demo devices: understood in all they say, obeying in all they are told, and with stories that develop."""

import asyncio
from pathlib import Path

import pytest

from connectors.broker import EmbeddedBroker
from connectors.demo import run_demo
from connectors.demo.run import households
from connectors.demo.styles import Style
from connectors.demo.thing import Thing, World
from connectors.devices.mqtt.announcement import parse_announcement
from connectors.devices.mqtt.commands import publishes_for
from connectors.devices.mqtt.payloads import Message
from connectors.devices.mqtt.registry import Registry
from tests.connectors.devices.mqtt.device import connected, eventually
from tests.house import open_house
from twin_core.contract.telemetry import ListCandidates
from twin_core.contract.template import Value

EVERY = [(style, thing) for style, things in households() for thing in things]


class Ear:
    """What our connector makes of one thing."""

    def __init__(self, style: Style, thing: Thing) -> None:
        self.style, self.thing = style, thing
        self.registry = Registry()
        for message in style.announce(thing):
            changed, faults = self.registry.apply(
                parse_announcement("homeassistant", message.topic, message.payload.encode())
            )
            assert not faults
            for source in changed:
                self.registry.route(source)
        (self.source,) = self.registry.devices

    def hear(self) -> dict[str, Value | None]:
        heard: dict[str, Value | None] = {}
        for message in self.style.report(self.thing):
            routes = self.registry.routes[message.topic]
            for route in routes:
                values, faults = route.entity.read(Message(message.topic, message.payload.encode()))
                assert not faults, faults
                heard |= {route.signals[name]: value for name, value in values.items()}
        return heard

    def tell(self, signal: str, value: Value) -> None:
        messages, _ = publishes_for(self.registry.devices[self.source], {signal: value})
        assert messages
        for message in messages:
            self.style.obey(self.thing, message.topic, message.payload)
        for _ in range(60):  # drives take their time
            self.thing.step(self.thing, World(), 1.0)


@pytest.mark.parametrize(("style", "thing"), EVERY, ids=lambda item: getattr(item, "name", ""))
def test_every_thing_is_understood(style: Style, thing: Thing) -> None:
    ear = Ear(style, thing)
    described = ear.registry.describe(ear.source)
    assert (described.name, described.place) == (thing.name, thing.place)
    heard = ear.hear()
    silent = {signal.id for signal in described.signals if signal.readable and signal.category is None} - heard.keys()
    assert silent == set()
    assert {message.topic for message in style.online([thing])} & ear.registry.watches.keys()


@pytest.mark.parametrize(("style", "thing"), EVERY, ids=lambda item: getattr(item, "name", ""))
def test_every_thing_obeys(style: Style, thing: Thing) -> None:
    ear = Ear(style, thing)
    wishes: dict[str, Value] = {
        "on": not thing.values.get("on", False),
        "brightness": 25.2,
        "color_temperature": 3030.0,
        "setpoint": 19.5,
        "locked": not thing.values.get("locked", False),
        "position": 45.0,
    }
    for signal in ear.registry.describe(ear.source).signals:
        name = signal.id.rsplit(".", 1)[-1]
        if signal.writable and signal.readable and name in wishes:
            ear.tell(signal.id, wishes[name])
            assert ear.hear()[signal.id] == pytest.approx(wishes[name], rel=0.02)


def test_there_are_enough_things_and_each_has_one_name() -> None:
    names = [thing.name for _, thing in EVERY]
    assert len(names) == len(set(names)) >= 30
    assert {"kitchen light", "hall thermostat", "garage freezer", "feed pump"} <= set(names)


def test_the_stories_develop_over_minutes() -> None:
    things = {thing.name: thing for _, members in households() for thing in members}
    world = World()
    for _ in range(90):  # a quarter of an hour
        world.advance(10)
        for thing in things.values():
            thing.step(thing, world, 10)
    assert things["garage freezer"].values["door_open"] is True
    assert -15 < things["garage freezer"].number("temperature") < -5
    assert things["feed pump"].number("bearing_temperature") > 76
    assert things["cooling pump"].number("bearing_temperature") < 62
    assert things["air handling unit"].number("filter_pressure") > 250
    assert things["front door lock"].number("battery") < 15
    assert 19 < things["hall thermostat"].number("temperature") < 22


async def test_they_announce_themselves_to_whoever_listens(tmp_path: Path) -> None:
    async with (
        EmbeddedBroker("127.0.0.1", 0, tmp_path) as broker,
        open_house(tmp_path) as house,
        connected(house, broker.url) as connector,
    ):
        demo = asyncio.create_task(run_demo(broker.url, speed=20))
        try:

            async def all_there() -> bool:
                return len(await house.core.query(ListCandidates())) == len(EVERY)

            await eventually(all_there)
        finally:
            demo.cancel()
            await asyncio.gather(demo, return_exceptions=True)
        assert [fault for fault in connector.faults() if fault.severity != "info"] == []
