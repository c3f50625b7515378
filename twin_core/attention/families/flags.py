"""What an outside system or a connector says that needs a person: a failed build, a review, a dead source."""

from collections.abc import Mapping
from datetime import datetime

from twin_core.attention.concerns import Concern, Finding
from twin_core.attention.phrasing import Words, buttons, capital, span_text, when_text
from twin_core.attention.scene import Scene
from twin_core.attention.scoring import Weight
from twin_core.contract.clock import instant_text, parse_instant, seconds
from twin_core.contract.flags import RaiseFlag
from twin_core.contract.template import Importance
from twin_core.contract.views import ConcernKind

_KINDS: Mapping[str, ConcernKind] = {"ci": "task", "review": "task", "source": "sync"}
_IMPORTANCE: Mapping[str, Importance] = {"source": "low"}  # what it would tell can be seen elsewhere
_DUE_S = 8 * 3600.0
_LIKELY = 0.6


def finding_of(flag: RaiseFlag, at: datetime) -> Finding:
    """That a flag is raised."""
    data = {
        "kind": flag.kind,
        "title": flag.title,
        "subject": flag.subject,
        "why": list(flag.why),
        "if_ignored": flag.if_ignored,
        "severity": flag.severity,
        "due": instant_text(flag.due_at) if flag.due_at else None,
        "url": flag.url,
    }
    return Finding(
        "flag", group_of(flag.source, flag.key, flag.owner), "flag", at, data, owner=flag.owner, raises=False
    )


def lowered(group: str, at: datetime) -> Finding:
    """That it is over."""
    return Finding("flag", group, "flag", at, None)


def group_of(source: str, key: str, owner: str) -> str:
    return f"{prefix_of(source, key)}{owner}"


def prefix_of(source: str, key: str) -> str:
    """What the groups of all people begin with who are told the same."""
    return f"flag:{source}:{key}:"


def weigh(concern: Concern, scene: Scene) -> Weight:
    data = concern.first.data
    return Weight(
        severity=data["severity"],
        importance=_IMPORTANCE.get(data["kind"], "normal"),
        due_at=parse_instant(data["due"]) if data["due"] else concern.opened_at + seconds(_DUE_S),
        probability=_LIKELY,
    )


def word(concern: Concern, scene: Scene, weight: Weight) -> Words:
    data = concern.first.data
    why = list(data["why"])
    if data["due"]:
        why.append(f"due {when_text(parse_instant(data['due']), scene.now, scene.zone)}")
    why.append(f"for {span_text((scene.now - concern.opened_at).total_seconds())}")
    if data["url"]:
        why.append(f"see {data['url']}")
    return Words(
        title=capital(data["title"]),
        kind=_KINDS[data["kind"]],
        subject=data["subject"],
        why=tuple(why),
        if_ignored=data["if_ignored"],
        actions=buttons(concern),
    )
