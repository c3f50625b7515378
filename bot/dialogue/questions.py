"""The questions of one message: one is asked, the others wait for their turn, an interrupted one comes back."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.dialogue.answering import NO, YES
from bot.dialogue.buttons import bound, of_question
from bot.dialogue.decision import Decision
from bot.dialogue.mentions import ordinal
from bot.dialogue.state import DialogueState, Pending
from bot.ports import Parse, Reply
from bot.replies.phrases import capital, listed
from bot.turn import Outcome, say
from twin_core.contract.clock import parse_instant

MAX_WAITING = 6
_ONLY = re.compile(r"^(?:(?:yes|yeah|yep|ok|okay|sure|no|but|wait|fine)[,\s]+)*(?:only|just|but not)\b", re.IGNORECASE)
_ALL = re.compile(r"\b(?:both|all|everything|each|neither|none)\b", re.IGNORECASE)
_VERDICT = re.compile(
    r"\b(yes|yeah|yep|ok|okay|sure|approve|no|nope|not|reject)\b\s+(?:to\s+|for\s+|on\s+)?(?:(?:the|my)\s+)?"
    r"(?!(?:yes|no|please|thanks)\b)([^,;.]+?)(?=\s*(?:[,;.]|$|\b(?:and|but)\s+(?:yes|no|not|approve|reject|ok)\b))",
    re.IGNORECASE,
)
_NAY = frozenset({"no", "nope", "not", "reject"})
_REST = re.compile(r"\b(?:others?|rest|remaining)\b", re.IGNORECASE)
_FOR_GOOD = frozenset({"delete_twin", "erase_data"})
MAX_PUTS = 2  # whoever talks of something else for longer has gone on


class Questions:
    """Collects what the requests of a message ask. A skill's question is the last of its replies."""

    def __init__(self) -> None:
        self._kept: Pending | None = None
        self._asked: list[Pending] = []

    def interrupted(self, decision: Decision) -> None:
        """Remembers the open question that a request leaves open."""
        if decision.pending and decision.verb not in ("ask_again", "name_it"):
            self._kept = decision.pending

    def ask(self, outcome: Outcome) -> Outcome:
        """The outcome, with its question put off where one is asked already."""
        if outcome.pending is None:
            return outcome
        pending = outcome.pending
        if self._kept and pending.kind == "choose" and not pending.options:
            return replace(outcome, pending=None)  # it can be named any time; the question before it is put again
        if self._asked:
            *replies, question = outcome.replies
            pending = replace(pending, words=question.text)
            outcome = replace(outcome, replies=tuple(replies))
        elif outcome.replies:
            *replies, question = outcome.replies
            outcome = replace(outcome, replies=(*replies, bound(question, pending)))
        self._asked += [pending, *outcome.then]
        return outcome

    def put(self, state: DialogueState) -> tuple[tuple[Reply, ...], DialogueState]:
        """What is said of open questions at the end, and the state that they are open in."""
        kept = [self._kept] if self._kept and self._kept.puts < MAX_PUTS else []
        line = [*self._asked, *kept, *state.waiting]
        dropped = (self._kept.id,) if self._kept and not kept else ()
        state = replace(
            state, dropped=dropped, pending=line[0] if line else None, waiting=tuple(line[1 : MAX_WAITING + 1])
        )
        if not line:
            return (), state
        if self._asked:
            names = [p.question for p in self._asked[1:]]
            return ((say(f"After that I ask: {listed(names)}"),) if names else ()), state
        first = line[0]
        text = f"Back to my question: {first.question}" if kept else first.words or capital(first.question)
        put = replace(first, words="", puts=first.puts + 1 if kept else 0)
        return (bound(say(text, *of_question(put)), put),), replace(state, pending=put)


def put_behind(state: DialogueState) -> DialogueState:
    """The state in which an interview is told something: what else is open waits until that is over."""
    line = tuple(p for p in (state.pending, *state.waiting) if p)
    return replace(state, pending=None, waiting=line[: MAX_WAITING + 1])


def put_after(state: DialogueState) -> tuple[tuple[Reply, ...], DialogueState]:
    """What waits behind an interview is put once that is over."""
    return ((), state) if state.interview or state.pending else Questions().put(state)


