"""Follows a recurrence rule: which wall-clock times it gives, without any time zone, and with bounded work.

Years, months, weeks … are visited one after another, each gives its days, each day its times. A rule without COUNT is
entered close to where it is asked about, so that one that began long ago costs no more than a new one.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, timedelta
from itertools import product

from connectors.ical.rules import FREQUENCIES, Rule

MAX_STEPS = 200_000  # visited periods: half a millennium of days
_SPAN_S = {"DAILY": 86_400, "HOURLY": 3_600, "MINUTELY": 60, "SECONDLY": 1}
_HOURLY = FREQUENCIES.index("HOURLY")
_BEGIN = datetime(1, 1, 1)  # noqa: DTZ001 - wall-clock time, as everything here
_END = datetime(MAXYEAR, 12, 31)  # noqa: DTZ001


class TooMuchWork(Exception):
    """The rule has to be followed for longer than is sensible; what was found until then has been given."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """A rule with its start."""

    rule: Rule
    start: datetime
    all_day: bool = False

    def between(self, lower: datetime, upper: datetime) -> Iterator[datetime]:
        """All times of the rule with lower <= time <= upper, in order. Raises TooMuchWork."""
        rule = self.rule.completed(self.start.date() if self.all_day else self.start)
        count, until = _by_arithmetic(rule, self.start)
        upper = min(upper, until, _END)
        if upper < lower:
            return
        walk = _Walk(rule, self.start)
        first = walk.period(self.start)
        if count is None and lower > self.start:
            behind = walk.period(lower) - first
            first += max(0, behind // rule.interval - 1) * rule.interval
        given = 0
        for time in walk.times(first, upper):
            if time < self.start:
                continue
            given += 1
            if time > upper or (count is not None and given > count):
                return
            if time >= lower:
                yield time


def _by_arithmetic(rule: Rule, start: datetime) -> tuple[int | None, datetime]:
    """COUNT of an evenly spaced rule, such as every minute, is an end that needs no counting."""
    span_s = _SPAN_S.get(rule.freq)
    limits = rule.months or rule.weeks or rule.year_days or rule.month_days or rule.weekdays or rule.positions
    below = {"DAILY": (), "HOURLY": rule.hours, "MINUTELY": rule.hours or rule.minutes}
    uneven = below.get(rule.freq, rule.hours or rule.minutes or rule.seconds)
    single = all(len(part) <= 1 for part in (rule.hours, rule.minutes, rule.seconds))
    if rule.count is None or span_s is None or limits or uneven or not single:
        return rule.count, _END
    if rule.freq == "DAILY" and (rule.hours, rule.minutes, rule.seconds) != (
        (start.hour,),
        (start.minute,),
        (start.second,),
    ):
        return rule.count, _END
    if rule.count == 0:
        return 0, _END
    try:
        return None, start + timedelta(seconds=span_s * rule.interval * (rule.count - 1))
    except OverflowError:
        return None, _END


class _Walk:
    """Visits the periods of a rule; a period is a number that grows by one from one to the next."""

    def __init__(self, rule: Rule, start: datetime) -> None:
        self._rule = rule
        self._rank = FREQUENCIES.index(rule.freq)
        self._moves = rule.skip != "OMIT" and self._rank <= 1 and bool(rule.month_days)
        self._by_week = rule.freq == "YEARLY" and bool(rule.weeks)
        self._days = frozenset(weekday for n, weekday in rule.weekdays if n == 0 or self._rank > 1)
        self._nth_days = tuple(item for item in rule.weekdays if item[0] != 0) if self._rank <= 1 else ()
        seconds = sorted({min(second, 59) for second in rule.seconds})  # a leap second is not kept by clocks
        self._clock = tuple(product(rule.hours, rule.minutes, seconds))

    def period(self, at: datetime) -> int:
        """The number of the period that a time lies in."""
        match self._rule.freq:
            case "YEARLY":
                return week_of(at.date(), self._rule.week_start)[0] if self._by_week else at.year
            case "MONTHLY":
                return at.year * 12 + at.month - 1
            case "WEEKLY":
                return (at.toordinal() - 1 - self._rule.week_start) // 7
            case _:
                return _second_number(at) // _SPAN_S[self._rule.freq]

    def times(self, first: int, upper: datetime) -> Iterator[datetime]:
        """The times of every interval-th period from the first on, until one begins after `upper`."""
        rule, period = self._rule, first
        last = self.period(upper)
        for _ in range(MAX_STEPS):
            if period > last:
                return
            if self._rank < _HOURLY:
                days = [day for day in self._days_of(period) if self._fits(day)]
                found = [datetime(d.year, d.month, d.day, *clock) for d in days for clock in self._clock]  # noqa: DTZ001
                ahead = 1
            else:
                found, ahead = self._times_within(period)
            yield from self._picked(found)
            period += rule.interval * ahead
        raise TooMuchWork

    def _picked(self, found: list[datetime]) -> list[datetime]:
        positions, size = self._rule.positions, len(found)
        if not positions:
            return found
        indexes = {n - 1 if n > 0 else size + n for n in positions}
        return [found[i] for i in sorted(indexes) if 0 <= i < size]

    # --- days ------------------------------------------------------------------------------------

    def _days_of(self, period: int) -> list[date]:
        """Days of a year, month, week or day, in order, before the limits are looked at."""
        rule = self._rule
        if rule.freq == "DAILY":
            return [date.fromordinal(period)]
        if rule.freq == "WEEKLY":
            monday = period * 7 + 1 + rule.week_start
            return [date.fromordinal(n) for n in range(max(1, monday), min(monday + 7, date.max.toordinal()))]
        if rule.freq == "MONTHLY":
            return self._days_of_month(*divmod(period, 12))
        if self._by_week:
            begin, weeks = first_week(period, rule.week_start), weeks_in(period, rule.week_start)
            numbers = sorted({n if n > 0 else weeks + 1 + n for n in rule.weeks if abs(n) <= weeks})
            return [begin + timedelta(days=7 * (n - 1) + i) for n in numbers for i in range(7)]
        if rule.year_days:
            size = 366 if monthrange(period, 2)[1] == 29 else 365
            numbers = sorted({n if n > 0 else size + 1 + n for n in rule.year_days if abs(n) <= size})
            return [date(period, 1, 1) + timedelta(days=n - 1) for n in numbers]
        return [day for month in rule.months or range(1, 13) for day in self._days_of_month(period, month - 1)]

    def _days_of_month(self, year: int, month_index: int) -> list[date]:
        rule, month = self._rule, month_index + 1
        size = monthrange(year, month)[1]
        if not rule.month_days:
            return [date(year, month, day) for day in range(1, size + 1)]
        begin, days = date(year, month, 1), set()
        for n in rule.month_days:
            if abs(n) <= size:
                days.add(begin + timedelta(days=n - 1 if n > 0 else size + n))
            elif rule.skip == "FORWARD":
                days.add(begin + timedelta(days=size if n > 0 else 0))
            elif rule.skip == "BACKWARD":
                days.add(begin + timedelta(days=size - 1 if n > 0 else -1))
        return sorted(days)

    def _fits(self, day: date) -> bool:
        """Whether a day is within all limits of the rule."""
        rule = self._rule
        if not self._moves:  # else the days were chosen by these, and some moved to another month
            if rule.months and day.month not in rule.months:
                return False
            if rule.month_days:
                size = monthrange(day.year, day.month)[1]
                if day.day not in rule.month_days and day.day - size - 1 not in rule.month_days:
                    return False
        if rule.weekdays and day.weekday() not in self._days and not self._is_nth(day):
            return False
        if rule.year_days:
            number, size = day.timetuple().tm_yday, 366 if monthrange(day.year, 2)[1] == 29 else 365
            if number not in rule.year_days and number - size - 1 not in rule.year_days:
                return False
        if rule.weeks and not self._by_week:
            _, number, weeks = week_of(day, rule.week_start)
            return number in rule.weeks or number - weeks - 1 in rule.weeks
        return True

    def _is_nth(self, day: date) -> bool:
        """The nth such weekday of its month, or of its year where the rule goes by years alone."""
        if not self._nth_days:
            return False
        if self._rule.freq == "MONTHLY" or self._rule.months:
            number, size = day.day, monthrange(day.year, day.month)[1]
        else:
            number, size = day.timetuple().tm_yday, 366 if monthrange(day.year, 2)[1] == 29 else 365
        weekday = day.weekday()
        return ((number - 1) // 7 + 1, weekday) in self._nth_days or (
            -((size - number) // 7 + 1),
            weekday,
        ) in self._nth_days

    # --- hours, minutes, seconds -------------------------------------------------------------------

    def _times_within(self, period: int) -> tuple[list[datetime], int]:
        """The times of an hour, minute or second, and how many intervals may be passed over after it."""
        rule, span_s = self._rule, _SPAN_S[self._rule.freq]
        second = period * span_s
        at = _BEGIN + timedelta(seconds=second - 86_400)
        step_s = span_s * rule.interval
        if not self._fits(at.date()):
            return [], max(1, -(-(86_400 - second % 86_400) // step_s))
        if rule.hours and at.hour not in rule.hours:
            return [], max(1, -(-(3_600 - second % 3_600) // step_s))
        if rule.freq == "HOURLY":
            return [at.replace(minute=m, second=s) for m in rule.minutes for s in sorted(set(rule.seconds))], 1
        if rule.minutes and at.minute not in rule.minutes:
            return [], max(1, -(-(60 - second % 60) // step_s))
        if rule.freq == "MINUTELY":
            return [at.replace(second=s) for s in rule.seconds], 1
        return ([at] if not rule.seconds or at.second in rule.seconds else []), 1


def _second_number(at: datetime) -> int:
    return at.toordinal() * 86_400 + at.hour * 3_600 + at.minute * 60 + at.second


def first_week(year: int, week_start: int) -> date:
    """The first day of week 1: the first week with at least four days in the year."""
    fourth = date(year, 1, 4)
    return fourth - timedelta(days=(fourth.weekday() - week_start) % 7)


def weeks_in(year: int, week_start: int) -> int:
    """52 or 53."""
    if year >= MAXYEAR:
        return 52
    return (first_week(year + 1, week_start) - first_week(year, week_start)).days // 7


def week_of(day: date, week_start: int) -> tuple[int, int, int]:
    """The year that the week of a day belongs to, the week's number, and how many weeks that year has."""
    year = day.year
    if year < MAXYEAR and day >= first_week(year + 1, week_start):
        year += 1
    elif day < first_week(year, week_start):
        year -= 1
    return year, (day - first_week(year, week_start)).days // 7 + 1, weeks_in(year, week_start)
