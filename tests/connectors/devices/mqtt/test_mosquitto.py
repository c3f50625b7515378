"""The connector on a real Mosquitto: MQTT 5, TLS, passwords, restarts, and a kill -9 while it ingests."""

import asyncio
import os
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.certificates import certificate
from tests.connectors.devices.mqtt.device import Device, connected, eventually, until
from tests.connectors.devices.mqtt.test_embedded import LAMP, TOPIC, candidate, reported
from tests.house import House, open_house
from tests.mosquitto import Mosquitto

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("mosquitto")]
MESSAGES = 5_000
KILLS = 4


@pytest.fixture
async def mosquitto(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    async with Mosquitto(tmp_path) as broker:
        yield broker


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


def url_of(broker: Mosquitto, login: str = "") -> str:
    return f"mqtt://{login}127.0.0.1:{broker.port}"


@pytest.mark.parametrize("protocol", ["auto", "5", "3.1.1"])
async def test_every_protocol(house: House, mosquitto: Mosquitto, protocol: str) -> None:
    async with connected(house, url_of(mosquitto), protocol=protocol) as connector, Device(url_of(mosquitto)) as lamp:
        assert connector._session is not None
        assert connector._session.version == ("3.1.1" if protocol == "3.1.1" else "5")
        await lamp.say(TOPIC, LAMP, retain=True)
        await lamp.say("z/lamp", {"state": "ON", "brightness": 51}, retain=True)
        await candidate(house, "mqtt:lamp1")
        twin = await house.create("light", "kitchen lamp", source="mqtt:lamp1")
        assert await eventually(lambda: reported(house, twin.id, "brightness")) == 20.0


async def test_a_retained_state_is_one_reading_however_often_it_is_replayed(house: House, mosquitto: Mosquitto) -> None:
    url = url_of(mosquitto)
    async with connected(house, url), Device(url) as lamp:
        await lamp.say("z/lamp", {"state": "ON", "brightness": 51}, retain=True)
        await lamp.say(TOPIC, LAMP, retain=True)
        await candidate(house, "mqtt:lamp1")
        twin = await house.create("light", "kitchen lamp", source="mqtt:lamp1")
        await eventually(lambda: reported(house, twin.id, "brightness"))
        for number in range(3):  # each new entity on the topic asks for its retained state again
            config = {"stat_t": "z/lamp", "uniq_id": f"x{number}", "val_tpl": "{{ value_json.x }}", "dev": LAMP["dev"]}
            await lamp.say(f"homeassistant/sensor/lamp1/x{number}/config", config)
        await lamp.say("z/lamp", {"state": "ON", "brightness": 255, "x": "new"})

        async def newest() -> bool:
            return await reported(house, twin.id, "brightness") == 100.0

        await eventually(newest)
        told = [notice.values["brightness"][0] for notice in house.reported if "brightness" in notice.values]
        assert told == [20.0, 100.0]


# paho leaves the socket of a failed TLS handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")
async def test_tls_and_password(tmp_path: Path, house: House) -> None:
    made = certificate(tmp_path)
    async with Mosquitto(tmp_path, users={"pollux": "right"}, tls=made) as broker:
        options = {"tls": True, "ca": made[0]}
        login = {"host": "localhost", "port": broker.port, "username": "pollux"}
        from connectors.devices.mqtt import build

        parts = {"core": house.core, "store": house.store, "clock": house.clock}
        for wrong in ({"password": "wrong", **options}, {"password": "right", "tls": True}):
            connector = build({**parts, **login, **wrong})
            task = asyncio.create_task(connector.run())
            try:
                fault = (await until(lambda at=connector: [f for f in at.faults() if "connecting" not in f.message]))[0]  # type: ignore[misc]
                assert fault.severity == "critical"
                assert "password" in wrong and ("right" not in fault.message)
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        connector = build({**parts, **login, "password": "right", **options})
        task = asyncio.create_task(connector.run())
        try:
            await until(lambda: connector.ready.is_set())
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_a_broker_restart_loses_nothing(house: House, mosquitto: Mosquitto) -> None:
    twin = await house.create("pump", "feed")
    url = url_of(mosquitto)
    async with connected(house, url) as connector:
        async with Device(url, "before") as pump:
            await pump.say(f"pollux/{twin.id}/telemetry", {"flow": 1.5})
            await eventually(lambda: reported(house, twin.id, "flow"))
        connector.ready.clear()
        await mosquitto.stop()
        await until(lambda: any("cannot be reached" in fault.message for fault in connector.faults()))
        await mosquitto.start()
        async with Device(url, "after") as pump:  # likely before the connector is back: it waits in the session
            await pump.say(f"pollux/{twin.id}/telemetry", {"flow": 2.5})

            async def newer() -> bool:
                return await reported(house, twin.id, "flow") == 2.5

            await eventually(newer)
        assert not [fault for fault in connector.faults() if fault.severity == "critical"]


async def test_an_independent_announcer(house: House, mosquitto: Mosquitto) -> None:
    """ha-mqtt-discoverable, made for Home Assistant, knows nothing of us."""
    from ha_mqtt_discoverable import Settings
    from ha_mqtt_discoverable.sensors import Sensor, SensorInfo, Switch, SwitchInfo

    heard: list[str] = []
    server = Settings.MQTT(host="127.0.0.1", port=mosquitto.port)
    async with connected(house, url_of(mosquitto)) as connector:
        from ha_mqtt_discoverable import DeviceInfo

        device = DeviceInfo(name="pantry", identifiers="pantry-1", manufacturer="Acme")
        info = SensorInfo(
            name="Temperature",
            device_class="temperature",
            unit_of_measurement="°C",
            unique_id="pantry-t",
            device=device,
        )
        sensor = Sensor(Settings(mqtt=server, entity=info))
        switch_info = SwitchInfo(name="Cooling", unique_id="pantry-c", device=device)
        switch = Switch(Settings(mqtt=server, entity=switch_info), lambda _c, _u, m: heard.append(m.payload.decode()))
        await asyncio.to_thread(sensor.write_config)
        await asyncio.to_thread(switch.off)
        found = await candidate(house, "mqtt:pantry-1")
        twin = await house.create("sensor", "pantry", source=found.id)
        await asyncio.to_thread(sensor.set_state, 7.5)
        assert await eventually(lambda: reported(house, twin.id, "temperature")) == 7.5
        from twin_core.contract.telemetry import DeviceCommand

        on = next(signal.id for signal in found.signals if signal.component == "switch")
        await connector.push(DeviceCommand(twin.id, found.id, {}, {on: True}))
        assert await until(lambda: heard) == ["ON"]


async def test_kill_9_while_ingesting_loses_nothing_and_doubles_nothing(tmp_path: Path, mosquitto: Mosquitto) -> None:
    """Every reading the broker took is there once, though the process was killed again and again in the middle."""
    topic = "pollux/electricity_meter.main/telemetry"
    async with Device(url_of(mosquitto), "meter") as meter:
        await meter.listen("pollux/status")
        process = await _ingest(tmp_path, mosquitto)
        try:
            await until(lambda: ("pollux/status", "online", False) in meter.heard)
            for kill in range(KILLS + 1):
                for number in range(kill * MESSAGES // (KILLS + 1), (kill + 1) * MESSAGES // (KILLS + 1)):
                    meter.say_soon(topic, {"reading": float(number)})
                if kill < KILLS:
                    await _killed_in_the_middle(process, tmp_path, after_s=0.02 * kill)
                    process = await _ingest(tmp_path, mosquitto)
            async with asyncio.timeout(60):
                while len(_values(tmp_path)) < MESSAGES:  # noqa: ASYNC110 (another process's database)
                    await asyncio.sleep(0.1)
        finally:
            if process.returncode is None:
                os.kill(process.pid, signal.SIGKILL)
                await process.wait()
    values = _values(tmp_path)
    assert set(values) == {float(number) for number in range(MESSAGES)}
    assert [value for value, count in values.items() if count > 1] == []


async def _killed_in_the_middle(process: asyncio.subprocess.Process, folder: Path, after_s: float) -> None:
    """Just after a commit, when its acknowledgements are on their way, or at another point of the next batch."""
    have = len(_values(folder))
    await until(lambda: len(_values(folder)) > have)
    await asyncio.sleep(after_s)  # spreads the kills over the work; nothing is waited for
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()


async def _ingest(folder: Path, broker: Mosquitto) -> asyncio.subprocess.Process:
    module = "tests.connectors.devices.mqtt.ingesting"
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, str(folder), url_of(broker), stderr=asyncio.subprocess.DEVNULL
    )


def _values(folder: Path) -> Counter[float]:
    """How often each value was stored."""
    with sqlite3.connect(f"file:{folder / 'ingest.db'}?mode=ro", uri=True) as database:
        return Counter(row[0] for row in database.execute("SELECT number FROM readings"))
