"""Asking whether an answer was the right one: where the words were read with little certainty. Pure."""

from dataclasses import replace

from bot.dialogue.buttons import feedback
from bot.dialogue.state import DialogueState
from bot.ports import Parse
from bot.turn import Outcome

DOUBTFUL = 0.5  # certainty of a reading below which one is asked
RATED = ("ask_", "list_", "describe_", "compare_", "find_", "plan_")
ROOM = 2  # buttons beside which there is room for the thumbs


def rated(outcome: Outcome, parse: Parse, state: DialogueState) -> Outcome:
    """With a thumb up and down, where an answer was given to doubtful words."""
    if not parse.intent.startswith(RATED):
        return outcome
    answered = outcome.replies and not outcome.pending and "misses" in outcome.changes and not outcome.changes["misses"]
    if not answered or parse.confidence >= DOUBTFUL or len(outcome.replies[-1].buttons) > ROOM:
        return outcome
    *replies, last = outcome.replies
    thumbs = replace(last, buttons=(*last.buttons, *feedback(state.turns + 1)))
    return replace(outcome, replies=(*replies, thumbs))
