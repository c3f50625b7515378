"""Asking a person how they are: one question after another, each of which may be skipped. Pure."""

from collections.abc import Sequence

from bot.dialogue.state import Pending, Request
from twin_core.contract.check_ins import QUESTIONS, answers_to
from twin_core.contract.clock import instant_text
from twin_core.contract.nudges import NudgeView

SKIP = ("skip", "Skip")


def question(id: str, asked: Sequence[str], nudge: str = "", until: str = "") -> Pending:
    """The first of what is asked. `nudge`: of which it is an answer; `until`: so long it is waited for."""
    request = Request("check_in", {"asked": tuple(asked), "nudge": nudge, "until": until})
    options = (*answers_to(asked[0]), SKIP)
    return Pending(id, "fill", request, QUESTIONS[asked[0]], options, slot="answer", skippable=True, until=until)


def question_of(nudge: NudgeView) -> Pending | None:
    """What a nudge asks, to be answered in the conversation where it is said."""
    if not nudge.asks:
        return None
    until = instant_text(nudge.useless_from) if nudge.useless_from else ""
    return question(f"q.{nudge.id}", nudge.asks, nudge.id, until)
