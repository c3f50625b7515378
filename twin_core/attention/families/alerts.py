"""Alerts of a twin, all of them one concern: what it weighs, and its words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from twin_core.attention.concerns import Cause, Concern
from twin_core.attention.families import alert_words
from twin_core.attention.phrasing import Words, buttons, capital, counted
from twin_core.attention.scene import Scene
from twin_core.attention.scoring import Weight
from twin_core.attention.subjects import Subject
from twin_core.contract.clock import seconds
from twin_core.contract.template import SEVERITIES, Severity
from twin_core.contract.views import ConcernKind

_SOON_S = 3600.0  # a trend that reaches the critical limit within the hour is critical now
_LASTING_S = 6 * 3600.0
_FORESEEN_S = 24 * 3600.0
_RECOVERING = 0.5
_FLAPPING = 0.5
_OFTEN = 4  # raised so often within a day it is rather a fault of its sensor
_ASSETS = frozenset(("pump", "motor", "hvac_unit", "valve", "boiler", "battery_storage"))


def weigh(concern: Concern, scene: Scene) -> Weight:
    subject, causes = scene.subject(concern), list(concern.causes.values())
    severities = [_severity(cause, subject, scene) for cause in causes]
    gravest = max(severities, key=SEVERITIES.index)
    severity: Severity = "critical" if gravest == "warning" and _lasting(concern, subject, scene.now) else gravest
    hazards = [cause.data for cause in causes if cause.data.get("hazard")]
    worst = [cause for cause, own in zip(causes, severities, strict=True) if own == gravest]
    due = [at for cause in worst if (at := _due_at(cause, subject, scene)) is not None]
    return Weight(
        severity=severity,
        importance=subject.view.importance,
        due_at=min(due, default=None),
        probability=_probability(worst, subject, scene),
        confidence=min(_confidence(cause.data, subject, scene.now) for cause in worst),
        hazard=bool(hazards),
        pace_s=min((pace for data in hazards if (pace := data.get("consequence_in_s")) is not None), default=None),
        holds_until=min(_turning_points(causes, subject, scene), default=None),
    )


def word(concern: Concern, scene: Scene, weight: Weight) -> Words:
    """Every reason has its number, its age and where it is heading."""
    subject = scene.subject(concern)
    causes = sorted(concern.causes.values(), key=lambda cause: _gravity(cause, subject, scene))
    why: list[str] = []
    for cause in _telling(causes):
        why += alert_words.reasons(cause.data, subject, scene.now)
    entry = any(_is_entry(cause, subject) for cause in causes)
    if entry and scene.away:
        why.append("nobody is there")
    elif entry and scene.night:
        why.append("it is night")
    elif weight.severity == "critical" and all(_severity(c, subject, scene) != "critical" for c in causes):
        why.append("nobody has ended what causes it, and it gets worse")
    if _flaps(scene):
        why.append(f"it came and went {counted(scene.raised_lately, 'time')} within a day: perhaps its sensor")
    return Words(
        title=capital(alert_words.title(causes[0].data, subject)),
        kind=_kind(subject),
        subject=subject.view.name,
        why=tuple(dict.fromkeys(why)),
        if_ignored=causes[0].data.get("consequence", ""),
        actions=buttons(concern),
        property=causes[0].data["property"],
        remedy=rule.remedy if (rule := subject.rule(causes[0].data["rule"])) else "",
    )


def _telling(causes: Sequence[Cause]) -> list[Cause]:
    """Those that say something new: of each property the gravest level, which tells the trend too."""
    levels = {cause.data["property"] for cause in causes if cause.data["kind"] in ("above", "below")}
    told: set[str] = set()
    telling: list[Cause] = []
    for cause in causes:
        name, kind = cause.data["property"], cause.data["kind"]
        if name in told or (kind in ("rising", "falling") and name in levels):
            continue
        told.add(name)
        telling.append(cause)
    return telling


def _severity(cause: Cause, subject: Subject, scene: Scene) -> Severity:
    """Of one alert, at the newest value, by its trend, and by the hour for a way in that stands open."""
    data = cause.data
    severity: Severity = data["severity"]
    if data.get("escalates_at") is not None:
        at = _edge_at(data, subject, scene.now)
        return "critical" if at is not None and at <= scene.now + seconds(_SOON_S) else "warning"
    if _is_entry(cause, subject):
        return _exposed(severity, scene)
    return severity


def _exposed(severity: Severity, scene: Scene) -> Severity:
    """A way in that is graver at night, and gravest while nobody is there."""
    if scene.away:
        return "critical" if severity == "warning" else "warning"
    return "warning" if scene.night and severity == "info" else severity


def _is_entry(cause: Cause, subject: Subject) -> bool:
    rule = subject.rule(cause.data["rule"])
    return rule is not None and rule.entry


def _edge_at(data: Mapping[str, Any], subject: Subject, now: datetime) -> datetime | None:
    """When a warning becomes critical, at the present rate; None if it is not heading there."""
    known = subject.value(data["property"])
    if alert_words.is_past_edge(data, subject):
        return now
    hours = alert_words.hours_to_edge(data, subject)
    return known[1] + seconds(3600 * hours) if hours is not None and known is not None else None


def _lasting(concern: Concern, subject: Subject, now: datetime) -> bool:
    """A state that nobody ends (a door stands open) while a number of the same twin runs away because of it."""
    kinds = {cause.data["kind"] for cause in concern.causes.values()}
    if "is" not in kinds:
        return False
    if kinds & {"rising", "falling"}:
        return True
    edges = [_edge_at(cause.data, subject, now) for cause in concern.causes.values()]
    return any(at is not None and at <= now + seconds(_LASTING_S) for at in edges)


def _due_at(cause: Cause, subject: Subject, scene: Scene) -> datetime | None:
    """When it harms: as the rule says, or when the critical limit is reached, whichever comes first."""
    now = scene.now
    if _is_entry(cause, subject) and (scene.away or scene.night):
        return cause.at
    span_s = cause.data.get("consequence_in_s")
    told = cause.at + seconds(span_s) if span_s is not None else None
    heading = _edge_at(cause.data, subject, now)
    if heading is not None and heading > now + seconds(_FORESEEN_S):
        heading = None
    return min((at for at in (told, heading) if at is not None), default=None)


def _probability(worst: Sequence[Cause], subject: Subject, scene: Scene) -> float:
    recovering = all(alert_words.is_recovering(cause.data, subject) for cause in worst)
    return (_RECOVERING if recovering else 1.0) * (_FLAPPING if _flaps(scene) else 1.0)


def _flaps(scene: Scene) -> bool:
    return scene.raised_lately >= _OFTEN


def _confidence(data: Mapping[str, Any], subject: Subject, now: datetime) -> float:
    """Less in an old number, hour by hour: the world has moved on. A state holds until its device says otherwise."""
    age_h = _age_h(data, subject, now)
    return 1.0 if age_h is None else max(0.7, 1.0 - 0.05 * age_h)


def _age_h(data: Mapping[str, Any], subject: Subject, now: datetime) -> int | None:
    """Whole hours since a number was reported."""
    known, spec = subject.value(data["property"]), subject.spec(data["property"])
    if known is None or spec is None or spec.on_change:
        return None
    return max(0, int((now - known[1]).total_seconds() // 3600))


def _turning_points(causes: Sequence[Cause], subject: Subject, scene: Scene) -> list[datetime]:
    """When time alone will change what the alerts weigh."""
    points: list[datetime] = []
    for cause in causes:
        known, age_h = subject.value(cause.data["property"]), _age_h(cause.data, subject, scene.now)
        if known is not None and age_h is not None and age_h < 6:
            points.append(known[1] + seconds(3600 * (age_h + 1)))
        edge = _edge_at(cause.data, subject, scene.now)
        if edge is not None:
            points += [edge - seconds(span_s) for span_s in (_SOON_S, _LASTING_S, _FORESEEN_S)]
        if _is_entry(cause, subject):
            points.append(scene.night_turns_at())
    return [at for at in points if at > scene.now]


def _gravity(cause: Cause, subject: Subject, scene: Scene) -> tuple[bool, int, int, datetime]:
    data = cause.data
    trend_last = data["kind"] in ("rising", "falling")
    return (
        not data.get("hazard"),
        -SEVERITIES.index(_severity(cause, subject, scene)),
        int(trend_last),
        cause.at,
    )


def _kind(subject: Subject) -> ConcernKind:
    name = subject.view.type
    if name in _ASSETS:
        return "asset"
    if name in ("person", "team"):
        return "person"
    return "meter" if name.endswith("_meter") else "device"
