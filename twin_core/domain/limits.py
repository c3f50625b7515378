"""The alert rules of one twin: its type's, with the limits that a person set for this twin put in."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, TypeGuard

from twin_core.contract.errors import Rejected
from twin_core.contract.template import SEVERITIES, AlertRule, PropertySpec, TwinType
from twin_core.contract.views import Limit

_LIMIT_FOR_S = 300.0  # at most: who sets a limit wants to hear of it, but not of a door that was opened
_SIDES: Mapping[str, Literal["above", "below"]] = {"high": "above", "low": "below"}


def rules_of(twin_type: TwinType, config: Mapping[str, Any]) -> tuple[AlertRule, ...]:
    """The type's rules; `config["limits"] = {property: {high, low}}` replaces the configurable ones.

    A limit takes the place of the mildest rule on its side and of every rule it overtakes; more severe
    rules beyond it stay. A property without a rule on that side gets one. Config that is not understood
    is left out here: `check_limits` has refused it at the door.
    """
    limits = config.get("limits")
    if not isinstance(limits, Mapping):
        return twin_type.rules
    rules = list(twin_type.rules)
    for name, sides in limits.items():
        spec = twin_type.property(str(name))
        if spec is None or spec.kind != "number" or not isinstance(sides, Mapping):
            continue
        for side, kind in _SIDES.items():
            limit = sides.get(side)
            if _is_limit(limit):
                rules = _with_limit(rules, spec, kind, float(limit))
    return tuple(rules)


def limits_of(twin_type: TwinType, config: Mapping[str, Any], property: str) -> tuple[Limit, ...]:
    """The mildest limit of this number on either side; without those that hold only while something else does."""
    rules = [r for r in rules_of(twin_type, config) if r.property == property]
    plain = [r for r in rules if r.kind in _SIDES.values() and not (r.only or r.unless or r.baseline)]
    low = [float(r.limit) for r in plain if r.kind == "below"]
    high = [float(r.limit) for r in plain if r.kind == "above"]
    return (*(Limit("below", max(low)) for _ in low[:1]), *(Limit("above", min(high)) for _ in high[:1]))


def check_limits(twin_type: TwinType, config: Mapping[str, Any]) -> None:
    """Raises Rejected for limits of unknown properties, that are no numbers, or that no value can reach."""
    limits = config.get("limits", {})
    if not isinstance(limits, Mapping):
        raise _bad("Limits are given for each property, like {temperature: {high: 8}}.")
    for name, sides in limits.items():
        spec = twin_type.property(str(name))
        if spec is None or spec.kind != "number":
            raise _bad(f"A {twin_type.title} has no number called {str(name)[:60]!r} to limit.")
        if not isinstance(sides, Mapping) or not set(sides) <= set(_SIDES):
            raise _bad(f"The limits of {spec.label} are high and low.")
        for side, limit in sides.items():
            if limit is not None and not _is_limit(limit):
                raise _bad(f"The {side} limit of {spec.label} is {str(limit)[:60]!r}, which is no number.")
        high, low = sides.get("high"), sides.get("low")
        if high is not None and low is not None and not low < high:
            raise _bad(f"The low limit of {spec.label} must lie below the high one.")


def _with_limit(
    rules: list[AlertRule], spec: PropertySpec, kind: Literal["above", "below"], limit: float
) -> list[AlertRule]:
    sign = 1.0 if kind == "above" else -1.0
    side = [r for r in rules if r.property == spec.name and r.kind == kind and _is_plain(r)]
    side.sort(key=lambda rule: sign * float(rule.limit))
    if side and float(side[0].limit) == limit:
        return rules
    replaced = [rule for n, rule in enumerate(side) if n == 0 or sign * float(rule.limit) <= sign * limit]
    names = {rule.name for rule in replaced}
    return [*(rule for rule in rules if rule.name not in names), _limit_rule(spec, kind, limit, replaced)]


def _is_plain(rule: AlertRule) -> bool:
    """Whether a limit of one's own can take its place: it depends on nothing else."""
    return rule.configurable and not (rule.only or rule.unless or rule.baseline)


def _limit_rule(
    spec: PropertySpec, kind: Literal["above", "below"], limit: float, replaced: list[AlertRule]
) -> AlertRule:
    sign = 1.0 if kind == "above" else -1.0
    base = max(replaced, key=lambda rule: SEVERITIES.index(rule.severity), default=None)
    margin = _margin(spec, base, limit)
    moved = AlertRule(
        name=base.name if base else f"{spec.name}_{'high' if kind == 'above' else 'low'}",
        property=spec.name,
        kind=kind,
        limit=limit,
        severity=base.severity if base else "warning",
        text=f"the {spec.label} of {{twin}} is {kind} the limit set for it",
        clear=limit - sign * min(margin / 3, _hysteresis(base, margin)),
        for_s=min(base.for_s if base else _LIMIT_FOR_S, _LIMIT_FOR_S),
        hazard=base.hazard if base else False,
        consequence="what depends on it may suffer: somebody set this limit for a reason",
        consequence_in_s=base.consequence_in_s if base else 7200.0,
        escalates_at=limit + sign * margin if not base or base.severity == "warning" else None,
    )
    # A limit near the usual one means what the usual one means; a cold store's 8 °C is no overheating.
    if base and abs(limit - float(base.limit)) <= margin:
        return replace(moved, text=base.text, consequence=base.consequence, remedy=base.remedy)
    return moved


def _margin(spec: PropertySpec, base: AlertRule | None, limit: float) -> float:
    """How far past its limit a warning becomes critical: as far as in the template, scaled to the limit."""
    least = 10 * spec.resolution
    if base is None or base.escalates_at is None:
        return max(least, abs(limit) * 0.3)
    distance = abs(base.escalates_at - float(base.limit))
    usual = abs(float(base.limit))
    return max(least, min(distance * 2, distance * abs(limit) / usual)) if usual else max(least, distance)


def _hysteresis(base: AlertRule | None, margin: float) -> float:
    return abs(float(base.limit) - base.clear) if base and base.clear is not None else margin / 3


def _is_limit(limit: object) -> TypeGuard[float]:
    return isinstance(limit, (int, float)) and not isinstance(limit, bool) and math.isfinite(limit)


def _bad(problem: str) -> Rejected:
    return Rejected(problem, code="bad_limits", hint='Write limits like {"temperature": {"high": 8, "low": 2}}.')
