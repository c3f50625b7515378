"""Rules for lengths and stretches: `half an hour`, `the last 3 hours`, `since noon`, `between 8 and 10`."""

from dataclasses import replace
from datetime import timedelta

from bot.nlu.times.clocks import on_day
from bot.nlu.times.meaning import Calendar, Clock, Count, Edge, Grain, Length, Unit, When, length, shift
from bot.nlu.times.words import grammar

rule = grammar.rule
_LONGEST_S = 1000 * 365 * 86_400.0


@rule("<count> <unit>", "<count> more|further|additional|full|whole <unit>", "<count> - <unit>", "<count> of <unit>")
def counted(_: Calendar, count: Count, unit: Unit) -> Length | None:
    if not 0 < count.value < 1_000_000:
        return None
    span = length(count.value * unit.times, unit.grain)
    return span if span.total_s < _LONGEST_S else None


@rule("a|an|one <unit>", "another <unit>")
def one(_: Calendar, unit: Unit) -> Length:
    return length(unit.times, unit.grain)


@rule("half a|an <unit>", "a? half <unit>", "half - <unit>")
def half(_: Calendar, unit: Unit) -> Length:
    return length(0.5 * unit.times, unit.grain)


@rule("quarter of? an <unit>", "a quarter of? an <unit>", "a quarter <unit>")
def a_quarter(_: Calendar, unit: Unit) -> Length:
    return length(0.25 * unit.times, unit.grain)


@rule("three quarters of an <unit>")
def three_quarters(_: Calendar, unit: Unit) -> Length:
    return length(0.75 * unit.times, unit.grain)


@rule("a|an|one <unit> and a half", "<count> <unit> and a half")
def and_a_half(_: Calendar, a: Count | Unit, b: Unit | None = None) -> Length | None:
    if isinstance(a, Count):
        return length((a.value + 0.5) * (b.times if b else 1), b.grain) if b else None
    return length(1.5 * a.times, a.grain)


@rule("<length> and <length>", "<length> , <length>", "<length> <length>")
def added(_: Calendar, a: Length, b: Length) -> Length | None:
    return a + b if a.total_s > b.total_s and a.grain != b.grain else None


@rule(
    "in|within <length>", "<length> from now", "in another <length>", "in about|around <length>", "in the next <length>"
)
def ahead(calendar: Calendar, span: Length) -> When:
    return When(shift(calendar.now, span), None, _instant_grain(span), length_s=span.total_s)


@rule("<length> ago", "<length> back|earlier")
def ago(calendar: Calendar, span: Length) -> When:
    return When(shift(calendar.now, span, -1), None, _instant_grain(span), recent=True)


def _instant_grain(span: Length) -> Grain:
    return "day" if span.grain in ("day", "week", "month", "quarter", "year") else "minute"


@rule("<length> after|from <when>")
def length_after(_: Calendar, span: Length, when: When) -> When:
    return When(shift(when.start, span), None, "minute" if when.end is None else when.grain)


@rule("<length> before <when>")
def length_before(_: Calendar, span: Length, when: When) -> When:
    return When(shift(when.start, span, -1), None, "minute" if when.end is None else when.grain)


@rule("last|past|previous <length>", "the last|past|previous <length>", "over the last|past <length>")
def last_length(calendar: Calendar, span: Length) -> When:
    end = calendar.now if _is_short(span) else calendar.today
    return When(shift(end, span, -1), calendar.now if end == calendar.today else end, span.grain, recent=True)


@rule("next|coming|following <length>", "the next|coming|following <length>", "over the next <length>")
def next_length(calendar: Calendar, span: Length) -> When:
    return When(calendar.now, shift(calendar.now, span), span.grain)


@rule("this <length>")
def this_length(_: Calendar, __: Length) -> None:
    """ "this one week" is no time; the rule keeps `one week` from being read out of it."""


@rule("later today", "rest of the day", "the rest of the day", "the remainder of the day")
def rest_of_day(calendar: Calendar) -> When:
    return When(calendar.now, calendar.today + timedelta(days=1), "hour")


@rule("later this <unit>", "rest of the|this <unit>", "the rest of the|this <unit>")
def rest_of(calendar: Calendar, unit: Unit) -> When | None:
    period = calendar.period(unit.grain)
    return replace(period, start=calendar.now) if period.end else None


@rule("so far this|the <unit>", "this <unit> so far", "<unit> to date")
def so_far(calendar: Calendar, unit: Unit) -> When:
    return replace(calendar.period(unit.grain), end=calendar.now)


