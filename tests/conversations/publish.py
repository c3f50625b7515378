"""Publishes to the broker of a server, as a device does."""

import asyncio
import threading
from typing import Any
from urllib.parse import urlsplit

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from tests.conversations.case import CaseFault

ACKNOWLEDGED_S = 10.0


async def publish_to(broker: str, topic: str, payload: bytes) -> None:
    """Publishes one message with QoS 1 and waits for its acknowledgement. Raises CaseFault."""
    await asyncio.to_thread(_publish, broker, topic, payload)


def _publish(broker: str, topic: str, payload: bytes) -> None:
    url, refusal, greeted = urlsplit(broker), "no answer", threading.Event()

    def on_connect(client: paho.Client, data: Any, flags: Any, reason: ReasonCode, properties: Any) -> None:
        nonlocal refusal
        refusal = str(reason) if reason.is_failure else ""
        greeted.set()

    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.on_connect = on_connect
    if url.username:
        client.username_pw_set(url.username, url.password)
    try:
        client.connect(url.hostname or "127.0.0.1", url.port or 1883, keepalive=20)
        client.loop_start()
        greeted.wait(ACKNOWLEDGED_S)
        if refusal:
            raise CaseFault(f"the broker at {url.hostname}:{url.port} refused us: {refusal}")
        sent = client.publish(topic, payload, qos=1)
        sent.wait_for_publish(ACKNOWLEDGED_S)
        if not sent.is_published():
            raise CaseFault(f"the broker at {url.hostname}:{url.port} did not take a message to {topic}")
    except (OSError, ValueError, RuntimeError) as error:
        raise CaseFault(f"publishing to {topic} failed: {error}") from error
    finally:
        client.disconnect()
        client.loop_stop()
