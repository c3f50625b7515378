"""Meters and what they cost: readings told in the chat, and the price of what was used."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from bot.dialogue.buttons import NO, YES
from bot.dialogue.moments import stretch
from bot.dialogue.state import Pending
from bot.replies.phrases import capital, value_text, when_text
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.commands import GetHistory, GetState
from twin_core.contract.errors import NotFound, Rejected
from twin_core.contract.tariffs import Tariff, tariff_of
from twin_core.contract.telemetry import Reading, RecordTelemetry
from twin_core.contract.units import canonical_unit, convert, number_text, same_kind
from twin_core.contract.views import Sample, TwinView

EXAMPLE: Mapping[str, Any] = {}
METERS = ("electricity_meter", "gas_meter", "water_meter")
_LONG_AGO = timedelta(days=3650)


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"add_meter_reading": add_meter_reading, "ask_energy_cost": ask_energy_cost}


async def add_meter_reading(turn: Turn) -> Outcome:
    """Notes a reading; one that is lower than the last is questioned first."""
    value, unit = turn.request.get("value"), canonical_unit(turn.request.get("unit"))
    if isinstance(value, (bool, str)) or value is None or isinstance(value, Mapping):
        raise Rejected("I didn't catch the reading.", hint="Say it with its number, such as “the gas meter reads 820”.")
    meter = _meter(turn, unit)
    spec = turn.services.registry.types[meter.type].properties["reading"]
    reading = convert(float(value), unit, spec.unit)
    last = (await turn.query(GetState(meter.id))).reported.get("reading")
    if last and float(last.value) > reading and not turn.request.get("confirmed"):
        text = (
            f"{capital(meter.name)} read {value_text(spec, last.value)} before, so {value_text(spec, reading)} would "
        )
        question = f"Is {value_text(spec, reading)} right for the {meter.name}?"
        pending = Pending(turn.cause.trace, "confirm", turn.request.having(twins=(meter.id,)), question)
        return Outcome((say(f"{text}be a step back. {question}", YES, NO),), twins=(meter.id,), pending=pending)
    report = await turn.execute(RecordTelemetry((Reading(meter.id, "reading", reading, spec.unit),)))
    if report.errors:
        raise Rejected(report.errors[0].message, code=report.errors[0].code)
    used = f", {value_text(spec, reading - float(last.value))} more than before" if last else ""
    return Outcome((say(f"Noted: {meter.name} reads {value_text(spec, reading)}{used}."),), twins=(meter.id,))


async def ask_energy_cost(turn: Turn) -> Outcome:
    """Consumption between readings, times the price of the meter's tariff."""
    twin = turn.services.registry.twin(turn.request.twins[0]) if turn.request.twins else None
    meter = twin if twin and twin.type in METERS else _meter(turn, "kWh" if twin else None)
    counted = twin or meter
    name = "reading" if counted.type in METERS else "energy"
    spec = turn.services.registry.spec(counted, name)
    if spec is None:
        raise NotFound(f"{capital(counted.name)} does not count what it uses.", hint="Ask about a meter or a plug.")
    tariff = meter.config.get("tariff")
    price = tariff.get("price") if isinstance(tariff, Mapping) else tariff
    if not isinstance(price, (int, float)):
        raise NotFound(f"I know no price for {meter.name}.", hint="Set its tariff, then I can tell what it costs.")
    start, end = _span(turn)
    history = await turn.query(GetHistory(counted.id, name, turn.now - _LONG_AGO, end + timedelta(seconds=1)))
    first, last = _ends(history.samples, start, end)
    if first is None or last is None or first.at == last.at:
        raise NotFound(f"I have too few readings of {counted.name} in that time to tell.", code="too_few_readings")
    used = float(last.last) - float(first.last)
    currency = tariff.get("currency", "EUR") if isinstance(tariff, Mapping) else "EUR"
    zone, now = turn.services.zone, turn.now
    cost, per = used * float(price), f"{number_text(float(price), 4)} {currency} per {spec.unit}"
    if by_hours := tariff_of(meter.config):
        cost = _by_hours(by_hours, [s for s in history.samples if first.at <= s.at <= last.at], zone)
        per = f"{per}, {number_text(by_hours.cheap_price, 4)} in the cheaper hours"
    between = f"from {_when(first.at, now, zone)} to {_when(last.at, now, zone)}"
    text = f"{number_text(cost, 2)} {currency}: {counted.name} used {value_text(spec, used)} {between}, at {per}."
    return Outcome((say(text),), twins=(counted.id,))


def _meter(turn: Turn, unit: str | None) -> TwinView:
    """The meter that was named, else the only one that fits what was said. Raises NotFound."""
    registry = turn.services.registry
    named = [t for i in turn.request.twins if (t := registry.twin(i)) and t.type in METERS]
    said = f"{turn.request.get('property') or ''} {turn.request.get('text') or ''}".lower()
    kinds = [k for k in METERS if k.split("_")[0] in said] or [k for k in turn.request.get("types", ()) if k in METERS]
    fits = named or registry.select(types=kinds or METERS)
    if unit and len(fits) > 1:
        specs = {t.id: registry.spec(t, "reading") for t in fits}
        fits = [t for t in fits if (s := specs[t.id]) and same_kind(unit, s.unit)] or fits
    if len(fits) > 1 and not (named or kinds):  # "it reads 1200", after one of them was spoken of
        fits = [t for t in fits if t.id in turn.state.twins] or fits
    if len(fits) == 1:
        return fits[0]
    if not fits:
        raise NotFound("I know no such meter.", hint="Say “create a twin for my electricity meter”.")
    names = ", ".join(t.name for t in fits)
    raise NotFound(f"Several meters fit: {names}.", code="which", hint="Name the one you mean.")


def _span(turn: Turn) -> tuple[datetime, datetime]:
    start, end = stretch(turn.request.get("time"), turn.now) or (turn.now - timedelta(days=30), turn.now)
    return start, min(end, turn.now)


def _ends(samples: Sequence[Sample], start: datetime, end: datetime) -> tuple[Sample | None, Sample | None]:
    """The readings that bound a time: the last one before it began, else the first in it; and the last in it."""
    within = [s for s in samples if s.at <= end]
    before = [s for s in within if s.at <= start]
    first = before[-1] if before else next(iter(within), None)
    return first, within[-1] if within else None


def _by_hours(tariff: Tariff, samples: Sequence[Sample], zone: ZoneInfo) -> float:
    """What was used between one reading and the next was used evenly, as far as anybody knows."""
    return sum(
        (float(after.last) - float(before.last)) * tariff.mean_price(before.at, after.at, zone)
        for before, after in pairwise(samples)
    )


def _when(at: datetime, now: datetime, zone: Any) -> str:
    return when_text(at, now, zone).removeprefix("at ").removeprefix("on ")
