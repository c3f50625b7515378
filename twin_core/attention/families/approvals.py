"""Actions that wait for a person, each a concern of its own."""

from twin_core.attention.concerns import Concern
from twin_core.attention.phrasing import Words, buttons, capital, span_text
from twin_core.attention.scene import Scene
from twin_core.attention.scoring import Weight
from twin_core.contract.clock import seconds
from twin_core.contract.views import Action

_DUE_S = 8 * 3600.0
_ASKING_S = 15 * 60.0  # so long somebody stands there who has asked and cannot decide


def weigh(concern: Concern, scene: Scene) -> Weight:
    if _asker(concern, scene):
        return Weight("warning", scene.subject(concern).view.importance, concern.opened_at + seconds(_ASKING_S))
    return Weight("info", scene.subject(concern).view.importance, concern.opened_at + seconds(_DUE_S))


def word(concern: Concern, scene: Scene, weight: Weight) -> Words:
    subject = scene.subject(concern)
    key, cause = next(iter(concern.causes.items()))
    data = cause.data
    asked = ", ".join(f"{subject.label(name)} {subject.text(name, v)}" for name, v in data["values"].items())
    by = data.get("by")
    asker = f" by {by}" if by and by != "system" else ""
    why = [f"asked for{asker} {span_text((scene.now - cause.at).total_seconds())} ago"]
    if data.get("reason"):
        why.append(f"it needs a yes because {data['reason']}")
    if data.get("elsewhere"):
        why.append("it cannot be decided where it was asked for")
    decide = (Action(f"approve:{key}", "Approve"), Action(f"reject:{key}", "Reject"))
    return Words(
        title=capital(f"{subject.view.name} waits for approval: {asked}"),
        kind="approval",
        subject=subject.view.name,
        why=tuple(why),
        if_ignored="nothing happens until somebody decides",
        remedy="approve it, or reject it",
        actions=(*decide, *(a for a in buttons(concern) if a.title in ("Snooze", "Dismiss"))),
        asker=_asker(concern, scene),
    )


def _asker(concern: Concern, scene: Scene) -> str | None:
    """Who has just asked for it where it cannot be decided."""
    cause = next(iter(concern.causes.values()))
    waits = cause.data.get("elsewhere") and scene.now < cause.at + seconds(_ASKING_S)
    return str(cause.data.get("by")) if waits else None
