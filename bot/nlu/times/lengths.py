"""Rules for lengths: `half an hour`, `90 minutes`, `1h 20m`, `two and a half days`."""

from bot.nlu.times.meaning import Count, Time, Unit
from bot.nlu.times.reckoning import Calendar, Length, length
from bot.nlu.times.words import grammar

rule = grammar.rule
_LONGEST_S = 1000 * 365 * 86_400.0


@rule(
    "<count> <unit>", "<count> more|further|additional|full|whole|extra <unit>", "<count> - <unit>", "<count> of <unit>"
)
def counted(_: Calendar, count: Count, unit: Unit) -> Length | None:
    return length_of(count.value, unit)


@rule("a|an|one <unit>", "another <unit>", "an|a additional|extra|entire|whole|full <unit>", "one more <unit>")
def one(_: Calendar, unit: Unit) -> Length | None:
    return length_of(1, unit)


@rule("half a|an <unit>", "a? half <unit>", "half - <unit>", "half - a|an - <unit>", "1 / 2 <unit>")
def half(_: Calendar, unit: Unit) -> Length | None:
    return length_of(0.5, unit)


@rule("quarter of? a|an <unit>", "a|one quarter of? a|an <unit>", "a quarter <unit>")
def a_quarter(_: Calendar, unit: Unit) -> Length | None:
    return length_of(0.25, unit)


@rule("quarter hour", "quarter - hour")
def quarter_hour(_: Calendar) -> Length:
    return length(15, "minute")


@rule("three quarters of? a|an? <unit>", "three - quarters of? a|an? <unit>", "3 quarters of? an <unit>")
def three_quarters(_: Calendar, unit: Unit) -> Length | None:
    return length_of(0.75, unit)


@rule("<count> / <count> <unit>", "<count> / <count> of an <unit>")
def fraction(_: Calendar, upper: Count, lower: Count, unit: Unit) -> Length | None:
    return length_of(upper.value / lower.value, unit) if lower.value and upper.digits and lower.digits else None


@rule("a|an|one <unit> and a|an half", "a|an|one? <unit> and half")
def one_and_a_half(_: Calendar, unit: Unit) -> Length | None:
    return length_of(1.5, unit)


@rule("<count> <unit> and a|an half", "<count> and a|an half <unit>")
def and_a_half(_: Calendar, count: Count, unit: Unit) -> Length | None:
    return length_of(count.value + 0.5, unit)


@rule("a|an|one <unit> and a quarter", "one and a quarter <unit>")
def one_and_a_quarter(_: Calendar, unit: Unit) -> Length | None:
    return length_of(1.25, unit)


@rule("a|an|one <unit> and three quarters")
def one_and_three_quarters(_: Calendar, unit: Unit) -> Length | None:
    return length_of(1.75, unit)


@rule("<count> <unit> <count> m", "<count> h <count>")
def hours_with_minutes(_: Calendar, count: Count, *more: Unit | Count) -> Length | None:
    """`1h 20m`, `2h30`."""
    minutes = more[-1]
    hours = not isinstance(more[0], Unit) or more[0].grain == "hour"
    if (
        not hours
        or not isinstance(minutes, Count)
        or not 0 < minutes.value < 60
        or not (count.digits and minutes.digits)
    ):
        return None
    return length(60 * count.value + minutes.value, "minute")


@rule("<clock> <unit>")
def written_length(_: Calendar, time: Time, unit: Unit) -> Length | None:
    """`1:30 hours`."""
    clock = time.clock
    if clock is None or clock.minute is None or unit.grain != "hour":
        return None
    return length(60 * clock.hour + clock.minute, "minute")


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


def length_of(count: float, unit: Unit) -> Length | None:
    if not 0 < count < 1_000_000:
        return None
    span = length(count * unit.times, unit.grain)
    return span if span.total_s < _LONGEST_S else None
