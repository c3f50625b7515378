"""Devices that announced themselves: telling of them, and making twins of all at once."""

import re
from collections.abc import Mapping
from typing import Any

from bot.dialogue.buttons import DEFAULTS_FOR_ALL, UNDO, says
from bot.dialogue.state import Effect, Listing, Request, Reversal
from bot.ports import Button
from bot.replies.phrases import SHOWN, count_text, listed
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.telemetry import ListCandidates
from twin_core.contract.views import CandidateView

EXAMPLE: Mapping[str, Any] = {}
_PASSES = re.compile(r"\b(?:skip|pass|next)\b", re.IGNORECASE)
_REST = re.compile(r"\b(rest|all|others|defaults?)\b", re.IGNORECASE)


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"discover_devices": discover_devices, "skip": make_the_rest}


async def discover_devices(turn: Turn) -> Outcome:
    """The devices found that are no twins yet, each with a button that begins its interview."""
    found = await turn.query(ListCandidates())
    if not found:
        count = len(turn.services.registry.active())
        have = f" You have {count_text(count, 'twin')}." if count else ""
        text = f"I found no new devices.{have} They appear here when they announce themselves over MQTT."
        return Outcome((say(text),))
    lines = [f"{i}. {_line(c, turn)}" for i, c in enumerate(found, 1)]
    text = f"I found {count_text(len(found), 'new device')}:\n" + "\n".join(lines)
    text += "\nWhich one shall I make a twin of? “Take the defaults for the rest” makes twins of all."
    items = [
        {"title": c.name, "detail": _kind(c, turn), "buttons": [{"id": f"create:{c.id}", "title": "Make a twin"}]}
        for c in found
    ]
    buttons = tuple(Button(f"create:{c.id}", c.name) for c in found[:SHOWN])
    card = {"kind": "list", "title": "New devices", "items": items}
    reply = say(text, *buttons, DEFAULTS_FOR_ALL, card=card)
    return Outcome((reply,), listing=Listing("candidate", tuple(c.id for c in found)))


async def make_the_rest(turn: Turn) -> Outcome:
    """Makes a twin with default answers of every device found; one undo takes all of them back."""
    found = await turn.query(ListCandidates())
    text, listing = str(turn.request.get("text", "")), turn.state.listing
    shown = listing is not None and listing.kind == "candidate" and not _PASSES.search(text)
    meant = shown or _REST.search(text)
    if not meant or not found:
        return Outcome((say("Nothing is open that could be skipped."),))
    await turn.begin()
    twins = await turn.services.interviews.defaults_for_rest(turn.user)
    names = listed([t.name for t in twins])
    effect = Effect(
        Request("create_twin", {"twins": tuple(t.id for t in twins)}),
        f"{count_text(len(twins), 'new twin')}",
        tuple(Reversal("created", t.id) for t in twins),
    )
    text = f"I made {count_text(len(twins), 'twin')} with the usual settings: {names}. Everything can be changed later."
    return Outcome((say(text, UNDO, says("what's most critical today?", "What's most critical?")),), effect=effect)


def _line(candidate: CandidateView, turn: Turn) -> str:
    return f"{candidate.name}: {_kind(candidate, turn)}"


def _kind(candidate: CandidateView, turn: Turn) -> str:
    kind = turn.services.registry.types.get(candidate.type)
    title = kind.title if kind else candidate.type
    where = f" in the {candidate.place}" if candidate.place else ""
    maker = " ".join(part for part in (candidate.manufacturer, candidate.model) if part)
    return f"{title}{where}{f' ({maker})' if maker else ''}"
