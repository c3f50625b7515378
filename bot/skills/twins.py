"""Twins as such: list, describe, edit, and their life cycle."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogue.buttons import NO, UNDO, YES, says
from bot.dialogue.state import Effect, Listing, Pending, Reversal
from bot.replies.phrases import capital, count_text, listed, value_text, when_text
from bot.turn import Outcome, Reverse, Skill, Turn, say
from twin_core.contract.commands import EditTwin, EraseTwin, GetState, MoveTwin
from twin_core.contract.errors import Rejected
from twin_core.contract.views import TwinStatus, TwinView

EXAMPLE: Mapping[str, Any] = {}
_EDITED = {"name": "is called {}", "place": "is in the {}", "importance": "has the importance {}"}
_EDIT = {"name": "renamed to {}", "place": "moved to the {}", "importance": "importance {}"}
_RENAMED = re.compile(r"\brename\b.{1,120}?\b(?:to|as|into)\s+[\"'“]?([^\"'“”.!?]{1,60})", re.IGNORECASE)
_CALLED = r"\bcall\s+(?:the\s+)?(?:{}|it|that|this(?: one)?)\s+(?:the\s+)?[\"'“]?([^\"'“”.!?,]{{1,60}})"
_MOVED = re.compile(
    r"\b(?:moved|moves|went|goes|lives|sits|belongs|stands|is)\s+(?:now\s+)?(?:over\s+|up\s+|down\s+)?(?:in|to|into)\s+"
    r"(?:the\s+|my\s+|our\s+)?([^\"'“”.!?,]{1,60})",
    re.IGNORECASE,
)
_NO_NAME = frozenset({"to", "as", "into", "the", "a"})  # what is left where the name itself is missing
_FROM_NOW_ON = re.compile(r"\s+(?:from now on|from here on|now|instead|please|these days)\s*$", re.IGNORECASE)


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {
        "list_twins": list_twins,
        "describe_twin": describe_twin,
        "edit_twin": edit_twin,
        "archive_twin": archive_twin,
        "restore_twin": restore_twin,
        "hibernate_twin": hibernate_twin,
        "wake_twin": wake_twin,
        "delete_twin": delete_twin,
    }


async def list_twins(turn: Turn) -> Outcome:
    """The twins of a kind or place, or all; a long list says how many more."""
    types, place = turn.request.get("types", ()), turn.request.get("place")
    twins = turn.services.registry.select(types=types, place=place)
    kind = turn.services.registry.types[types[0]].title if types else "twin"
    where = f" in the {place}" if place else ""
    wanted = turn.request.get("value")
    if twins and isinstance(wanted, (bool, str)):
        word = ("on" if wanted else "off") if isinstance(wanted, bool) else wanted.lower()
        twins = await _in_state(twins, word, turn)
        where += f" that {'is' if len(twins) == 1 else 'are'} {word}"
        if not twins:
            return Outcome((say(f"No {kind}{where.replace('that are', 'is')}, as far as I know."),))
    if not twins:
        hint = "" if types or place else " Say “which devices did you find?” to begin."
        return Outcome((say(f"You have no {kind}{where} yet.{hint}"),))
    lines = [f"{i}. {_with_place(t)}" for i, t in enumerate(twins, 1)]
    text = f"{capital(count_text(len(twins), kind))}{where}:\n" + "\n".join(lines[:20])
    if len(lines) > 20:
        text += f"\nAnd {len(lines) - 20} more; name a place or a kind to see fewer."
    items = [{"title": t.name, "detail": t.place or "no place"} for t in twins[:20]]
    card = {"kind": "list", "title": f"Your {kind}s{where}", "items": items}
    reply = say(text, card=card, speech=f"{count_text(len(twins), kind)}: {listed([t.name for t in twins])}.")
    ids = tuple(t.id for t in twins)
    return Outcome((reply,), twins=ids, listing=Listing("twin", ids), place=place)


async def _in_state(twins: Sequence[TwinView], word: str, turn: Turn) -> list[TwinView]:
    """Those that have reported to be so: "which lamps are on?"."""
    found = []
    for twin in twins:
        reported = (await turn.query(GetState(twin.id, person=turn.user))).reported
        specs = ((turn.services.registry.types[twin.type].properties[n], v.value) for n, v in reported.items())
        if any(s.kind != "number" and value_text(s, v).lower() == word for s, v in specs):
            found.append(twin)
    return found


async def describe_twin(turn: Turn) -> Outcome:
    """What a twin is, where, since when, from which device, and how it is now.

    "Tell me more about the second one" after a list of concerns speaks of that concern.
    """
    twin = turn.twin()
    state = await turn.query(GetState(twin.id, person=turn.user))
    kind = turn.services.registry.types[twin.type]
    since = f", a twin since {when_text(twin.created_at, turn.now, turn.services.zone)}" if twin.created_at else ""
    where = f" in the {twin.place}" if twin.place else ""
    parts = [f"{capital(twin.name)} is a {kind.title}{where}{since.replace('since at ', 'since ')}."]
    parts.append(f"Its importance is {twin.importance}.")
    if twin.aliases:
        parts.append(f"Also called {listed(twin.aliases, 'or')}.")
    parts.append("It is fed by a device." if twin.source else "No device feeds it.")
    if state.reported:
        parts.append(f"It reports {listed([_label(turn, twin, p) for p in state.reported])}.")
    return Outcome((say(" ".join(parts), says(f"how is the {twin.name}?", "How is it?")),), twins=(twin.id,))


async def edit_twin(turn: Turn) -> Outcome:
    """Changes name, place or importance; "Desk lamp is in the office now"."""
    twin = turn.twin()
    changes = _edits(turn, twin)
    view = await turn.execute(EditTwin(twin.id, **changes))
    before = {k: getattr(twin, k) for k in changes}
    done = listed([_EDITED[k].format(v) for k, v in changes.items()])
    title = listed([_EDIT[k].format(v) for k, v in changes.items()])
    effect = Effect(turn.request, f"{twin.name} {title}", (Reversal("edit", twin.id, before),))
    place = view.place if "place" in changes else None
    return Outcome((say(f"{capital(twin.name)} {done} now.", UNDO),), twins=(twin.id,), place=place, effect=effect)


async def archive_twin(turn: Turn) -> Outcome:
    return await _moved(turn, "archived", "archived, with all history; “restore” brings back what is archived")


async def restore_twin(turn: Turn) -> Outcome:
    return await _moved(turn, "active", "active again")


async def hibernate_twin(turn: Turn) -> Outcome:
    return await _moved(turn, "hibernated", "asleep until needed")


async def wake_twin(turn: Turn) -> Outcome:
    return await _moved(turn, "active", "awake")


async def delete_twin(turn: Turn) -> Outcome:
    """Erases for good, only after a yes that names the consequence; archiving is offered instead."""
    twins = _meant(turn)
    names = listed([t.name for t in twins])
    if not turn.request.get("confirmed"):
        pending = Pending(turn.cause.trace, "confirm", turn.request, f"Delete {names} for good?")
        text = f"Deleting {names} removes all settings and all history; that cannot be undone. "
        text += "Archiving would keep them. Shall I delete for good?"
        reply = say(text, YES, NO, says(f"archive the {' and the '.join(t.name for t in twins)}", "Archive instead"))
        return Outcome((reply,), twins=tuple(t.id for t in twins), pending=pending)
    for twin in twins:
        await turn.execute(EraseTwin(twin.id))
    return Outcome((say(f"{capital(names)} and all history are deleted."),))


async def _moved_back(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(MoveTwin(reversal.subject, reversal.values["to"]))


async def _edited_back(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(EditTwin(reversal.subject, **reversal.values))


async def _never_created(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(EraseTwin(reversal.subject))


REVERSALS: Mapping[str, Reverse] = {"twin": _moved_back, "edit": _edited_back, "created": _never_created}


async def _moved(turn: Turn, to: TwinStatus, text: str) -> Outcome:
    """Moves every twin that is meant; those that are there already are left as they are."""
    twins = _meant(turn)
    moved = [t for t in twins if t.status != to]
    ids = tuple(t.id for t in twins)
    if not moved:
        return Outcome((say(f"{capital(_are(twins))} {text} already."),), twins=ids)
    for twin in moved:
        await turn.execute(MoveTwin(twin.id, to))
    title = f"{listed([t.name for t in moved])} {to}"
    effect = Effect(turn.request, title, tuple(Reversal("twin", t.id, {"to": t.status}) for t in moved))
    return Outcome((say(f"{capital(_are(moved))} {text}.", UNDO),), twins=ids, effect=effect)


def _meant(turn: Turn) -> list[TwinView]:
    """The twins of the request; at least one. Raises NotFound where it is gone by now."""
    return [t for i in turn.request.twins if (t := turn.services.registry.twin(i))] or [turn.twin()]


def _are(twins: Sequence[TwinView]) -> str:
    return f"{listed([t.name for t in twins])} {'is' if len(twins) == 1 else 'are'}"


def _edits(turn: Turn, twin: TwinView) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    place, value = turn.request.get("place"), turn.request.get("value")
    text = _FROM_NOW_ON.sub("", str(turn.request.get("text", "")).rstrip(" .!"))
    called = re.compile(_CALLED.format(re.escape(twin.name)), re.IGNORECASE)
    if new_name := _RENAMED.search(text) or called.search(text):
        return {"name": new_name.group(1).strip()}
    if place and str(place).lower() != (twin.place or "").lower():
        changes["place"] = str(place)
    elif not place and (moved := _MOVED.search(text)):
        changes["place"] = moved.group(1).strip()
    if isinstance(value, str) and value in ("low", "normal", "high"):
        changes["importance"] = value
    elif isinstance(value, str) and "place" not in changes and value.lower() not in _NO_NAME:
        changes["name"] = value
    if not changes:
        raise Rejected(
            f"I didn't catch what to change on {twin.name}.",
            code="no_change",
            hint="Say for example “rename it to cellar pump”, or “it is in the attic now”.",
        )
    return changes


def _with_place(twin: TwinView) -> str:
    asleep = ", asleep" if twin.status == "hibernated" else ""
    return f"{twin.name} ({twin.place or 'no place'}{asleep})"


def _label(turn: Turn, twin: TwinView, property: str) -> str:
    spec = turn.services.registry.spec(twin, property)
    return spec.label if spec else property
