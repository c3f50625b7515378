"""The dialogue policy: from state, parse and the names known now to one decision. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.dialogue.answering import NO, YES, answer, interrupts, superseded
from bot.dialogue.comfort import relief
from bot.dialogue.correcting import correct, rules_out
from bot.dialogue.decision import NEEDS, Decision
from bot.dialogue.meaning import is_elliptic, meaning, repeated
from bot.dialogue.mentions import Mentioned, about_twins, mentioned
from bot.dialogue.named import told_from_command
from bot.dialogue.plan_words import CLOCK
from bot.dialogue.plans_said import ends_a_reminder, of_plans
from bot.dialogue.pointing import pointed
from bot.dialogue.reference import World, resolve
from bot.dialogue.state import DialogueState, Pending, Request
from bot.dialogue.subject import calls_off_a_plan, of_kind, reworded
from bot.dialogue.targets import with_target
from bot.dialogue.told import told
from bot.dialogue.unasked import asks_once_more, waits_for_nobody, wants_no_more, wants_quiet, wants_told_again
from bot.dialogue.voicing import voice_wish
from bot.dialogue.worded import as_worded
from bot.ports import Parse

_NEGATED = re.compile(
    r"^(?:(?:no|please|but|and|ok|okay)[,\s]+)*"
    r"(?:don'?t|don’t|do not|never|no need to|you needn't)\b(?! (?:you|forget))",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"^(?:(?:no|oh|just|please|why don'?t you)[,\s]+)*(?:(?:fuck|piss|bugger|sod|buzz|shove|clear|naff|back) off|"
    r"get lost|go away|leave me alone|shut up|go to hell)"
    r"(?:[,\s]+(?:mate|you|now|then|please|pollux|bot|already|\w+ bot))*[\s.!]*$",
    re.IGNORECASE,
)
_NOT_SO = re.compile(
    r"\b(?:it|that|this|they)\s?(?:(?:'s|’s| is| was| has| are| have) not|isn['’]?t|wasn['’]?t|hasn['’]?t|aren['’]?t)"
    r"(?: (?:yet|after all|so|true))*\W*$"
    r"|\bi\s+(?:haven['’]?t|have not|didn['’]?t|did not)(?: (?:yet|actually|done it|finished|finished it))*\W*$",
    re.IGNORECASE,
)
_AFTER_ALL = re.compile(
    r"^(?:(?:no|yes|ok|okay|oh|well|hm+|wait|actually|sorry|please|then|on second thoughts?)[,\s]+)*"
    r"(?:(?:please )?(?:just |do |go )*(?:do|stop|start|open|close|unlock|run|switch|turn|shut|go)\b"
    r"(?: (?:it|that|them|so|down|off|on|ahead))*(?:[,\s]+(?:please|then|now))?[,\s]+(?:after all|anyway|all the same)"
    r"|(?:yes|do it|go ahead),? after all|i changed my mind[,\s]+(?:yes|do it|go ahead))"
    r"(?:[,\s]+(?:please|then|now))*\W*$",
    re.IGNORECASE,
)
_REDO = re.compile(
    r"\bredo\b|\b(?:undo|revert|take back|reverse) the undo\b|\bdo it (?:again|anyway|after all)\b", re.IGNORECASE
)


def decide(state: DialogueState, parse: Parse, world: World) -> Decision:
    """One decision for one request."""
    state, parse, m = _read(state, parse, world)
    no_more = parse.intent != "control_device" and wants_no_more(parse.text)
    if voice_wish(parse.text) or (no_more and not ends_a_reminder(state, parse.text)):
        return Decision("do", Request("set_preference", m.slots), pending=state.pending)
    if state.pending and CLOCK.search(parse.text.strip()):
        return Decision("do", Request("tell_time"), pending=state.pending)
    if state.pending and (decision := answer(state, state.pending, parse, m, world)):
        return decision
    kept = state.pending if state.pending and interrupts(state.pending, parse, m) else None
    wish = _wish(state, parse, m, world)
    return replace(wish, pending=None if kept and superseded(kept, wish.request) else kept)


def answers_last(state: DialogueState, parse: Parse, world: World) -> bool:
    """Whether a message answers the question that was put after the one of an interview, which is open as well."""
    asked = state.pending
    if asked is None or asked.until:  # what was asked unasked may have come in the middle of an answer
        return False
    return _answers(state, asked, parse, world)


def with_answered_first(state: DialogueState, parse: Parse, world: World) -> DialogueState:
    """The state in which the open question that a message answers is the one that was put: "tomorrow at 8" tells when,
    though a yes to something else was asked for first.
    """
    asked = state.pending
    if asked is None or parse.intent in YES | NO or _answers(state, asked, parse, world):
        return state
    for other in state.waiting:
        tells = other.kind == "choose" or (other.kind == "fill" and other.slot == "time")
        if tells and _answers(state, other, parse, world):
            rest = tuple(each for each in state.waiting if each is not other)
            return replace(state, pending=other, waiting=(asked, *rest))
    return state


def _answers(state: DialogueState, asked: Pending, parse: Parse, world: World) -> bool:
    state, parse, m = _read(state, parse, world)
    decision = answer(state, asked, parse, m, world)
    if decision is None or decision.verb not in ("do", "drop"):
        return False
    return asked.kind in ("fill", "choose") or parse.intent in YES | NO


def _read(state: DialogueState, parse: Parse, world: World) -> tuple[DialogueState, Parse, Mentioned]:
    """The state, of what is still there, the parse and what it mentions, as they are meant together."""
    parse = told_from_command(as_worded(asks_once_more(_sent_away(parse)), state))
    state = replace(state, twins=_still_there(state.twins, world), others=_still_there(state.others, world))
    return state, parse, told(parse, pointed(parse, mentioned(parse), state, world))


def _sent_away(parse: Parse) -> Parse:
    """ "Fuck off" is a no, however it is put; its "off" switches nothing off."""
    return Parse(parse.text, "cancel", 1.0) if _AWAY.search(parse.text) else parse


def _wish(state: DialogueState, parse: Parse, m: Mentioned, world: World) -> Decision:
    """What a message that answers no question asks for."""
    if _takes_undo_back(state, parse, m):
        return Decision("redo", Request("redo"))
    if again := repeated(state, parse) or _after_all(state, parse, m):
        return Decision("do", again)
    if _denies_it_is_done(state, parse):
        return Decision("do", Request("undo", {"text": parse.text}))
    if helps := relief(state, parse, m, world):
        return helps
    if worded := _by_its_words(state, parse, m):
        return Decision("do", worded)
    if m.excluded and state.last and not about_twins(m) and "action" not in m.slots and len(state.last.twins) > 1:
        return correct(state, m, world)
    if rules_out(m) and state.last and state.last.intent == "control_device" and is_elliptic(parse, m):
        return correct(state, m, world)  # "and not the den either"
    meant = meaning(state, parse, m, _kinds(state, world))
    if _refrains(parse, meant.intent):
        return _refrained(state, m, world)
    if meant.intent == "correct" and state.last:
        return correct(state, m, world)
    slots = {**m.slots, **meant.carried, **of_kind(parse.text, meant.intent)}
    request = Request(meant.intent, {**slots, **_positions(m)})
    need = NEEDS.get(meant.intent)
    if need is None:
        return Decision("do", request)
    decision = with_target(request, replace(m, slots=slots), state, world, need)
    nowhere = decision.target.lacking or decision.target.unknown or _tells_nothing_of_it(decision, meant.carried, world)
    if nowhere and is_elliptic(parse, m) and (borrowed := {"property", "types"} & set(meant.carried)):
        # "And the kitchen?", where nothing can be locked: how it is there, then.
        slots = {k: v for k, v in slots.items() if k not in borrowed}
        return with_target(request.having(**dict.fromkeys(borrowed)), replace(m, slots=slots), state, world, need)
    return decision


def _tells_nothing_of_it(decision: Decision, carried: Mapping[str, Any], world: World) -> bool:
    """ "What about the main meter?", after a flow: it has none, so it is asked how it is."""
    prop, asks = carried.get("property"), decision.request.intent in ("ask_status", "ask_history")
    found = [t for i in decision.target.found if (t := world.twin(i))]
    return asks and bool(prop) and bool(found) and all(world.spec(t, str(prop)) is None for t in found)


def _denies_it_is_done(state: DialogueState, parse: Parse) -> bool:
    """ "Oh wait, it isn't", right after a task was marked as done."""
    done = state.last is not None and state.last.intent in ("complete_task", "resolve")
    return done and bool(state.effects) and state.last == state.effects[-1].request and bool(_NOT_SO.search(parse.text))


def _by_its_words(state: DialogueState, parse: Parse, m: Mentioned) -> Request | None:
    """What the very words ask for, whatever intent they were taken for."""
    if about := asked_of_oneself(parse.text):
        return Request("ask_oneself", {**m.slots, "property": about})
    touched = bool(state.effects) and state.effects[-1].request.intent == "control_device"
    if parse.intent == "restore_twin" and touched and m.pronoun and not about_twins(m):
        return Request("undo", {"text": parse.text})  # "bring those two back", of what was just switched
    if words := reworded(parse.text, m):
        return Request("edit_reminder", words)
    if calls_off_a_plan(parse, m):
        return Request("cancel_reminder", {**m.slots, **_positions(m)})
    if waits_for_nobody(parse.text):
        return Request("create_reminder", m.slots)
    if planned := of_plans(state, parse, m):
        return planned
    if wants_told_again(parse.text) and not m.slots.get("twins"):
        return Request("set_preference", m.slots)
    if parse.intent == "correct" and wants_quiet(parse.text) and "time" in m.slots and not about_twins(m):
        return Request("set_quiet_hours", m.slots)
    return None


def _after_all(state: DialogueState, parse: Parse, m: Mentioned) -> Request | None:
    """ "OK, do it after all", right after an approval was refused: the same wish once more."""
    refused = state.last is not None and state.last.intent == "reject_action" and bool(state.last.twins)
    if state.last is None or not refused or about_twins(m) or not _AFTER_ALL.search(parse.text):
        return None
    return replace(state.last, intent="control_device").having(approval=None)


def _refrains(parse: Parse, intent: str) -> bool:
    """ "Don't lock the door" asks for nothing to be done."""
    acting = intent in NO | {"correct"} or (intent in NEEDS and NEEDS[intent].act)
    return acting and bool(_NEGATED.search(parse.text))


def _refrained(state: DialogueState, m: Mentioned, world: World) -> Decision:
    """Nothing is done; what was just done so is taken back."""
    target = resolve(m, state, world, act=True)
    touched = {r.subject for r in state.effects[-1].reversals} if state.effects else set()
    if target.found and touched & set(target.found) and state.last == state.effects[-1].request:
        return Decision("do", Request("undo", {"text": m.slots["text"]}))
    return Decision("drop", Request("control_device", {"twins": target.found}))


def _kinds(state: DialogueState, world: World) -> tuple[str, ...]:
    """The types of the things spoken of last."""
    return tuple(sorted({t.type for i in state.twins if (t := world.twin(i))}))


def _still_there(twins: tuple[str, ...], world: World) -> tuple[str, ...]:
    return tuple(i for i in twins if world.twin(i) is not None)


def _takes_undo_back(state: DialogueState, parse: Parse, m: Mentioned) -> bool:
    """Whether the undo just made is regretted: "redo", or "no, leave it" right after it."""
    if not state.undone or about_twins(m) or "value" in m.slots:
        return False
    regretted = state.last is not None and state.last.intent == "undo" and parse.intent in NO | {"correct"}
    return bool(_REDO.search(parse.text)) or regretted


def _positions(m: Mentioned) -> dict[str, Any]:
    slots: dict[str, Any] = {}
    if m.ordinal is not None:
        slots["ordinal"] = m.ordinal
    if m.all:
        slots["all"] = True
    if m.unknown:
        slots["unknown"] = m.unknown
    return slots


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
