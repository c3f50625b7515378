"""Devices that announced themselves and are no twins yet: whoever asks for one is offered its twin."""

from collections.abc import Sequence

from bot.dialogue.buttons import DEFAULTS_FOR_ALL, NO, YES
from bot.dialogue.decision import Decision
from bot.dialogue.state import Listing, Pending, Request
from bot.nlu.text import tokenize
from bot.ports import Button
from bot.replies.phrases import SHOWN, listed
from bot.turn import Outcome, Turn, say
from twin_core.contract.ids import new_id
from twin_core.contract.telemetry import ListCandidates
from twin_core.contract.views import CandidateView

_WHOLE_HOUSE = frozenset(t.stem for t in tokenize("the my our whole house home place"))


async def offered(decision: Decision, turn: Turn) -> Outcome | None:
    """The offer to make twins of the found devices that a request means; None where it means none of them."""
    found = _meant(decision, turn, await turn.query(ListCandidates()))
    if not found:
        return None
    names = listed([c.name for c in found])
    if turn.state.interview:  # its question is put again right after
        return Outcome((say(f"{_no_twin_yet(names, found)}: first I need some answers."),))
    if len(found) > 1:
        text = f"{_no_twin_yet(names, found)}. Which shall I make a twin of?"
        buttons = (Button(f"create:{c.id}", c.name) for c in found[:SHOWN])
        reply = say(text, *buttons, DEFAULTS_FOR_ALL)
        return Outcome((reply,), listing=Listing("candidate", tuple(c.id for c in found)))
    question = f"Shall I make a twin of the {names}?"
    pending = Pending(new_id("q"), "confirm", Request("create_twin", {"candidate": found[0].id}), question)
    text = f"{_no_twin_yet(names, found)}, so I can neither read nor change it. Shall I make one?"
    return Outcome((say(text, YES, NO),), pending=pending)


def _no_twin_yet(names: str, found: Sequence[CandidateView]) -> str:
    return f"I found the {names}, but {'it is no twin' if len(found) == 1 else 'they are no twins'} yet"


def _meant(decision: Decision, turn: Turn, candidates: Sequence[CandidateView]) -> list[CandidateView]:
    """The devices whose name, place and kind hold all that was said; of the asked property where only places fit."""
    target, request = decision.target, decision.request
    said = _words(target.unknown or str(request.get("place") or "")) - _WHOLE_HOUSE
    types = request.get("types", ())
    fits = [c for c in candidates if (said or types) and said <= _described(c, turn) and (not types or c.type in types)]
    prop = request.get("property")
    told = [c for c in fits if prop in c.properties]
    return told or ([] if prop and all(said <= _words(c.place or "") for c in fits) else fits)


def _described(candidate: CandidateView, turn: Turn) -> frozenset[str]:
    kind = turn.services.registry.types.get(candidate.type)
    title = kind.title if kind else ""
    return _words(f"{candidate.name} {candidate.place or ''} {title} {candidate.type.replace('_', ' ')}")


def _words(text: str) -> frozenset[str]:
    return frozenset(t.stem for t in tokenize(text) if t.is_word or t.is_number)
