"""Events that need the same person at the same time."""

from zoneinfo import ZoneInfo

from twin_core.attention.concerns import Concern
from twin_core.attention.phrasing import Words, buttons, capital, listed, span_text, when_text
from twin_core.attention.scene import Scene
from twin_core.attention.scoring import Weight
from twin_core.contract.clock import parse_instant, seconds
from twin_core.contract.views import Action

_DAY_S = 86400.0
_TENTATIVE = 0.5


def weigh(concern: Concern, scene: Scene) -> Weight:
    data = concern.first.data
    start = parse_instant(data["start"])
    near_at = start - seconds(_DAY_S)
    tentative = any(event["tentative"] for event in data["events"])
    return Weight(
        severity="warning" if near_at <= scene.now else "info",
        due_at=start,
        probability=_TENTATIVE if tentative else 1.0,
        holds_until=near_at if near_at > scene.now else None,
    )


def word(concern: Concern, scene: Scene, weight: Weight) -> Words:
    data, now = concern.first.data, scene.now
    zone = ZoneInfo(data["zone"])
    titles = [event["title"] for event in data["events"]]
    start, end = parse_instant(data["start"]), parse_instant(data["end"])
    why = []
    for event in data["events"]:
        begins, ends = parse_instant(event["start"]), parse_instant(event["end"])
        tentative = ", tentative" if event["tentative"] else ""
        why.append(f"{event['title']}: {when_text(begins, now, zone)} to {ends.astimezone(zone):%H:%M}{tentative}")
    left = f", in {span_text((start - now).total_seconds())}" if start > now else ""
    why.append(f"they overlap by {span_text((end - start).total_seconds())}{left}")
    move = [Action(f"move:{event['id']}", f"Move {event['title'][:40]}") for event in data["events"][:2]]
    return Words(
        title=capital(f"{listed(titles)} are at the same time"),
        kind="event",
        subject=titles[0],
        why=tuple(why),
        if_ignored="you miss one of them, and those who wait there find out when it begins",
        actions=(*move, *buttons(concern)),
    )