@rule("so far today", "today so far")
def today_so_far(calendar: Calendar) -> When:
    return replace(calendar.period("day"), end=calendar.now)


@rule("since <when>", "ever since <when>")
def since(calendar: Calendar, when: When) -> When:
    """From the last such time until now: `since Monday` looks back, not ahead."""
    start = when.start
    if start > calendar.now and when.grain in ("month", "quarter"):
        start = shift(start, length(1, "year"), -1)
    elif start > calendar.now:  # a weekday or an hour
        start -= timedelta(days=7 if when.grain == "day" else 1)
        start -= timedelta(days=7 if start == calendar.today and when.grain == "day" else 0)
    return When(start, calendar.now, when.grain, edge="since")


@rule("until|till|til|through <when>", "up to|until <when>")
def until(_: Calendar, when: When) -> When:
    return _edge(when, "until")


@rule("by <when>", "no later than <when>")
def by(_: Calendar, when: When) -> When:
    return replace(when, certain=True)


@rule("before <when>")
def before(_: Calendar, when: When) -> When:
    return _edge(when, "before")


@rule("after|from <when>", "from <when> on|onwards", "starting <when>")
def after(_: Calendar, when: When) -> When:
    start = when.end if when.end is not None and when.grain != "day" and when.day_part else when.start
    return replace(when, start=start, end=None, edge="after", certain=True)


def _edge(when: When, edge: Edge) -> When:
    return replace(when, edge=edge, certain=True)


@rule("<clock> to|till|until|- <clock>")
def clocks(calendar: Calendar, a: Clock, b: Clock) -> When | None:
    return clocks_on(calendar, calendar.period("day"), a, b)


@rule("between <clock> and <clock>", "from <clock> to|till|until|- <clock>")
def between_clocks(calendar: Calendar, a: Clock, b: Clock) -> When | None:
    when = clocks_on(calendar, calendar.period("day"), a, b)
    return replace(when, certain=True) if when else None


@rule(
    "<day> between <clock> and <clock>",
    "<day> from <clock> to|till|until|- <clock>",
    "<day> <clock> to|till|until|- <clock>",
)
def day_clocks(calendar: Calendar, day: When, a: Clock, b: Clock) -> When | None:
    return clocks_on(calendar, day, a, b)


@rule("between <clock> and <clock> on? <day>", "from <clock> to|till|until|- <clock> on? <day>")
def clocks_day(calendar: Calendar, a: Clock, b: Clock, day: When) -> When | None:
    return clocks_on(calendar, day, a, b)


def clocks_on(calendar: Calendar, day: When, a: Clock, b: Clock) -> When | None:
    """Two clock times on a day; the half of the day said with one holds for both where it fits."""
    if b.half_known and not a.half_known and a.hour <= 12:
        hour = a.hour % 12 + (12 if b.hour > 12 else 0)
        a = replace(a, hour=hour if hour < b.hour or b.hour == 0 else a.hour % 12, half_known=True)
    start = on_day(calendar, day, a)
    end = on_day(calendar, day, b).start
    if not b.half_known:
        end = start.start.replace(hour=0, minute=b.minute) + timedelta(hours=b.hour % 12)
    while end <= start.start:
        end += timedelta(hours=24 if b.half_known else 12)
    certain = a.certain or b.certain or a.half_known or b.half_known
    return When(start.start, end, "hour", certain=certain)


@rule("from <when> to|till|until|through <when>", "between <when> and <when>", "<when> to|till|until|through|- <when>")
def whens(_: Calendar, a: When, b: When) -> When | None:
    """From the start of one to the end of the other, days included."""
    end = b.end or b.start
    if not (a.certain and b.certain) or a.grain != b.grain:
        return None
    while end <= a.start and a.grain == "day":
        end += timedelta(days=7)
    return When(a.start, end, a.grain) if end > a.start else None


@rule("from <count> to|- <day>", "<count> to|- <day>", "between <count> and <day>")
def count_to_day(calendar: Calendar, first: Count, last: When) -> When | None:
    """`from 1 to 5 May`."""
    if last.recent or first.spoken or first.value % 1 or not 1 <= first.value < last.start.day:
        return None
    start = last.start.replace(day=int(first.value))
    return When(start, last.end, "day")


def _is_short(span: Length) -> bool:
    return span.grain in ("second", "minute", "hour")
