"""What is known of a person's plan when suggestions are looked for, and what a suggestion is. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from twin_core.contract.agenda import EventView, FreeSlot, PersonSettings
from twin_core.contract.tasks import TaskView
from twin_core.contract.views import Action
from twin_core.contract.wall_time import instant_of, wall_of
from twin_core.nudges.policy import Candidate

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`key`: its cause, for which it is said once. `daily`: one with this topic on a day is enough."""

    key: str
    say_at: datetime
    candidate: Candidate
    daily: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A person's plan from this midnight on: `events` of some days, open `tasks`, `free` time in working hours."""

    person: PersonSettings
    now: datetime
    events: Sequence[EventView]
    tasks: Sequence[TaskView]
    free: Sequence[FreeSlot]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.person.zone)

    def day_of(self, at: datetime) -> date:
        """The day there."""
        return at.astimezone(self.zone).date()

    def at_second(self, day: date, second: int) -> datetime:
        """So many seconds after midnight on the wall clock there."""
        return instant_of(datetime.combine(day, time()) + timedelta(seconds=second), self.zone)

    def clock(self, at: datetime) -> str:
        """`14:00`."""
        return f"{wall_of(at, self.zone):%H:%M}"

    def when(self, at: datetime) -> str:
        """`at 14:00`, `tomorrow at 14:00`, `on Thursday at 14:00`."""
        return f"{self.named(at)} at {self.clock(at)}".strip()

    def named(self, at: datetime) -> str:
        """`tomorrow`, `on Thursday`, `on 12 March`; empty for today."""
        days = (self.day_of(at) - self.day_of(self.now)).days
        wall = wall_of(at, self.zone)
        near = {-1: "yesterday", 0: "", 1: "tomorrow"}
        return near.get(days, f"on {wall:%A}" if 0 < days < 7 else f"on {wall.day} {wall:%B}")

    def span(self, start: datetime, end: datetime) -> str:
        """`tomorrow from 14:00 to 15:00`."""
        return f"{self.named(start) or 'today'} from {self.clock(start)} to {self.clock(end)}"

    def block(self, title: str, start: datetime, end: datetime) -> Action:
        """A button that keeps time free for something."""
        wall = wall_of(start, self.zone)
        when = f"on {wall.day} {wall:%B %Y} from {self.clock(start)} to {self.clock(end)}"
        return Action(f"say:put “{title}” in my calendar {when}", f"Block {self.clock(start)}–{self.clock(end)}")

    def is_blocked(self, title: str) -> bool:
        """Whether time is kept for it already: an event ahead that is called like it."""
        wanted = set(_WORD.findall(title.casefold()))
        return any(e.end > self.now and wanted <= set(_WORD.findall(e.title.casefold())) for e in self.events)


Suggest = Callable[[Day], list[Suggestion]]


def length(seconds: float) -> str:
    """`25 minutes`, `2 h`, `2 h 30 min`."""
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"
