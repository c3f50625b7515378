"""No car is plugged in at a charger, and a trip lies ahead."""

from datetime import datetime
from zoneinfo import ZoneInfo

from twin_core.attention.concerns import Concern, Finding
from twin_core.attention.phrasing import Words, buttons, span_text, when_text
from twin_core.attention.scene import Scene
from twin_core.attention.scoring import Weight
from twin_core.contract.agenda import EventView
from twin_core.contract.clock import instant_text, parse_instant, seconds

_CHARGING_S = 6 * 3600.0  # what an empty battery takes at a wall box of 11 kW
_LIKELY = 0.8  # it may be full enough


def finding_of(twin: str, owner: str, trip: EventView | None, zone: str, since: datetime, now: datetime) -> Finding:
    """That a trip needs a car that is not plugged in; without a trip: that none does."""
    data = None
    if trip is not None:
        data = {
            "twin": twin,
            "title": trip.title,
            "start": instant_text(trip.start),
            "since": instant_text(since),
            "zone": zone,
        }
    return Finding("trip", f"trip:{twin}:{owner}", "unplugged", now, data, twin, owner, raises=False)


def weigh(concern: Concern, scene: Scene) -> Weight:
    start = parse_instant(concern.first.data["start"])
    importance = scene.subject(concern).view.importance
    return Weight("warning", importance, start - seconds(_CHARGING_S), probability=_LIKELY)


def word(concern: Concern, scene: Scene, weight: Weight) -> Words:
    data, now = concern.first.data, scene.now
    name, start = scene.subject(concern).view.name, parse_instant(data["start"])
    return Words(
        title=f"No car is plugged in at {name}",
        kind="device",
        subject=name,
        why=(
            f"not plugged in for {span_text((now - parse_instant(data['since'])).total_seconds())}",
            f"{data['title']} begins {when_text(start, now, ZoneInfo(data['zone']))}, "
            f"in {span_text((start - now).total_seconds())}",
            f"an empty battery takes about {span_text(_CHARGING_S)} to charge",
        ),
        if_ignored="you set out with what is left in the battery",
        remedy="plug it in now",
        actions=buttons(concern),
    )
