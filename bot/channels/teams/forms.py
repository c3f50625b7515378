"""Forms of ours on a card of Teams: what an interview asks, a new twin, a person's settings, filled in at once.

Source of the inputs: adaptivecards.io/explorer, Input.Text and Input.ChoiceSet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from microsoft_teams.api.activities import MessageActivityInput
from microsoft_teams.cards import (
    ActionSet,
    AdaptiveCard,
    CardElement,
    Choice,
    ChoiceSetInput,
    ExecuteAction,
    TextBlock,
    TextInput,
)

from bot.channels.teams.reading import FIELD, FILLED, OURS, Heard
from bot.channels.teams.sizes import MOST_BYTES, size
from bot.forms.form import FORM, Field, Form, Forms
from bot.replies.phrases import capital

FILL_IN = "Fill in a form"
LABEL, ANSWER, TOLD, CHOICES, MOST_FIELDS = 300, 500, 200, 100, 20


@dataclass(frozen=True, slots=True)
class Shown:
    """A form to be filled in, and by field why what stood there could not be taken."""

    form: Form
    reasons: Mapping[str, str]


def is_of_form(heard: Heard) -> bool:
    """Whether a form was asked for, or sent."""
    return heard.kind == "fill" or str(heard.pressed.get("action", "")).startswith(FORM)


def texts_of(heard: Heard) -> dict[str, str]:
    """What stands in the fields of a form that was sent."""
    return {name.removeprefix(FIELD): text for name, text in heard.fields.items()}


async def to_show(forms: Forms, person: str, heard: Heard) -> Shown | None:
    """The form that was asked for, that follows, or that wants another look; None: it can be taken. Raises NotFound."""
    if heard.kind != "fill":
        return Shown(await forms.open(person, str(heard.pressed["action"]).removeprefix(FORM)), {})
    id, texts = str(heard.pressed[FILLED]), texts_of(heard)
    if wrong := await forms.misfits(person, id, texts):
        return Shown(_with(await forms.open(person, id), texts), wrong)
    follows = await forms.then(person, id, texts)
    return Shown(follows, {}) if follows else None


def message_of(shown: Shown, user: str) -> MessageActivityInput:
    """The form as a message; its text says what stands in each field, and what does not fit. Fields for which there
    is no room are left out, and stay as they are.
    """
    fields = shown.form.fields[:MOST_FIELDS]
    while size(made := _message(shown, fields, user)) > MOST_BYTES and fields:
        fields = fields[:-1]
    return made


def _message(shown: Shown, fields: Sequence[Field], user: str) -> MessageActivityInput:
    form, labels = shown.form, {field.name: field.label for field in shown.form.fields}
    lines = [f"{labels.get(name, name)}: {reason}" for name, reason in shown.reasons.items()]
    lines += [f"{form.title}:", *(f"- {field.label}: {_text(field) or 'nothing yet'}" for field in fields)]
    data = {OURS: {"for": user, FILLED: form.id, "title": form.submit}}
    save = ExecuteAction(title=form.submit, verb="fill", data=data, associated_inputs="auto", style="positive")
    heading = TextBlock(text=capital(form.title), wrap=True, weight="Bolder")
    body: list[CardElement] = [heading, *(_input(field) for field in fields), ActionSet(actions=[save])]
    message = MessageActivityInput(text="\n".join(_clip(line, TOLD) for line in lines), text_format="plain")
    return message.add_card(AdaptiveCard(version="1.5", body=body))


def _input(field: Field) -> CardElement:
    id, label = f"{FIELD}{field.name}", _clip(f"{field.label}: {field.hint}" if field.hint else field.label, LABEL)
    if not field.choices:
        return TextInput(id=id, label=label, value=field.text[:ANSWER], max_length=ANSWER)
    choices = [Choice(title=title, value=value) for value, title in field.choices[:CHOICES]]
    return ChoiceSetInput(
        id=id, label=label, value=",".join(field.chosen), choices=choices, is_multi_select=field.many, style="compact"
    )


def _text(field: Field) -> str:
    titles = dict(field.choices)
    return ", ".join(titles.get(value, value) for value in field.chosen) if field.choices else field.text


def _with(form: Form, texts: Mapping[str, str]) -> Form:
    """The form as it was filled in, to be mended."""
    return replace(form, fields=tuple(_filled(field, texts.get(field.name)) for field in form.fields))


def _filled(field: Field, text: str | None) -> Field:
    if text is None:
        return field
    if not field.choices:
        return replace(field, text=text)
    return replace(field, chosen=tuple(part.strip() for part in text.split(",") if part.strip()))


def _clip(text: str, size: int) -> str:
    return text if len(text) <= size else text[: size - 1].rstrip() + "…"
