"""Cheaper hours for a big load, where the tariff of a meter has some. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from twin_core.contract.nudges import About
from twin_core.contract.tariffs import Tariff
from twin_core.contract.units import number_text, quantity_text
from twin_core.contract.views import Action, TwinView
from twin_core.contract.wall_time import next_at, times_of_day, wall_of
from twin_core.nudges.policy import Candidate
from twin_core.nudges.suggestions.day import Suggestion

LOADS: Final = frozenset({"ev_charger"})  # what can wait for hours, and takes much
_AHEAD = timedelta(hours=12)
_USUAL_KW = 11.0
_LEAST_W = 500.0  # less is no charging
_READY_S = 7 * 3600


def suggest(
    person: str, load: TwinView, values: Mapping[str, Any], tariff: Tariff, now: datetime, zone: ZoneInfo
) -> Suggestion | None:
    """Where it runs now, dear, and cheaper hours come before it has to be ready."""
    power = values.get("power")
    if not values.get("on") or (isinstance(power, (int, float)) and power < _LEAST_W):
        return None
    begin, ready = next_at(tariff.from_s, now, zone), next_at(_ready_s(load), now, zone)
    if tariff.is_cheap(wall_of(now, zone)) or begin - now > _AHEAD or begin >= ready:
        return None
    kw = power / 1000 if isinstance(power, (int, float)) else _rated_kw(load)
    clock = f"{wall_of(begin, zone):%H:%M}"
    less = kw * (tariff.price - tariff.cheap_price)
    text = (
        f"{load.name[:1].upper()}{load.name[1:]} charges now, at {_price(tariff.price, tariff)} a kWh; from {clock} "
        f"it is {_price(tariff.cheap_price, tariff)}. With {quantity_text(kw, 'kW')} that is "
        f"{number_text(less, 2)} {tariff.currency} less an hour."
    )
    candidate = Candidate(
        person=person,
        kind="suggestion",
        topic="tariff",
        urgency="normal",
        text=text,
        why="I suggest it because your meter's tariff has cheaper hours.",
        actions=(
            Action(f"say:switch {load.name} off", "Stop charging"),
            Action(f"say:remind me at {clock} to switch {load.name} on", f"Remind me at {clock}"),
        ),
        about=About("twin", load.id),
        useless_from=begin,
    )
    return Suggestion(f"tariff.{load.id}.{wall_of(now, zone):%Y-%m-%d}", now, candidate)


def _ready_s(load: TwinView) -> int:
    return (times_of_day(load.config.get("ready_by")) or (_READY_S,))[0]


def _rated_kw(load: TwinView) -> float:
    rated = load.config.get("rated_power")
    return float(rated) if isinstance(rated, (int, float)) and not isinstance(rated, bool) else _USUAL_KW


def _price(price: float, tariff: Tariff) -> str:
    return f"{number_text(price, 4)} {tariff.currency}"
