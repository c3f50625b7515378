"""Publishing to a real broker: taken and acknowledged, or told why not."""

import asyncio
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from tests.conversations.case import CaseFault
from tests.conversations.publish import publish_to
from tests.services import require_program

pytestmark = pytest.mark.service


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[int]:
    """The port of a Mosquitto that lets only anna in, and only with her password."""
    mosquitto, passwd = require_program("mosquitto"), require_program("mosquitto_passwd")
    subprocess.run([passwd, "-b", "-c", tmp_path / "people", "anna", "secret"], check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    # As root Mosquitto becomes another user, who may not read our files.
    lines = ["user root", f"listener {port} 127.0.0.1", "allow_anonymous false", f"password_file {tmp_path / 'people'}"]
    (tmp_path / "mosquitto.conf").write_text("\n".join(lines), encoding="utf-8")
    process = subprocess.Popen([mosquitto, "-v", "-c", tmp_path / "mosquitto.conf"], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    while "running" not in (line := process.stderr.readline()):
        assert line, "Mosquitto ended"
    yield port
    process.terminate()
    process.communicate()


async def test_a_message_is_acknowledged_and_arrives(broker: int) -> None:
    arrived: asyncio.Queue[bytes] = asyncio.Queue()
    subscribed, loop = asyncio.Event(), asyncio.get_running_loop()
    listener = paho.Client(CallbackAPIVersion.VERSION2)
    listener.username_pw_set("anna", "secret")

    def on_connect(client: paho.Client, *_: Any) -> None:
        client.subscribe("house/#", qos=1)

    def on_subscribe(*_: Any) -> None:
        loop.call_soon_threadsafe(subscribed.set)

    def on_message(_client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        loop.call_soon_threadsafe(arrived.put_nowait, bytes(message.payload))

    listener.on_connect, listener.on_subscribe, listener.on_message = on_connect, on_subscribe, on_message
    listener.connect("127.0.0.1", broker)
    listener.loop_start()
    try:
        await asyncio.wait_for(subscribed.wait(), 60)
        await publish_to(f"mqtt://anna:secret@127.0.0.1:{broker}", "house/hall lamp", b'{"on": true}')
        assert await asyncio.wait_for(arrived.get(), 60) == b'{"on": true}'
    finally:
        listener.disconnect()
        listener.loop_stop()


async def test_a_broker_that_refuses_is_told_of(broker: int) -> None:
    with pytest.raises(CaseFault, match=rf"the broker at 127.0.0.1:{broker} refused us: Not authori[sz]ed"):
        await publish_to(f"mqtt://127.0.0.1:{broker}", "house/lamp", b"x")


async def test_a_broker_that_is_not_there_is_told_of() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(CaseFault, match="publishing to house/lamp failed"):
            await publish_to(f"mqtt://127.0.0.1:{closed.getsockname()[1]}", "house/lamp", b"x")
