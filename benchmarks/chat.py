"""A turn of the chat, from message to stored answer, beside the bare prediction of its intent and entities."""

import itertools
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.report import Report
from bot.app import House, open_house
from bot.ports import Incoming
from bot.settings import load_settings
from twin_core.contract.commands import CreateTwin
from twin_core.contract.telemetry import Reading, RecordTelemetry

_ROOMS = ("hall", "kitchen", "study", "attic", "cellar", "garage", "porch", "lounge", "nursery", "workshop")
_SAID = ("how warm is the hall?", "turn the kitchen lamp off", "what's most critical today?", "undo that")
_ROUNDS = 15


async def run(report: Report) -> None:
    """Each kind of turn, with ten twins a room: what policy, skill, twin core and memory add to understanding."""
    with tempfile.TemporaryDirectory(prefix="pollux-bench-") as folder:
        settings = load_settings({"data": Path(folder)}, environ={})
        async with open_house(settings) as house:
            await _furnish(house)
            for text in _SAID:
                turn_ms, parse_ms = await _measure(house, text)
                report.row(f"“{text}”", turn_ms, parse_ms, "ms a turn")


async def _furnish(house: House) -> None:
    readings = []
    for room in _ROOMS:
        await house.core.execute(CreateTwin("light", f"{room} lamp", place=room))
        thermostat = await house.core.execute(CreateTwin("thermostat", f"{room} thermostat", place=room))
        readings.append(Reading(thermostat.id, "temperature", 20.5))
    await house.core.execute(RecordTelemetry(tuple(readings)))


async def _measure(house: House, text: str) -> tuple[float, float]:
    """Medians, taken in turn so that a busy machine slows both alike."""
    turns, parses = [], []
    numbers = itertools.count()
    for _ in range(_ROUNDS):
        said = f"{text}{'!' * (next(numbers) % 3)}"  # nothing is answered from a cache of whole sentences
        start = time.perf_counter()
        await house.nlu.parse(said)
        parsed = time.perf_counter()
        await house.engine.handle(Incoming("bench", said))
        turns.append(time.perf_counter() - parsed)
        parses.append(parsed - start)
    return 1000 * median(turns), 1000 * median(parses)
