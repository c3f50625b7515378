"""The dialogue policy: from state, parse and the names known now to one decision. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.dialogue.change import can_do
from bot.dialogue.reference import Mentioned, Target, World, carried, mentioned, resolve
from bot.dialogue.state import DialogueState, Pending, Request
from bot.ports import Parse
from twin_core.contract.views import TwinView

SURE = 0.55  # below this a parse only counts if the conversation makes sense of it
ANSWERS = {"affirm", "deny", "cancel", "inform", "approve_action", "reject_action", "correct", "skip", "back", "later"}
YES = {"affirm", "approve_action"}
NO = {"deny", "reject_action", "cancel"}

NOWHERE = Target()

Verb = Literal["do", "choose", "unknown", "which", "drop", "ask_again", "miss"]


@dataclass(frozen=True, slots=True)
class Need:
    """Which twins a request needs: how many, of which status, and whether it changes them."""

    act: bool
    pool: str = "active"
    optional: bool = False


# Intents whose skill works on twins. All others are done without.
NEEDS: Mapping[str, Need] = {
    "control_device": Need(act=True),
    "ask_scenario": Need(act=True),
    "edit_twin": Need(act=True),
    "archive_twin": Need(act=True),
    "delete_twin": Need(act=True),
    "hibernate_twin": Need(act=True),
    "wake_twin": Need(act=True, pool="hibernated"),
    "restore_twin": Need(act=True, pool="archived"),
    "describe_twin": Need(act=False),
    "ask_status": Need(act=False),
    "ask_history": Need(act=False),
    "ask_why": Need(act=False, optional=True),
    "acknowledge": Need(act=False, optional=True),
    "snooze": Need(act=False, optional=True),
    "dismiss": Need(act=False, optional=True),
    "resolve": Need(act=False, optional=True),
}
# What an elliptical request ("and the kitchen?", "same for the hall") takes over from the one before.
CARRIES = {
    "control_device": ("value", "values", "unit", "action", "property", "types"),
    "ask_status": ("property", "types"),
    "ask_history": ("property", "time", "types"),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do next. `verb` decides which of the other fields matter."""

    verb: Verb
    request: Request
    target: Target = NOWHERE
    pending: Pending | None = None  # stays open: it was interrupted, or is asked again
    revises: bool = False  # the last effect is replaced by this one


def decide(state: DialogueState, parse: Parse, world: World) -> Decision:
    """One decision for one request."""
    m = mentioned(parse)
    state = replace(state, twins=_still_there(state.twins, world), others=_still_there(state.others, world))
    if state.pending and (decision := _answer(state, state.pending, parse, m, world)):
        return decision
    kept = state.pending if state.pending and _interrupts(state.pending, parse) else None
    if about := asked_of_oneself(parse.text):
        return Decision("do", Request("ask_oneself", {**m.slots, "property": about}), pending=kept)
    intent = _meant(state, parse, m)
    if intent == "correct" and state.last:
        return replace(_correct(state, m, world), pending=kept)
    slots = {**m.slots, **carried(_compatible(state.last, intent, m), m, CARRIES.get(intent, ()))}
    request = Request(intent, {**slots, **_positions(m)})
    need = NEEDS.get(intent)
    if need is None:
        return Decision("do", request, pending=kept)
    return replace(_with_target(request, replace(m, slots=slots), state, world, need), pending=kept)


def _still_there(twins: tuple[str, ...], world: World) -> tuple[str, ...]:
    return tuple(i for i in twins if world.twin(i) is not None)


# --- open questions ------------------------------------------------------------------------------


def _answer(state: DialogueState, pending: Pending, parse: Parse, m: Mentioned, world: World) -> Decision | None:
    """What the message means as an answer to the open question; None when it is none."""
    if pending.kind == "choose":
        if chosen := _chosen(pending, parse, m):
            request = pending.request.having(**{pending.slot: (chosen,)})
            return Decision("do", request)
        if parse.intent in NO:
            return Decision("drop", pending.request)
        if parse.intent in YES and len(pending.options) == 1:
            return Decision("do", pending.request.having(**{pending.slot: (pending.options[0][0],)}))
        if parse.intent in YES or (parse.intent in ("inform", "out_of_scope") and not _about_twins(m)):
            return Decision("ask_again", pending.request, pending=pending)
        return None
    if parse.intent in YES and not _names_other(pending, m):
        return Decision("do", pending.request.having(confirmed=True, approval=pending.approval or None))
    if parse.intent in NO:
        return Decision("drop", pending.request.having(approval=pending.approval or None))
    if parse.intent == "correct":
        return replace(_merge(pending.request, m, state, world), revises=False)
    return None


