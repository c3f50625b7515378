"""Upkeep that comes near: a filter, a battery, told of before it is urgent. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from twin_core.contract.nudges import About
from twin_core.contract.template import AlertRule, PropertySpec
from twin_core.contract.units import quantity_text
from twin_core.contract.views import Action, TwinView
from twin_core.nudges.policy import Candidate
from twin_core.nudges.suggestions.day import Suggestion
from twin_core.nudges.suggestions.trend import Crossing

AHEAD: Final = timedelta(days=14)
_URGENT = timedelta(days=1)  # then an alert is near, which says it better


def limit_of(rules: Iterable[AlertRule], name: str) -> AlertRule | None:
    """The rule of a property that is reached first."""
    plain = [
        rule
        for rule in rules
        if rule.property == name and rule.kind in ("above", "below") and not (rule.only or rule.unless or rule.baseline)
    ]
    nearest = (lambda rule: float(rule.limit)) if plain and plain[0].kind == "above" else (lambda r: -float(r.limit))
    return min(plain, key=nearest, default=None)


def suggest(
    person: str, twin: TwinView, spec: PropertySpec, rule: AlertRule, line: Crossing, now: datetime, zone: ZoneInfo
) -> Suggestion | None:
    """Where it is days away, and not more than two weeks."""
    if not _URGENT < line.at - now <= AHEAD:
        return None
    days = max(1, round((line.at - now) / timedelta(days=1)))
    moved = "risen" if line.last > line.first else "fallen"
    known = max(1, round((now - line.since) / timedelta(days=1)))
    then = rule.text.format(twin=twin.name, value="", limit="")
    consequence = f": {rule.consequence}" if rule.consequence else ""
    first, last = (_with_unit(value, spec) for value in (line.first, line.last))
    day, early, late = (_day(at, zone) for at in (line.at, max(line.earliest, now), line.latest))
    on = f"on {day}" if early == late else f"on {day} (between {early} and {late})"
    text = (
        f"The {spec.label} of {twin.name} reaches {_with_unit(float(rule.limit), spec)} in about "
        f"{days} day{'' if days == 1 else 's'}, {on}: it has {moved} from {first} to "
        f"{last} in {known} days. Then {then}{consequence}."
    )
    by = max(line.earliest, now + timedelta(days=1)).astimezone(zone)
    task = f"say:add a task to see to the {spec.label} of {twin.name} by {by.day} {by:%B %Y}"
    candidate = Candidate(
        person=person,
        kind="suggestion",
        topic="upkeep",
        urgency="normal",
        text=text,
        why="I suggest it because the line through its last days leads there.",
        actions=(
            Action(task, "Make it a task"),
            Action(f"say:show the {spec.label} of {twin.name} over the last two weeks", "Show it"),
        ),
        about=About("twin", twin.id),
        useless_from=line.at,
    )
    return Suggestion(f"upkeep.{twin.id}.{spec.name}", now, candidate)


def _with_unit(value: float, spec: PropertySpec) -> str:
    digits = 0 if spec.resolution >= 1 else 1
    return quantity_text(value, spec.unit, digits)


def _day(at: datetime, zone: ZoneInfo) -> str:
    wall = at.astimezone(zone)
    return f"{wall.day} {wall:%B}"
