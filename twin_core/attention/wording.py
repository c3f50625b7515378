"""Concerns in words and numbers: title, reasons, what happens if ignored, what can be done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from twin_core.attention.concerns import Cause, Concern, Family
from twin_core.attention.subjects import Subject
from twin_core.attention.weighing import alert_severity, hours_to_edge, is_recovering
from twin_core.contract.clock import parse_instant
from twin_core.contract.template import SEVERITIES, Severity, Value
from twin_core.contract.units import quantity_text
from twin_core.contract.views import Action, ConcernKind
from twin_core.domain import rules_of

_ASSETS = frozenset(("pump", "motor", "hvac_unit", "valve", "boiler", "battery_storage"))
_OLD_S = 15 * 60.0
_BUTTONS = (("ack", "Acknowledge"), ("snooze", "Snooze"), ("dismiss", "Dismiss"), ("resolve", "Resolve"))


@dataclass(frozen=True, slots=True)
class Words:
    """What a person reads of one concern."""

    title: str
    kind: ConcernKind
    why: tuple[str, ...]
    if_ignored: str
    actions: tuple[Action, ...]


def word(concern: Concern, subject: Subject, severity: Severity, now: datetime) -> Words:
    """Pure. Every reason has its number, its age and where it is heading."""
    return _FAMILIES[concern.family](concern, subject, severity, now)


def span_text(span_s: float) -> str:
    """A span as it is said: `40 seconds`, `95 minutes`, `8 hours`, `3 days`."""
    for unit, size, up_to in (("second", 1.0, 60.0), ("minute", 60.0, 7200.0), ("hour", 3600.0, 172800.0)):
        if span_s < up_to:
            return _counted(round(span_s / size), unit)
    return _counted(round(span_s / 86400.0), "day")


def _alerts(concern: Concern, subject: Subject, severity: Severity, now: datetime) -> Words:
    causes = sorted(concern.causes.values(), key=lambda cause: _gravity(cause, subject))
    worst = causes[0].data
    why: list[str] = []
    levels = {cause.data["property"] for cause in causes if cause.data["kind"] in ("above", "below")}
    for cause in causes:
        if cause.data["kind"] in ("rising", "falling") and cause.data["property"] in levels:
            continue  # the trend is told with the level
        why += _alert_lines(cause.data, subject, now)
    if severity == "critical" and all(alert_severity(c.data, subject) != "critical" for c in causes):
        why.append("nobody has ended what causes it, and it gets worse")
    return Words(
        title=_capital(_alert_text(worst, subject)),
        kind=_kind(subject),
        why=tuple(dict.fromkeys(why)),
        if_ignored=worst.get("consequence", ""),
        actions=_buttons(concern),
    )


def _gravity(cause: Cause, subject: Subject) -> tuple[bool, int, int, datetime]:
    data = cause.data
    trend_last = data["kind"] in ("rising", "falling")
    return (
        not data.get("hazard"),
        -SEVERITIES.index(alert_severity(data, subject)),
        int(trend_last),
        cause.at,
    )


def _alert_text(data: Mapping[str, Any], subject: Subject) -> str:
    """The rule's sentence with the twin's present name; as it was told where the rule exists no more."""
    for rule in rules_of(subject.twin_type, subject.view.config):
        if rule.name == data["rule"]:
            value, limit = subject.text(rule.property, data["value"]), subject.text(rule.property, rule.limit)
            return rule.text.format(twin=subject.view.name, value=value, limit=limit)
    return str(data["text"])


def _alert_lines(data: Mapping[str, Any], subject: Subject, now: datetime) -> list[str]:
    name = data["property"]
    known = subject.value(name)
    value, at = known or (data["value"], parse_instant(data["since"]))
    since = span_text((now - parse_instant(data["since"])).total_seconds())
    label, said = subject.label(name), subject.text(name, value)
    if data["kind"] == "is":
        return [f"{label} {said} for {since}"]
    aged = _age(at, now)
    if data["kind"] in ("rising", "falling"):
        return [f"{label} {said}{aged}, {_moved(data, subject)}, usual is less than {_usual_rate(data, subject)}"]
    line = f"{label} {said}{aged}, limit {subject.text(name, data['limit'])}, {_beyond(data, value, since)}"
    return [line, *_trend_lines(data, subject)]


def _beyond(data: Mapping[str, Any], value: Any, since: str) -> str:
    """On which side of its limit a value is; just back within it, an alert stands until it is well within."""
    below = data["kind"] == "below"
    if value == data["limit"]:
        return f"at it for {since}"
    if (value < data["limit"]) is not below:
        return f"crossed {since} ago and not well clear of it yet"
    return f"{'below' if below else 'above'} it for {since}"


def _trend_lines(data: Mapping[str, Any], subject: Subject) -> list[str]:
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


def _silence(concern: Concern, subject: Subject, severity: Severity, now: datetime) -> Words:
    why: list[str] = []
    for cause in concern.causes.values():
        data, name = cause.data, cause.data.get("property")
        last_at = data.get("last_at")
        what = subject.label(name) if name else "anything"
        silent = span_text((now - (parse_instant(last_at) if last_at else cause.at)).total_seconds())
        usual = data.get("usual_interval_s")
        every = f", usually every {_interval(float(usual))}" if usual else ""
        if data.get("reason") == "offline":
            why.append(f"it says that it is offline, for {span_text((now - cause.at).total_seconds())}")
        else:
            why.append(f"it has not reported {what} for {silent}{every}")
        known = subject.value(name) if name else None
        if name and known:
            why.append(f"last {what}: {subject.text(name, known[0])}{_age(known[1], now)}")
    offline = any(cause.data.get("reason") == "offline" for cause in concern.causes.values())
    return Words(
        title=_capital(f"{subject.view.name} {'is offline' if offline else 'is silent'}"),
        kind="sync",
        why=tuple(dict.fromkeys(why)),
        if_ignored="what it watches can go wrong unseen",
        actions=_buttons(concern),
    )


def _divergence(concern: Concern, subject: Subject, severity: Severity, now: datetime) -> Words:
    why: list[str] = []
    for cause in concern.causes.values():
        data, name = cause.data, cause.data["property"]
        since = span_text((now - parse_instant(data["since"])).total_seconds())
        wanted = subject.text(name, data["desired"])
        known: Value | None = known_value[0] if (known_value := subject.value(name)) else data.get("reported")
        reports = f"it reports {subject.text(name, known)}" if known is not None else "it reports nothing"
        reason = f": {data['reason']}" if data.get("reason") else ""
        why.append(f"{subject.label(name)} should be {wanted} for {since}, {reports}{reason}")
    return Words(
        title=_capital(f"{subject.view.name} does not do what it was asked"),
        kind="sync",
        why=tuple(why),
        if_ignored="it stays as it is, not as you asked",
        actions=_buttons(concern),
    )


def _approval(concern: Concern, subject: Subject, severity: Severity, now: datetime) -> Words:
    key, cause = next(iter(concern.causes.items()))
    data = cause.data
    asked = ", ".join(f"{subject.label(name)} {subject.text(name, v)}" for name, v in data["values"].items())
    by = data.get("by")
    asker = f" by {by}" if by and by != "system" else ""
    why = [f"asked for{asker} {span_text((now - cause.at).total_seconds())} ago"]
    if data.get("reason"):
        why.append(f"it needs a yes because {data['reason']}")
    decide = (Action(f"approve:{key}", "Approve"), Action(f"reject:{key}", "Reject"))
    return Words(
        title=_capital(f"{subject.view.name} waits for approval: {asked}"),
        kind="approval",
        why=tuple(why),
        if_ignored="nothing happens until somebody decides",
        actions=(*decide, *(a for a in _buttons(concern) if a.title in ("Snooze", "Dismiss"))),
    )


def _buttons(concern: Concern) -> tuple[Action, ...]:
    done = {"ack"} if concern.status == "acknowledged" else set()
    return tuple(Action(f"{verb}:{concern.id}", title) for verb, title in _BUTTONS if verb not in done)


def _kind(subject: Subject) -> ConcernKind:
    name = subject.view.type
    if name in _ASSETS:
        return "asset"
    if name in ("person", "team"):
        return "person"
    return "meter" if name.endswith("_meter") else "device"


def _rate_text(subject: Subject, name: str, rate: float) -> str:
    spec = subject.spec(name)
    return f"{'rising' if rate > 0 else 'falling'} {quantity_text(abs(rate), spec.unit if spec else None)} an hour"


def _moved(data: Mapping[str, Any], subject: Subject) -> str:
    rate = subject.rate_per_h(data["property"]) or data.get("rate_per_h")
    return _rate_text(subject, data["property"], float(rate)) if rate else str(data["kind"])


def _usual_rate(data: Mapping[str, Any], subject: Subject) -> str:
    spec = subject.spec(data["property"])
    return quantity_text(data["limit"], spec.unit if spec else None)


def _age(at: datetime, now: datetime) -> str:
    age_s = (now - at).total_seconds()
    return f" ({span_text(age_s)} ago)" if age_s > _OLD_S else ""


def _interval(span_s: float) -> str:
    text = span_text(span_s)
    return text.removeprefix("1 ")


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_FAMILIES: Mapping[Family, Callable[[Concern, Subject, Severity, datetime], Words]] = {
    "alert": _alerts,
    "silence": _silence,
    "divergence": _divergence,
    "approval": _approval,
}