def _chosen(pending: Pending, parse: Parse, m: Mentioned) -> str | None:
    """The option that a text names: by twin, by place, by position, or by a part of its title."""
    values = [value for value, _ in pending.options]
    for named in (m.slots.get(pending.slot, ()), m.choices):
        if len(hits := [n for n in named if n in values]) == 1:
            return hits[0]
    if m.ordinal is not None and -len(values) <= m.ordinal < len(values):
        return values[m.ordinal]
    words = set(parse.text.lower().replace("?", "").replace(".", "").split()) - {"the", "one", "in", "a", "please"}
    hits = [value for value, title in pending.options if words and words & set(title.lower().split())]
    return hits[0] if len(hits) == 1 else None


def _names_other(pending: Pending, m: Mentioned) -> bool:
    """Whether a yes names another twin than the one that is asked about: then it is no yes to this."""
    named = m.slots.get("twins", ())
    return bool(named) and not set(named) & set(pending.request.twins)


def _interrupts(pending: Pending, parse: Parse) -> bool:
    """Whether a message leaves the open question open: a new wish of the same kind replaces it."""
    return parse.intent != pending.request.intent and parse.intent not in ANSWERS


def _about_twins(m: Mentioned) -> bool:
    return bool(m.slots.get("twins") or m.choices or m.slots.get("types") or m.slots.get("place"))


_FELT = {
    "sleep": re.compile(r"\bsle(?:ep|pt)\b", re.IGNORECASE),
    "energy": re.compile(r"\b(?:my energy|energetic)\b", re.IGNORECASE),
    "mood": re.compile(r"\bmood\b", re.IGNORECASE),
    "stress": re.compile(r"\bstress(?:ed)?\b", re.IGNORECASE),
}
_ASKED = re.compile(
    r"^(?:how|what|when|was|did)\b.*\b(?:(?:did|do|was|am|have) i|did i|my (?:energy|mood|stress|sleep))\b",
    re.IGNORECASE,
)


def asked_of_oneself(text: str) -> str | None:
    """Which of the person's own figures a question is about: "how long did I sleep last night?"."""
    if not _ASKED.search(text):
        return None
    return next((name for name, pattern in _FELT.items() if pattern.search(text)), None)


# --- requests ------------------------------------------------------------------------------------


def _meant(state: DialogueState, parse: Parse, m: Mentioned) -> str:
    """The intent, as the turns before make it: a fragment goes on with what was spoken of."""
    last, listing = state.last, state.listing
    if m.ordinal is not None and listing and not m.slots.get("twins") and parse.intent in _ABOUT_AN_ITEM:
        return _OF_LISTED.get(listing.kind, parse.intent)
    fragment = parse.intent in ("inform", "out_of_scope", "affirm") or parse.confidence < SURE
    if last and last.intent in CARRIES and fragment and _about_twins(m):
        return last.intent
    if last and last.intent == "control_device" and parse.intent == "inform" and "value" in m.slots:
        return "correct"
    return parse.intent


# "Tell me more about the second one" is about whatever was listed.
_ABOUT_AN_ITEM = {"describe_twin", "ask_status", "ask_why", "inform", "create_twin"}
_OF_LISTED = {"concern": "ask_why", "candidate": "create_twin", "twin": "describe_twin"}


def _compatible(last: Request | None, intent: str, m: Mentioned) -> Request | None:
    """The last request, where this one is of the same kind and leaves its content out."""
    if last is None or last.intent != intent or intent not in CARRIES:
        return None
    content: tuple[str, ...] = ("value", "action") if intent == "control_device" else ("property", "time")
    return None if any(c in m.slots for c in content) else last


