"""What follows a message: the next question, the same one again with the reason, the preview, the end."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from interview import prompts
from interview.prompts import Prompt
from interview.questions import default_of, next_question, question_for
from interview.session import Session
from twin_core.contract.template import Question, TwinType

Outcome = Literal[
    "asked",
    "taken",
    "corrected",
    "refused",
    "unclear",
    "skipped",
    "preview",
    "paused",
    "cancelled",
    "confirmed",
    "closed",
]

MAX_TRIES = 3


@dataclass(frozen=True, slots=True)
class Step:
    """What came of one message: the session after it, what happened, what to say, and which slots it filled."""

    session: Session
    outcome: Outcome
    prompts: tuple[Prompt, ...]
    taken: Mapping[str, Any] = field(default_factory=dict)


def go_on(session: Session, type: TwinType, outcome: Outcome) -> Step:
    """The next open question, or the preview when there is none."""
    session = replace(session, tries=0)
    question = next_question(session, type)
    return ask(session, type, question, outcome) if question else show_preview(session, type, outcome)


def ask(session: Session, type: TwinType, question: Question, outcome: Outcome) -> Step:
    """Puts one question, which becomes the current one."""
    asked = (*(slot for slot in session.asked if slot != question.slot), question.slot)
    session = replace(session, current=question.slot, asked=asked, status="open")
    return Step(session, outcome, (prompts.ask(session, type, question),))


def ask_again(session: Session, type: TwinType, outcome: Outcome) -> Step:
    """Puts what is open once more: the question, or the preview."""
    if session.current is None:
        return show_preview(session, type, outcome)
    return ask(session, type, question_for(type, session.current), outcome)


def show_preview(session: Session, type: TwinType, outcome: Outcome) -> Step:
    """All slots with their values, before anything is created."""
    session = replace(session, current=None, status="preview")
    return Step(session, outcome, (prompts.preview(session, type),))


def refuse(session: Session, type: TwinType, question: Question, reason: str) -> Step:
    """Asks again with the reason; after MAX_TRIES the default stands in."""
    session = tried(session) if session.current == question.slot else replace(session, tries=1)
    step = give_up(session, type, question) if session.tries >= MAX_TRIES else ask(session, type, question, "refused")
    outcome = "refused" if step.session.status != "paused" else step.outcome
    return replace(step, outcome=outcome, prompts=(prompts.error(question, reason), *step.prompts))


def not_understood(session: Session, type: TwinType) -> Step:
    """Says so and puts the question again; after MAX_TRIES the default stands in, or a preview waits as a draft."""
    told = prompts.unclear(session)
    session = tried(session)
    if session.tries < MAX_TRIES:
        step = ask_again(session, type, "unclear")
    elif session.current is None:
        step = pause(session, type)
    else:
        step = give_up(session, type, question_for(type, session.current))
    return replace(step, prompts=(told, *step.prompts))


def give_up(session: Session, type: TwinType, question: Question) -> Step:
    """Goes on without an answer, or waits as a draft where it cannot do without."""
    if question.required and question.slot not in session.answers and default_of(session, type, question) is None:
        return pause(session, type)
    return go_on(replace(session, skipped=(*session.skipped, question.slot)), type, "skipped")


def pause(session: Session, type: TwinType) -> Step:
    """Keeps the answers so far, as a draft twin."""
    return end(replace(session, status="paused", turns=0, tries=0), type, "paused")


def end(session: Session, type: TwinType, outcome: Outcome) -> Step:
    """The last word of an interview that was paused, cancelled or confirmed."""
    return Step(session, outcome, (prompts.ended(session, type),))


def tried(session: Session) -> Session:
    """One more answer that led nowhere."""
    return replace(session, tries=session.tries + 1)
