"""The interview's desk in the conversation: who is being interviewed here, and which message is meant for it."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from bot.dialogue.answering import ANSWERS
from bot.dialogue.buttons import answered_by, answers, says
from bot.dialogue.meaning import SURE
from bot.dialogue.mentions import mentioned
from bot.dialogue.policy import answers_last
from bot.dialogue.state import Effect, Pending, Request, Reversal
from bot.forms.form import INTERVIEW, TWIN
from bot.ports import Button, Parse, Reply
from bot.replies.phrases import listed
from bot.turn import Outcome, Turn, say
from interview.interviews import Interviews
from interview.prompts import Prompt, as_text
from interview.session import Session
from interview.steps import Step
from twin_core.contract.errors import NotFound
from twin_core.contract.ids import new_id
from twin_core.contract.telemetry import ListCandidates

_RESUME = re.compile(
    r"\b(continue|carry on|go on|resume|pick up|finish|get back to|back to|where we (?:left|stopped))\b", re.IGNORECASE
)
_CERTAIN = 0.9
_PLANS = frozenset("create_reminder create_task create_event cancel_reminder cancel_event move_event snooze".split())
_ORDERS = re.compile(
    r"^(?:(?:oh|and|also|wait|ok|okay|please|pollux|can you|could you|would you)[,\s]+)*"
    r"(?:remind|wake|add|put|book|schedule|note|cancel|move|postpone|snooze|tell|ping)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\?\s*$|^(?:what|how|why|which|who|when|where|is|are|did|does|do|can|could)\b", re.IGNORECASE)
# Spoken questions come without their mark, and one that is not surely understood is no name all the same.
_ASKS_AT_LENGTH = re.compile(r"^(?:what|how|why|which|when|where|is|are|did|does)(?:'s)?(?: \S+){3}", re.IGNORECASE)
_ONESELF = re.compile(
    r"\b(?:for|of) (?:me|myself)\b|\bmy (?:own twin|profile)\b|\b(?:set|get) (?:me|myself) (?:set )?up\b"
    r"|\bget to know me\b|\bonboard me\b",
    re.IGNORECASE,
)
_PLAIN = frozenset({"create_reminder", "create_task", "create_event"})  # wishes that nothing of ours is called after
_CERTAIN = 0.95
_SAYS = {"defaults": "take the defaults for the rest"}
_TITLES = {"yes": "Yes", "defaults": "Defaults for the rest"}


class InterviewDesk:
    """Routes messages of one conversation to the interview that is open in it."""

    def __init__(self, interviews: Interviews) -> None:
        self._interviews = interviews

    async def take(self, text: str, parses: list[Parse], turn: Turn) -> Outcome | None:
        """What the interview makes of a whole message; None when the message is not for it."""
        if session := await self._open(turn):
            if await self._interrupts(session, text, parses, turn):
                return None
            await turn.begin()
            return outcome_of(await self._interviews.answer(session.id, text), turn)
        if _RESUME.search(text) and (waiting := await self._interviews.paused(turn.user)):
            name = _named_in(text, waiting)
            if name or len(waiting) == 1:
                await turn.begin()
                return outcome_of(await self._interviews.resume(turn.user, name), turn)
        return None

    async def pressed(self, action: str, turn: Turn) -> str | None:
        """What a button says to the question that the interview asks now; None for one of another question."""
        question, text = answered_by(action)
        session = await self._open(turn) if question else None
        return text if session and session.question == question else None

    async def start(self, turn: Turn) -> Outcome:
        """Opens an interview for the kind of thing, or the discovered device, that was named."""
        request = turn.request
        text = str(request.get("text", ""))
        candidate = request.get("candidate") or _listed_candidate(turn) or await self._candidate_in(text, turn)
        if candidate:
            await turn.begin()
            return outcome_of(await self._interviews.start(turn.user, candidate=str(candidate), text=text), turn)
        types = request.get("types", ())
        if not types and _ONESELF.search(text):
            types = ("person",)
        if not types and await self._open(turn):
            return Outcome(())  # "I have a new plug, please make a twin of it": that is begun by then
        if not types:
            return _which_kind(turn)
        await turn.begin()
        return outcome_of(await self._interviews.start(turn.user, types[0], text=text), turn)

    async def remind(self, outcome: Outcome, turn: Turn) -> Outcome:
        """After an interruption: the open question again, shorter."""
        session = await self._open(turn)
        if session is None:
            return outcome
        step = await self._interviews.prompt(session.id)
        prompt = step.prompts[-1]
        again = replace(_reply(prompt, session), text=f"Back to the {_title(session)}: {prompt.short or prompt.text}")
        return replace(outcome, replies=(*outcome.replies, again))

    async def _open(self, turn: Turn) -> Session | None:
        if turn.state.interview is None:
            return None
        try:
            session = await self._interviews.get(turn.state.interview)
        except NotFound:
            return None
        return session if session.status in ("open", "preview") else None

    async def _interrupts(self, session: Session, text: str, parses: list[Parse], turn: Turn) -> bool:
        """Whether a message is a wish of its own and not an answer.

        A message that steers the interview or names one of its slots is an answer, unless it asks something;
        one that merely could be an answer is a wish if it is surely one, about something that is known. What answers a
        question that was put later is no answer to the interview.
        """
        parse = parses[0]
        if answers_last(turn.state, parse, turn.services.registry):
            return True
        if parse.intent in ("link_account", "fill_form"):
            return True
        asks = parse.intent not in ANSWERS and bool(_ASKS_AT_LENGTH.search(text))
        strange = parse.intent == "out_of_scope" and not asks
        if strange or parse.intent in ANSWERS or parse.intent in ("create_twin", "edit_twin"):
            return (
                parse.intent == "create_twin" and parse.confidence >= SURE and bool(mentioned(parse).slots.get("types"))
            )
        reading = await self._interviews.reads(session.id, text)
        found = await self._candidate_in(text, turn) is not None  # a name that is not known yet lowers confidence
        if reading == "steers":
            return False
        if parse.confidence < SURE and not found:
            return asks
        if _ASKS.search(text):
            return True
        if reading == "names":
            return False
        if parse.confidence >= _CERTAIN and _ORDERS.search(text) and parse.intent in _PLANS:
            return True  # "remind me in ten minutes to check the oven" is no name of a place
        known = bool(mentioned(parse).slots.get("twins")) or parse.intent in (
            "help",
            "ask_critical",
            "list_twins",
            "undo",
        )
        known = known or (parse.intent in _PLAIN and parse.confidence >= _CERTAIN)
        return reading == "nothing" or known or found

    async def _candidate_in(self, text: str, turn: Turn) -> str | None:
        """The discovered device whose name stands in the text."""
        lower = text.lower()
        fits = [c for c in await turn.query(ListCandidates()) if len(c.name) > 2 and c.name.lower() in lower]
        return max(fits, key=lambda c: len(c.name)).id if fits else None


def _listed_candidate(turn: Turn) -> str | None:
    """The device that "the second one" means in the list of devices shown last."""
    listing, position = turn.state.listing, turn.request.get("ordinal")
    if listing is None or listing.kind != "candidate" or position is None:
        return None
    return listing.ids[position] if -len(listing.ids) <= position < len(listing.ids) else None


def outcome_of(step: Step, turn: Turn) -> Outcome:
    """What an interview's step means for the conversation."""
    session = step.session
    replies = [_reply(p, session) for p in step.prompts]
    merged = replies[-1]
    if len(replies) > 1:
        merged = replace(merged, text="\n".join(r.text for r in replies))
    is_open = session.status in ("open", "preview")
    effect = None
    twins: tuple[str, ...] = ()
    if session.status == "done" and session.twin:
        twins = (session.twin,)
        request = Request("create_twin", {"twins": twins})
        effect = Effect(request, f"the new twin {session.name or session.twin}", (Reversal("created", session.twin),))
    changes = {"interview": session.id if is_open else None, "asking": session.question}
    return Outcome((merged,), twins=twins, effect=effect, changes=changes)