def _positions(m: Mentioned) -> dict[str, Any]:
    slots: dict[str, Any] = {}
    if m.ordinal is not None:
        slots["ordinal"] = m.ordinal
    if m.all:
        slots["all"] = True
    if m.unknown:
        slots["unknown"] = m.unknown
    return slots


def _with_target(request: Request, m: Mentioned, state: DialogueState, world: World, need: Need) -> Decision:
    target = resolve(m, state, world, act=need.act, pool=need.pool)
    if request.intent in ("control_device", "ask_scenario", "ask_status") and len(target.choices) > 1 and not m.all:
        target = _able(target, request, world)
    if target.found:
        return Decision("do", request.having(twins=target.found), target)
    if need.optional:
        return Decision("do", request, target)
    if target.unknown:
        return Decision("unknown", request, target)
    if target.choices:
        return Decision("choose", request, target)
    if not m.slots.get("types") and not m.slots.get("place") and _goes_on(request, m, state):
        return Decision("do", request.having(twins=state.twins), target)
    return Decision("which", request, target)


def _able(target: Target, request: Request, world: World) -> Target:
    """Of several that fit a name, those that can do or know what is asked: a door is unlocked at its lock."""
    able = tuple(i for i in target.choices if (t := world.twin(i)) and _fits(t, request, world))
    if len(able) == 1:
        return Target(found=able)
    return replace(target, choices=able or target.choices)


def _fits(twin: TwinView, request: Request, world: World) -> bool:
    asked = request.get("property")
    if request.intent == "ask_status" and asked:
        return world.spec(twin, str(asked)) is not None
    return can_do(world.types[twin.type], request.slots)


def _goes_on(request: Request, m: Mentioned, state: DialogueState) -> bool:
    """Whether a request without any object speaks of what is in focus: only if nothing else is named."""
    return bool(state.twins) and not unread(m)


_FUNCTION_WORDS = frozenset(
    """a an and again as at back be bit brighter by can closed close cooler could darker degree degrees dim do down
    for from further get give going half how i in increase instead is it just keep less level little lower make me more
    much my no now of off ok okay on open or other percent please put raise set should show so some switch tell than
    that the then there to too turn up want warmer was what when will with would you hotter colder fully full
    currently right doing today history status state value""".split()
)


def unread(m: Mentioned) -> list[str]:
    """The content words of a text that no entity covers: they may name something we do not know."""
    text = str(m.slots.get("text", "")).lower()
    for entity in m.entities:
        text = text.replace(entity.text.lower(), " ")
    words = "".join(c if c.isalnum() or c in "'-" else " " for c in text).split()
    return [w for w in words if w not in _FUNCTION_WORDS and not w.isdigit()]


# --- corrections ---------------------------------------------------------------------------------


def _correct(state: DialogueState, m: Mentioned, world: World) -> Decision:
    """The last request with the slots that are named now; all others are kept."""
    last = state.last or Request("correct")
    decision = _merge(last, m, state, world)
    revises = bool(state.effects) and state.effects[-1].request.intent == last.intent and decision.verb == "do"
    return replace(decision, revises=revises)


def _merge(last: Request, m: Mentioned, state: DialogueState, world: World) -> Decision:
    changed: dict[str, Any] = {k: v for k, v in m.slots.items() if k not in ("text", "places", "values")}
    need = NEEDS.get(last.intent)
    if not (_about_twins(m) or m.unknown or m.other):
        return Decision("do", last.having(**changed))
    kept = last.having(**{"twins": None, "place": None, **changed})
    if "types" not in changed and not changed.get("twins"):
        kept = kept.having(types=last.get("types") or _types_of(last, world))
    if need is None:
        return Decision("do", kept)
    pick: Callable[[str], Any] = kept.slots.get
    slots = {k: v for k in ("text", "twins", "place", "types", "property") if (v := pick(k)) is not None}
    return _with_target(kept, replace(m, slots=slots), state, world, need)


def _types_of(request: Request, world: World) -> tuple[str, ...] | None:
    types = {t.type for i in request.twins if (t := world.twin(i))}
    return tuple(types) or None
