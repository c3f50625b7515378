"""A turn of the chat, from message to stored answer, beside the bare prediction of its intent and entities."""

import tempfile
import time
from itertools import count
from pathlib import Path
from statistics import median

from benchmarks.report import Report
from bot.app import House, open_house
from bot.ports import Incoming
from bot.settings import load_settings
from twin_core.contract.commands import CreateTwin
from twin_core.contract.events import NewEvent
from twin_core.contract.ports import Append, Batch, Document
from twin_core.contract.telemetry import Reading, RecordTelemetry

_ROOMS = ("hall", "kitchen", "study", "attic", "cellar", "garage", "porch", "lounge", "nursery", "workshop")
_SAID = ("how warm is the hall?", "turn the kitchen lamp off", "what's most critical today?", "undo that")
_SIZES = (20, 10_000)
_ROUNDS = 15
_AT_ONCE = 5_000
_FRESH = count()


async def run(report: Report) -> None:
    """Each kind of turn: what policy, skill, twin core and memory add to understanding, in small and large houses."""
    for size in _SIZES:
        with tempfile.TemporaryDirectory(prefix="pollux-bench-") as folder:
            settings = load_settings({"data": Path(folder)}, environ={})
            async with open_house(settings) as house:
                await _furnish(house)
                await _multiply(house, size)
            async with open_house(settings) as house:
                for text in _SAID:
                    turn_ms, parse_ms = await _measure(house, text)
                    report.row(f"“{text}”, {size:,} twins", turn_ms, parse_ms, "ms a turn")


async def _furnish(house: House) -> None:
    readings = []
    for room in _ROOMS:
        await house.core.execute(CreateTwin("light", f"{room} lamp", place=room))
        thermostat = await house.core.execute(CreateTwin("thermostat", f"{room} thermostat", place=room))
        readings.append(Reading(thermostat.id, "temperature", 20.5))
    await house.core.execute(RecordTelemetry(tuple(readings)))


async def _multiply(house: House, size: int) -> None:
    """Sensors, written as the service wrote the first one: creating thousands one by one takes minutes."""
    first = await house.core.execute(CreateTwin("sensor", "sensor 0", place="yard"))
    document = await house.store.get("twin", first.id)
    assert document is not None
    [created] = await house.store.read(first.id)
    for start in range(1, size - 2 * len(_ROOMS), _AT_ONCE):
        names = [f"sensor {n}" for n in range(start, min(size - 2 * len(_ROOMS), start + _AT_ONCE))]
        ids = {name: f"sensor.{name.replace(' ', '_')}" for name in names}
        await house.store.commit(
            Batch(
                appends=[
                    Append(ids[n], 0, [NewEvent(created.name, {**created.data, "name": n}, created.at)]) for n in names
                ],
                documents=[Document("twin", ids[n], {**document[0], "id": ids[n], "name": n}) for n in names],
            )
        )


async def _measure(house: House, text: str) -> tuple[float, float]:
    """Medians, taken in turn so that a busy machine slows both alike."""
    turns, parses = [], []
    for _ in range(_ROUNDS):
        bare, whole = _unheard(text), _unheard(text)
        start = time.perf_counter()
        await house.nlu.parse(bare)
        parsed = time.perf_counter()
        await house.engine.handle(Incoming("bench", whole))
        turns.append(time.perf_counter() - parsed)
        parses.append(parsed - start)
    return 1000 * median(turns), 1000 * median(parses)


def _unheard(text: str) -> str:
    """The same words, spaced as never before: nothing is answered from what was said last."""
    number, (first, *words) = next(_FRESH), text.split()
    spaces = [1 + (number >> i) % 2 if i < len(words) - 1 else 1 + (number >> i) for i in range(len(words))]
    return first + "".join(" " * n + word for n, word in zip(spaces, words, strict=True))
