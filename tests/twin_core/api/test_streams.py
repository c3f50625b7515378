"""Live streams over real sockets: they resume, they are guarded, and a slow or noisy client harms only itself."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.twin_core.api.house import House, bearer, open_house, served
from twin_core.api.feed import Feed, SlowListener
from twin_core.contract.ports import Reported

WITHIN_S = 60.0


class SseReader:
    """Server-sent events as they come."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def next(self) -> dict[str, Any]:
        """The next event that is no comment and no `retry`."""
        fields: dict[str, Any] = {}
        async with asyncio.timeout(WITHIN_S):
            async for line in self._lines:
                name, _, value = line.partition(": ")
                if not line and "data" in fields:
                    return {**fields, "data": json.loads(fields["data"])}
                if name in ("id", "event", "data"):
                    fields[name] = value
        raise AssertionError("the stream ended")


async def test_sse_tells_what_happens_and_resumes_where_it_broke_off(house: House) -> None:
    async with served(house.app) as address, httpx2.AsyncClient(base_url=f"http://{address}/api/v1") as client:
        async with client.stream("GET", "/stream") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            reader = SseReader(answer.aiter_lines())
            await client.post("/twins", json={"type": "plug", "name": "first plug"})
            first = await reader.next()
            assert first["event"] == "system.twin_created"
            assert first["data"]["twin"] == "plug.first_plug"
        for name in ("second plug", "third plug"):
            await client.post("/twins", json={"type": "plug", "name": name})
        async with client.stream("GET", "/stream", headers={"Last-Event-ID": first["id"]}) as answer:
            reader = SseReader(answer.aiter_lines())
            missed = [await reader.next(), await reader.next()]
            await client.post("/twins", json={"type": "plug", "name": "fourth plug"})
            live = await reader.next()
        names = [event["data"]["data"]["name"] for event in (*missed, live)]
        assert names == ["second plug", "third plug", "fourth plug"]
        positions = [int(event["id"]) for event in (first, *missed, live)]
        assert positions == sorted(set(positions))


async def test_websocket_tells_the_same(house: House) -> None:
    async with served(house.app) as address, httpx2.AsyncClient(base_url=f"http://{address}/api/v1") as client:
        await client.post("/twins", json={"type": "plug", "name": "first plug"})
        async with connect(f"ws://{address}/api/v1/ws/twins?after=0") as socket:
            created = await message(socket)
            assert created["event"] == "system.twin_created"
            assert created["id"] > 0
            await client.post("/telemetry", json=[{"twin": "first plug", "property": "power", "value": 12.5}])
            reported = await message(socket)
            assert reported["event"] == "device.reported"
            assert reported["data" if "data" in reported else "values"]["power"]["value"] == 12.5


async def test_one_twin_can_be_followed(house: House) -> None:
    async with served(house.app) as address, httpx2.AsyncClient(base_url=f"http://{address}/api/v1") as client:
        for name in ("first plug", "second plug"):
            await client.post("/twins", json={"type": "plug", "name": name})
        async with connect(f"ws://{address}/api/v1/ws/twins?after=0&twin=plug.second_plug") as socket:
            assert (await message(socket))["twin"] == "plug.second_plug"


async def message(socket: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(WITHIN_S):
        read: dict[str, Any] = json.loads(await socket.recv())
    return read


async def test_streams_need_the_token(house: House) -> None:
    await house.access.add_user("Maria", "viewer")
    _, secret = await house.access.issue("Maria")
    async with served(house.app) as address:
        url = f"ws://{address}/api/v1/ws/twins"
        with pytest.raises(InvalidStatus):
            async with connect(url):
                pass
        with pytest.raises(InvalidStatus):
            async with connect(url, subprotocols=["pollux", "bearer.wrong"]):  # type: ignore[list-item]
                pass
        async with connect(url, additional_headers=bearer(secret)) as socket:
            assert socket.subprotocol is None
        async with connect(url, subprotocols=["pollux", f"bearer.{secret}"]) as socket:  # type: ignore[list-item]
            assert socket.subprotocol == "pollux"


async def test_pages_of_other_sites_open_no_socket(house: House) -> None:
    async with served(house.app) as address:
        url = f"ws://{address}/api/v1/ws/twins"
        with pytest.raises(InvalidStatus):
            async with connect(url, origin="https://evil.example"):  # type: ignore[arg-type]
                pass
        async with connect(url, origin=f"http://{address}"):  # type: ignore[arg-type]
            pass


async def test_noisy_client_is_cut_off_and_nobody_else_notices(house: House) -> None:
    async with served(house.app) as address, httpx2.AsyncClient(base_url=f"http://{address}/api/v1") as client:
        url = f"ws://{address}/api/v1/ws/twins"
        async with connect(url) as quiet, connect(url, compression=None) as noisy:
            with pytest.raises(ConnectionClosed) as closed:
                async with asyncio.timeout(WITHIN_S):
                    while True:
                        await noisy.send("x" * 1000)
                        await asyncio.sleep(0)  # both ends share this loop
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1008
            await client.post("/twins", json={"type": "plug", "name": "first plug"})
            assert (await message(quiet))["twin"] == "plug.first_plug"


async def test_listener_that_does_not_read_is_cut_off(house: House) -> None:
    feed = Feed(house.bus, house.store, queue_size=10)
    with feed.listener() as slow, feed.listener() as quick:
        heard = 0
        for _ in range(25):
            await house.bus.publish(Reported("plug.x", {}))
            if await quick.next(1.0):
                heard += 1
        assert heard == 25
        assert slow.cut_off.is_set()
        with pytest.raises(SlowListener):
            await slow.next(1.0)


async def test_client_that_stops_reading_loses_its_socket_and_the_server_serves_on(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house, served(house.app) as address:
        url = f"ws://{address}/api/v1/ws/twins"
        async with (
            httpx2.AsyncClient(base_url=f"http://{address}/api/v1") as client,
            connect(url, max_queue=1) as stuck,
        ):
            big = {f"p{n}": ("x" * 1000, house.clock.now()) for n in range(100)}
            for _ in range(3000):  # far more than socket buffers and the queue hold; the client reads nothing
                await house.bus.publish(Reported("plug.x", big))
            assert (await client.get("/twins")).status_code == 200
            async with asyncio.timeout(WITHIN_S):
                with pytest.raises(ConnectionClosed):
                    while True:
                        await stuck.recv()
            metrics = (await client.get(f"http://{address}/metrics")).text
            assert 'pollux_stream_closed_total{reason="cut_off"} 1.0' in metrics


async def test_too_many_streams_are_refused(house: House) -> None:
    house.app.state.feed.max_listeners = 1
    async with served(house.app) as address, connect(f"ws://{address}/api/v1/ws/twins?after=0") as first:
        async with httpx2.AsyncClient(base_url=f"http://{address}/api/v1") as client:
            await client.post("/twins", json={"type": "plug", "name": "first plug"})
            await message(first)
            refused = await client.get("/stream")
        assert refused.status_code == 503
        assert refused.json()["code"] == "too_many_streams"


@pytest.mark.parametrize("position", ["x", "-1", "1e3", "9" * 30])
async def test_positions_that_are_none(house: House, position: str) -> None:
    answer = await house.get("/stream", headers={"Last-Event-ID": position})
    assert answer.status_code == 422
