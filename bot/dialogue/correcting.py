"""A wish with what is said otherwise now: pure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from math import copysign
from typing import Any

from bot.dialogue.decision import NEEDS, Decision
from bot.dialogue.meaning import rejects
from bot.dialogue.mentions import Mentioned, about_twins
from bot.dialogue.moments import is_bare_clock, on_day_of
from bot.dialogue.reference import Target, World, remaining, resolve, told_apart
from bot.dialogue.state import DialogueState, Request
from bot.dialogue.targets import with_target
from twin_core.contract.units import Quantity

_NOT = re.compile(
    r"^(?:(?:no|oh|ah|and|but|also|wait|sorry|well|please)[,\s]+)*not (?:the|in|my|that)\b(?!.*\bbut\b)", re.IGNORECASE
)
_ONE = re.compile(r"\b(?:the|that|only|just) (?:\w+ ){1,2}ones?\b", re.IGNORECASE)
_BOTH = re.compile(r"\bboth\b(?! (?:to|at|on|off)\b)", re.IGNORECASE)
_FINE = ("second", "minute", "hour")
_AT = re.compile(r"\b(?:at|until|till)\b", re.IGNORECASE)
_ABSOLUTE = re.compile(r"\b(?:to|at|make it|set it)\b", re.IGNORECASE)
# Wishes that a place belongs to as their content: where a thing is to be, not which one is meant.
_PLACED = frozenset({"edit_twin", "create_task", "create_event", "create_reminder", "move_event"})
# Slots of the words themselves, which a correction does not carry into the wish.
_OF_THE_WORDS = ("text", "spans", "places", "values", "ordinal", "all")


def correct(state: DialogueState, m: Mentioned, world: World) -> Decision:
    """The last request with the slots that are named now; all others are kept."""
    last = state.last or Request("correct")
    done = bool(state.effects) and state.effects[-1].request == last
    if m.excluded and len(last.twins) > 1 and not about_twins(m):
        return replace(without(last, m.excluded, world), revises=done)
    if rules_out(m) and last.twins:
        rest = without(last, m, world)
        if rest.verb == "drop":
            return _another(last, state, world, revises=done)
        if rest.request.twins != last.twins:
            return replace(rest, revises=done)
        if named := resolve(m, state, world, act=True).found:
            return Decision("drop", Request("control_device", {"twins": named}))  # nothing had been done to it
    if (both := _both(last, state, m, world)) and m.excluded is None:
        return Decision("do", last.having(twins=both, text=m.slots["text"]), revises=done)
    if rejects(m):
        return _another(last, state, world, revises=done)
    decision = merge(last, m, state, world)
    return replace(decision, revises=done and decision.verb == "do")


def _both(last: Request, state: DialogueState, m: Mentioned, world: World) -> tuple[str, ...]:
    """ "No, both of them": what was meant last, and what was spoken of just before it and is of its kind."""
    if not _BOTH.search(str(m.slots.get("text", ""))) or about_twins(m) or len(last.twins) != 1:
        return ()
    sibling = _sibling(last, state, world)
    kinds = types_of(last, world) or ()
    before = next(
        (i for i in state.others if i not in last.twins and (t := world.twin(i)) and t.type in kinds), sibling
    )
    return (*last.twins, before) if before else ()


def rules_out(m: Mentioned) -> bool:
    """ "Not the bedroom": names what is not meant, and nothing that is."""
    return about_twins(m) and not m.excluded and _NOT.search(str(m.slots.get("text", ""))) is not None


def merge(last: Request, m: Mentioned, state: DialogueState, world: World) -> Decision:
    """One wish of two: what is named now, and of the other one what is not."""
    changed: dict[str, Any] = {k: v for k, v in m.slots.items() if k not in _OF_THE_WORDS}
    changed |= _as_step(last, m)
    if hour := _as_hour(last, m):  # its number is no value
        changed = {k: v for k, v in changed.items() if k not in ("value", "unit")} | hour
    changed |= _same_day_or_hour(last, m)
    changed |= {"correction": m.slots["text"], "correction_spans": m.slots.get("spans", [])}
    if "times" in changed or "duration" in changed:
        changed["start"] = None  # what was picked before is no longer meant
    if (marked := _marked(last, m, world)) and not about_twins(m):
        said_of = {k: v for k, v in changed.items() if k in ("value", "values", "unit", "action", "time", "times")}
        words = {k: changed[k] for k in ("correction", "correction_spans")}
        return Decision("do", last.having(**{**_without_leftovers(last, said_of), **said_of, **words, "twins": marked}))
    need = NEEDS.get(last.intent)
    if last.intent in _PLACED and not (m.slots.get("twins") or m.choices or m.unknown or m.other):
        return Decision("do", last.having(**changed))
    if not (about_twins(m) or m.unknown or m.other or m.ordinal is not None):
        return Decision("do", last.having(**{**_without_leftovers(last, changed), **changed}))
    kept = last.having(**{"twins": None, "place": None, "unknown": None, "except": None, **changed})
    if "types" not in changed and not changed.get("twins"):
        kept = kept.having(types=last.get("types") or types_of(last, world))
    if need is None:
        return Decision("do", kept)
    if m.other and (sibling := _sibling(last, state, world)):
        return Decision("do", kept.having(twins=(sibling,)))
    slots = {k: v for k in ("text", "twins", "place", "types", "property") if (v := kept.get(k)) is not None}
    return with_target(kept, replace(m, slots=slots), state, world, need)


def without(last: Request, named: Mentioned, world: World) -> Decision:
    """ "Except the bedroom": the last request for all its twins but those; drop where none is left."""
    every = [t for i in last.twins if (t := world.twin(i))]
    rest = tuple(t.id for t in remaining(every, named))
    return Decision("do", last.having(twins=rest)) if rest else Decision("drop", last)


def _as_step(last: Request, m: Mentioned) -> dict[str, Any]:
    """ "One degree warmer", "no, two degrees": a size that corrects a step is a step."""
    before, now = last.get("value"), m.slots.get("value")
    if not isinstance(before, Mapping) or "delta" not in before or isinstance(now, bool | str | Mapping | None):
        return {}
    if _ABSOLUTE.search(str(m.slots.get("text", ""))):
        return {}
    size = now.value if isinstance(now, Quantity) else float(now)
    unit = m.slots.get("unit") or before.get("unit")
    return {"value": {**before, "delta": copysign(size, before["delta"]), "unit": unit}, "unit": None}


def _as_hour(last: Request, m: Mentioned) -> dict[str, Any]:
    """ "Move it to 11", "no, 12": a bare number that corrects a time of day is one, in the same half of the day."""
    before, now = last.get("time"), m.slots.get("value")
    repeat = last.get("recurrence") if last.intent == "create_reminder" else None
    before = repeat if isinstance(repeat, Mapping) and repeat.get("start") else before
    if not isinstance(before, Mapping) or "time" in m.slots or "unit" in m.slots or isinstance(now, bool | str | None):
        return {}
    number = now.value if isinstance(now, Quantity) else now
    was = last.get("value")
    sets_a_number = isinstance(was, int | float | Quantity) and not isinstance(was, bool)
    if sets_a_number and not _AT.search(str(m.slots.get("text", ""))):
        return {}  # "22 until nine", then "make that 21"
    of_day = before.get("grain") in ("hour", "minute") or before is repeat
    if not of_day or isinstance(number, Mapping) or number % 1 or not 0 <= number < 24:
        return {}
    start = datetime.fromisoformat(str(before.get("passed", before)["start"]))
    hour = int(number) + (12 if start.hour >= 12 and 0 < number < 12 else 0)
    said = {**before, "start": start.replace(hour=hour, minute=0).isoformat(), "end": None, "grain": "hour"}
    if before is repeat:
        return {"recurrence": said, "time": None, "times": None}
    for gone in ("at", "previous", "passed", "options"):
        said.pop(gone, None)
    return {"time": said, "times": [said]}


def _same_day_or_hour(last: Request, m: Mentioned) -> dict[str, Any]:
    """ "Next Tuesday at 2", "I meant quarter to two": the day stays; "no, on Wednesday": the hour does."""
    before, said = last.get("times", ()), m.slots.get("times", ())
    repeat = last.get("recurrence")
    again = isinstance(repeat, Mapping) and "recurrence" not in m.slots and last.intent == "create_reminder"
    if again and len(said) == 1 and is_bare_clock(said[0]):
        return {"recurrence": _at_another_hour(repeat, said[0]), "time": None, "times": None}
    if last.intent not in ("create_reminder", "create_task") or len(before) != 1 or len(said) != 1:
        return {}
    old, new = before[0], said[0]
    if not old.get("start") or not new.get("start") or (old.get("end") and old.get("grain") in _FINE):
        return {}
    if is_bare_clock(new) and not is_bare_clock(old):
        time = on_day_of(old, new)
    elif new.get("grain") == "day" and old.get("grain") in _FINE and not new.get("edge"):
        time = {**on_day_of(new, {**old, "options": []}), "grain": old["grain"]}
    else:
        return {}
    return {"time": time, "times": [time]}


def _at_another_hour(repeat: Mapping[str, Any], clock: Mapping[str, Any]) -> dict[str, Any]:
    """The repetition at the hour of a clock time: of its two halves of the day in the one where it was."""
    start = datetime.fromisoformat(str(repeat["start"]))
    told = [
        datetime.fromisoformat(str(each["start"])) for each in (clock, *clock.get("options", ())) if each.get("start")
    ]
    near = min(told, key=lambda at: abs((at.hour - start.hour) * 60 + at.minute - start.minute))
    return {**repeat, "start": start.replace(hour=near.hour, minute=near.minute).isoformat(), "grain": "minute"}


def _without_leftovers(last: Request, changed: Mapping[str, Any]) -> dict[str, Any]:
    """A new value comes with its own unit or none; a new verb does away with the old value, and the reverse."""
    gone: dict[str, Any] = {}
    if "value" in changed or "action" in changed:
        gone = {k: None for k in ("value", "action", "unit") if k not in changed}
    if "value" in changed and isinstance(last.get("value"), bool | str | None):
        gone["property"] = None  # what was too dark is not what is set to 30 percent
    return gone


def _another(last: Request, state: DialogueState, world: World, *, revises: bool) -> Decision:
    """Another one of the kind was meant, and it was not said which: all others are offered."""
    if (sibling := _sibling(last, state, world)) is not None:
        return Decision("do", last.having(twins=(sibling,), text=None), revises=revises)
    others = [t.id for t in world.select(types=types_of(last, world) or ()) if t.id not in last.twins]
    if not others:
        return Decision("do", Request("feedback"))
    return Decision("choose", last.having(twins=None, place=None), Target(choices=tuple(others)), revises=revises)


def _sibling(last: Request, state: DialogueState, world: World) -> str | None:
    """ "The other one" of two: of those offered, else of those of its kind in its place, else spoken of before."""
    types = types_of(last, world) or ()
    twin = world.twin(last.twins[0]) if len(last.twins) == 1 else None
    if twin is None:
        return None
    offered = [i for i in last.get("offered", ()) if i != twin.id and world.twin(i)]
    near = [t.id for t in world.select(types=types, place=twin.place) if t.id != twin.id] if twin.place else []
    before = [i for i in state.others if i != twin.id and (t := world.twin(i)) and t.type in types]
    every = [t.id for t in world.select(types=types) if t.id != twin.id]
    return next((found[0] for found in (offered, near, before, every) if len(found) == 1), None)


def _marked(last: Request, m: Mentioned, world: World) -> tuple[str, ...]:
    """ "Only the left one": those with a word of the text in their names alone, among what was meant or offered and
    their like in the same place.
    """
    if not _ONE.search(str(m.slots.get("text", ""))) or m.other or m.ordinal is not None:
        return ()
    spoken_of = [t for i in (*last.twins, *last.get("offered", ())) if (t := world.twin(i))]
    near = [t for s in spoken_of if s.place for t in world.select(types=[s.type], place=s.place)]
    several = {t.id: t for t in (*spoken_of, *near)}
    return told_apart(list(several.values()), str(m.slots["text"])) if len(several) > 1 else ()


def types_of(request: Request, world: World) -> tuple[str, ...] | None:
    """The types of the twins that a request is about."""
    types = {t.type for i in request.twins if (t := world.twin(i))}
    return tuple(sorted(types)) or None
