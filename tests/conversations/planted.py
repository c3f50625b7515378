"""Cases planted to prove the runner: one small world, played against the stand-in."""

from pathlib import Path

import httpx2

from tests.conversations.case import load_case
from tests.conversations.drive import Driver
from tests.conversations.report import Result, play_with
from tests.conversations.stand_in import StandIn
from tests.conversations.world import World

HOUSE = """
name: planted
clock: 2026-03-02T08:00:00Z
timezone: Europe/Berlin
twins:
  - {type: light, name: hall lamp, place: hall, state: {"on": true, brightness: 80}}
  - {type: lock, name: front door, state: {locked: true}, limits: {battery: {low: 10}}}
  - {type: freezer, name: garage freezer, importance: high, state: {temperature: -8.3}}
  - {type: freezer, name: pantry freezer, state: {temperature: -10}}
  - {type: electricity_meter, name: flat meter, tariff: {price: 0.25, currency: EUR, per: kWh}}
tasks:
  - {title: Send the report, due: 2026-03-01T17:00:00Z}
  - {title: Call Meier, done: true}
events:
  - {title: Team standup, start: 2026-03-02T09:00:00Z, end: 2026-03-02T09:15:00Z}
"""


def the(turns: str, expected: str) -> str:
    """A case of these turns, with one expectation at the end."""
    return f"{HOUSE}turns: [{turns}]\nexpect_after:\n  - {{turn: end, {expected}}}\n"


async def played(path: Path, text: str, without: str = "") -> Result:
    """What comes of a case of this text, where the house lacks the routes `without`."""
    folder = path / ("critical" if "\nask:" in text else "dialogues")
    folder.mkdir(exist_ok=True)
    (folder / "planted.yml").write_text(text, encoding="utf-8")
    case = load_case(folder / "planted.yml")
    house = StandIn(case.world.clock, without)
    transport = httpx2.ASGITransport(app=house.app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://house") as http:
        return await play_with(case, Driver(World(http, case.world.clock), house.publish))
