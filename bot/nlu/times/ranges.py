"""Rules for stretches with two ends or one: `between 8 and 10`, `from 13 to 15 July`, `since noon`, `by Friday`."""

from dataclasses import replace

from bot.nlu.times.clocks import MINUTES_TO, half_of
from bot.nlu.times.derived import Between
from bot.nlu.times.meaning import Clock, Count, Edge, Kind, Ordinal, Time, Zone, narrow, once
from bot.nlu.times.reckoning import GRAINS, Calendar
from bot.nlu.times.series import InZone, OfDay, last_of, next_of
from bot.nlu.times.words import grammar, month_day

rule = grammar.rule
_TO = "to|till|til|until|untill|thru|through|-"
_DAY_S = 86_400


def _is_minutes_to(time: Time) -> bool:
    """ "at ten to four" is ten minutes before four, whatever "at" says of a lone ten."""
    clock = time.clock
    if clock is None or not time.spoken or clock.minute is not None:
        return False
    return clock.hour in MINUTES_TO and (clock.hour > 12 or not clock.half_known)


def _half_known(time: Time) -> bool:
    """Whether the half of the day was said, and does not only follow from a lone number beyond 12."""
    return time.clock is not None and time.clock.half_known and time.certain


@rule(f"<clock> {_TO} <clock>", "<clock> : <clock>")
def clocks(_: Calendar, a: Time, b: Time) -> Time | None:
    if _is_minutes_to(a):
        return None
    found = hours(a, b)
    return replace(found, certain=a.certain or b.certain or _half_known(a) or _half_known(b)) if found else None


@rule("between <clock> and <clock>", f"from <clock> {_TO} <clock>", "in? - between <clock> and|- <clock>")
@rule("later than <clock> but? before <clock>", "between <clock> - <clock>", "in between <clock> and|- <clock>")
@rule(f"after <clock> but? before|{_TO} <clock>", f"between <clock> {_TO} <clock>")
def between_clocks(_: Calendar, a: Time, b: Time) -> Time | None:
    found = hours(a, b)
    return replace(found, certain=True) if found else None


@rule(f"from? <clock> a {_TO} <clock> a")
def before_noon_both(_: Calendar, a: Time, b: Time) -> Time | None:
    return _halves(a, b, 0, 0)


@rule(f"from? <clock> a {_TO} <clock> p|pm")
def over_noon(_: Calendar, a: Time, b: Time) -> Time | None:
    return _halves(a, b, 0, 12)


@rule(f"from? <clock> p {_TO} <clock> p")
def after_noon_both(_: Calendar, a: Time, b: Time) -> Time | None:
    return _halves(a, b, 12, 12)


def _halves(a: Time, b: Time, first: int, second: int) -> Time | None:
    early, late = half_of(a, first), half_of(b, second)
    found = hours(early, late) if early and late else None
    return replace(found, certain=True) if found else None


def hours(a: Time, b: Time) -> Time | None:
    """From one time of day to another; the half of the day said with one holds for both where it fits."""
    if isinstance(a.series, InZone) and isinstance(b.series, InZone):
        return Time(Between(a.series, b.series, whole=False), "hours", min(a.grain, b.grain, key=GRAINS.index))
    if (
        a.clock is None
        or b.clock is None
        or a.bound
        or b.bound
        or (a.spoken and b.spoken and not (a.certain or b.certain))
    ):
        return None
    first, last = a.clock, b.clock
    if not a.certain and first.hour > 12 and last.half_known and last.of_day_s < first.of_day_s:
        return None  # "15 to noon" is told in minutes
    if last.half_known and not first.half_known and first.hour <= 12:
        same = first.hour % 12 + (12 if last.hour >= 12 else 0)
        first = replace(first, hour=same if same < last.hour else first.hour % 12, half_known=True)
    if first.half_known and not last.half_known:
        after = last.hour % 12
        while after * 3600 + _within_hour(last) <= first.of_day_s:
            after += 12
        last = replace(last, hour=after, half_known=True)
    if first.half_known:
        return _hours(first, last)
    early = _hours(replace(first, hour=first.hour % 12, half_known=True), _next(last, first, 0))
    late = _hours(replace(first, hour=first.hour % 12 + 12, half_known=True), _next(last, first, 12))
    return replace(early, other=late.series)


def _next(last: Clock, first: Clock, half: int) -> Clock:
    """The first such time of day after the other, twelve hours on at most."""
    start = (first.hour % 12 + half) * 3600 + _within_hour(first)
    hour = last.hour % 12
    while hour * 3600 + _within_hour(last) <= start:
        hour += 12
    return replace(last, hour=hour, half_known=True)


def _within_hour(clock: Clock) -> int:
    return (clock.minute or 0) * 60 + (clock.second or 0)


def _hours(first: Clock, last: Clock) -> Time:
    start, end = first.of_day_s, last.of_day_s
    if end <= start:
        end += _DAY_S
    grain = min(first.grain, last.grain, key=GRAINS.index)
    return Time(OfDay(start, end), "hours", grain, clock=first)


@rule("<hours> <zone>", "<hours> ( <zone> )")
def hours_in_zone(calendar: Calendar, time: Time, zone: Zone) -> Time | None:
    if not isinstance(time.series, OfDay):
        return None
    return replace(time, series=InZone(time.series, zone.minutes, calendar.zone), other=None, certain=True)


@rule(
    f"<month> <dom> {_TO} <dom>",
    f"from|between <month> <dom> {_TO}|and <dom>",
    f"<month> from? the? <dom> {_TO} the? <dom>",
)
def month_days(_: Calendar, month: Time, first: Count | Ordinal, last: Count | Ordinal) -> Time | None:
    return _days(month, first, last)


