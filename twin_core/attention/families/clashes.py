"""Events that need the same person at the same time."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from twin_core.attention.concerns import Concern, Finding
from twin_core.attention.phrasing import Words, buttons, capital, day_text, listed, span_text
from twin_core.attention.scene import Scene
from twin_core.attention.scoring import Weight
from twin_core.contract.agenda import ClashView
from twin_core.contract.clock import instant_text, parse_instant, seconds
from twin_core.contract.views import Action
from twin_core.domain.preparation import is_meeting

_DAY_S = 86400.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TENTATIVE = 0.5


def findings_of(clashes: Iterable[ClashView], owner: str, zone: str, now: datetime) -> list[Finding]:
    """Clashes that are not over, those that share an event as one."""
    groups: list[list[ClashView]] = []
    for clash in clashes:
        if clash.end <= now or not (is_meeting(clash.first) and is_meeting(clash.second)) or _is_one(clash):
            continue
        ids = {clash.first.id, clash.second.id}
        touching = [group for group in groups if any(ids & {c.first.id, c.second.id} for c in group)]
        groups = [group for group in groups if group not in touching]
        groups.append([*(c for group in touching for c in group), clash])
    return [_finding(group, owner, zone, now) for group in groups]


def ended(group: str) -> Finding:
    """That a clash is over, or was solved."""
    return Finding("clash", group, "overlap", _EPOCH, None)


def _is_one(clash: ClashView) -> bool:
    """The same meeting twice, by two invitations."""
    first, second = clash.first, clash.second
    return (first.title.casefold(), first.start, first.end) == (second.title.casefold(), second.start, second.end)


def _finding(group: Sequence[ClashView], owner: str, zone: str, now: datetime) -> Finding:
    events = {event.id: event for clash in group for event in (clash.first, clash.second)}
    ordered = sorted(events.values(), key=lambda event: (event.start, event.end, event.id))
    data = {
        "start": instant_text(min(clash.start for clash in group)),
        "end": instant_text(max(clash.end for clash in group)),
        "zone": zone,
        "events": [
            {
                "id": event.id,
                "title": event.title,
                "start": instant_text(event.start),
                "end": instant_text(event.end),
                "tentative": event.status == "tentative",
            }
            for event in ordered
        ],
    }
    return Finding("clash", f"clash:{owner}:{ordered[0].id}", "overlap", now, data, owner=owner, raises=False)


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
        day = day_text(begins, now, zone)
        hours = f"from {begins.astimezone(zone):%H:%M} to {ends.astimezone(zone):%H:%M}"
        why.append(f"{event['title']}: {hours if day == 'today' else f'{day} {hours}'}{tentative}")
    left = f", in {span_text((start - now).total_seconds())}" if start > now else ""
    why.append(f"they overlap by {span_text((end - start).total_seconds())}{left}")
    move = [Action(f"move:{event['id']}", f"Move {event['title'][:40]}") for event in data["events"][:2]]
    return Words(
        title=capital(f"{listed(titles)} are at the same time"),
        kind="event",
        subject=titles[0],
        why=tuple(why),
        if_ignored="you miss one of them, and those who wait there find out when it begins",
        remedy="move one of them, or tell one of them that you will not come",
        actions=(*move, *buttons(concern)),
    )
