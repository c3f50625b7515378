"""Devices that do not report: one of them, or all that a power cut or a dead bridge silenced together."""

from collections.abc import Iterable
from datetime import datetime

from twin_core.attention.concerns import Cause, Concern
from twin_core.attention.phrasing import Words, age_text, buttons, capital, interval_text, listed, span_text
from twin_core.attention.scene import Scene
from twin_core.attention.scoring import Weight
from twin_core.attention.subjects import Subject
from twin_core.contract.clock import parse_instant, seconds
from twin_core.contract.template import Importance, Severity

TOGETHER = 3  # so many silent ones are no coincidence any more
_DUE_S = 4 * 3600.0
_LEAST_SPAN_S = 600.0
_IMPORTANCE: tuple[Importance, ...] = ("low", "normal", "high")
_REMEDY = "look at its power, its battery and its network; restart it if it stays silent"


def weigh(concern: Concern, scene: Scene) -> Weight:
    importance = max((subject.view.importance for subject in _subjects(concern, scene)), key=_IMPORTANCE.index)
    severity: Severity = "info" if importance == "low" else "warning"
    due_at = min(_missed_at(cause) for cause in concern.causes.values()) + seconds(_DUE_S)
    together = len(concern.twins) >= TOGETHER
    return Weight(severity, importance, due_at, probability=0.9 if together else 0.65)


def word(concern: Concern, scene: Scene, weight: Weight) -> Words:
    subjects = _subjects(concern, scene)
    names = [subject.view.name for subject in subjects]
    offline = any(cause.data.get("reason") == "offline" for cause in concern.causes.values())
    state = "offline" if offline else "silent"
    if len(names) == 1:
        title, why = f"{names[0]} is {state}", _reasons(concern, subjects[0], scene.now)
        ignored = "what it watches can go wrong unseen"
    else:
        since = min(_last_at(cause) for cause in concern.causes.values())
        title = f"{listed(names)} are {state} together"
        why = [f"{len(names)} devices have not reported for {span_text((scene.now - since).total_seconds())}"]
        why.append("they stopped at the same time, so it is one cause: power, network or a bridge")
        ignored = "none of what they watch is seen, and what they control may stand still"
    return Words(capital(title), "sync", names[0], tuple(dict.fromkeys(why)), ignored, buttons(concern), remedy=_REMEDY)


def stopped_between(cause: Cause) -> tuple[datetime, datetime]:
    """The span in which it fell silent: after its last report, before the next one was due."""
    last_at = _last_at(cause)
    usual_s = max(float(cause.data.get("usual_interval_s") or 0.0), _LEAST_SPAN_S)
    if cause.data.get("last_at") is None:
        return last_at - seconds(_LEAST_SPAN_S), last_at + seconds(_LEAST_SPAN_S)
    return last_at, last_at + seconds(usual_s)


def one_cause(cause: Cause, others: Iterable[Cause]) -> bool:
    """Whether there is an instant at which it and all the others may have fallen silent together."""
    spans = [stopped_between(each) for each in (cause, *others)]
    return max(start for start, _ in spans) <= min(end for _, end in spans)


def _subjects(concern: Concern, scene: Scene) -> list[Subject]:
    """The silent twins, the most important first."""
    found = [scene.subjects[twin] for twin in concern.twins if twin in scene.subjects]
    return sorted(found, key=lambda subject: (-_IMPORTANCE.index(subject.view.importance), subject.view.name))


def _reasons(concern: Concern, subject: Subject, now: datetime) -> list[str]:
    why: list[str] = []
    for cause in concern.causes.values():
        data, name = cause.data, cause.data.get("property")
        if data.get("reason") == "offline":
            why.append(f"it says that it is offline, for {span_text((now - cause.at).total_seconds())}")
            continue
        what = subject.label(name) if name else "anything"
        usual = data.get("usual_interval_s")
        every = f", usually every {interval_text(float(usual))}" if usual else ""
        why.append(f"it has not reported {what} for {span_text((now - _last_at(cause)).total_seconds())}{every}")
        known = subject.value(name) if name else None
        if name and known:
            why.append(f"last {what}: {subject.text(name, known[0])}{age_text(known[1], now)}")
    return why


def _last_at(cause: Cause) -> datetime:
    last_at = cause.data.get("last_at")
    return parse_instant(last_at) if last_at else cause.at


def _missed_at(cause: Cause) -> datetime:
    """When the report that is missing was due."""
    allowed_s = cause.data.get("allowed_s")
    return cause.at if allowed_s is None else min(cause.at, _last_at(cause) + seconds(allowed_s))
