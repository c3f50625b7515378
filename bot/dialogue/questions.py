"""The questions of one message: one is asked, the others wait for their turn, an interrupted one comes back."""

from dataclasses import replace

from bot.dialogue.buttons import bound, of_question
from bot.dialogue.decision import Decision
from bot.dialogue.state import DialogueState, Pending
from bot.ports import Reply
from bot.replies.phrases import listed
from bot.turn import Outcome, say

MAX_WAITING = 6


class Questions:
    """Collects what the requests of a message ask. A skill's question is the last of its replies."""

    def __init__(self, before: DialogueState) -> None:
        self._kept: Pending | None = None
        self._asked: list[Pending] = []
        self._answering = before.pending is not None

    def interrupted(self, decision: Decision) -> None:
        """Remembers the open question that a request leaves open."""
        if decision.pending and decision.verb != "ask_again":
            self._kept = decision.pending

    def ask(self, outcome: Outcome) -> Outcome:
        """The outcome, with its question put off where one is asked already."""
        if outcome.pending is None:
            return outcome
        pending = outcome.pending
        if self._asked:
            *replies, question = outcome.replies
            pending = replace(pending, words=question.text)
            outcome = replace(outcome, replies=tuple(replies))
        elif outcome.replies:
            *replies, question = outcome.replies
            outcome = replace(outcome, replies=(*replies, bound(question, pending)))
        self._asked.append(pending)
        return outcome

    def put(self, state: DialogueState) -> tuple[tuple[Reply, ...], DialogueState]:
        """What is said of open questions at the end, and the state that they are open in."""
        kept = [self._kept] if self._kept else []
        line = [*self._asked, *kept, *state.waiting]
        state = replace(state, pending=line[0] if line else None, waiting=tuple(line[1 : MAX_WAITING + 1]))
        if not line:
            return (), state
        if self._asked:
            names = [p.question for p in self._asked[1:]]
            return ((say(f"After that I ask: {listed(names)}"),) if names else ()), state
        text = f"Back to my question: {line[0].question}" if kept else line[0].words or line[0].question
        return (bound(say(text, *of_question(line[0])), line[0]),), replace(state, pending=replace(line[0], words=""))


def brought_forward(state: DialogueState, action: str) -> DialogueState:
    """The state in which the question that a pressed button belongs to is the open one."""
    asked = action.split(":")[1:2]
    line = [p for p in (state.pending, *state.waiting) if p]
    chosen = next((p for p in line if [p.id] == asked), None)
    if chosen is None:
        return state
    return replace(state, pending=chosen, waiting=tuple(p for p in line if p is not chosen))
