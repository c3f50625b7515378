"""What the words of all concerns are made of: spans, ages, local times, buttons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from twin_core.attention.concerns import Concern
from twin_core.contract.views import Action, ConcernKind

_OLD_S = 15 * 60.0
_BUTTONS = (("ack", "Acknowledge"), ("snooze", "Snooze"), ("dismiss", "Dismiss"), ("resolve", "Resolve"))


@dataclass(frozen=True, slots=True)
class Words:
    """What a person reads of one concern."""

    title: str
    kind: ConcernKind
    subject: str  # the name of the twin, task or event
    why: tuple[str, ...]
    if_ignored: str
    actions: tuple[Action, ...]
    property: str | None = None  # the value that the title tells of
    remedy: str = ""
    asker: str | None = None  # who waits for it


def span_text(span_s: float) -> str:
    """A span as it is said: `40 seconds`, `95 minutes`, `8 hours`, `3 days`."""
    for unit, size, up_to in (("second", 1.0, 60.0), ("minute", 60.0, 7200.0), ("hour", 3600.0, 172800.0)):
        if span_s < up_to:
            return counted(round(span_s / size), unit)
    return counted(round(span_s / 86400.0), "day")


def work_text(span_s: float) -> str:
    """An amount of work as it is said: `45 min`, `3 h`, `1.5 h`."""
    return f"{round(span_s / 60)} min" if span_s < 3600 else f"{round(span_s / 3600, 1):g} h"


def age_text(at: datetime, now: datetime) -> str:
    """` (3 hours ago)` of a value that is not quite new; nothing of a new one."""
    age_s = (now - at).total_seconds()
    return f" ({span_text(age_s)} ago)" if age_s > _OLD_S else ""


def interval_text(span_s: float) -> str:
    """As in `usually every hour`, `every 20 minutes`."""
    return span_text(span_s).removeprefix("1 ")


def when_text(at: datetime, now: datetime, zone: tzinfo) -> str:
    """An instant as it is said from here: `at 17:00`, `tomorrow at 09:30`, `on Friday at 09:30`."""
    clock, day = f"at {at.astimezone(zone):%H:%M}", day_text(at, now, zone)
    return clock if day == "today" else f"{day} {clock}"


def day_text(at: datetime, now: datetime, zone: tzinfo) -> str:
    """A day as it is said from here: `today`, `tomorrow`, `on Friday`, `on 3 March`."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    days = (local.date() - today).days
    if abs(days) <= 1:
        return ("yesterday", "today", "tomorrow")[days + 1]
    return f"on {local:%A}" if 1 < days < 7 else f"on {local.day} {local:%B}"


def counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def listed(names: Sequence[str], most: int = 6) -> str:
    """`a, b and c`; of very many the first ones and their number."""
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def buttons(concern: Concern) -> tuple[Action, ...]:
    """What can be done about any concern."""
    done = {"ack"} if concern.status == "acknowledged" else set()
    return tuple(Action(f"{verb}:{concern.id}", title) for verb, title in _BUTTONS if verb not in done)
