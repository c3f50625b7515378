"""One thing in two stretches of time: is it more than yesterday, than last week, than in February?"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from bot.charts.series import series
from bot.charts.words import numbers
from bot.dialogue.moments import stretch
from bot.dialogue.registry import named_property
from bot.replies.phrases import capital, span_text, value_text
from bot.turn import Outcome, Turn, say
from twin_core.contract.errors import NotFound
from twin_core.contract.template import PropertySpec
from twin_core.contract.views import TwinView

COUNTERS = frozenset({"reading", "energy"})
_COMPARES = re.compile(r"\b(?:than|compared?|comparison|versus|vs|against)\b", re.IGNORECASE)
_ONE_BEFORE = re.compile(r"\bthe (day|night|week|month|year) (?:before|earlier)\b", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s$")
_SO_FAR = {"day": "today so far", "week": "this week so far", "month": "this month so far", "year": "this year so far"}
_BEFORE = {"day": "yesterday", "week": "last week", "month": "last month", "year": "last year"}
_READ = timedelta(seconds=1)  # what is read at the very end of a period belongs to it
_SAME = 0.005  # of the larger value: less is no difference


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time with the words for it."""

    start: datetime
    end: datetime
    words: str


def two_periods(turn: Turn) -> tuple[Period, Period] | None:
    """The periods that a question compares, the later first; None where it compares none."""
    text = str(turn.request.get("text", ""))
    times = [t for t in turn.request.get("times", ()) if isinstance(t, Mapping)]
    unit = _ONE_BEFORE.search(text)
    if unit and not times and turn.state.last and isinstance(spoken := turn.state.last.get("time"), Mapping):
        times = [spoken]
    if not times or not _COMPARES.search(text):
        return None
    said = [p for t in times[:2] if (p := _period(t, turn.now))]
    if unit and len(said) == 1:
        said.append(_one_before(said[0], unit[1].lower(), turn.services.zone))
    if len(said) == 1:
        said.append(_counterpart(said[0], str(times[0].get("grain")), turn.now, turn.services.zone))
    if len(said) < 2 or said[0].start == said[1].start:
        return None
    later, earlier = sorted(said, key=lambda p: p.start, reverse=True)
    return later, earlier


async def compare_periods(twin: TwinView, spec: PropertySpec, periods: tuple[Period, Period], turn: Turn) -> Outcome:
    """What was used, or the mean, in both; of a period that still goes on as much of the other one as it has lasted."""
    later, earlier = periods
    zone = turn.services.zone
    alike = _as_long(earlier, later, turn.now, zone)
    now_value = await amount(twin, spec, later, turn)
    then_value = await amount(twin, spec, alike, turn)
    missing = [p.words for p, value in ((later, now_value), (earlier, then_value)) if value is None]
    if now_value is None or then_value is None:
        raise NotFound(f"I have too few readings of {twin.name} to compare: none for {' and '.join(missing)}.")
    counts = spec.name in COUNTERS
    what = "used" if counts else f"{spec.label} on average"
    by_then = " by the same time" if alike != earlier else ""
    text = (
        f"{capital(twin.name)}: {what} {value_text(spec, now_value)} {later.words}, "
        f"{verdict(spec, now_value - then_value, max(abs(now_value), abs(then_value)))} {earlier.words}{by_then} "
        f"({value_text(spec, then_value)})."
    )
    if counts and by_then and (whole := await amount(twin, spec, earlier, turn)) is not None:
        text += f" In all it was {value_text(spec, whole)} {earlier.words}."
    return Outcome((say(text),), twins=(twin.id,), property=spec.name)


def compared_property(twin: TwinView, turn: Turn) -> PropertySpec:
    """The value of a thing that is compared: what was named, what was spoken of, its counter, its main value.

    Raises NotFound for a thing without numbers.
    """
    kind = turn.services.registry.types[twin.type]
    spoken = turn.state.property if twin.id in turn.state.twins else None
    asked = (turn.request.get("property"), spoken, "energy", "reading", kind.main_property)
    specs = (named_property(kind, str(name)) for name in asked if name)
    found = next((spec for spec in specs if spec and spec.kind == "number"), None)
    if found is None:
        raise NotFound(f"{capital(twin.name)} has no values over time that I could compare.")
    return found


