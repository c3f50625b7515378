"""MQTT: Home Assistant discovery in both forms, and Pollux's own topics, on any broker of MQTT 3.1.1 or 5."""

from collections.abc import Mapping
from typing import Any

from connectors.devices.mqtt.connector import MqttConnector
from connectors.devices.mqtt.options import read_options
from twin_core.contract.ports import Connector

# `core`, `store` and `clock` are handed over by whoever builds it.
EXAMPLE: dict[str, Any] = {"host": "127.0.0.1", "port": 1883, "client_id": "pollux-example"}


def build(options: Mapping[str, Any]) -> Connector:
    """Options: core, store, clock; url, or host, port, username, password; tls, ca, certificate, key, insecure;
    client_id; protocol (auto, 5 or 3.1.1); prefix; native_prefix. Raises Rejected for any other.
    """
    return MqttConnector(read_options(options))
