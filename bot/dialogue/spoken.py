"""What a voice may decide: risky things only by name, entry to the house never, nothing personal among others. Pure."""

import re
from dataclasses import replace

from bot.dialogue.answering import YES
from bot.dialogue.decision import Decision
from bot.dialogue.mentions import Mentioned, mentioned
from bot.dialogue.reference import World
from bot.dialogue.sharing import is_open
from bot.dialogue.state import DialogueState, Pending, Request
from bot.ports import Parse, Reply
from bot.replies.phrases import capital
from bot.turn import Outcome

_YES = re.compile(
    r"(?:yes|yeah|yep|ok|okay|sure|approved?|confirm|go ahead)\b(?!.*\b(?:not|don'?t|never)\b)", re.IGNORECASE
)
_OF_THE_DAY = re.compile(r"good (?:morning|afternoon|evening)(?: pollux)?", re.IGNORECASE)
_OF_THE_TALK = frozenset("undo redo correct inform affirm deny skip back out_of_scope".split())  # about what was said
_RISKY = frozenset({"delete_twin"})  # apart from what waits for an approval
_ASKED = re.compile(r"[.,]?\s*shall I\?$", re.IGNORECASE)


def heard(decision: Decision, state: DialogueState, parse: Parse, world: World, *, shared: bool) -> Decision:
    """The decision on something that was said aloud. `shared`: anybody may have said it, and others hear the answer."""
    pending, m = state.pending, mentioned(parse)
    personal = decision.request.intent not in _OF_THE_TALK and not is_open(decision.request, world)
    if shared and personal and decision.verb not in ("ask_again", "drop"):
        return Decision("private", decision.request, pending=pending)
    if not shared and not pending and _begins_check_in(decision, parse):
        return Decision("do", Request("check_in", {"briefed": True}))
    if pending and _is_risky(pending):
        named = _names(pending, m, world)
        if _is_yes(parse) and named and pending.approval:
            decision = Decision(
                "do", Request("approve_action", {**pending.request.slots, "approval": pending.approval})
            )
        elif _is_yes(parse) and named:
            decision = Decision("do", pending.request.having(confirmed=True))
        elif parse.intent in YES:
            return Decision("name_it", pending.request, pending=pending)
    request = decision.request
    if request.intent != "approve_action" or decision.verb != "do":
        return decision
    if needs_known_person(request, world):
        return Decision("elsewhere", request)
    return decision if request.twins else Decision("name_it", request)


def asked_aloud(outcome: Outcome, world: World) -> Outcome:
    """The outcome; where it asks for an approval, with how that is given by voice."""
    pending = outcome.pending
    if pending is None or not _is_risky(pending) or not outcome.replies:
        return outcome
    *replies, question = outcome.replies
    if needs_known_person(pending.request, world):
        return replace(outcome, replies=(*replies, _put_off(question)), pending=None)
    names = " and the ".join(t.name for i in pending.request.twins if (t := world.twin(i)))
    how = f"say “yes, the {names}”, or “no”."
    text = question.text if question.text.endswith(how) else f"{question.text} {capital(how)}"
    said = replace(question, text=text, buttons=(), speech=None)
    return replace(outcome, replies=(*replies, said))


def put_aloud(replies: tuple[Reply, ...], state: DialogueState, world: World) -> tuple[Reply, ...]:
    """A question that is put once more, with how it is answered by voice: that was said long ago."""
    if not any(reply.buttons for reply in replies):
        return replies
    return asked_aloud(Outcome(replies, pending=state.pending), world).replies


def needs_known_person(request: Request, world: World) -> bool:
    """Whether what waits lets somebody in: anybody's voice can be heard, or played."""
    twins = (world.twin(i) for i in request.twins)
    return any(p.approval.known_person for t in twins if t for p in world.types[t.type].properties.values())


def _put_off(question: Reply) -> Reply:
    text = f"{_ASKED.sub('', question.text)}. A voice is not enough for that: approve it in the chat."
    return replace(question, text=text, buttons=(), speech=None)


def _is_risky(pending: Pending) -> bool:
    return bool(pending.approval) or pending.request.intent in _RISKY


def _begins_check_in(decision: Decision, parse: Parse) -> bool:
    """By voice, who greets the day is told of it: there is no list beside, as in a chat."""
    asked = decision.request.intent == "check_in" and not (decision.request.slots.keys() - {"text"})
    return decision.verb == "do" and (asked or bool(_OF_THE_DAY.fullmatch(parse.text.strip(" .!?"))))


def _is_yes(parse: Parse) -> bool:
    """A yes with a name behind it is read as many things; its first word tells."""
    return bool(_YES.match(parse.text.strip()))


def _names(pending: Pending, m: Mentioned, world: World) -> bool:
    """Whether each thing that is asked about is named, or is the only one of its kind that is."""
    named = {*m.slots.get("twins", ()), *m.choices}
    if types := m.slots.get("types"):
        of_kind = world.select(types=types, place=m.slots.get("place"))
        named |= {t.id for t in of_kind} if len(of_kind) == 1 else set()
    return bool(pending.request.twins) and set(pending.request.twins) <= named
