"""What a concern weighs now: its severity, and when its consequence comes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from twin_core.attention.concerns import Cause, Concern, Family
from twin_core.attention.scoring import Weight
from twin_core.attention.subjects import Subject
from twin_core.contract.clock import parse_instant, seconds
from twin_core.contract.template import SEVERITIES, Severity

_SOON_H = 1.0  # a trend that reaches the critical limit within the hour is critical now
_LASTING_H = 6.0
_SILENT_DUE_S = 4 * 3600.0
_DIVERGED_DUE_S = 8 * 3600.0
_APPROVAL_DUE_S = 8 * 3600.0


def weigh(concern: Concern, subject: Subject, now: datetime) -> Weight:
    """Pure; cheap enough for every open concern at every question."""
    return _FAMILIES[concern.family](concern, subject, now)


def alert_severity(data: Mapping[str, Any], subject: Subject) -> Severity:
    """Of one alert, at the newest value and by its trend."""
    if data.get("escalates_at") is None:
        severity: Severity = data["severity"]
        return severity
    if _is_past_edge(data, subject):
        return "critical"
    hours = hours_to_edge(data, subject)
    return "critical" if hours is not None and hours <= _SOON_H else "warning"


def hours_to_edge(data: Mapping[str, Any], subject: Subject) -> float | None:
    """How long, at the present rate, until a warning becomes critical; None if it is not heading there."""
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


def _alerts(concern: Concern, subject: Subject, now: datetime) -> Weight:
    causes = concern.causes.values()
    severities = [alert_severity(cause.data, subject) for cause in causes]
    gravest = max(severities, key=SEVERITIES.index)
    severity: Severity = "critical" if gravest == "warning" and _lasting(concern, subject) else gravest
    hazards = [cause.data for cause in causes if cause.data.get("hazard")]
    worst = [cause for cause, own in zip(causes, severities, strict=True) if own == gravest]
    due = [at for cause in worst if (at := _due_at(cause, subject, now)) is not None]
    return Weight(
        severity=severity,
        importance=subject.view.importance,
        due_at=min(due, default=None),
        probability=0.8 if all(is_recovering(cause.data, subject) for cause in worst) else 1.0,
        confidence=min(_confidence(cause.data, subject, now) for cause in worst),
        hazard=bool(hazards),
        pace_s=min((pace for data in hazards if (pace := data.get("consequence_in_s")) is not None), default=None),
    )


def _lasting(concern: Concern, subject: Subject) -> bool:
    """A state that nobody ends (a door stands open) while a number of the same twin runs away because of it."""
    kinds = {cause.data["kind"] for cause in concern.causes.values()}
    if "is" not in kinds:
        return False
    if kinds & {"rising", "falling"}:
        return True
    hours = [hours_to_edge(cause.data, subject) for cause in concern.causes.values()]
    return any(h is not None and h <= _LASTING_H for h in hours)


def _due_at(cause: Cause, subject: Subject, now: datetime) -> datetime | None:
    """When it harms: as the rule says, or when the critical limit is reached, whichever comes first."""
    data = cause.data
    span_s = data.get("consequence_in_s")
    told = cause.at + seconds(span_s) if span_s is not None else None
    hours = 0.0 if _is_past_edge(data, subject) else hours_to_edge(data, subject)
    heading = now + seconds(3600 * hours) if hours is not None and hours < 24 else None
    return min((at for at in (told, heading) if at is not None), default=None)


def _is_past_edge(data: Mapping[str, Any], subject: Subject) -> bool:
    edge, value = data.get("escalates_at"), _number(data, subject)
    if edge is None or value is None:
        return False
    return bool(value >= edge if data["kind"] == "above" else value <= edge)


def _confidence(data: Mapping[str, Any], subject: Subject, now: datetime) -> float:
    """Less in an old number: the world has moved on since. A state holds until its device says otherwise."""
    known, spec = subject.value(data["property"]), subject.spec(data["property"])
    if known is None or spec is None or spec.on_change:
        return 1.0
    age_h = (now - known[1]).total_seconds() / 3600
    return 1.0 if age_h <= 1 else max(0.7, 1.0 - 0.05 * age_h)


def _number(data: Mapping[str, Any], subject: Subject) -> float | None:
    known = subject.value(data["property"])
    value = known[0] if known else data["value"]
    return None if isinstance(value, (bool, str)) else float(value)


def _silence(concern: Concern, subject: Subject, now: datetime) -> Weight:
    importance = subject.view.importance
    severity: Severity = "info" if importance == "low" else "warning"
    due_at = min(_silent_since(cause) for cause in concern.causes.values()) + seconds(_SILENT_DUE_S)
    return Weight(severity=severity, importance=importance, due_at=due_at, probability=0.6)


def _silent_since(cause: Cause) -> datetime:
    """When the report that is missing was due."""
    last_at, allowed_s = cause.data.get("last_at"), cause.data.get("allowed_s")
    if last_at is None or allowed_s is None:
        return cause.at
    return min(cause.at, parse_instant(last_at) + seconds(allowed_s))


def _divergence(concern: Concern, subject: Subject, now: datetime) -> Weight:
    importance = subject.view.importance
    severity: Severity = "info" if importance == "low" else "warning"
    due_at = concern.opened_at + seconds(_DIVERGED_DUE_S)
    return Weight(severity=severity, importance=importance, due_at=due_at, probability=0.8)


def _approval(concern: Concern, subject: Subject, now: datetime) -> Weight:
    due_at = concern.opened_at + seconds(_APPROVAL_DUE_S)
    return Weight(severity="info", importance=subject.view.importance, due_at=due_at)


_FAMILIES: Mapping[Family, Callable[[Concern, Subject, datetime], Weight]] = {
    "alert": _alerts,
    "silence": _silence,
    "divergence": _divergence,
    "approval": _approval,
}
