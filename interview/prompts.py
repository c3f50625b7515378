"""What an interview has to say, as data: channels and the dialogue give it its final shape."""

from dataclasses import dataclass
from typing import Any, Literal

from interview.answers import value_text
from interview.questions import asked_at, default_of, label_of, questions_of
from interview.session import Origin, Session
from twin_core.contract.template import Question, TwinType

Steering = Literal["yes", "back", "skip", "defaults", "later", "cancel"]
PromptKind = Literal[
    "invitation", "question", "taken", "error", "unclear", "preview", "change", "paused", "cancelled", "done", "resumed"
]


@dataclass(frozen=True, slots=True)
class Choice:
    """A quick answer: what saying it means is what `say` says."""

    say: str
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a preview. `origin` tells a default from what was said or found."""

    slot: str
    label: str
    value: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing to say. `short` is how an open question is put again after an interruption."""

    kind: PromptKind
    text: str
    short: str = ""
    slot: str | None = None
    default: str | None = None
    choices: tuple[Choice, ...] = ()
    lines: tuple[Line, ...] = ()
    steering: tuple[Steering, ...] = ()


def ask(session: Session, type: TwinType, question: Question) -> Prompt:
    """The question with its default and quick answers."""
    default = default_of(session, type, question)
    shown = None if default is None else value_text(question, default)
    steering: list[Steering] = ["back"] if len(session.asked) > 1 else []
    steering += ["skip"] if not question.required or default is not None else []
    return Prompt(
        kind="question",
        text=question.text,
        short=question.text,
        slot=question.slot,
        default=shown,
        choices=_choices(question, shown),
        steering=(*steering, "defaults", "later", "cancel"),
    )


def preview(session: Session, type: TwinType) -> Prompt:
    """All slots with their values, before anything is created."""
    lines = preview_lines(session, type)
    told = "; ".join(f"{line.label}: {line.value}{' (default)' if line.origin == 'default' else ''}" for line in lines)
    return Prompt(
        kind="preview",
        text=f"A new {type.title}: {told}. Shall I create it?",
        short=f"Shall I create the {type.title}?",
        lines=lines,
        choices=(Choice("yes", "Yes"),),
        steering=("yes", "back", "later", "cancel"),
    )


def preview_lines(session: Session, type: TwinType) -> tuple[Line, ...]:
    """One line a slot that was asked at this fidelity or answered anyway."""
    asked = {question.slot for question in asked_at(type, session.fidelity)}
    lines = []
    for question in questions_of(type):
        if question.slot in session.answers:
            origin: Origin = "found" if question.slot in session.found else "said"
            lines.append(_line(question, session.answers[question.slot], origin))
        elif question.slot in asked:
            default = default_of(session, type, question)
            lines.append(_line(question, default, "unset" if default is None else "default"))
    return tuple(lines)


def error(question: Question, reason: str) -> Prompt:
    """Why an answer was not taken; the question follows as a prompt of its own."""
    return Prompt(kind="error", text=reason, slot=question.slot)


def unclear(session: Session) -> Prompt:
    """A message that could not be read as an answer."""
    if session.status == "preview":
        return Prompt(
            kind="unclear", text="Say yes to create it, or name what to change, like “the place is the cellar”."
        )
    return Prompt(kind="unclear", text="I could not take that as an answer.")


def change(session: Session, type: TwinType) -> Prompt:
    """Asks which slot is wrong."""
    lines = preview_lines(session, type)
    choices = tuple(Choice(f"change the {line.label}", line.label) for line in lines)
    return Prompt(
        kind="change", text="What shall I change?", choices=choices, lines=lines, steering=("later", "cancel")
    )


def taken(session: Session, type: TwinType, slots: tuple[str, ...]) -> Prompt:
    """Repeats what was taken, so that a mishearing shows at once."""
    by_slot = {question.slot: question for question in questions_of(type)}
    lines = tuple(_line(by_slot[slot], session.answers[slot], "said") for slot in slots)
    return Prompt(kind="taken", text=", ".join(f"{line.label}: {line.value}" for line in lines) + ".", lines=lines)


def ended(session: Session, type: TwinType) -> Prompt:
    """The last word of an interview that was paused, cancelled or done."""
    name = session.name or f"the {type.title}"
    if session.status == "paused":
        return Prompt(kind="paused", text=f"I keep {name} as a draft. Say “continue with {name}” whenever you like.")
    if session.status == "cancelled":
        return Prompt(kind="cancelled", text="Cancelled. Nothing was created.")
    sources = tuple(map(str, session.answers.get("sources") or ()))
    then = f" Next, what you want to connect: {', '.join(sources)}." if sources else ""
    return Prompt(
        kind="done",
        text=f"{name[:1].upper()}{name[1:]} is set up.{then}",
        choices=tuple(Choice(f"connect {source}", f"Connect {source}") for source in sources),
    )


def as_text(prompts: tuple[Prompt, ...]) -> str:
    """The prompts as plain sentences, defaults included; text alone is complete."""
    return " ".join(_sentence(prompt) for prompt in prompts)


def _sentence(prompt: Prompt) -> str:
    if prompt.kind != "question":
        return prompt.text
    options = f" [{', '.join(choice.title for choice in prompt.choices)}]" if len(prompt.choices) > 1 else ""
    default = f" If you say “ok”, I take {prompt.default}." if prompt.default is not None else ""
    return f"{prompt.text}{options}{default}"


def _line(question: Question, value: Any, origin: Origin) -> Line:
    return Line(
        question.slot, label_of(question), "not set" if origin == "unset" else value_text(question, value), origin
    )


def _choices(question: Question, default: str | None) -> tuple[Choice, ...]:
    if question.kind == "boolean":
        return (Choice("yes", "Yes"), Choice("no", "No"))
    if question.choices:
        return tuple(Choice(choice, choice.replace("_", " ")) for choice in question.choices)
    if default is not None:
        return (Choice("ok", default),)
    return ()
