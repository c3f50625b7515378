"""Which occurrences an event has within a span: its rules, added and left-out dates, and changed occurrences."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from connectors.ical.events import Event, day_of, named
from connectors.ical.expansion import Expansion, TooMuchWork
from connectors.ical.faults import Finding
from connectors.ical.rules import Rule
from connectors.ical.values import Length, Moment

MOST = 10_000  # occurrences of one series within a span
_MARGIN = timedelta(days=2)  # a wall clock is never that far from UTC, nor a clock change that long
_LOWEST, _HIGHEST = datetime(1, 1, 3), datetime(9999, 12, 29)  # noqa: DTZ001


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that an event takes place. `original` is where its series had it; None for a single event."""

    event: Event
    series: Event  # what says how it repeats; the event itself where it does not
    start: Moment
    starts_at: datetime  # UTC, as `ends_at`
    ends_at: datetime
    original: Moment | None


@dataclass(frozen=True, slots=True)
class Span:
    """start <= t < end, both in UTC, as seen by somebody in the zone `home`."""

    start: datetime
    end: datetime
    home: tzinfo

    def touches(self, starts_at: datetime, ends_at: datetime) -> bool:
        return starts_at < self.end and (ends_at > self.start or starts_at >= self.start)


class Series:
    """The events of one UID: what repeats, and single occurrences that were changed."""

    def __init__(self, master: Event | None, changed: Sequence[Event], *, alone: bool = True) -> None:
        self.master = master
        self._changed = changed
        self._alone = alone  # false where another event has the same UID: its start then tells them apart

    @property
    def events(self) -> list[Event]:
        return [*([self.master] if self.master is not None else []), *self._changed]

    def between(self, span: Span, most: int = MOST) -> tuple[list[Occurrence], Finding | None]:
        """In order of their start. The finding says that there are more than could be followed."""
        told: Finding | None = None
        found: list[Occurrence] = []
        changes = _Changes(self.master, self._changed, span.home)
        try:
            for occurrence in self._occurrences(changes, span):
                if span.touches(occurrence.starts_at, occurrence.ends_at):
                    if len(found) == most:
                        raise TooMuchWork
                    found.append(occurrence)
        except TooMuchWork:
            hint = f"Only the first {len(found)} in this span were read: give the series an end, or a longer interval."
            told = Finding(named(self.events[0].component), "it repeats more often than can be followed", hint)
        found.sort(key=lambda occurrence: occurrence.starts_at)
        return found, told

    def _occurrences(self, changes: "_Changes", span: Span) -> Iterator[Occurrence]:
        """Those that may touch the span: changed ones that no rule gives are taken at their word."""
        master = self.master
        if master is not None and not (master.repeats or master.left_out or self._changed):
            yield _occurrence(master, master, master.start, master.length, None if self._alone else master.start, span)
            return
        matched: set[int] = set()
        if master is not None:
            for original, length in self._originals(master, changes, span):
                occurrence, alone = changes.apply(master, original, length, span)
                matched.add(id(alone))
                yield occurrence
        for event in self._changed:
            if event.changes is None or id(event) in matched or changes.leaves_out(event.changes):
                continue
            if master is None or event.sequence >= master.sequence or not (event.repeats or event.left_out):
                yield _occurrence(event, master or event, event.start, event.length, event.changes, span)

    def _originals(self, master: Event, changes: "_Changes", span: Span) -> Iterator[tuple[Moment, Length | None]]:
        """Where the series has occurrences whose changed form may touch the span; each once."""
        back, ahead = changes.reach()
        zone = master.start.zone or span.home
        lower = max(_wall(span.start, zone) - _MARGIN - back, _LOWEST) if span.start.year > 1 else _LOWEST
        upper = min(_wall(span.end, zone) + _MARGIN + ahead, _HIGHEST) if span.end.year < 9999 else _HIGHEST
        seen: set[datetime] = set()
        for original, length in self._candidates(master, lower, upper, span.home):
            at = original.instant(span.home)
            if at not in seen and not changes.leaves_out(original):
                seen.add(at)
                yield original, length

    def _candidates(
        self, master: Event, lower: datetime, upper: datetime, home: tzinfo
    ) -> Iterator[tuple[Moment, Length | None]]:
        start = master.start
        for moment, length in master.added:
            if lower <= moment.wall <= upper:
                # A day among times is meant at the usual hour, a time among days on its day.
                if moment.all_day != start.all_day:
                    hour = start.wall.time() if moment.all_day else datetime.min.time()
                    moment = Moment(datetime.combine(day_of(moment), hour), start.zone, start.all_day)
                yield moment, length
        ends = [_end_of(rule, start, home) for rule in master.rules]
        if lower <= start.wall <= upper and not (ends and all(end < start.wall for end in ends)):
            yield start, None
        for rule, end in zip(master.rules, ends, strict=True):
            expansion = Expansion(rule, start.wall, all_day=start.all_day)
            for wall in expansion.between(max(lower, start.wall), min(upper, end)):
                yield Moment(wall, start.zone, start.all_day), None


def group(events: Iterable[Event]) -> list[Series]:
    """The events by UID. Of several versions of one the latest counts."""
    by_uid: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_uid[event.uid].append(event)
    series: list[Series] = []
    for several in by_uid.values():
        masters = _latest(event for event in several if event.changes is None)
        changed = _latest(event for event in several if event.changes is not None)
        series.append(Series(masters[0] if masters else None, changed, alone=len(masters) < 2))
        series += [Series(master, (), alone=False) for master in masters[1:]]
    return series