def _reply(prompt: Prompt, session: Session) -> Reply:
    def button(text: str, title: str) -> Button:
        return answers(session.question, text, title) if session.question else says(text, title)

    buttons: list[Button] = [button(c.say, c.title) for c in prompt.choices]
    taken = {b.title.lower() for b in buttons}
    for word in prompt.steering:
        title = _TITLES.get(word, word.capitalize())
        if title.lower() not in taken:
            buttons.append(button(_SAYS.get(word, word), title))
    card: dict[str, Any] | None = None
    if prompt.lines:
        items = [
            {"title": line.label, "detail": line.value + (" (default)" if line.origin == "default" else "")}
            for line in prompt.lines
        ]
        card = {"kind": "preview", "title": "The new twin", "items": items}
    form = f"{INTERVIEW}:{session.id}" if prompt.kind in ("question", "preview") else None
    return say(as_text((prompt,)), *buttons, card=card, form=form)


def _which_kind(turn: Turn) -> Outcome:
    """No kind was named: the kinds that exist, as choices."""
    kinds = sorted(turn.services.registry.types.values(), key=lambda t: t.title)
    options = tuple((k.name, k.title) for k in kinds)
    request = Request("create_twin", {"text": ""})
    question = "What kind of thing is it?"
    pending = Pending(new_id("q"), "choose", request, question, options, slot="types")
    common = ("light", "plug", "thermostat", "sensor", "freezer", "pump")
    buttons = tuple(Button(f"pick:{pending.id}:{v}", t) for v, t in options if v in common)
    text = f"{question} For example {listed([t for v, t in options if v in common][:4], 'or')}."
    return Outcome((say(text, *buttons, form=TWIN),), pending=pending)


def _named_in(text: str, sessions: Iterable[Session]) -> str | None:
    lower = text.lower()
    return next((s.name for s in sessions if s.name and s.name.lower() in lower), None)


def _title(session: Session) -> str:
    return session.name or session.type.replace("_", " ")
