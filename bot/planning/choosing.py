"""Which tasks and events of a person a request means: by name, by time, by what was spoken of; else a question."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.dialogue.buttons import picks
from bot.dialogue.moments import is_bare_clock
from bot.dialogue.state import Pending
from bot.planning import matching
from bot.planning.times import Time, asked_span, readings
from bot.planning.titles import without_times
from bot.planning.wording import event_named, task_line
from bot.replies.phrases import listed
from bot.turn import Outcome, Turn, say
from twin_core.contract.agenda import EventView, GetAgenda, GetEvent
from twin_core.contract.errors import NotFound, PolluxError
from twin_core.contract.ids import new_id
from twin_core.contract.tasks import GetTask, ListTasks, TaskView

V = TypeVar("V", EventView, TaskView)
BACK, AHEAD = timedelta(days=7), timedelta(days=400)
_OFFERED = 4
_NEXT = re.compile(r"\b(?:next|first|coming)\s+(?:meeting|appointment|event|one|call|thing)\b", re.IGNORECASE)
_SEVERAL = re.compile(r"\b(?:both|all)\b", re.IGNORECASE)
# "I called them, tick it off": the words before tell why, and name nothing.
_DOES_IT = re.compile(
    r"\b(?:tick|mark|check|cross|close|move|push|shift|bring|put|postpone|reschedule|delete|remove|drop|cancel|scrap|call|"
    r"finish|complete)\s+(?:it|that|this)\b",
    re.IGNORECASE,
)
_AND = re.compile(r"\band\b|,|;", re.IGNORECASE)
_EVERY = re.compile(r"\b(?:everything|all|every|both|each|clear my)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Chosen(Generic[V]):
    """What is meant; or nothing, and what is said or asked about it. `several` were meant on purpose."""

    views: tuple[V, ...] = ()
    asks: Outcome | None = None
    several: bool = False


async def events_meant(turn: Turn, times: Sequence[Time] = ()) -> Chosen[EventView]:
    """The events that are to be changed. `times` say when those are, not where they go."""
    if picked := picked_ids(turn, "event"):
        return Chosen(tuple([await turn.query(GetEvent(id)) for id in picked]))
    agenda = await turn.query(GetAgenda(turn.now - BACK, turn.now + AHEAD, turn.user))
    coming = [event for event in agenda.events if event.end > turn.now]
    over = [event for event in agenda.events if event.end <= turn.now]
    pool = _once_a_series([*coming, *reversed(over)] if not times else list(agenda.events), bool(times))
    in_time = _at_times(pool, times, turn) if times else pool
    text = without_times(str(turn.request.get("text", "")), turn.request.get("spans", ()))
    words = matching.said_words(text)
    if _EVERY.search(text) and times and not matching.names_something(words):
        return Chosen(tuple(in_time), several=True) if in_time else Chosen(asks=_none_then(times, turn))
    if matching.names_something(words) and (found := _named(in_time or pool, words)):
        alone = {event.series or event.id for event in found}
        if _SEVERAL.search(text) and len(alone) > 1:
            return Chosen(tuple(_once_a_series(found, False)), several=True)
        return _one_of(found[:1] if len(alone) == 1 else found, "event", turn, _event_title(turn))
    if times:
        return _of_time(in_time, words, times, turn)
    return await _unnamed_event(turn, coming, words, text)


async def tasks_meant(turn: Turn, *, done: bool = False, times: Sequence[Time] = ()) -> Chosen[TaskView]:
    """The tasks that are to be changed. `times` say when those are due, not where they go."""
    if picked := picked_ids(turn, "task"):
        return Chosen(tuple([await turn.query(GetTask(id)) for id in picked]))
    pool = list((await turn.query(ListTasks(turn.user, done=done))).items)
    text = without_times(str(turn.request.get("text", "")), turn.request.get("spans", ()))
    words = matching.said_words(text)
    title = _task_title(turn)
    if matching.names_something(words) and (found := _named(pool, words)):
        if len(found) > 1 and (_EVERY.search(text) or _each_named(found, text)):
            return Chosen(tuple(found), several=True)
        return _one_of(found, "task", turn, title)
    if _EVERY.search(text) and not matching.names_something(words):
        return _every_task(turn, pool, times)
    if (meant := turn.meant("task")) and not matching.names_something(words):
        return Chosen((await turn.query(GetTask(meant)),))
    if times and (due := _due_in(pool, times, turn)):
        return _one_of(due, "task", turn, title)
    if matching.names_something(words):
        points = turn.request.get("ordinal") is not None or _DOES_IT.search(text)
        if meant := turn.meant("task") if points else None:
            return Chosen((await turn.query(GetTask(meant)),))
        return Chosen(asks=_unknown(words, pool, "task", turn, title))
    return _any_of(pool, "task", turn, title, "You have no open tasks." if not done else "No task is done yet.")


def _every_task(turn: Turn, pool: list[TaskView], times: Sequence[Time]) -> Chosen[TaskView]:
    listing = turn.state.listing
    if times:
        found = _due_in(pool, times, turn)
    elif listing and listing.kind == "task":
        found = [task for task in pool if task.id in listing.ids]
    else:
        found = pool
    if not found:
        raise NotFound("None of your open tasks is meant by that.", code="no_task")
    if len(found) != 2 and re.search(r"\bboth\b", str(turn.request.get("text", "")), re.IGNORECASE):
        return Chosen(asks=ask_which("Which ones do you mean?", found, "task", turn, _task_title(turn)))
    return Chosen(tuple(found), several=True)


async def _unnamed_event(turn: Turn, coming: list[EventView], words: Sequence[str], text: str) -> Chosen[EventView]:
    if _NEXT.search(text) and coming:
        return Chosen((coming[0],))
    if (meant := turn.meant("event")) and (_DOES_IT.search(text) or not matching.names_something(words)):
        try:
            return Chosen((await turn.query(GetEvent(meant)),))
        except PolluxError:
            pass  # gone meanwhile: it is asked which one is meant
    if matching.names_something(words):
        return Chosen(asks=_unknown(words, _once_a_series(coming, False), "event", turn, _event_title(turn)))
    pool = [coming[i] for i in matching.of_kind(words, [e.title for e in coming])]
    return _any_of(_once_a_series(pool, False), "event", turn, _event_title(turn), "Nothing is in your calendar.")


def picked_ids(turn: Turn, kind: str) -> list[str]:
    """Ids that a button or an answer picked; a name that was heard in the text is none."""
    value = turn.request.get(kind)
    values = [value] if isinstance(value, str) else list(value or ())
    return [str(v) for v in values if str(v).startswith(f"{kind}_")]


def _named(pool: Sequence[V], words: Sequence[str]) -> list[V]:
    return [pool[i] for i in matching.best_matches(words, [view.title for view in pool])]


def _each_named(found: Sequence[TaskView], text: str) -> bool:
    """ "The minutes are written and the ferry is booked": each part of the sentence names one of them."""
    parts = [matching.said_words(part) for part in _AND.split(text)]
    titles = [view.title for view in found]
    named = [hits[0] for part in parts if len(hits := matching.best_matches(part, titles)) == 1]
    return len(set(named)) == len(found)


def _one_of(found: list[V], kind: str, turn: Turn, title: Callable[[V], str]) -> Chosen[V]:
    if len(found) == 1:
        return Chosen((found[0],))
    return Chosen(asks=ask_which("Which one do you mean?", found, kind, turn, title))


def _any_of(pool: list[V], kind: str, turn: Turn, title: Callable[[V], str], none: str) -> Chosen[V]:
    if not pool:
        raise NotFound(none, code=f"no_{kind}")
    return _one_of(pool, kind, turn, title)


def _unknown(words: Sequence[str], pool: Sequence[V], kind: str, turn: Turn, title: Callable[[V], str]) -> Outcome:
    near = [pool[i] for i in matching.nearest(words, [view.title for view in pool])]
    said = " ".join(words)
    where = "in your calendar" if kind == "event" else "among your open tasks"
    if not near:
        hint = "Say “what's on my calendar?” to see it." if kind == "event" else "Say “show my tasks” to see them."
        raise NotFound(f"I don't find “{said}” {where}.", code=f"unknown_{kind}", hint=hint)
    names = listed([f"“{view.title}”" for view in near], "or")
    return ask_which(f"I don't find “{said}” {where}. Did you mean {names}?", near, kind, turn, title)


def ask_which(question: str, found: Sequence[V], kind: str, turn: Turn, title: Callable[[V], str]) -> Outcome:
    """Several fit alike: act on none, offer them."""
    options = tuple((view.id, title(view)) for view in found[:_OFFERED])
    request = turn.request.having(**{kind: None, "ordinal": None})
    pending = Pending(new_id("q"), "choose", request, question, options, slot=kind)
    more = f" I show the first {_OFFERED} of {len(found)}." if len(found) > _OFFERED else ""
    text = f"{question} {listed([t for _, t in options], 'or')}.{more}"
    return Outcome((say(text, *picks(pending)),), pending=pending)


def _of_time(in_time: list[EventView], words: Sequence[str], times: Sequence[Time], turn: Turn) -> Chosen[EventView]:
    if matching.names_something(words):
        if not in_time:
            return Chosen(asks=_none_then(times, turn))
        return Chosen(asks=_unknown(words, in_time, "event", turn, _event_title(turn)))
    pool = [in_time[i] for i in matching.of_kind(words, [event.title for event in in_time])] if in_time else []
    of_one = {event.series for event in pool}
    if len(pool) > 1 and len(of_one) == 1 and None not in of_one:  # "cancel it for this week": each of them
        return Chosen(tuple(pool), several=True)
    return _one_of(pool, "event", turn, _event_title(turn)) if pool else Chosen(asks=_none_then(times, turn))


def _none_then(times: Sequence[Time], turn: Turn) -> Outcome:
    said = " ".join(str(time.get("text", "")) for time in times)
    return Outcome((say(f"I find nothing in your calendar for “{said}”."),), changes={"last": turn.request})


def _at_times(pool: Sequence[EventView], times: Sequence[Time], turn: Turn) -> list[EventView]:
    """Those that begin then: at the hour (of any day where none was said), or within the day or days."""
    found = list(pool)
    for time in times:
        if time.get("grain") in ("second", "minute", "hour") and not time.get("end"):
            told, zone = readings(time), turn.services.zone
            clocks = {at.astimezone(zone).time() for at in told}
            if is_bare_clock(time):
                found = [e for e in found if e.start.astimezone(zone).time() in clocks and e.start > turn.now][:1]
            else:
                found = [e for e in found if e.start in told]
        elif span := asked_span(time, turn.now):
            found = [e for e in found if e.start < span[1] and e.end > span[0]]
    return found


def _due_in(pool: Sequence[TaskView], times: Sequence[Time], turn: Turn) -> list[TaskView]:
    spans: list[tuple[datetime, datetime]] = [span for time in times if (span := asked_span(time, turn.now))]
    return [task for task in pool if task.due and any(start <= task.due < end for start, end in spans)]


def _once_a_series(events: Sequence[EventView], each: bool) -> list[EventView]:
    """Of a series the occurrence that comes first in the list, unless a time tells them apart."""
    if each:
        return list(events)
    kept: dict[str, EventView] = {}
    for event in events:
        kept.setdefault(event.series or event.id, event)
    return list(kept.values())


def _event_title(turn: Turn) -> Callable[[EventView], str]:
    return lambda event: event_named(event, turn.now, turn.services.zone)


def _task_title(turn: Turn) -> Callable[[TaskView], str]:
    return lambda task: task_line(task, turn.now, turn.services.zone)