def _latest(events: Iterable[Event]) -> list[Event]:
    """Of events that stand for the same time, the one with the highest SEQUENCE, then the latest."""
    newest: dict[datetime, Event] = {}
    listed = list(events)
    highest = max((event.sequence for event in listed if event.changes is None), default=-1)
    for event in listed:
        if event.changes is None and event.sequence < highest:
            continue  # an older version, which may have been at another time
        key = (event.changes or event.start).instant(UTC)
        known = newest.get(key)
        if known is None or (event.sequence, _age(event)) > (known.sequence, _age(known)):
            newest[key] = event
    return list(newest.values())


def _age(event: Event) -> datetime:
    return event.modified_at or datetime.min.replace(tzinfo=UTC)


class _Changes:
    """What was changed of a series: occurrences left out, single ones moved, all from one on."""

    def __init__(self, master: Event | None, changed: Sequence[Event], home: tzinfo) -> None:
        self._master, self._home = master, home
        self._zone = master.start.zone if master is not None else None
        self._by_days = master is not None and master.start.all_day
        left_out = master.left_out if master is not None else ()
        self._out_at = {m.instant(home) for m in left_out if not m.all_day}
        self._out_wall = {m.wall for m in left_out if not m.all_day and m.zone is None}
        self._out_on = {day_of(m) for m in left_out if m.all_day or self._by_days}
        self._by_instant: dict[datetime, Event] = {}
        self._by_wall: dict[datetime, Event] = {}
        self._by_day: dict[date, Event] = {}
        self._onwards: list[tuple[datetime, Event]] = []
        for event in changed:
            if event.changes is not None:
                self._take(event, event.changes)
        self._onwards.sort(key=lambda item: item[0])

    def _take(self, event: Event, changes: Moment) -> None:
        if changes.all_day or self._by_days:
            self._by_day[day_of(changes)] = event
        else:
            self._by_instant[changes.instant(self._zone_of(changes))] = event
            self._by_wall[changes.wall] = event
        if event.onwards:
            self._onwards.append((changes.instant(self._zone_of(changes)), event))

    def reach(self) -> tuple[timedelta, timedelta]:
        """How far before and after a span an original may lie whose changed form touches it."""
        back = ahead = timedelta(0)
        if (master := self._master) is not None:
            lengths = (length for _, length in master.added if length is not None)
            back = max(map(_rough, (master.length, *lengths)))
        for _, event in self._onwards:
            shift = _shift(event)
            back = max(back, _rough(event.length) + max(shift, timedelta(0)))
            ahead = max(ahead, -shift)
        return back, ahead

    def leaves_out(self, original: Moment) -> bool:
        return (
            day_of(original) in self._out_on
            or original.wall in self._out_wall
            or original.instant(self._zone_of(original)) in self._out_at
        )

    def apply(
        self, master: Event, original: Moment, length: Length | None, span: Span
    ) -> tuple[Occurrence, Event | None]:
        """The occurrence as it was changed, and the event that changed it alone."""
        at = original.instant(span.home)
        event = self._by_instant.get(at) or self._by_day.get(day_of(original)) or self._by_wall.get(original.wall)
        if event is not None:
            return _occurrence(event, master, event.start, event.length, original, span), event
        after = [event for since, event in self._onwards if since < at]
        if not after:
            return _occurrence(master, master, original, length or master.length, original, span), None
        event = after[-1]
        start = Moment(original.wall + _shift(event), event.start.zone, event.start.all_day)
        return _occurrence(event, master, start, length or event.length, original, span), None

    def _zone_of(self, moment: Moment) -> tzinfo:
        return moment.zone or self._zone or self._home


def _shift(event: Event) -> timedelta:
    """By how much a change from one occurrence on moves the later ones, as the clock on the wall shows."""
    changes = event.changes
    if changes is None:
        return timedelta(0)
    if changes.zone is not None and event.start.zone is not None and changes.zone != event.start.zone:
        return event.start.wall - _wall(changes.instant(UTC), event.start.zone)
    return event.start.wall - changes.wall


def _rough(length: Length) -> timedelta:
    return timedelta(days=length.days, seconds=length.seconds)


def _wall(at: datetime, zone: tzinfo) -> datetime:
    try:
        return at.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        return at.replace(tzinfo=None)


def _end_of(rule: Rule, start: Moment, home: tzinfo) -> datetime:
    """UNTIL by the clock of the start; a day is its first moment, as other programs read it."""
    until = rule.until
    if until is None:
        return _HIGHEST
    if start.all_day or not isinstance(until, datetime):
        return datetime(until.year, until.month, until.day)  # noqa: DTZ001
    return until if until.tzinfo is None else _wall(until, start.zone or home)


def _occurrence(
    event: Event, series: Event, start: Moment, length: Length, original: Moment | None, span: Span
) -> Occurrence:
    starts_at = start.instant(span.home)
    try:
        after_days = Moment(start.wall + timedelta(days=length.days), start.zone, start.all_day)
        ends_at = after_days.instant(span.home) + timedelta(seconds=length.seconds)
    except OverflowError:
        ends_at = starts_at
    return Occurrence(event, series, start, starts_at, max(starts_at, ends_at), original)
