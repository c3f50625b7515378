"""The flow of an interview, as pure functions: session and message in, session and prompts out.

It always ends: an answer that does not fit is asked for three times, then the default stands in, and after
MAX_TURNS messages the interview pauses itself.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from interview import prompts
from interview.answers import Misfit, read_answer, tidy
from interview.controls import Control, control_in
from interview.hearing import Heard, Hearing, hear, opening, repaired
from interview.questions import default_of, left_to_defaults, missing, question_for, questions_of
from interview.session import Session, answered
from interview.steps import (
    MAX_TRIES,
    Outcome,
    Step,
    ask,
    ask_again,
    end,
    go_on,
    not_understood,
    pause,
    show_preview,
    tried,
)
from interview.steps import refuse as ask_with_reason
from twin_core.contract.errors import NotFound
from twin_core.contract.template import Fidelity, Question, TwinType

Reads = Literal["steers", "names", "answers", "nothing"]

MAX_TURNS = 100


def start(
    type: TwinType,
    *,
    id: str,
    person: str,
    fidelity: Fidelity = "basic",
    answers: Mapping[str, Any] | None = None,
    candidate: str | None = None,
    text: str = "",
) -> Step:
    """Opens an interview. `answers` are known already; `text` is the sentence that opened it."""
    slots = {question.slot for question in questions_of(type)}
    known = {slot: value for slot, value in (answers or {}).items() if slot in slots and value not in (None, "")}
    session = Session(
        id=id,
        person=person,
        type=type.name,
        fidelity=fidelity,
        answers=known,
        found=tuple(known) if candidate else (),
        said=() if candidate else tuple(known),
        candidate=candidate,
    )
    heard = tuple(h for h in opening(questions_of(type), text) if h.slot not in known)
    session, _, _ = _fill(session, type, heard)
    return go_on(session, type, "asked")


def take(session: Session, type: TwinType, text: str, lang: str = "en") -> Step:
    """Takes whatever a person says while the interview is open; steering words are obeyed.

    `lang` chooses the words that are listened for; only English ones exist, and stand in for the rest.
    """
    if session.status not in ("open", "preview"):
        return Step(session, "closed", (prompts.ended(session, type),))
    if session.turns >= MAX_TURNS:
        return pause(session, type)
    session = replace(session, turns=session.turns + 1)
    said = tidy(text)
    control = _control(session, type, said)
    return _listen(session, type, said) if control is None else _steer(session, type, control)


def reads(session: Session, type: TwinType, text: str) -> Reads:
    """How a message would be read, without taking it: for a dialogue that has other ideas about it, too."""
    said = tidy(text)
    if session.status not in ("open", "preview"):
        return "nothing"
    if _control(session, type, said) is not None:
        return "steers"
    hearing = hear(session, questions_of(type), said)
    if hearing.named or hearing.asked_for:
        return "names"
    target = _target(session, type, hearing)
    return "answers" if target is not None and hearing.rest and _fits(target, hearing.rest) else "nothing"


def correct(session: Session, type: TwinType, slot: str, text: str) -> Step:
    """Takes an answer to the slot named, whatever is open. Raises NotFound for an unknown slot."""
    slots = [question.slot for question in questions_of(type)]
    if slot not in slots:
        raise NotFound(f"A {type.title} has no {slot[:60]!r} to answer.", hint=f"It has: {', '.join(slots)}.")
    if session.status not in ("open", "preview"):
        return repeat(session, type)
    return _heard(session, type, (Heard(slot, text),))


def repeat(session: Session, type: TwinType) -> Step:
    """What stands open, put again; it changes nothing."""
    if session.status not in ("open", "preview"):
        return Step(session, "closed", (prompts.ended(session, type),))
    return replace(ask_again(session, type, "asked"), session=session)


def skip(session: Session, type: TwinType) -> Step:
    """Leaves the current question to its default; a required one without any is asked again."""
    if session.current is None:
        return show_preview(session, type, "preview")
    question = question_for(type, session.current)
    if question.required and question.slot not in session.answers and default_of(session, type, question) is None:
        return ask_with_reason(session, type, question, "I cannot do without this one.")
    return go_on(replace(session, skipped=(*session.skipped, question.slot)), type, "skipped")


def back(session: Session, type: TwinType) -> Step:
    """Asks the question before again; its answer is forgotten only when another one is given."""
    trail = [slot for slot in session.asked if slot != session.current]
    if not trail:
        session = tried(session)
        return pause(session, type) if session.tries >= MAX_TRIES else ask_again(session, type, "asked")
    session = replace(session, asked=tuple(trail[:-1]), tries=0)
    return ask(session, type, question_for(type, trail[-1]), "asked")


def later(session: Session, type: TwinType) -> Step:
    """Pauses: the answers so far are kept, as a draft twin."""
    return pause(session, type)


def cancel(session: Session, type: TwinType) -> Step:
    """Ends the interview; nothing of it is left."""
    return end(replace(session, status="cancelled"), type, "cancelled")


def defaults(session: Session, type: TwinType) -> Step:
    """That's all: defaults fill in the rest; asks only for what is required and has none."""
    needed = missing(session, type)
    if needed is not None:
        return ask_with_reason(session, type, needed, "I cannot do without this one.")
    # What is left to its default stays so: a correction of the preview leads back to the preview.
    return show_preview(left_to_defaults(session, type), type, "preview")


