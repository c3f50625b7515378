"""Rules for lengths and distances: `half an hour`, `in 20 minutes`, `two weeks ago`, `an hour before noon`."""

from dataclasses import replace

from bot.nlu.times.derived import In, Lasting, Shifted
from bot.nlu.times.meaning import Bound, Count, Kind, Time, Unit, later, narrow, of_grain, once
from bot.nlu.times.reckoning import GRAINS, Calendar, Length, length
from bot.nlu.times.series import Cycle, Stretch, next_of
from bot.nlu.times.words import grammar

rule = grammar.rule
_LONGEST_S = 1000 * 365 * 86_400.0


@rule(
    "<count> <unit>", "<count> more|further|additional|full|whole|extra <unit>", "<count> - <unit>", "<count> of <unit>"
)
def counted(_: Calendar, count: Count, unit: Unit) -> Length | None:
    return _length(count.value, unit)


@rule("a|an|one <unit>", "another <unit>", "an|a additional|extra|entire|whole|full <unit>", "one more <unit>")
def one(_: Calendar, unit: Unit) -> Length | None:
    return _length(1, unit)


@rule("half a|an <unit>", "a? half <unit>", "half - <unit>", "half - a|an - <unit>", "1 / 2 <unit>")
def half(_: Calendar, unit: Unit) -> Length | None:
    return _length(0.5, unit)


@rule("quarter of? a|an <unit>", "a|one quarter of? a|an <unit>", "a quarter <unit>")
def a_quarter(_: Calendar, unit: Unit) -> Length | None:
    return _length(0.25, unit)


@rule("quarter hour", "quarter - hour")
def quarter_hour(_: Calendar) -> Length:
    return length(15, "minute")


@rule("three quarters of? a|an? <unit>", "three - quarters of? a|an? <unit>", "3 quarters of? an <unit>")
def three_quarters(_: Calendar, unit: Unit) -> Length | None:
    return _length(0.75, unit)


@rule("<count> / <count> <unit>", "<count> / <count> of an <unit>")
def fraction(_: Calendar, upper: Count, lower: Count, unit: Unit) -> Length | None:
    return _length(upper.value / lower.value, unit) if lower.value and upper.digits and lower.digits else None


@rule("a|an|one <unit> and a|an half", "a|an|one? <unit> and half")
def one_and_a_half(_: Calendar, unit: Unit) -> Length | None:
    return _length(1.5, unit)


@rule("<count> <unit> and a|an half", "<count> and a|an half <unit>")
def and_a_half(_: Calendar, count: Count, unit: Unit) -> Length | None:
    return _length(count.value + 0.5, unit)


@rule("a|an|one <unit> and a quarter", "one and a quarter <unit>")
def one_and_a_quarter(_: Calendar, unit: Unit) -> Length | None:
    return _length(1.25, unit)


@rule("<length> and <length>", "<length> ,? <length>", "<length> , and <length>")
def added(_: Calendar, a: Length, b: Length) -> Length | None:
    return a + b if a.total_s > b.total_s and a.grain != b.grain else None


@rule("<length> and <count>")
def hours_and_minutes(_: Calendar, a: Length, count: Count) -> Length | None:
    """`an hour and twenty`; only spoken, for "2 hours and 3 lamps"."""
    minutes = count.whole
    if a.grain != "hour" or minutes is None or not count.spoken or not 5 <= minutes < 60 or minutes % 5:
        return None
    return a + length(minutes, "minute")


@rule("about|around|approximately|roughly|exactly|precisely|almost|nearly <length>", "at least|most <length>")
@rule("up to <length>", "more|less than <length>", "another <length>", "a period of <length>")
def roughly(_: Calendar, span: Length) -> Length:
    return span


def _length(count: float, unit: Unit) -> Length | None:
    if not 0 < count < 1_000_000:
        return None
    span = length(count * unit.times, unit.grain)
    return span if span.total_s < _LONGEST_S else None


@rule("in <length>", "<length> from now", "<length> hence", "in the next <length>")
def ahead(calendar: Calendar, span: Length) -> Time:
    return later(calendar, span)


@rule("in <length> time", "in <length> ' time", "<length> later", "<length> out")
def ahead_in_time(calendar: Calendar, span: Length) -> Time:
    return later(calendar, span)


@rule("<length> ago", "<length> back|earlier", "<length> in the past", "in - <length>", "in minus|negative <length>")
def ago(calendar: Calendar, span: Length) -> Time:
    return later(calendar, span, -1)


@rule("within|inside <length>", "within the next <length>", "in under <length>", "in less than <length>")
def within(calendar: Calendar, span: Length) -> Time:
    """From now on, for no longer than that."""
    stretch = Stretch(calendar.now.replace(microsecond=0), calendar.move(calendar.now, span).replace(microsecond=0))
    return Time(once(stretch.start, stretch.end), "stretch", "second", act=("end", 0.0), length_s=span.total_s)


@rule("after <length>")
def after_length(calendar: Calendar, span: Length) -> Time:
    return replace(later(calendar, span), edge="after", kind="instant")


@rule("in <count>")
def in_minutes(calendar: Calendar, count: Count) -> Time | None:
    """`in 15`, said of minutes; only where nothing countable follows."""
    minutes = count.whole
    if minutes is None or not 0 < minutes <= 60 or count.vague or not count.digits:
        return None
    return replace(later(calendar, length(minutes, "minute")), alone=True)


