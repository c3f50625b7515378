"""MQTT to committed readings, beside a paho loop that only receives: same broker, same messages, same run.

The messages wait in the broker, so that no publisher takes its part of the machine meanwhile. What Pollux does on top
of receiving: it recognises redeliveries, reads JSON, checks against the twin's type, evaluates alert rules, commits,
and acknowledges only then. Every reading is counted afterwards.
"""

import asyncio
import json
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from benchmarks.report import Report
from connectors.devices.mqtt import build
from connectors.devices.mqtt.connector import MqttConnector
from connectors.devices.mqtt.session import IN_FLIGHT
from twin_core.bus import Core, InProcessBus
from twin_core.contract.clock import SystemClock, seconds
from twin_core.contract.commands import CreateTwin, GetHistory
from twin_core.service import TwinService
from twin_core.store import open_store
from twin_core.sync import SyncService
from twin_core.templates import load_library

TWINS = 50
WINDOW = 400  # messages in flight
PATIENCE_S = 120.0
RUNS = ((1, 20_000), (100, 1_000))  # properties a message, messages


async def run(report: Report) -> None:
    """Rates for one and for a hundred properties a message; nothing when there is no Mosquitto."""
    program = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if program is None:
        return
    with tempfile.TemporaryDirectory(prefix="pollux-bench-") as folder:
        async with _broker(program, Path(folder)) as port:
            for properties, messages in RUNS:
                bare = await _bare(port, properties, messages)
                ours = await _ours(port, Path(folder), properties, messages)
                name = f"MQTT to committed, {properties} propert{'y' if properties == 1 else 'ies'} a message"
                report.row(name, ours, bare, "messages/s")
                report.row("  the same in readings", ours * properties, bare * properties, "readings/s")


async def _bare(port: int, properties: int, messages: int) -> float:
    """A subscriber that only counts, acknowledging as paho does by itself, with the same session and window."""
    await asyncio.to_thread(_counted, port, 0, None)  # leaves a session behind
    await _publish(port, properties, messages)
    return messages / await asyncio.to_thread(_counted, port, messages, PATIENCE_S)


def _counted(port: int, messages: int, patience_s: float | None) -> float:
    """Seconds from the connection to the last message."""
    client = paho.Client(CallbackAPIVersion.VERSION2, "bare", protocol=MQTTProtocolVersion.MQTTv5)
    seen, done, subscribed = 0, threading.Event(), threading.Event()

    def count(*_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == messages:
            done.set()

    client.on_message = count
    client.on_subscribe = lambda *_: subscribed.set()
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = 3600
    properties.ReceiveMaximum = IN_FLIGHT
    started = time.perf_counter()
    client.connect("127.0.0.1", port, clean_start=False, properties=properties)
    client.loop_start()
    client.subscribe("pollux/+/telemetry", 1)
    subscribed.wait(PATIENCE_S)
    if patience_s is not None:
        assert done.wait(patience_s), f"received {seen} of {messages}"
    took = time.perf_counter() - started
    client.disconnect()
    client.loop_stop()
    return took


async def _ours(port: int, folder: Path, properties: int, messages: int) -> float:
    """The whole way into SQLite; every reading is counted."""
    clock = SystemClock()
    store = await open_store(f"sqlite:///{folder}/{properties}.db", clock)
    bus, core, library = InProcessBus(), Core(), load_library(_types(folder, properties))
    parts: dict[str, Any] = {"store": store, "bus": bus, "core": core, "library": library, "clock": clock}
    for room in (TwinService(**parts), SyncService(**parts)):
        core.register(room.handlers())
        await room.start()
    for number in range(TWINS):
        await core.execute(CreateTwin(f"rig{properties}", f"rig {number}", id=f"rig.n{number}"))
    options = {"core": core, "store": store, "clock": clock, "port": port, "client_id": f"bench{properties}"}
    try:
        async with _running(options) as connector:
            await asyncio.wait_for(connector.ready.wait(), PATIENCE_S)  # leaves a session behind
        await _publish(port, properties, messages)
        started = time.perf_counter()
        async with _running(options):
            while await _stored(core, properties) < messages // TWINS:  # noqa: ASYNC110 (asks as a reader would)
                await asyncio.sleep(0.02)
            took = time.perf_counter() - started
        await _count(core, messages)
        return messages / took
    finally:
        await core.aclose()
        await store.aclose()


@asynccontextmanager
async def _running(options: dict[str, Any]) -> AsyncIterator[MqttConnector]:
    connector = build(options)
    assert isinstance(connector, MqttConnector)
    task = asyncio.create_task(connector.run())
    try:
        yield connector
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _stored(core: Core, properties: int) -> int:
    """How many readings the twin has that hears last of all."""
    return len(await _samples(core, TWINS - 1, properties - 1))


async def _count(core: Core, messages: int) -> None:
    """Nothing lost, nothing twice."""
    for number in range(TWINS):
        values = await _samples(core, number, 0)
        expected = [float(n) for n in range(number, messages, TWINS)]
        assert sorted(values) == expected, f"rig {number}: {len(values)} of {len(expected)}"


async def _samples(core: Core, number: int, property: int) -> list[float]:
    now, hour = SystemClock().now(), seconds(3600)
    query = GetHistory(f"rig.n{number}", f"p{property}", now - hour, now + hour, limit=10_000)
    return [float(sample.last) for sample in (await core.query(query)).samples]


def _types(folder: Path, properties: int) -> Path:
    """A twin type with that many properties and an alert rule on the first."""
    types = folder / f"types{properties}"
    types.mkdir(exist_ok=True)
    lines = [f'name = "rig{properties}"', 'title = "test rig"', 'words = ["rig"]', 'main_property = "p0"']
    for number in range(properties):
        lines += [f"[properties.p{number}]", 'kind = "number"', f'label = "value {number}"', 'unit = "W"']
    rule = [
        'name = "high"',
        'property = "p0"',
        'kind = "above"',
        "limit = 1e9",
        'severity = "warning"',
        'text = "high"',
        'consequence = "none"',
    ]
    (types / f"rig{properties}.toml").write_text("\n".join([*lines, "[[rules]]", *rule]), encoding="utf-8")
    return types


@asynccontextmanager
async def _broker(program: str, folder: Path) -> AsyncIterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    (folder / "broker.conf").write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n")
    process = await asyncio.create_subprocess_exec(
        program, "-c", str(folder / "broker.conf"), stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await _reachable(port)
        yield port
    finally:
        process.terminate()
        await process.wait()


async def _reachable(port: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return


async def _publish(port: int, properties: int, messages: int) -> None:
    """In a process of its own; returns when the broker has all of them."""
    given = [str(port), str(properties), str(messages)]
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "benchmarks.telemetry", *given)
    async with asyncio.timeout(PATIENCE_S):
        assert await process.wait() == 0


def publish(port: int, properties: int, messages: int) -> None:
    """What the publisher process does: QoS 1, a window of messages in flight."""
    client = paho.Client(CallbackAPIVersion.VERSION2, "publisher")
    window = threading.Semaphore(WINDOW)
    client.on_publish = lambda *_: window.release()
    client.max_inflight_messages_set(WINDOW)
    client.connect("127.0.0.1", port)
    client.loop_start()
    for number in range(messages):
        window.acquire()
        values = {f"p{n}": float(number) for n in range(properties)}
        client.publish(f"pollux/rig.n{number % TWINS}/telemetry", json.dumps(values), 1)
    for _ in range(WINDOW):
        window.acquire()
    client.disconnect()
    client.loop_stop()


if __name__ == "__main__":
    publish(*map(int, sys.argv[1:]))