@rule(
    f"<dom> {_TO} <dom> <month>",
    f"<dom> {_TO} the? <dom> of <month>",
    f"from|between the? <dom> {_TO}|and the? <dom> of? <month>",
)
@rule(f"the <dom> {_TO} the? <dom> of? <month>")
def days_month(_: Calendar, first: Count | Ordinal, last: Count | Ordinal, month: Time) -> Time | None:
    return _days(month, first, last)


def _days(month: Time, first: Count | Ordinal, last: Count | Ordinal) -> Time | None:
    if first.value % 1 or last.value % 1 or first.value >= last.value:
        return None
    start, end = month_day(month.number or 0, int(first.value)), month_day(month.number or 0, int(last.value))
    return _between(start, end) if start and end else None


def _between(a: Time, b: Time) -> Time:
    kind: Kind = "days" if a.kind in ("day", "holiday", "weekday", "monthday") else "stretch"
    return Time(Between(a.series, b.series), kind, a.grain, bound=a.bound, immediate=a.immediate and b.immediate)


@rule(f"from <date> {_TO} <date>", "between <date> and <date>", f"<date> {_TO} <date>", "<date> / <date>")
@rule("from the <date> to|until the <date>", "between the <date> and the <date>")
def dates(_: Calendar, a: Time, b: Time) -> Time | None:
    """From the start of one to the end of the other, that day included."""
    return _between(a, b) if a.grain == b.grain and a.certain and b.certain else None


@rule(f"from? <when> {_TO} <when>", "between <when> and <when>", "<when> / <when>")
def moments(_: Calendar, a: Time, b: Time) -> Time | None:
    """From one moment to another: `tomorrow 9 pm to Friday 6 am`."""
    kinds = ("clock", "instant")
    if a.kind not in kinds or b.kind not in kinds or not (a.bound or a.recent) or (_is_minutes_to(a) and not b.bound):
        return None
    grain = min(a.grain, b.grain, key=GRAINS.index)
    last = b.series
    return Time(Between(a.series, last, whole=False), "stretch", grain, bound=True, recent=a.recent)


@rule("between <year> and <year>", f"from <year> {_TO} <year>", f"<year> {_TO} <year>")
def years(_: Calendar, a: Time, b: Time) -> Time | None:
    """`2014 to 2018`, both of them."""
    first, last = a.number or 0, b.number or 0
    known = 1900 <= first < last < 2200
    return Time(Between(a.series, b.series), "stretch", "year", bound=True) if known else None


@rule("since <any>", "ever since <any>")
def since(calendar: Calendar, when: Time) -> Time | None:
    """From the last such time until now: `since Monday` looks back, not ahead."""
    begun = []
    for series in (when.series, when.other):
        if series is not None:
            found = (next_of(series, calendar.now) if when.immediate else None, last_of(series, calendar.now))
            begun += [s.start for s in found if s is not None and s.start <= calendar.now]
    if not begun:
        return None
    return Time(once(max(begun), calendar.now), "stretch", when.grain, edge="since", recent=True)


@rule("until|till|til|untill|through|thru <any>", "up to|until|till <any>", "not? until|till after? <any>")
@rule("anytime|sometime|sometimes until|till|through <any>")
def until(_: Calendar, when: Time) -> Time:
    return _open(when, "until")


@rule("by <any>", "no later than <any>", "not later than <any>", "at the latest? by <any>", "by no later than <any>")
@rule("<when> at the? latest", "at the latest <any>", "by <when> at the? latest")
def by(_: Calendar, when: Time) -> Time:
    return _open(when, "by")


@rule("by the? end of <date>", "before the end of <date>")
def by_the_end(_: Calendar, when: Time) -> Time:
    return replace(_open(when, "by"), act=("end", -86_400.0))


@rule(
    "before|prior <any>",
    "prior to <any>",
    "anytime|sometime|sometimes before <any>",
    "earlier than <any>",
    "ahead of <any>",
)
def before(_: Calendar, when: Time) -> Time:
    return _open(when, "before")


@rule(
    "after|starting <any>",
    "anytime|sometime|sometimes after <any>",
    "starting from|on|at <any>",
    "later than <any>",
)
@rule(
    "not before|earlier than? <any>", "no earlier|sooner than <any>", "<when> at the? earliest", "at the earliest <any>"
)
@rule("from <any> on|onward|onwards", "as of <any>")
def after(_: Calendar, when: Time) -> Time:
    return _open(when, "after")


@rule("<when> or|and later|after|onwards", "<when> onwards|onward")
def or_later(_: Calendar, when: Time) -> Time:
    return _open(when, "after")


@rule("<day> ,? <edge>", "<edge> on? <day>", "<edge> , <day>")
def edge_on_day(_: Calendar, a: Time, b: Time) -> Time | None:
    """`Thursday before 5 pm`."""
    edge, day = (a, b) if a.edge else (b, a)
    if edge.kind not in ("clock", "hours", "part") or edge.bound or edge.recent:
        return None
    found = narrow(replace(edge, edge=None), day)
    return replace(found, edge=edge.edge) if found else None


def _open(when: Time, edge: Edge) -> Time:
    """One end of something longer. A lone number may yet count what follows: "about three things"."""
    return replace(when, edge=edge, certain=True, alone=when.kind in ("clock", "monthday") and not when.certain)


@rule("from <any>")
def from_time(calendar: Calendar, when: Time) -> Time | None:
    """From a time to come on; "the mail from yesterday" is only of it."""
    if when.recent and when.kind in ("day", "days", "week", "month", "year", "part", "stretch"):
        start = last_of(when.series, calendar.now) or next_of(when.series, calendar.now)
        if start is None or start.start < calendar.now:
            return when
    return _open(when, "after")
