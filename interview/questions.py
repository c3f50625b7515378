"""The questions of one interview: which are asked, in what order, what fills them in when nobody does."""

import re
from dataclasses import replace
from typing import Any

from interview.answers import is_price
from interview.hours import SPAN
from interview.session import Session
from twin_core.contract.template import Fidelity, Question, TwinType

FIDELITIES: tuple[Fidelity, ...] = ("basic", "standard", "advanced", "expert")

# Never asked; heard when somebody names it ("the fidelity is expert").
_FIDELITY = Question(
    slot="fidelity",
    text="How closely shall the twin follow the real thing?",
    kind="choice",
    choices=FIDELITIES,
    words=("fidelity", "level of detail"),
)
_TIME_OF_DAY = re.compile(r"\d\d:\d\d")


def questions_of(type: TwinType) -> tuple[Question, ...]:
    """Every question of a type, name first, with all that its answers need to be read."""
    own = [question for question in type.questions if question.slot != "name"]
    name = next((q for q in type.questions if q.slot == "name"), Question("name", "What shall I call it?", "text"))
    unasked = [] if any(question.slot == _FIDELITY.slot for question in own) else [_FIDELITY]
    return tuple(_completed(question, type) for question in (replace(name, required=True), *own, *unasked))


def question_for(type: TwinType, slot: str) -> Question:
    """The question of a slot. Raises KeyError for a slot that the type does not have."""
    for question in questions_of(type):
        if question.slot == slot:
            return question
    raise KeyError(slot)


def asked_at(type: TwinType, fidelity: Fidelity) -> tuple[Question, ...]:
    """What is asked at a fidelity: never more than needed for it."""
    reach = FIDELITIES.index(fidelity)
    return tuple(
        question
        for question in questions_of(type)
        if FIDELITIES.index(question.fidelity) <= reach and question.slot != _FIDELITY.slot
    )


def next_question(session: Session, type: TwinType) -> Question | None:
    """The first question that is neither answered nor skipped."""
    for question in asked_at(type, session.fidelity):
        if question.slot not in session.answers and question.slot not in session.skipped:
            return question
    return None


def left_to_defaults(session: Session, type: TwinType) -> Session:
    """With every question that is open at its fidelity skipped."""
    rest = (q.slot for q in asked_at(type, session.fidelity) if q.slot not in session.answers)
    return replace(session, skipped=tuple(dict.fromkeys((*session.skipped, *rest))))


def missing(session: Session, type: TwinType) -> Question | None:
    """The first question that must be answered, is not, and has nothing to fill it in with."""
    for question in asked_at(type, session.fidelity):
        if question.required and question.slot not in session.answers and default_of(session, type, question) is None:
            return question
    return None


def default_of(session: Session, type: TwinType, question: Question) -> Any:
    """What fills a slot in when nobody says: the template's default; a name of type and place; else None."""
    if question.slot == "importance":
        return type.importance
    if question.default is not None:
        return question.default
    return default_name(session, type) if question.slot == "name" else None


def default_name(session: Session, type: TwinType) -> str:
    """`hall thermostat`; for a person, how the owner of the conversation is known."""
    if type.name == "person":
        return session.person
    place = session.answers.get("place")
    return f"{place} {type.title}" if isinstance(place, str) and place else type.title


def label_of(question: Question) -> str:
    """How a slot is called in a preview: `price`, `bearing limit`."""
    return question.words[0]


def _completed(question: Question, type: TwinType) -> Question:
    """Fills in what the template leaves to be known: its title, words, and the unit of money and of times."""
    unit = question.unit
    if is_price(question) and unit is None:
        reading = type.property("reading")
        unit = f"EUR/{reading.unit}" if reading and reading.unit else "EUR"
    if question.kind == "text" and isinstance(question.default, str):
        unit = "time" if _TIME_OF_DAY.fullmatch(question.default) else unit
        unit = "hours" if SPAN.fullmatch(question.default) else unit
    words = question.words or (question.slot.split(".")[-1].replace("_", " "),)
    return replace(question, text=question.text.replace("{title}", type.title), unit=unit, words=words)
