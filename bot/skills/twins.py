"""Twins as such: list, describe, edit, and their life cycle."""

import re
from collections.abc import Mapping
from typing import Any

from bot.dialogue.buttons import NO, UNDO, YES, says
from bot.dialogue.state import Effect, Listing, Pending, Reversal
from bot.replies.phrases import capital, count_text, listed, when_text
from bot.turn import Outcome, Reverse, Skill, Turn, say
from twin_core.contract.commands import EditTwin, EraseTwin, GetState, MoveTwin
from twin_core.contract.errors import Rejected
from twin_core.contract.views import TwinStatus, TwinView

EXAMPLE: Mapping[str, Any] = {}
_RENAMED = re.compile(r"\brename\b.{1,120}?\b(?:to|as|into)\s+[\"'“]?([^\"'“”.!?]{1,60})", re.IGNORECASE)


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
    return Outcome((reply,), listing=Listing("twin", tuple(t.id for t in twins)), place=place)


async def describe_twin(turn: Turn) -> Outcome:
    """What a twin is, where, since when, from which device, and how it is now.

    "Tell me more about the second one" after a list of concerns speaks of that concern.
    """
    twin = turn.twin()
    state = await turn.query(GetState(twin.id))
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
    """Changes name, place or importance."""
    twin = turn.twin()
    changes = _edits(turn, twin)
    view = await turn.execute(EditTwin(twin.id, **changes))
    before = {k: getattr(twin, k) for k in changes}
    title = ", ".join(f"{k} {v}" for k, v in changes.items())
    effect = Effect(turn.request, f"{twin.name}: {title}", (Reversal("edit", twin.id, before),))
    return Outcome((say(f"{capital(view.name)}: {title}.", UNDO),), twins=(twin.id,), effect=effect)


async def archive_twin(turn: Turn) -> Outcome:
    return await _moved(turn, "archived", "is archived: it rests with its history, and “restore” brings it back")


async def restore_twin(turn: Turn) -> Outcome:
    return await _moved(turn, "active", "is active again")


async def hibernate_twin(turn: Turn) -> Outcome:
    return await _moved(turn, "hibernated", "sleeps until it is needed")


async def wake_twin(turn: Turn) -> Outcome:
    return await _moved(turn, "active", "is awake")


async def delete_twin(turn: Turn) -> Outcome:
    """Erases for good, only after a yes that names the consequence; archiving is offered instead."""
    twin = turn.twin()
    if not turn.request.get("confirmed"):
        question = f"Delete {twin.name} for good?"
        pending = Pending(turn.cause.trace, "confirm", turn.request, question)
        text = f"Deleting {twin.name} removes its settings and all of its history; that cannot be undone. "
        text += "Archiving would keep them. Shall I delete it for good?"
        reply = say(text, YES, NO, says(f"archive the {twin.name}", "Archive instead"))
        return Outcome((reply,), twins=(twin.id,), pending=pending)
    await turn.execute(EraseTwin(twin.id))
    return Outcome((say(f"{capital(twin.name)} and its history are deleted."),))


async def _moved_back(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(MoveTwin(reversal.subject, reversal.values["to"]))


async def _edited_back(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(EditTwin(reversal.subject, **reversal.values))


async def _never_created(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(EraseTwin(reversal.subject))


REVERSALS: Mapping[str, Reverse] = {"twin": _moved_back, "edit": _edited_back, "created": _never_created}


async def _moved(turn: Turn, to: TwinStatus, text: str) -> Outcome:
    twin = turn.twin()
    if twin.status == to:
        return Outcome((say(f"{capital(twin.name)} {text} already."),), twins=(twin.id,))
    await turn.execute(MoveTwin(twin.id, to))
    effect = Effect(turn.request, f"{twin.name} {to}", (Reversal("twin", twin.id, {"to": twin.status}),))
    return Outcome((say(f"{capital(twin.name)} {text}.", UNDO),), twins=(twin.id,), effect=effect)


def _edits(turn: Turn, twin: TwinView) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    place, value = turn.request.get("place"), turn.request.get("value")
    if new_name := _RENAMED.search(str(turn.request.get("text", ""))):
        return {"name": new_name.group(1).strip()}
    if place and str(place).lower() != (twin.place or "").lower():
        changes["place"] = str(place)
    if isinstance(value, str) and value in ("low", "normal", "high"):
        changes["importance"] = value
    elif isinstance(value, str) and "place" not in changes:
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
