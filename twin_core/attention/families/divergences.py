"""Properties that are not as they were asked to be, all of a twin one concern."""

from twin_core.attention.concerns import Concern
from twin_core.attention.phrasing import Words, buttons, capital, span_text
from twin_core.attention.scene import Scene
from twin_core.attention.scoring import Weight
from twin_core.contract.clock import parse_instant, seconds
from twin_core.contract.template import Severity

_DUE_S = 8 * 3600.0


def weigh(concern: Concern, scene: Scene) -> Weight:
    importance = scene.subject(concern).view.importance
    severity: Severity = "info" if importance == "low" else "warning"
    return Weight(severity, importance, concern.opened_at + seconds(_DUE_S), probability=0.8)


def word(concern: Concern, scene: Scene, weight: Weight) -> Words:
    subject = scene.subject(concern)
    why: list[str] = []
    for cause in concern.causes.values():
        data, name = cause.data, cause.data["property"]
        since = span_text((scene.now - parse_instant(data["since"])).total_seconds())
        wanted = subject.text(name, data["desired"])
        newest = subject.value(name)
        known = newest[0] if newest else data.get("reported")
        reports = f"it reports {subject.text(name, known)}" if known is not None else "it reports nothing"
        reason = f": {data['reason']}" if data.get("reason") else ""
        why.append(f"{subject.label(name)} should be {wanted} for {since}, {reports}{reason}")
    return Words(
        title=capital(f"{subject.view.name} does not do what it was asked"),
        kind="sync",
        subject=subject.view.name,
        why=tuple(why),
        if_ignored="it stays as it is, not as you asked",
        remedy="see whether it has power and is set to be controlled from here; then ask again, or leave it as it is",
        actions=buttons(concern),
    )