def answers_all(parse: Parse) -> bool:
    """ "Yes to both", "no, none of them": meant for every question that is open."""
    return parse.intent in YES | NO and bool(_ALL.search(parse.text))


def each_answered(text: str, parses: list[Parse], state: DialogueState) -> list[Parse]:
    """The requests of a message; "yes to all" once for each question that waits. What nothing brings back needs a yes
    of its own.
    """
    if answers := _one_by_one(text, state):
        return answers
    if len(parses) == 1 and (answers := _only_some(parses[0], state)):
        return answers
    if len(parses) != 1 or not answers_all(parses[0]):
        return parses
    for_good = parses[0].intent in YES and any(p.request.intent in _FOR_GOOD for p in state.waiting)
    return parses if for_good else parses * (1 + len(state.waiting))


def _only_some(parse: Parse, state: DialogueState) -> list[Parse]:
    """ "Only the front one", said to two questions that differ in the thing: a yes to one, a no to the others."""
    line = [p for p in (state.pending, *state.waiting) if p and p.kind in ("approval", "confirm")]
    if len(line) < 2 or len(line) <= len(state.waiting) or not _ONLY.search(parse.text):
        return []
    asked = [set(re.findall(r"\w+", p.question.lower())) for p in line]
    own = [words - set.union(*(o for o in asked if o is not words)) for words in asked]
    said = set(re.findall(r"\w+", parse.text.lower()))
    hit = [bool(words & said) for words in own]
    if not any(hit) or all(hit):
        return []
    # "Each" brings the next question forward once the one before is answered.
    return [Parse(f"each: {parse.text}", "affirm" if yes else "deny", 1.0) for yes in hit]


def _one_by_one(text: str, state: DialogueState) -> list[Parse]:
    """ "Yes to the side door, no to the other one": an answer for each of the questions that are open."""
    line = [p for p in (state.pending, *state.waiting) if p and p.kind in ("approval", "confirm")]
    said = [(found[1].lower() in _NAY, found[2].lower()) for found in _VERDICT.finditer(text)]
    if len(line) < 2 or len(line) <= len(state.waiting) or len({no for no, _ in said}) < 2:
        return []
    asked = [set(re.findall(r"\w+", p.question.lower())) for p in line]
    own = [words - set.union(*(o for o in asked if o is not words)) for words in asked]
    told: list[bool | None] = [None] * len(line)
    for no, words in said:
        for i, mine in enumerate(own):
            if mine & set(re.findall(r"\w+", words)) or ordinal(words) == i:
                told[i] = no
    rest = [no for no, words in said if _REST.search(words)]
    told = [rest[0] if no is None and rest else no for no in told]
    if any(no is None for no in told):
        return []
    return [Parse(f"each: {text}", "deny" if no else "affirm", 1.0) for no in told]


def waited_for(state: DialogueState, now: datetime) -> DialogueState:
    """Without the questions whose time to be answered is over."""
    return with_open(state, lambda p: not (p.until and parse_instant(p.until) <= now))


def with_open(state: DialogueState, is_open: Callable[[Pending], bool]) -> DialogueState:
    """With those questions that are open still. Where an interview was told something since, all of them wait on."""
    line = [p for p in (state.pending, *state.waiting) if p and is_open(p)]
    if state.interview and state.pending is None:
        return replace(state, waiting=tuple(line))
    return replace(state, pending=line[0] if line else None, waiting=tuple(line[1:]))


def asked_unasked(state: DialogueState, pending: Pending) -> DialogueState:
    """A question that came with a message of ours, in place of the last one of its kind. Whoever goes on talking of
    something else is not asked again.
    """
    line = [p for p in (state.pending, *state.waiting) if p and p.request.intent != pending.request.intent]
    return replace(state, pending=replace(pending, puts=MAX_PUTS), waiting=tuple(line[:MAX_WAITING]))


def brought_forward(state: DialogueState, action: str) -> DialogueState:
    """The state in which the question that a pressed button belongs to is the open one."""
    asked = action.split(":")[1:2]
    line = [p for p in (state.pending, *state.waiting) if p]
    chosen = next((p for p in line if [p.id] == asked), None)
    if chosen is None:
        return state
    return replace(state, pending=chosen, waiting=tuple(p for p in line if p is not chosen))
