"""How a person wants to be spoken to: read from their settings. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from twin_core.contract.agenda import PersonSettings
from twin_core.contract.check_ins import times_of
from twin_core.contract.clock import parse_instant
from twin_core.contract.errors import Rejected
from twin_core.contract.nudges import EVERYTHING
from twin_core.contract.wall_time import instant_of, times_of_day, wall_of

A_DAY = 6
DIGESTS_S = (8 * 3600, 18 * 3600)
_DAY_S = 86_400
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Manner:
    """What a person allows to be told unasked, and when. Times of day are seconds after local midnight."""

    person: str
    zone: ZoneInfo
    quiet_s: tuple[int, int] = (22 * 3600, 7 * 3600)
    quiet_days: frozenset[int] = frozenset()  # Monday is 0
    quiet_from: datetime | None = None  # once, whatever the hour; None: at once
    quiet_until: datetime | None = None
    undisturbed_until: datetime | None = None  # as a place says where they are reached
    breaks_quiet: Literal["safety", "high"] = "safety"  # from which urgency on
    work_s: tuple[int, int] = (9 * 3600, 17 * 3600)
    work_days: frozenset[int] = frozenset(range(5))
    a_day: int = A_DAY
    digests_s: tuple[int, ...] = DIGESTS_S
    muted: frozenset[str] = frozenset()  # topics
    fewer: frozenset[str] = frozenset()  # topics that wait for the digest
    stand_in: str | None = None  # who is asked where this person does not answer
    check_ins_s: tuple[int, ...] = ()  # none, unless they are asked for
    check_ins_paused_until: datetime | None = None

    def is_quiet(self, at: datetime) -> bool:
        """Whether the person wants to be left alone then."""
        if self._is_quiet_once(at) or self.is_undisturbed(at):
            return True
        wall = wall_of(at, self.zone)
        return wall.weekday() in self.quiet_days or _within(_second(wall), self.quiet_s)

    def quiet_ends(self, at: datetime) -> datetime:
        """The first instant from then on that is not quiet."""
        while self.is_quiet(at):
            at = self._next_edge(at)
        return at

    def is_undisturbed(self, at: datetime) -> bool:
        """Whether a place where the person is reached says that they do not want to be disturbed then."""
        return self.undisturbed_until is not None and at < self.undisturbed_until

    def is_working(self, at: datetime) -> bool:
        wall = wall_of(at, self.zone)
        return wall.weekday() in self.work_days and _within(_second(wall), self.work_s)

    def work_begins(self, at: datetime) -> datetime:
        """The next beginning of a working day; that instant itself where it is one of work."""
        return at if self.is_working(at) else self._next_wall(at, (self.work_s[0],), self.work_days)

    def next_digest(self, at: datetime) -> datetime | None:
        """When the next digest is told; None for whoever wants none."""
        return self._next_wall(at, self.digests_s, frozenset(range(7))) if self.digests_s else None

    def next_check_in(self, at: datetime) -> datetime | None:
        """When this person is asked next how they are: on working days; None for whoever wants no such questions."""
        paused = self.check_ins_paused_until
        after = max(at, paused - timedelta(seconds=1)) if paused else at
        return self._next_wall(after, self.check_ins_s, self.work_days) if self.check_ins_s else None

    def is_muted(self, topic: str) -> bool:
        return not self.muted.isdisjoint((topic, EVERYTHING))

    def _is_quiet_once(self, at: datetime) -> bool:
        begun = self.quiet_from is None or at >= self.quiet_from
        return begun and self.quiet_until is not None and at < self.quiet_until

    def _next_edge(self, at: datetime) -> datetime:
        """The next instant at which quiet may end."""
        if self.undisturbed_until is not None and self.is_undisturbed(at):
            return self.undisturbed_until
        if self.quiet_until is not None and self._is_quiet_once(at):
            return self.quiet_until
        return self._next_wall(at, tuple({0, self.quiet_s[1] % _DAY_S}), frozenset(range(7)))

    def _next_wall(self, at: datetime, seconds: tuple[int, ...], days: frozenset[int]) -> datetime:
        """The first instant after `at` that a clock on the wall shows one of these times, on one of these days."""
        midnight = wall_of(at, self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        for ahead in range(9):
            day = midnight + timedelta(days=ahead)
            if day.weekday() in days:
                points = sorted(instant_of(day + timedelta(seconds=s), self.zone) for s in seconds)
                for point in points:
                    if point > at:
                        return point
        raise AssertionError("a week has all days")


def manner_of(person: PersonSettings) -> Manner:
    """A setting that cannot be read is as if it were not there."""
    config = person.config
    return Manner(
        person=person.person,
        zone=ZoneInfo(person.zone),
        quiet_s=(person.quiet_start_s, person.quiet_end_s),
        quiet_days=frozenset(_DAYS.index(day) for day in _words(config, "quiet_days") if day in _DAYS),
        quiet_from=_instant(config.get("quiet_from")),
        quiet_until=_instant(config.get("quiet_until")),
        breaks_quiet="high" if config.get("breaks_quiet") == "critical" else "safety",
        work_s=(person.work_start_s, person.work_end_s),
        work_days=frozenset(person.work_days) or frozenset(range(5)),
        a_day=int(_number(config.get("nudges_a_day"), A_DAY, 0, 100)),
        digests_s=DIGESTS_S if (digests := times_of_day(config.get("digests"))) is None else digests,
        muted=frozenset(_words(config, "muted")),
        fewer=frozenset(_words(config, "fewer")),
        stand_in=str(config["stand_in"]) if config.get("stand_in") else None,
        check_ins_s=times_of(config.get("check_ins")) or (),
        check_ins_paused_until=_instant(config.get("check_ins_paused_until")),
    )


def _within(second: int, span: tuple[int, int]) -> bool:
    start, end = span
    return start <= second < end if start <= end else second >= start or second < end


def _second(wall: datetime) -> int:
    return wall.hour * 3600 + wall.minute * 60 + wall.second


def _words(config: Mapping[str, Any], key: str) -> list[str]:
    value = config.get(key)
    return [word for part in value.split(",") if (word := part.strip().casefold())] if isinstance(value, str) else []


def _instant(value: object) -> datetime | None:
    try:
        return parse_instant(value) if isinstance(value, str) and value else None
    except Rejected:
        return None


def _number(value: Any, usual: float, low: float, high: float) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and low <= value <= high else usual
