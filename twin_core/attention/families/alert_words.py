"""One alert in words and numbers: its title, its reasons, and where its number is heading."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from twin_core.attention.phrasing import age_text, span_text
from twin_core.attention.subjects import Subject
from twin_core.contract.clock import parse_instant
from twin_core.contract.units import quantity_text

_MINUTE_S = 60.0
_LARGE = 100.0  # from here on a part of one says nothing of a rate
_AN_HOUR = {"W": 0.001, "kW": 1.0, "m3/h": 1.0}  # what runs through a meter in an hour, in the unit of its price


def title(data: Mapping[str, Any], subject: Subject) -> str:
    """The rule's sentence with the twin's present name; as it was told where the rule exists no more."""
    rule = subject.rule(data["rule"])
    if rule is None:
        return str(data["text"])
    value, limit = subject.text(rule.property, data["value"]), subject.text(rule.property, rule.limit)
    return rule.text.format(twin=subject.view.name, value=value, limit=limit)


def reasons(data: Mapping[str, Any], subject: Subject, now: datetime) -> list[str]:
    """What is so, for how long, and how it moves."""
    name = data["property"]
    known = subject.value(name)
    value, at = known or (data["value"], parse_instant(data["since"]))
    lasting = (now - parse_instant(data["since"])).total_seconds()
    since = span_text(lasting) if lasting >= _MINUTE_S else "less than a minute"
    label, said = subject.label(name), subject.text(name, value)
    if data["kind"] == "is":
        return [f"{label} {said} for {since}"]
    aged = age_text(at, now)
    if data["kind"] in ("rising", "falling"):
        return [f"{label} {said}{aged}, {_moved(data, subject)}, usual is less than {_usual_rate(data, subject)}"]
    if data["kind"] == "unusual":
        usual = f"usual is {subject.text(name, data['usual'])}" if data.get("usual") is not None else "unusual for it"
        return [f"{label} {said}{aged}, {usual}, so for {since}", *_cost(name, value, subject)]
    if data.get("baseline"):
        return [f"{label} {said}{aged}, {_from_baseline(data, subject)}, so for {since}", *_trend(data, subject)]
    line = f"{label} {said}{aged}, limit {subject.text(name, data['limit'])}, {_beyond(data, value, since)}"
    return [line, *_trend(data, subject), *_cost(name, value, subject)]


def is_past_edge(data: Mapping[str, Any], subject: Subject) -> bool:
    """Whether the newest value is beyond where a warning becomes critical."""
    edge, value = data.get("escalates_at"), _number(data, subject)
    if edge is None or value is None:
        return False
    return bool(value >= edge if data["kind"] == "above" else value <= edge)


def hours_to_edge(data: Mapping[str, Any], subject: Subject) -> float | None:
    """How long after the newest value, at the present rate, a warning becomes critical; None if it does not."""
    edge, value, rate = data.get("escalates_at"), _number(data, subject), subject.rate_per_h(data["property"])
    if edge is None or value is None or not rate or (edge - value) * rate <= 0:
        return None
    return float((edge - value) / rate)


def is_recovering(data: Mapping[str, Any], subject: Subject) -> bool:
    """Whether a number past its limit is on its way back."""
    rate = subject.rate_per_h(data["property"])
    if not rate or data["kind"] not in ("above", "below"):
        return False
    return (rate < 0) is bool(data["kind"] == "above")


def _beyond(data: Mapping[str, Any], value: Any, since: str) -> str:
    """On which side of its limit a value is; just back within it, an alert stands until it is well within."""
    below = data["kind"] == "below"
    if value == data["limit"]:
        return f"at it for {since}"
    if (value < data["limit"]) is not below:
        return f"crossed {since} ago and not well clear of it yet"
    return f"{'below' if below else 'above'} it for {since}"


def _from_baseline(data: Mapping[str, Any], subject: Subject) -> str:
    """`set-point 21 °C`: what the number should be near."""
    name = data["baseline"]
    known = subject.value(name)
    return f"{subject.label(name)} {subject.text(name, known[0])}" if known else f"{subject.label(name)} unknown"


def _trend(data: Mapping[str, Any], subject: Subject) -> list[str]:
    name = data["property"]
    rate = subject.rate_per_h(name)
    if not rate:
        return []
    moved = f"{subject.label(name)} {_rate_text(subject, name, rate)}"
    if is_recovering(data, subject):
        return [f"{moved}, on its way back"]
    hours = hours_to_edge(data, subject)
    if hours is not None and hours <= 24:
        return [f"{moved}, reaches {subject.text(name, data['escalates_at'])} in about {span_text(3600 * hours)}"]
    return [moved]


def _cost(name: str, value: Any, subject: Subject) -> list[str]:
    """What a flow costs, where the meter has a tariff."""
    tariff, spec = subject.view.config.get("tariff"), subject.spec(name)
    price = tariff.get("price") if isinstance(tariff, Mapping) else None
    if not isinstance(price, (int, float)) or spec is None or spec.unit not in _AN_HOUR or isinstance(value, str):
        return []
    cost = float(value) * _AN_HOUR[spec.unit] * price
    return [f"it costs about {cost:.2f} {tariff.get('currency', '')}".rstrip() + " an hour"] if tariff else []


def _number(data: Mapping[str, Any], subject: Subject) -> float | None:
    known = subject.value(data["property"])
    value = known[0] if known else data["value"]
    return None if isinstance(value, (bool, str)) else float(value)


def _rate_text(subject: Subject, name: str, rate: float) -> str:
    spec = subject.spec(name)
    digits = 0 if abs(rate) >= _LARGE else 1
    moved = quantity_text(abs(rate), spec.unit if spec else None, digits)
    return f"{'rising' if rate > 0 else 'falling'} {moved} an hour"


def _moved(data: Mapping[str, Any], subject: Subject) -> str:
    rate = subject.rate_per_h(data["property"]) or data.get("rate_per_h")
    return _rate_text(subject, data["property"], float(rate)) if rate else str(data["kind"])


def _usual_rate(data: Mapping[str, Any], subject: Subject) -> str:
    spec = subject.spec(data["property"])
    return quantity_text(data["limit"], spec.unit if spec else None)
