"""An interview as a form: every question at once, with what stands in it, instead of one after another. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from interview import flow, steps
from interview.answers import Misfit, range_text, read_answer, value_text
from interview.questions import asked_at, default_of, label_of, question_for, questions_of
from interview.session import Session, answered
from twin_core.contract.errors import NotFound
from twin_core.contract.template import Question, TwinType


@dataclass(frozen=True, slots=True)
class Blank:
    """One question with what fills it in now, as a person reads it; `value` is None where nothing does."""

    question: Question
    label: str
    value: Any
    text: str
    range: str  # what fits: `between 5 and 30 °C`; empty where anything does


def blanks(session: Session, type: TwinType) -> tuple[Blank, ...]:
    """What is asked at the session's fidelity, or was answered anyway."""
    asked = {question.slot for question in asked_at(type, session.fidelity)}
    shown = [question for question in questions_of(type) if question.slot in asked or question.slot in session.answers]
    return tuple(_blank(session, type, question) for question in shown)


def blank(question: Question, value: Any) -> Blank:
    """One question with a value of its own."""
    text = "" if value is None else value_text(question, value)
    return Blank(question, label_of(question), value, text, range_text(question))


def read_blank(question: Question, text: str, before: Any = None) -> Any:
    """What a form's text means; None for an empty one, which leaves the slot to its default. Raises Misfit."""
    if not text.strip():
        return [] if question.kind == "choices" else None
    return read_answer(question, text, before)


def misfits(session: Session, type: TwinType, texts: Mapping[str, str]) -> dict[str, str]:
    """By slot: why a text does not fit. Raises NotFound for a slot that the type does not have."""
    reasons: dict[str, str] = {}
    for slot, text in texts.items():
        question = _question(type, slot)
        try:
            value = read_blank(question, text, session.answers.get(slot))
        except Misfit as error:
            reasons[slot] = error.reason
        else:
            if value is None and question.required and default_of(session, type, question) is None:
                reasons[slot] = "I cannot do without this one."
    return reasons


def fill(session: Session, type: TwinType, texts: Mapping[str, str]) -> steps.Step:
    """Takes a form, which showed everything, as a yes to it; what does not fit is asked for. Raises NotFound."""
    if session.status not in ("open", "preview"):
        return flow.repeat(session, type)
    wrong = misfits(session, type, texts)
    taken: dict[str, Any] = {}
    for slot in [slot for slot in texts if slot not in wrong]:
        question = question_for(type, slot)
        if texts[slot].strip() == _blank(session, type, question).text:
            continue  # as it was shown: a default stays one
        value = read_blank(question, texts[slot], session.answers.get(slot))
        if slot == "fidelity":
            session = replace(session, fidelity=value or session.fidelity)
        elif value is None:
            session = _left(session, slot)
        else:
            session, taken[slot] = answered(session, slot, value), value
    if wrong:
        slot, reason = next(iter(wrong.items()))
        return replace(steps.refuse(session, type, question_for(type, slot), reason), taken=taken)
    return replace(flow.confirm(replace(session, status="preview", current=None), type), taken=taken)


def _blank(session: Session, type: TwinType, question: Question) -> Blank:
    value = session.answers.get(question.slot)
    return blank(question, default_of(session, type, question) if value is None else value)


def _left(session: Session, slot: str) -> Session:
    """The session with this slot left to its default."""
    return replace(
        session,
        answers={name: value for name, value in session.answers.items() if name != slot},
        found=tuple(name for name in session.found if name != slot),
        said=tuple(name for name in session.said if name != slot),
        skipped=(*(name for name in session.skipped if name != slot), slot),
    )


def _question(type: TwinType, slot: str) -> Question:
    try:
        return question_for(type, slot)
    except KeyError:
        raise NotFound(f"A {type.title} has no {slot[:60]!r} to answer.") from None
