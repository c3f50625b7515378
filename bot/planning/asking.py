"""Questions about what was left open: what it is called, when it is, which of two times is meant."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.dialogue.buttons import of_question, picks
from bot.dialogue.state import Pending, Request
from bot.planning import matching
from bot.planning.times import Open, with_clock
from bot.planning.titles import without_times
from bot.planning.wording import clock_text, day_text
from bot.replies.phrases import capital, listed
from bot.turn import Outcome, Turn, say
from twin_core.contract.clock import instant_text
from twin_core.contract.ids import new_id


def ask_title(question: str, turn: Turn) -> Outcome:
    """What is it called?"""
    pending = Pending(new_id("q"), "fill", turn.request, question, slot="title")
    return Outcome((say(question),), pending=pending, changes={"last": turn.request})


_NOT_A_TITLE = re.compile(
    r"^(?:no|nope|sorry|wait|actually|oh|i meant?|i mean|i said|it'?s|it is|make (?:it|that)|call it|name it|not|"
    r"rather|the title is|should be|it should be(?: called)?|change (?:it|that|the title) to|rename it(?: to)?|to|at|"
    r"on|for)\b[\s,:.]*",
    re.IGNORECASE,
)


_NAMES = re.compile(r"\b(?:call|name|rename|title|titled|called|named)\b", re.IGNORECASE)
_OF_THE_TIME = re.compile(r"\b(?:longer|shorter|later|earlier|sooner|all day|am|pm)\b", re.IGNORECASE)


def retitled(request: Request) -> str:
    """The title that was asked for, or that a correction gives; empty where neither says one."""
    if title := request.get("title"):
        return capital(str(title))
    correction = str(request.get("correction") or "")
    # "Make that Monday, the shop is shut" gives a time and its reason, and no name.
    if _OF_THE_TIME.search(correction) or (request.get("correction_spans") and not _NAMES.search(correction)):
        return ""
    said = without_times(correction, request.get("correction_spans", ())).strip(" .,;:!?")
    while (shorter := _NOT_A_TITLE.sub("", said)) != said:
        said = shorter
    return capital(said) if len(said) > 2 and matching.names_something(matching.said_words(said)) else ""


def ask_time(question: str, request: Request, options: Sequence[tuple[str, str]], text: str = "") -> Outcome:
    """When? With a few answers as buttons: what they say, and their titles. `text` is the question in full."""
    pending = Pending(new_id("q"), "fill", request, question, tuple(options), slot="time")
    return Outcome((say(text or question, *of_question(pending)),), pending=pending, changes={"last": request})


def which_reading(readings: Sequence[datetime], turn: Turn, **found: str) -> Outcome:
    """Morning or evening? Both could be meant, so nothing is done yet."""
    return _choose("Which one do you mean?", readings, turn, **found)


def passed(told: Open, turn: Turn, kind: str = "", id: str | None = None) -> Outcome:
    """A time that is over, or that is one of two: asked about, never moved silently."""
    found = {kind: id} if id else {}
    if told.passed is None:
        return which_reading(told.readings, turn, **found)
    zone = turn.services.zone
    at = told.passed or turn.now
    tomorrow = turn.now.astimezone(zone).date() + timedelta(days=1)
    coming = [*told.readings, with_clock(tomorrow, at, zone)]
    day = day_text(at.astimezone(zone).date(), turn.now.astimezone(zone).date())
    lead = f"{capital(day)} at {clock_text(at, zone)} is over already."
    return _choose(f"{lead} Which time do you mean?", coming, turn, **found)


def uncapital(text: str) -> str:
    """A day within a sentence; names of days keep their capital."""
    return text[:1].lower() + text[1:] if text.startswith(("Today", "Tomorrow", "Yesterday")) else text


def _choose(question: str, times: Sequence[datetime], turn: Turn, **found: str) -> Outcome:
    zone, today = turn.services.zone, turn.now.astimezone(turn.services.zone).date()
    options = tuple(
        (instant_text(at), capital(f"{day_text(at.astimezone(zone).date(), today)} at {clock_text(at, zone)}"))
        for at in dict.fromkeys(times)
    )
    request = turn.request.having(**found)
    pending = Pending(new_id("q"), "choose", request, question, options, slot="start")
    text = f"{question} {listed([title for _, title in options], 'or')}?"
    if len(options) == 1:
        text = f"{question.replace('Which time do you mean?', 'Do you mean')} {uncapital(options[0][1])}?"
    return Outcome((say(text, *picks(pending)),), pending=pending, changes={"last": request})