def _period(time: Mapping[str, Any], now: datetime) -> Period | None:
    """The calendar's week for "last week", not the seven days up to now."""
    words = _POSSESSIVE.sub("", str(time.get("text") or "then"))
    span = stretch({**time, "rolling": None}, now)
    if span is None or span[0] >= now:
        return None
    goes_on = span[0] <= now < span[1]
    return Period(*span, _SO_FAR.get(str(time.get("grain")), words) if goes_on else words)


def _one_before(said: Period, unit: str, zone: ZoneInfo) -> Period:
    """ "Than the week before": of the same length, a day, week, month or year earlier."""
    local = said.start.astimezone(zone)
    eve = local - timedelta(days=1)
    starts = {"day": eve, "night": eve, "week": local - timedelta(days=7), "month": eve.replace(day=1)}
    start = starts.get(unit) or local.replace(year=local.year - 1, day=min(local.day, 28))
    return Period(start, min(start + (said.end - said.start), said.start), f"the {unit} before")


def _counterpart(said: Period, grain: str, now: datetime, zone: ZoneInfo) -> Period:
    """What one period alone is compared with: "than yesterday" with today, "today" with yesterday."""
    local = now.astimezone(zone)
    today = local.replace(hour=0, minute=0, second=0, microsecond=0)
    starts = {
        "day": today,
        "week": today - timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "year": today.replace(month=1, day=1),
    }
    if grain not in starts:
        length = max(said.end - said.start, timedelta(hours=1))
        return Period(now - length, now, f"in the last {span_text(length)}")
    start = starts[grain]
    if said.start <= now < said.end:
        before = start - timedelta(days=1)
        begun = {"week": start - timedelta(days=7), "month": before.replace(day=1), "day": before}
        return Period(begun.get(grain, before.replace(month=1, day=1)), start, _BEFORE[grain])
    return Period(start, now, _SO_FAR[grain])


def _as_long(earlier: Period, later: Period, now: datetime, zone: ZoneInfo) -> Period:
    """Of the earlier period what corresponds to a later one that is not over, by the clock on the wall."""
    if later.end < now and later.end - later.start >= timedelta(hours=1):
        return earlier
    lasted = now.astimezone(zone).replace(tzinfo=None) - later.start.astimezone(zone).replace(tzinfo=None)
    end = (earlier.start.astimezone(zone).replace(tzinfo=None) + lasted).replace(tzinfo=zone)
    return Period(earlier.start, end, earlier.words) if end < earlier.end else earlier


async def amount(twin: TwinView, spec: PropertySpec, period: Period, turn: Turn) -> float | None:
    """What a counter counted in a period, or the mean of a value; None without readings."""
    core, end = turn.services.core, min(period.end, turn.now)
    if spec.name not in COUNTERS:
        samples = numbers(await series(core, twin.id, spec.name, (period.start, end), turn.user))
        count = sum(s.count for s in samples)
        return sum((s.mean or 0.0) * s.count for s in samples) / count if count else None
    lookback = max(end - period.start, timedelta(days=1))
    spans = ((period.start - lookback, period.start + _READ), (period.start, end + _READ))
    before, within = [numbers(await series(core, twin.id, spec.name, span, turn.user)) for span in spans]
    counted = [float(s.last) for s in (*before[-1:], *within)]
    return _counted(counted) if len(counted) > 1 else None


def _counted(values: Sequence[float]) -> float:
    """A counter that was exchanged begins anew."""
    return sum(max(0.0, later - earlier) for earlier, later in pairwise(values))


def verdict(spec: PropertySpec, difference: float, size: float) -> str:
    """`5 kWh more than`; a difference that is none of the larger value is none."""
    if abs(difference) <= _SAME * size:
        return "the same as"
    more, less = ("more", "less") if spec.name in COUNTERS else ("higher", "lower")
    return f"{value_text(spec, abs(difference))} {more if difference > 0 else less} than"
