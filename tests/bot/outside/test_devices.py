"""What is wished of a device goes to it by its connector."""

from pathlib import Path

import pytest

from bot.app import open_house
from bot.outside.devices import connect_devices
from bot.serving import Mqtt
from bot.settings import load_settings
from connectors.devices.mqtt.connector import MqttConnector
from twin_core.contract.commands import CreateTwin, SetDesired
from twin_core.contract.requests import Cause
from twin_core.contract.telemetry import DeviceCommand


async def test_no_device_hears_of_a_wish_before_it_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    async def settled() -> None:
        done.append("settled")

    async def pushed(_: MqttConnector, command: DeviceCommand) -> None:
        done.append(f"told {command.twin}")

    settings = load_settings({"data": tmp_path})
    async with open_house(settings) as house:
        monkeypatch.setattr(house.store, "settle", settled)
        monkeypatch.setattr(MqttConnector, "push", pushed)
        broker = Mqtt("127.0.0.1", 1, None, None, "auto")
        connect_devices(settings, broker, house.core, house.bus, house.store, house.clock)
        lamp = await house.core.execute(CreateTwin("light", "hall lamp"))
        await house.core.execute(SetDesired(lamp.id, {"on": True}), Cause("anna", settles=True))
        assert done == ["settled", f"told {lamp.id}"]