@rule("<length> after|from|past|following <when>", "<length> later than <when>")
def length_after(calendar: Calendar, span: Length, when: Time) -> Time | None:
    return _apart(calendar, span, when, 1)


@rule(
    "<length> before|prior <when>",
    "<length> prior to <when>",
    "<length> earlier than <when>",
    "<length> ahead of <when>",
)
def length_before(calendar: Calendar, span: Length, when: Time) -> Time | None:
    return _apart(calendar, span, when, -1)


def _apart(calendar: Calendar, span: Length, when: Time, times: int) -> Time | None:
    if when.kind in ("hours", "weekend", "days", "season") or when.kind == "part":
        return None
    grain = min(when.grain, span.grain, key=GRAINS.index)
    series = Shifted(when.series, span, times, grain)
    other = Shifted(when.other, span, times, grain) if when.other is not None else None
    kind: Kind = "instant" if grain in ("second", "minute", "hour") else of_grain(grain)
    immediate = when.immediate
    return Time(series, kind, grain, other=other, bound=True, recent=True, immediate=immediate)


@rule("<length> before|prior the|my|our|his|her|their|this|that", "<length> before|after|until|till")
def before_something(_: Calendar, span: Length) -> Bound:
    return Bound(-span.total_s)


@rule("<length> after the|my|our|his|her|their|this|that")
def after_something(_: Calendar, span: Length) -> Bound:
    return Bound(span.total_s)


@rule("<named> in <length>", "<named> <length> from now", "<named> <length> hence", "<day> in <length>")
def named_in(calendar: Calendar, time: Time, span: Length) -> Time | None:
    """`Thanksgiving in three years`: the one in the year that is so far away."""
    return _within_distance(calendar, time, span, 1)


@rule("<named> <length> ago", "<day> <length> ago")
def named_ago(calendar: Calendar, time: Time, span: Length) -> Time | None:
    return _within_distance(calendar, time, span, -1)


def _within_distance(calendar: Calendar, time: Time, span: Length, times: int) -> Time | None:
    if span.is_short or time.recent:
        return None
    start = calendar.distant(span, times)
    stretch = Stretch(start, calendar.move(start, length(1, span.grain)))
    found = next((s for s in time.series.after(start) if s.start >= start), None)
    if found is None or found.start >= stretch.end:
        return None
    return replace(
        time, series=In(once(stretch.start, stretch.end), time.series), certain=True, bound=True, immediate=True
    )


@rule("in <length> at <clock>", "<length> from now at <clock>")
def ahead_at(calendar: Calendar, span: Length, clock: Time) -> Time | None:
    """`in two days at 9`: the day is told by its distance, the hour by the clock."""
    if span.is_short:
        return None
    start = calendar.distant(length(1, "day"), 0) if not span.total_s else calendar.move(calendar.today, span)
    date = Time(once(start, calendar.move(start, length(1, "day"))), "day", "day", recent=True)
    return narrow(date, clock)


@rule("for <length> from|starting|beginning|after|since <when>", "for <length> starting|beginning from|at|on <when>")
@rule("<length> starting|beginning at|from|on? <when>")
def stretch_from(_: Calendar, span: Length, when: Time) -> Time | None:
    return lasting(when, span)


@rule("<clock> for <length>")
def hour_for(_: Calendar, when: Time, span: Length) -> Time | None:
    """`16h for 30 minutes`."""
    return lasting(when, span) if when.clock and when.clock.half_known else None


@rule(
    "<when> for <length>",
    "from|starting|beginning|after <when> for <length>",
    "starting|beginning at|from <when> for <length>",
)
def stretch_for(_: Calendar, when: Time, span: Length) -> Time | None:
    return lasting(when, span)


def lasting(when: Time, span: Length) -> Time | None:
    """From that time on, for so long."""
    if when.kind in ("hours", "stretch"):
        return None
    grain = min(when.grain, span.grain, key=GRAINS.index)
    other = Lasting(when.other, span) if when.other is not None else None
    kind: Kind = "hours" if when.kind == "clock" and not when.bound else "stretch"
    return replace(
        when,
        series=Lasting(when.series, span),
        other=other,
        kind=kind,
        grain=grain,
        certain=True,
        length_s=span.total_s,
    )


@rule("upcoming <length>", "the upcoming <length>")
def upcoming(calendar: Calendar, span: Length) -> Time | None:
    """The last of them names the time, `rolling` all of them from now."""
    one_of_them = length(1, span.grain)
    steps = span.months // one_of_them.months if one_of_them.months else round(span.seconds / one_of_them.seconds)
    found = next_of(Cycle(span.grain), calendar.now, steps) if 0 < steps < 1000 else None
    if found is None:
        return None
    rolling = Stretch(calendar.now, calendar.move(calendar.now, span))
    return Time(once(found.start, found.end), of_grain(span.grain), span.grain, recent=True, rolling=rolling)


@rule("<count> upcoming <unit>", "the <count> upcoming <unit>")
def counted_upcoming(calendar: Calendar, count: Count, unit: Unit) -> Time | None:
    span = _length(count.value, unit)
    return upcoming(calendar, span) if span else None
