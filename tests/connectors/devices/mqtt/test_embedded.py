"""From a device's announcement to a twin and back, over the broker in the process: always run."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from connectors.broker import EmbeddedBroker, local_url
from connectors.devices.mqtt import build
from tests.connectors.devices.mqtt.device import Device, connected, eventually, until
from tests.house import ANNA, House, open_house
from twin_core.contract.commands import CreateTwin, SetDesired
from twin_core.contract.errors import Rejected, Unavailable
from twin_core.contract.requests import Cause
from twin_core.contract.telemetry import ListCandidates
from twin_core.contract.views import CandidateView

LAMP = {
    "schema": "json",
    "name": None,
    "brightness": True,
    "~": "z/lamp",
    "stat_t": "~",
    "cmd_t": "~/set",
    "uniq_id": "lamp1",
    "avty_t": "~/availability",
    "dev": {"ids": ["lamp1"], "name": "kitchen lamp", "sa": "kitchen"},
}
TOPIC = "homeassistant/light/lamp1/light/config"


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[EmbeddedBroker]:
    async with EmbeddedBroker("127.0.0.1", 0, tmp_path) as running:
        yield running


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


async def candidate(house: House, source: str) -> CandidateView:
    async def find() -> CandidateView | None:
        found = await house.core.query(ListCandidates())
        return next((view for view in found if view.id == source), None)

    return await eventually(find)


async def test_announce_report_command(house: House, broker: EmbeddedBroker) -> None:
    async with connected(house, broker.url) as connector, Device(broker.url) as lamp:
        await lamp.listen("z/lamp/set")
        await lamp.listen("pollux/+/desired")
        await lamp.say(TOPIC, LAMP, retain=True)
        found = await candidate(house, "mqtt:lamp1")
        assert (found.name, found.type, found.place) == ("kitchen lamp", "light", "kitchen")
        twin = await house.create("light", "kitchen lamp", source="mqtt:lamp1")
        await lamp.say("z/lamp", {"state": "ON", "brightness": 51})
        state = await eventually(lambda: reported(house, twin.id, "brightness"))
        assert state == 20.0
        await house.core.execute(SetDesired(twin.id, {"on": False}), ANNA)
        await connector.push((await until(lambda: house.told)).pop())
        assert json.loads(await lamp.hears("z/lamp/set")) == {"state": "OFF"}
        assert json.loads(await lamp.hears(f"pollux/{twin.id}/desired")) == {"on": False}
        await house.core.execute(SetDesired(twin.id, {"brightness": 40}), ANNA)
        await connector.push((await until(lambda: house.told)).pop())
        await until(lambda: len([1 for topic, _, _ in lamp.heard if topic.endswith("desired")]) == 2)
        assert json.loads(lamp.heard[-1][1] if "desired" in lamp.heard[-1][0] else lamp.heard[-2][1]) == {
            "on": False,
            "brightness": 40,
        }


async def reported(house: House, twin: str, property: str) -> object:
    value = (await house.state(twin)).reported.get(property)
    return value.value if value else None


async def test_going_offline_and_coming_back(house: House, broker: EmbeddedBroker) -> None:
    async with connected(house, broker.url), Device(broker.url) as lamp:
        await lamp.say(TOPIC, LAMP, retain=True)
        await candidate(house, "mqtt:lamp1")
        twin = await house.create("light", "kitchen lamp", source="mqtt:lamp1")
        await lamp.say("z/lamp/availability", "online")
        await lamp.say("z/lamp/availability", "offline")
        await until(lambda: house.names("device.unavailable"))
        assert (await house.state(twin.id)).available is False
        await lamp.say("z/lamp/availability", "online")
        await until(lambda: house.names("device.available"))
        assert (await house.state(twin.id)).available is not False


async def test_removal_withdraws_a_candidate(house: House, broker: EmbeddedBroker) -> None:
    async with connected(house, broker.url), Device(broker.url) as lamp:
        await lamp.say(TOPIC, LAMP, retain=True)
        await candidate(house, "mqtt:lamp1")
        await lamp.say(TOPIC, "", retain=True)

        async def gone() -> bool:
            return not await house.core.query(ListCandidates())

        await eventually(gone)


async def test_birth_makes_devices_announce_themselves_again(house: House, broker: EmbeddedBroker) -> None:
    async with Device(broker.url) as lamp:
        await lamp.listen("homeassistant/status")
        async with connected(house, broker.url):
            assert await lamp.hears("homeassistant/status") == "online"
            await lamp.listen("pollux/status")
            assert await lamp.hears("pollux/status") == "online"


async def test_native_topics(house: House, broker: EmbeddedBroker) -> None:
    twin = await house.create("pump", "feed")
    async with connected(house, broker.url), Device(broker.url) as pump:
        await pump.say(f"pollux/{twin.id}/telemetry", {"flow": 12.5, "on": True})
        assert await eventually(lambda: reported(house, twin.id, "flow")) == 12.5
        at = "2026-03-02T11:00:00Z"
        await pump.say(f"pollux/{twin.id}/telemetry", {"at": at, "values": {"pressure": 4.2}})
        await eventually(lambda: reported(house, twin.id, "pressure"))
        assert (await house.state(twin.id)).reported["pressure"].at.hour == 11


async def test_a_stranger_on_native_topics_is_a_candidate(house: House, broker: EmbeddedBroker) -> None:
    async with connected(house, broker.url), Device(broker.url) as pump:
        await pump.say("pollux/pump.well_2/telemetry", {"flow": 3.5})
        found = await candidate(house, "native:pump.well_2")
        assert (found.type, found.name) == ("pump", "well 2")
        twin = await house.core.execute(CreateTwin("pump", "well", source="native:pump.well_2"), ANNA)
        assert await eventually(lambda: reported(house, twin.id, "flow")) == 3.5
        await pump.say("pollux/pump.well_2/telemetry", {"flow": 4.5})

        async def newer() -> bool:
            return await reported(house, twin.id, "flow") == 4.5

        await eventually(newer)


async def test_attributes_become_signals_when_they_are_seen(house: House, broker: EmbeddedBroker) -> None:
    config = {**LAMP, "json_attr_t": "z/lamp/attributes"}
    async with connected(house, broker.url), Device(broker.url) as lamp:
        await lamp.say(TOPIC, config, retain=True)
        await candidate(house, "mqtt:lamp1")

        async def seen() -> bool:
            await lamp.say("z/lamp/attributes", {"Power On Count": 7, "nested": {"no": 1}, "none": None})
            signals = (await candidate(house, "mqtt:lamp1")).signals
            return "light.attributes.power_on_count" in {signal.id for signal in signals}

        await eventually(seen)


MALFORMED = [
    ("pollux/pump.feed/telemetry", b"{", "bad_json"),
    ("pollux/pump.feed/telemetry", b'{"flow": NaN}', "not_finite"),
    ("pollux/pump.feed/telemetry", b'{"flow": 1e999}', "not_finite"),
    ("pollux/pump.feed/telemetry", b"\xff\xfe", "invalid_utf8"),
    ("pollux/pump.feed/telemetry", b"[1, 2]", "bad_value"),
    ("pollux/pump.feed/telemetry", b'{"flow": {"deep": 1}}', "bad_value"),
    ("pollux/pump.feed/telemetry", b'{"flow": "\\ud800"}', "invalid_utf8"),
    ("pollux/pump.feed/telemetry", b'{"flow": "fast"}', "rejected"),
    ("pollux/pump.feed/telemetry", b'{"nothing": 1}', "rejected"),
    ("pollux/pump.feed/telemetry", b'{"at": "yesterday", "values": {"flow": 1}}', "bad_instant"),
    ("pollux/pump.feed/telemetry", b'{"at": "1970-01-01T00:00:00Z", "values": {"flow": 1}}', "rejected"),
    ("pollux/pump.feed/telemetry", b"[" * 60_000, "too_deep"),
    ("pollux/pump.feed/telemetry", b"x" * 1024 * 1024, "too_large"),
    ("pollux/No Id!/telemetry", b'{"flow": 1}', "bad_id"),
    ("pollux/pump.feed/availability", b"perhaps", "bad_value"),
    ("z/lamp", b'{"state": "SIDEWAYS"}', "bad_value"),
    ("z/lamp", b'{"state": "ON", "brightness": "NaN"}', "not_finite"),
    ("z/lamp", b"5", "bad_value"),
    ("homeassistant/light/x/config", b'{"schema": "json"}', "bad_announcement"),
    ("homeassistant/light/y/config", b"[]", "bad_announcement"),
    (
        "homeassistant/switch/z/config",
        b'{"cmd_t": "c", "stat_t": "s", "val_tpl": "{{ 1 ", "uniq_id": 1}',
        "bad_template",
    ),
]


async def test_nothing_malformed_stops_the_stream(house: House, broker: EmbeddedBroker) -> None:
    twin = await house.create("pump", "feed")
    async with connected(house, broker.url) as connector, Device(broker.url) as device:
        await device.say(TOPIC, LAMP, retain=True)
        await candidate(house, "mqtt:lamp1")
        lamp = await house.create("light", "kitchen lamp", source="mqtt:lamp1")

        async def heard() -> bool:
            await device.say("z/lamp", {"state": "ON"})
            return bool(await reported(house, lamp.id, "on"))

        await eventually(heard)  # its topic is subscribed to
        for topic, payload, _ in MALFORMED:
            await device.say(topic, payload)
        await device.say(f"pollux/{twin.id}/telemetry", {"flow": 7.25})
        await eventually(lambda: reported(house, twin.id, "flow"))
        counted = connector._diagnostics.counts
        for kind in {kind for _, _, kind in MALFORMED}:
            expected = sum(1 for _, _, k in MALFORMED if k == kind)
            assert counted[kind] == expected, (kind, counted)
        assert {fault.part for fault in connector.faults()} == {"mqtt"}
        assert all(fault.hint for fault in connector.faults())


async def test_a_push_that_cannot_be(house: House, broker: EmbeddedBroker) -> None:
    async with connected(house, broker.url) as connector, Device(broker.url) as lamp:
        await lamp.say(TOPIC, LAMP, retain=True)
        await candidate(house, "mqtt:lamp1")
        twin = await house.create("light", "kitchen lamp", source="mqtt:lamp1")
        await house.core.execute(SetDesired(twin.id, {"on": True}), ANNA)
        command = (await until(lambda: house.told)).pop()
        with pytest.raises(Rejected):
            await connector.push(type(command)(twin.id, "mqtt:lamp1", {"on": True}, {"light.volume": 3}))
        with pytest.raises(Unavailable):
            await connector.push(type(command)(twin.id, "mqtt:gone", {"on": True}, {"light.on": True}))
    with pytest.raises(Unavailable):
        await connector.push(command)


async def test_known_devices_are_heard_from_the_first_moment_after_a_restart(tmp_path: Path) -> None:
    async with EmbeddedBroker("127.0.0.1", 0, tmp_path) as broker, Device(broker.url) as lamp:
        async with open_house(tmp_path) as house, connected(house, broker.url):
            await lamp.say(TOPIC, LAMP)  # not retained: only the store can know it
            await candidate(house, "mqtt:lamp1")
            twin = await house.create("light", "kitchen lamp", source="mqtt:lamp1")
            await lamp.say("z/lamp", {"state": "ON", "brightness": 254})
            await eventually(lambda: reported(house, twin.id, "brightness"))
        await lamp.say("z/lamp", {"state": "ON", "brightness": 26})  # waits in the session
        async with open_house(tmp_path) as house, connected(house, broker.url):

            async def taken() -> bool:
                return await reported(house, twin.id, "brightness") == 10.2

            await eventually(taken)


async def test_the_broker_keeps_its_password_and_its_retained_messages(tmp_path: Path) -> None:
    async with EmbeddedBroker("127.0.0.1", 0, tmp_path) as broker, Device(broker.url) as device:
        await device.say("a/b", "kept", retain=True)
        await device.say("a/c", "forgotten", retain=True)
        await device.say("a/c", "", retain=True)
        password = broker.password
    async with EmbeddedBroker("127.0.0.1", 0, tmp_path) as broker:
        assert broker.password == password
        assert (tmp_path / "mqtt-credentials").stat().st_mode & 0o077 == 0
        async with Device(local_url(tmp_path, broker.port)) as device:
            await device.listen("a/#")
            assert await device.hears("a/b") == "kept"
            await device.say("end", "x")
            assert [topic for topic, _, _ in device.heard] == ["a/b"]


async def test_the_broker_wants_the_password_unless_told_otherwise(tmp_path: Path) -> None:
    async with EmbeddedBroker("127.0.0.1", 0, tmp_path) as broker:
        for url in (f"mqtt://127.0.0.1:{broker.port}", f"mqtt://pollux:wrong@127.0.0.1:{broker.port}"):
            device = Device(url)
            await asyncio.to_thread(device._client.connect, "127.0.0.1", broker.port)
            device._client.loop_start()
            refused = asyncio.Event()
            loop = asyncio.get_running_loop()
            device._client.on_disconnect = lambda *_, e=refused, at=loop: at.call_soon_threadsafe(e.set)
            await asyncio.wait_for(refused.wait(), 60)
            device._client.disconnect()
            await asyncio.to_thread(device._client.loop_stop)
    async with (
        EmbeddedBroker("127.0.0.1", 0, tmp_path, anonymous=True) as broker,
        Device(f"mqtt://127.0.0.1:{broker.port}") as device,
    ):
        await device.say("a", "b")


async def test_a_port_in_use_says_what_to_do(tmp_path: Path, broker: EmbeddedBroker) -> None:
    with pytest.raises(Unavailable, match=str(broker.port)) as caught:
        async with EmbeddedBroker("127.0.0.1", broker.port, tmp_path):
            raise AssertionError("two brokers on one port")
    assert "--mqtt-port" in caught.value.hint


async def test_without_a_broker_it_waits_and_says_so(house: House, tmp_path: Path) -> None:
    async with EmbeddedBroker("127.0.0.1", 0, tmp_path / "b") as first:
        port = first.port
    parts = {"core": house.core, "store": house.store, "clock": house.clock}
    connector = build({**parts, "url": local_url(tmp_path / "b", port)})
    task = asyncio.create_task(connector.run())
    try:
        (fault,) = await until(connector.faults)
        assert (fault.severity, str(port) in fault.message) == ("critical", True)
        async with EmbeddedBroker("127.0.0.1", port, tmp_path / "b"):
            await until(lambda: not connector.faults())
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_unknown_options_are_refused(house: House) -> None:
    with pytest.raises(Rejected, match="hots"):
        build({"core": None, "store": None, "clock": None, "hots": "x"})
    with pytest.raises(Rejected):
        build({"core": None, "store": None, "clock": None, "url": "http://x"})


async def test_how_somebody_is_cannot_be_told_for_them(house: House, broker: EmbeddedBroker) -> None:
    await house.core.execute(CreateTwin("person", "Anna"), Cause("anna"))
    async with connected(house, broker.url) as connector, Device(broker.url) as forger:
        await forger.say("pollux/person.anna/telemetry", {"mood": 1, "stress": 5, "workload": 9})

        async def told() -> set[str] | None:
            return set((await house.state("person.anna")).reported) or None

        assert await eventually(told) == {"workload"}

        async def refused() -> str | None:
            return next((fault.message for fault in connector.faults() if "rejected" in fault.message), None)

        assert "Only Anna can tell their stress." in await eventually(refused)
