"""Rules that put two times together into one: `tomorrow at 3`, `6 pm on Friday`, `Monday of next week`, `May 2027`."""

from bot.nlu.times.meaning import Time, narrow
from bot.nlu.times.reckoning import Calendar
from bot.nlu.times.words import grammar

rule = grammar.rule


@rule("<any> <any>", "<any> at|@ <any>", "<any> , at|on <any>", "<any> on <any>", "<any> around|about|by <clock>")
def joined(_: Calendar, a: Time, b: Time) -> Time | None:
    """The finer within the coarser, in either order. A lone number word needs an "at" to be an hour."""
    if _too_little(a, b) or _too_little(b, a):
        return None
    return narrow(a, b)


@rule("<any> , <any>")
def joined_by_comma(_: Calendar, a: Time, b: Time) -> Time | None:
    """`Friday, 6 pm`; a lone number after a comma is rather the next of a list."""
    return narrow(a, b) if a.certain and b.certain else None


@rule("<any> of|in|from|for|during|this <any>", "<any> of|in|from|during the <any>", "<any> 's <any>", "<any> - <any>")
def joined_of(_: Calendar, fine: Time, wide: Time) -> Time | None:
    """`Sunday from last week`, `the 5th of next month`."""
    if _too_little(fine, wide) or fine.kind == "clock" or wide.kind in ("clock", "hours", "part"):
        return None
    return narrow(fine, wide)


@rule("<any> at|@ <clock>", "<any> at|@ <hours>")
def at_on(_: Calendar, day: Time, clock: Time) -> Time | None:
    return narrow(day, clock) if day.certain or day.kind != "year" else None


def _too_little(a: Time, b: Time) -> bool:
    """ "Thursday's one-on-one" and "8 May, two hours" name no hour, "5 2014" no date."""
    lone_word = a.kind == "clock" and not a.certain and a.spoken
    both_open = not a.certain and not b.certain and "part" not in (a.kind, b.kind)
    lone_year = a.kind == "year" and not a.certain and b.kind in ("clock", "hours", "part", "weekday")
    return lone_word or both_open or lone_year