def confirm(session: Session, type: TwinType) -> Step:
    """Yes to the preview: the twin may be created. Before a preview was shown, it is shown first."""
    if session.status != "preview":
        return defaults(session, type)
    return end(replace(session, status="done"), type, "confirmed")


def resume(session: Session, type: TwinType) -> Step:
    """Goes on where a pause stopped, in any conversation."""
    if session.status != "paused":
        return ask_again(session, type, "asked")
    return go_on(replace(session, status="open"), type, "asked")


def refuse(session: Session, type: TwinType, slot: str, reason: str) -> Step:
    """Puts a slot again because what it became could not be created."""
    return ask_with_reason(replace(session, status="open", tries=0), type, question_for(type, slot), reason)


# --- listening -------------------------------------------------------------------------------------


def _control(session: Session, type: TwinType, said: str) -> Control | None:
    """Steering words, unless they answer the question that is open."""
    control = control_in(said)
    question = question_for(type, session.current) if session.current else None
    if control is None or question is None:
        return control
    if question.kind in ("choice", "choices") and said.lower() in map(str.lower, question.choices):
        return None
    if question.kind == "boolean" and control in ("yes", "no") and not said.lower().startswith("ok"):
        return None
    return control


def _steer(session: Session, type: TwinType, control: Control) -> Step:
    match control:
        case "skip":
            return skip(session, type)
        case "back":
            return back(session, type)
        case "later":
            return later(session, type)
        case "cancel":
            return cancel(session, type)
        case "defaults":
            return defaults(session, type)
        case "yes" | "no":
            return _yes_or_no(session, type, control)


def _yes_or_no(session: Session, type: TwinType, control: Control) -> Step:
    """Yes makes the twin of a preview, or accepts the default shown; no asks what to change, or has nothing to say."""
    if session.current is None:
        session = tried(session)
        if control == "yes":
            return confirm(session, type)
        if session.tries >= MAX_TRIES:
            return pause(session, type)
        return Step(session, "unclear", (prompts.change(session, type),))
    question = question_for(type, session.current)
    accepts = control == "yes" and default_of(session, type, question) is not None
    declines = control == "no" and question.kind in ("text", "place", "choices") and not question.required
    return skip(session, type) if accepts or declines else not_understood(session, type)


def _listen(session: Session, type: TwinType, said: str) -> Step:
    if (repair := repaired(said)) and (before := _listen(session, type, repair[0])).taken:
        return _listen(before.session, type, f"no, {repair[1]}")
    hearing = hear(session, questions_of(type), said)
    heard = list(hearing.named)
    target = _target(session, type, hearing)
    if hearing.rest and target is not None and (not heard or _adds(target, heard, hearing.rest)):
        heard.append(Heard(target.slot, hearing.rest))
    if not heard and hearing.asked_for:
        return ask(replace(session, tries=0), type, question_for(type, hearing.asked_for), "asked")
    if not heard:
        return not_understood(session, type)
    return _heard(session, type, tuple(heard))


def _heard(session: Session, type: TwinType, heard: tuple[Heard, ...]) -> Step:
    again = any(h.slot in session.answers and h.slot != session.current for h in heard)
    after, slots, misfit = _fill(session, type, heard)
    taken = {slot: after.answers[slot] for slot in slots}
    if misfit is not None:
        return replace(ask_with_reason(after, type, *misfit), taken=taken)
    outcome: Outcome = "corrected" if again else "taken"
    step = go_on(after, type, outcome)
    told = (prompts.taken(step.session, type, slots),) if slots else ()
    return replace(step, prompts=(*told, *step.prompts), taken=taken)


def _adds(target: Question, heard: list[Heard], rest: str) -> bool:
    """Whether the words beside the named slots answer the open question as well."""
    return target.slot not in {h.slot for h in heard} and target.kind not in ("text", "place") and _fits(target, rest)


def _target(session: Session, type: TwinType, hearing: Hearing) -> Question | None:
    """The question that words without a slot answer: a corrected one, else the one that is open."""
    if hearing.correction and hearing.rest:
        for slot in reversed(session.said or session.found):
            question = question_for(type, slot)
            if hearing.taken_back and str(session.answers[slot]).lower() != hearing.taken_back.lower():
                continue
            if _fits(question, hearing.rest) and not _means_a_place(session, question, hearing.rest):
                return question
    current = question_for(type, session.current) if session.current else None
    return None if current and hearing.remark and current.kind in ("text", "place") else current


def _means_a_place(session: Session, question: Question, text: str) -> bool:
    """ "no, the pantry" could be any words; its article says that it corrects the place, where there is one."""
    article = text.lower().startswith(("the ", "in ", "on ", "at "))
    return question.kind == "text" and article and "place" in session.answers


def _fill(
    session: Session, type: TwinType, heard: tuple[Heard, ...]
) -> tuple[Session, tuple[str, ...], tuple[Question, str] | None]:
    """Takes every answer that fits; the first that does not is given back with its reason."""
    slots: list[str] = []
    misfit: tuple[Question, str] | None = None
    for said in heard:
        question = question_for(type, said.slot)
        try:
            value = read_answer(question, said.text, session.answers.get(said.slot))
        except Misfit as error:
            misfit = misfit or (question, error.reason)
            continue
        if said.slot == "fidelity":
            session = replace(session, fidelity=value)
            continue
        session = answered(session, said.slot, value)
        slots.append(said.slot)
    return session, tuple(dict.fromkeys(slots)), misfit


def _fits(question: Question, text: str) -> bool:
    try:
        read_answer(question, text)
    except Misfit:
        return False
    return True
