"""What a message means as an answer to the open question: pure."""

import re
from dataclasses import replace

from bot.dialogue.being import being, slots_of
from bot.dialogue.correcting import merge, rules_out
from bot.dialogue.decision import Decision
from bot.dialogue.filling import fill
from bot.dialogue.meaning import SURE, is_elliptic, only_names
from bot.dialogue.mentions import Mentioned, about_twins
from bot.dialogue.reference import Target, World, at_end
from bot.dialogue.state import DialogueState, Pending, Request
from bot.ports import Parse
from twin_core.contract.units import Quantity

ANSWERS = frozenset(
    {"affirm", "deny", "cancel", "inform", "approve_action", "reject_action", "correct", "skip", "back", "later"}
)
YES = frozenset({"affirm", "approve_action"})
NO = frozenset({"deny", "reject_action", "cancel"})
_UNCLEAR = frozenset({"inform", "out_of_scope"})
_NONE = re.compile(r"\b(?:neither|none)\b", re.IGNORECASE)
_YES = re.compile(r"^(?:yes|yeah|yep|yup|sure|ok|okay)\b", re.IGNORECASE)
_BUT = re.compile(
    r"^(?:(?:yes|yeah|yep|ok|okay|sure|fine|alright|well|please|do (?:it|that|so)|go ahead)[,\s]+)+(?:but|only|just)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"^(?:no[,\s]+)?not\b", re.IGNORECASE)
_SPARE_WORDS = 2  # so many more than an option has, an answer may have
_VERBS = frozenset("keep use take leave".split())
_FILLERS = frozenset("the one in a an please no not then i mean meant".split())


def answer(state: DialogueState, pending: Pending, parse: Parse, m: Mentioned, world: World) -> Decision | None:
    """What the message means as an answer to the open question; None when it is none."""
    if pending.kind == "fill":
        return fill(pending, parse, m)
    if pending.kind == "choose":
        return _choice(state, pending, parse, m, world)
    return _to_a_yes_or_no(state, pending, parse, m, world)


def _to_a_yes_or_no(
    state: DialogueState, pending: Pending, parse: Parse, m: Mentioned, world: World
) -> Decision | None:
    """A yes, a no, or the wish with something said otherwise."""
    content = about_twins(m) or "value" in m.slots
    if _goes_on_elsewhere(pending, parse, m, content=content):
        return None
    if pending.kind == "approval" and parse.intent in YES and "time" in m.slots:
        return _instead(state, pending, m, world)  # "yes, at six" is no yes to now
    if _agrees(pending, parse, m):
        parse = replace(parse, intent="affirm", confidence=1.0)
    if _BUT.search(parse.text) and any(k in m.slots for k in ("duration", "time", "value")):
        wish = _instead(state, pending, m, world)  # "do it, but only for two hours"
        return replace(wish, request=wish.request.having(confirmed=True)) if pending.kind == "confirm" else wish
    if parse.intent in YES and (agreed := _agreed(state, pending, parse, m, world)):
        return agreed
    if parse.intent == "ask_scenario" and not content and pending.kind in ("confirm", "approval"):
        return Decision("do", Request("repeat"))  # the question said what would happen
    if rules_out(m) and _names_other(pending, m):
        return None  # "not the bedroom", said of what was done before the question
    if parse.intent == "correct" or (parse.intent in NO | {"inform"} and content):
        return _instead(state, pending, m, world)
    if parse.intent in NO:
        if pending.approval:
            return Decision("do", _decided("reject_action", pending))
        return Decision("drop", pending.request)
    if parse.intent in _UNCLEAR | YES and not content:
        return Decision("ask_again", pending.request, pending=pending)
    return None


def _agreed(state: DialogueState, pending: Pending, parse: Parse, m: Mentioned, world: World) -> Decision | None:
    """A yes to what was asked; with another number it is one to that. None where it is not sure or of another thing."""
    if _wants_other_number(pending, m):
        return _instead(state, pending, m, world)  # "ok, 50 then", where 60 was asked about
    if parse.confidence < SURE or _names_other(pending, m):
        return None
    if pending.approval:
        return Decision("do", _decided("approve_action", pending))
    return Decision("do", pending.request.having(confirmed=True))


def _goes_on_elsewhere(pending: Pending, parse: Parse, m: Mentioned, *, content: bool) -> bool:
    """ "And 19?" asks what would happen then, and "except the tv" is said of what was done before the question."""
    supposes = bool(pending.request.get("rehearsed")) and is_elliptic(parse, m)
    return supposes or (m.excluded is not None and not content and parse.intent in _UNCLEAR)


def asks(text: str) -> bool:
    """Whether a text is a question: no answer to ours."""
    return text.rstrip().endswith("?")


def interrupts(pending: Pending, parse: Parse, m: Mentioned) -> bool:
    """Whether a message leaves the open question open; the same wish, said anew, replaces it."""
    if parse.intent in ANSWERS or (pending.kind == "choose" and not pending.options):
        return False
    anew = pending.kind != "approval" and parse.intent == pending.request.intent and not m.slots.get("twins")
    return not anew


def superseded(pending: Pending, wish: Request) -> bool:
    """Whether what was offered after a "what if" is over: something else is supposed, or wished of the same thing."""
    if pending.request.intent == "delete_twin" and wish.intent == "archive_twin":
        return True  # "then rather archive it"
    again = wish.intent == "control_device" and bool(set(wish.twins) & set(pending.request.twins))
    return bool(pending.request.get("rehearsed")) and (again or wish.intent == "ask_scenario")


def _agrees(pending: Pending, parse: Parse, m: Mentioned) -> bool:
    """ "Yes, but only the front one", where nothing but the front one is asked about."""
    alike = set(m.slots.get("twins", ())) == set(pending.request.twins)
    more = any(k in m.slots for k in ("value", "action", "time", "duration", "types", "place"))
    return parse.intent == "correct" and alike and not more and _YES.match(parse.text) is not None


def _decided(intent: str, pending: Pending) -> Request:
    return Request(intent, {**pending.request.slots, "approval": pending.approval})


def _instead(state: DialogueState, pending: Pending, m: Mentioned, world: World) -> Decision:
    """The wish that was asked about, with what is said otherwise now; nothing was done yet."""
    decision = merge(pending.request, m, state, world)
    return Decision(decision.verb, decision.request, decision.target, withdraws=pending.approval)


def _choice(state: DialogueState, pending: Pending, parse: Parse, m: Mentioned, world: World) -> Decision | None:
    if not pending.options:  # which one? was asked openly
        return _told(pending, parse, m)
    if chosen := _chosen(pending, parse, m, world):
        said = {k: v for k, v in m.slots.items() if k in ("value", "unit", "action")}
        said = said if parse.intent == pending.request.intent else {}
        said = {**dict.fromkeys(("value", "unit", "action")), **said} if {"value", "action"} & set(said) else said
        return Decision("do", pending.request.having(**{**said, pending.slot: chosen}))
    acts = pending.slot == "twins" and pending.request.intent == "control_device"
    if (
        acts
        and parse.intent in ANSWERS | _UNCLEAR | {"control_device"}
        and not asks(parse.text)
        and (so := being(parse.text))
    ):
        every = tuple(value for value, _ in pending.options)
        return Decision("do", pending.request.having(twins=every, offered=every, **{"one": True, **slots_of(so)}))
    if parse.intent == "correct" and "value" in m.slots and pending.slot == "twins":
        return _otherwise(state, pending, m)
    if parse.intent in NO or _NONE.search(parse.text):
        return Decision("drop", pending.request)
    if parse.intent in YES and len(pending.options) == 1:
        return Decision("do", pending.request.having(**{pending.slot: (pending.options[0][0],)}))
    if parse.intent in YES or (parse.intent in _UNCLEAR | {"correct"} and not about_twins(m)):
        return Decision("ask_again", pending.request, pending=pending)
    return None


def _otherwise(state: DialogueState, pending: Pending, m: Mentioned) -> Decision | None:
    """ "Make it 20" while it is open which one: the wish is another one, and still open. What was done meanwhile is
    what is corrected.
    """
    if state.effects and state.last == state.effects[-1].request:
        return None
    said = {k: m.slots.get(k) for k in ("value", "unit", "property") if k in m.slots}
    return Decision("choose", pending.request.having(**said), Target(choices=tuple(v for v, _ in pending.options)))


def _told(pending: Pending, parse: Parse, m: Mentioned) -> Decision | None:
    """The thing that an open "which one?" asked for; anything else goes on without it."""
    if named := m.slots.get("twins"):
        if only_names(m) or parse.intent in _UNCLEAR | {"correct"}:
            return Decision("do", pending.request.having(**{pending.slot: tuple(named)}))
        return None
    return Decision("drop", pending.request) if parse.intent in NO else None


def _chosen(pending: Pending, parse: Parse, m: Mentioned, world: World) -> tuple[str, ...]:
    """The option that a text names, or all where it says so; without the one that it rules out."""
    values = tuple(value for value, _ in pending.options)
    anew = "action" in m.slots or "value" in m.slots or about_twins(m)
    if m.counted and pending.slot == "twins" and not anew and (several := at_end(values, m.counted)):
        return several
    if m.all and m.plural and "action" in m.slots and not about_twins(m) and pending.slot == "twins":
        return values  # "close them both"
    if m.all and not anew and parse.intent != "undo":
        return values if pending.slot == "twins" else ()
    named = _named(pending, parse, m, world)
    if named and _NOT.search(parse.text):
        rest = tuple(v for v in values if v != named)
        return rest if len(rest) == 1 else ()
    return (named,) if named else ()


def _named(pending: Pending, parse: Parse, m: Mentioned, world: World) -> str | None:
    """By twin, by place, by position, or by a part of its title."""
    values = [value for value, _ in pending.options]
    there = [v for v in values if (t := world.twin(v)) and (t.place or "").lower() in _places(m)]
    picked = m.slots.get(pending.slot, ())
    for named in ((picked,) if isinstance(picked, str) else picked, m.choices, there):
        if len(hits := [n for n in named if n in values]) == 1:
            return hits[0]
    if m.ordinal is not None and -len(values) <= m.ordinal < len(values):
        return values[m.ordinal]
    said = set(re.sub(r"[^\w\s'-]", " ", parse.text.lower()).split()) - _FILLERS
    named = _worded(pending, said)
    # "What did you tell me today?" shares a word with an option, and is no answer.
    talks = parse.intent not in ANSWERS | _UNCLEAR and parse.confidence >= SURE
    titles = {word for _, title in pending.options for word in _words(title)}
    return None if named and talks and len(said - titles) > _SPARE_WORDS else named


def _worded(pending: Pending, said: set[str]) -> str | None:
    """By its own name, else by a part of its title; "keep" alone tells less than what is kept."""
    values = [value for value, _ in pending.options]
    for words in (said - _VERBS, said):
        by_title = [value for value, title in pending.options if words & set(_words(title))]
        meant = [value for value in values if value in words] or by_title
        if len(meant) == 1:
            return meant[0]
    return None


def _words(title: str) -> list[str]:
    return [word.strip(".,;:!?“”") for word in title.lower().split()]


def _places(m: Mentioned) -> set[str]:
    return {str(p).lower() for p in m.slots.get("places", ())}


def _wants_other_number(pending: Pending, m: Mentioned) -> bool:
    """Whether a yes comes with another number than the one that was asked about."""
    said, asked = _number(m.slots.get("value")), _number(pending.request.get("value"))
    return said is not None and asked is not None and said != asked


def _number(value: object) -> float | None:
    number = value.value if isinstance(value, Quantity) else value
    return float(number) if isinstance(number, int | float) and not isinstance(number, bool) else None


def _names_other(pending: Pending, m: Mentioned) -> bool:
    """Whether a yes names another twin than the one that is asked about: then it is no yes to this."""
    named = m.slots.get("twins", ())
    return bool(named) and not set(named) & set(pending.request.twins)
