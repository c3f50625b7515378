"""Events as they stand on disk today must be read by every version to come.

One line of golden_events.jsonl is one row of the table `events`. Lines are added, never changed: when what an
event holds changes, register an upcaster and give its old lines a `read_as` beside their `data`.
"""

import json
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from twin_core.contract.clock import FrozenClock
from twin_core.contract.events import NAMES, Event
from twin_core.readings.values import from_microseconds
from twin_core.store import open_store
from twin_core.store.encoding import to_json
from twin_core.store.upcasters import UPCASTERS

ROWS: list[dict[str, Any]] = [
    json.loads(line)
    for line in Path(__file__).with_name("golden_events.jsonl").read_text(encoding="utf-8").splitlines()
]


async def test_golden_events_are_read_back(sqlite_url: str, clock: FrozenClock) -> None:
    await (await open_store(sqlite_url, clock)).aclose()
    with sqlite3.connect(make_url(sqlite_url).database or "") as file:
        for row in ROWS:
            columns = {key: value for key, value in row.items() if key != "read_as"} | {"data": to_json(row["data"])}
            names, marks = ", ".join(columns), ", ".join("?" * len(columns))
            file.execute(f"INSERT INTO events ({names}) VALUES ({marks})", tuple(columns.values()))  # noqa: S608
    file.close()

    store = await open_store(sqlite_url, clock)
    read = await store.read_all(limit=len(ROWS) + 1)
    await store.aclose()
    assert read == [
        Event(
            stream=row["stream"],
            version=row["version"],
            name=row["name"],
            at=from_microseconds(row["at_us"]),
            data=row.get("read_as", row["data"]),
            actor=row["actor"],
            caused_by=row["caused_by"],
            position=row["position"],
        )
        for row in ROWS
    ]


def test_every_event_name_has_a_golden_row_in_each_of_its_versions() -> None:
    wanted = {(name, version) for name in NAMES for version in range(1, UPCASTERS.current(name) + 1)}
    assert {(row["name"], row["schema"]) for row in ROWS} >= wanted
