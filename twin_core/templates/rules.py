"""An alert rule from its TOML table."""

import string
from collections.abc import Mapping
from typing import Any, cast

from twin_core.contract.template import SEVERITIES, AlertRule, PropertySpec, Severity, Value
from twin_core.templates.tables import Table

_KINDS = ("above", "below", "is", "rising", "falling", "unusual")
_PLACEHOLDERS = {"twin", "value", "limit"}


def parse_rule(table: Table, properties: Mapping[str, PropertySpec]) -> AlertRule:
    """Raises Rejected for a rule that could never hold, never clear, or speaks of what is not there."""
    rule = AlertRule(
        name=table.text("name"),
        property=table.text("property"),
        kind=cast(Any, table.choice("kind", _KINDS)),
        limit=table.scalar("limit"),
        severity=cast(Severity, table.choice("severity", SEVERITIES)),
        text=table.text("text"),
        clear=table.optional_number("clear"),
        for_s=table.number("for_s", 0.0),
        window_s=table.number("window_s", 3600.0),
        hazard=table.flag("hazard"),
        consequence=table.text("consequence", ""),
        remedy=table.text("remedy", ""),
        consequence_in_s=table.optional_number("consequence_in_s"),
        escalates_at=table.optional_number("escalates_at"),
        only=dict(table.table("only").items()),
        unless=dict(table.table("unless").items()),
        baseline=table.optional_text("baseline"),
        floor=table.optional_number("floor"),
        entry=table.flag("entry"),
        configurable=table.flag("configurable", default=True),
    )
    table.done()
    spec = _known(table, "property", rule.property, properties)
    _check_spans(table, rule)
    _check_text(table, rule.text)
    for key, values in (("only", rule.only), ("unless", rule.unless)):
        for name, value in values.items():
            _check_value(table, f"{key}.{name}", value, _known(table, key, name, properties))
    _check_baseline(table, rule, properties)
    if rule.kind == "is":
        _check_value(table, "limit", rule.limit, spec)
        if rule.clear is not None or rule.escalates_at is not None:
            table.fail("kind", "is 'is', which knows neither clear nor escalates_at")
    else:
        _check_threshold(table, rule, spec)
    return rule


def _known(table: Table, key: str, name: str, properties: Mapping[str, PropertySpec]) -> PropertySpec:
    if name not in properties:
        table.fail(key, f"names {name!r}, which is no property", f"Known: {', '.join(properties)}.")
    return properties[name]


def _check_spans(table: Table, rule: AlertRule) -> None:
    if rule.for_s < 0:
        table.fail("for_s", "must not be below 0")
    if rule.window_s <= 0:
        table.fail("window_s", "must be more than 0")
    if rule.consequence_in_s is not None and rule.consequence_in_s < 0:
        table.fail("consequence_in_s", "must not be below 0")
    if rule.hazard and rule.for_s:
        table.fail("for_s", "has no place in a hazard", "A hazard is told at once.")
    if rule.hazard and rule.severity != "critical":
        table.fail("severity", f"is {rule.severity!r}, but a hazard is critical")
    if rule.severity != "info" and not rule.consequence:
        table.fail("consequence", "is missing", "Say what happens if it is ignored.")


def _check_baseline(table: Table, rule: AlertRule, properties: Mapping[str, PropertySpec]) -> None:
    if rule.floor is not None and rule.kind != "unusual":
        table.fail("floor", f"has no meaning for {rule.kind!r}")
    if rule.baseline is None:
        return
    spec = _known(table, "baseline", rule.baseline, properties)
    if rule.kind not in ("above", "below") or spec.kind != "number" or spec.unit != properties[rule.property].unit:
        table.fail("baseline", "must be a number of the same unit, for above or below")
    if rule.escalates_at is not None:
        table.fail("escalates_at", "has no meaning beside a baseline")


def _check_text(table: Table, text: str) -> None:
    try:
        used = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError as error:
        table.fail("text", f"cannot be filled in: {error}")
    if used - _PLACEHOLDERS:
        table.fail("text", f"has {{{min(used - _PLACEHOLDERS)}}}", "Only {twin}, {value} and {limit} are known.")


def _check_value(table: Table, key: str, value: Value, spec: PropertySpec) -> None:
    fits = {
        "boolean": isinstance(value, bool),
        "choice": value in spec.choices,
        "number": isinstance(value, (int, float)) and not isinstance(value, bool),
    }.get(spec.kind, isinstance(value, str))
    if not fits:
        table.fail(key, f"is {value!r}, which {spec.name} never is")


def _check_threshold(table: Table, rule: AlertRule, spec: PropertySpec) -> None:
    if spec.kind != "number" or isinstance(rule.limit, (bool, str)):
        table.fail("limit", f"must be a number, and {spec.name} one too, for {rule.kind!r}")
    limit = float(rule.limit)
    if rule.kind in ("rising", "falling", "unusual"):
        _check_rate(table, rule, limit)
        return
    sign = 1 if rule.kind == "above" else -1
    if rule.clear is not None and (limit - rule.clear) * sign < 0:
        table.fail("clear", "lies on the wrong side of the limit")
    if rule.baseline is None:
        _check_range(table, rule, spec, limit)
    if rule.escalates_at is not None:
        if (rule.escalates_at - limit) * sign <= 0:
            table.fail("escalates_at", "lies on the wrong side of the limit")
        if rule.severity != "warning":
            table.fail("escalates_at", "belongs to a warning, which it makes critical")


def _check_rate(table: Table, rule: AlertRule, limit: float) -> None:
    """Of a change an hour, or of how many times the usual."""
    least = 1 if rule.kind == "unusual" else 0
    if limit <= least or (rule.clear is not None and not rule.clear < limit):
        table.fail("limit", f"must be more than {least} for {rule.kind!r}, and clear below it")
    if rule.escalates_at is not None:
        table.fail("escalates_at", "has no meaning for a rate")


def _check_range(table: Table, rule: AlertRule, spec: PropertySpec, limit: float) -> None:
    low = spec.minimum if spec.minimum is not None else limit
    high = spec.maximum if spec.maximum is not None else limit
    for key, value in (("limit", limit), ("clear", rule.clear), ("escalates_at", rule.escalates_at)):
        if value is not None and not low <= value <= high:
            table.fail(key, f"lies outside the range of {spec.name}, {low} to {high}")
