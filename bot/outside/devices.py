"""The devices' connector, and the way by which desired values reach it."""

import structlog

from bot.serving import Mqtt
from bot.settings import Settings
from twin_core.contract import plugins
from twin_core.contract.clock import Clock
from twin_core.contract.errors import PolluxError
from twin_core.contract.ports import Bus, Connector, Store, TwinCore
from twin_core.contract.telemetry import DeviceCommand

log = structlog.get_logger(__name__)


def connect_devices(settings: Settings, mqtt: Mqtt, core: TwinCore, bus: Bus, store: Store, clock: Clock) -> Connector:
    """The connector on the broker that is used; what is wished of a device is pushed to it from now on."""
    s = settings.mqtt
    tls = {"ca": s.ca, "certificate": s.certificate, "key": s.key, "insecure": s.insecure}
    options = {
        "core": core,
        "store": store,
        "clock": clock,
        "host": mqtt.host,
        "port": mqtt.port,
        "username": mqtt.username,
        "password": mqtt.password,
        "tls": tls if s.tls else None,
        "protocol": mqtt.protocol,
        "prefix": s.discovery_prefix,
    }
    connector: Connector = plugins.build("connectors.devices", "mqtt", options)

    async def push(command: DeviceCommand) -> None:
        try:
            await store.settle()  # no device hears of a wish that a power cut would take back
            await connector.push(command)
        except PolluxError as error:  # the twin keeps the wish and tells of the divergence
            log.warning("device.not_told", twin=command.twin, reason=str(error), trace=command.trace)

    bus.subscribe(DeviceCommand, push)
    return connector
