"""Forms of ours on a card of Teams: what an interview asks, a new twin, a person's settings, filled in at once.

What cannot be taken is told at its field, on the same card.
Source: adaptivecards.io/explorer, Input.Text and Input.ChoiceSet; learn.microsoft.com, Adaptive Cards,
Input validation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from microsoft_teams.api.activities import MessageActivityInput
from microsoft_teams.cards import (
    AdaptiveCard,
    CardElement,
    Choice,
    ChoiceSetInput,
    TextBlock,
    TextInput,
)

from bot.channels.teams import elements
from bot.channels.teams.buttons import Buttons
from bot.channels.teams.elements import card_of, clip, plain
from bot.channels.teams.reading import FIELD, FILLED, Heard
from bot.channels.teams.sizes import MOST_BYTES, size
from bot.dialogue.buttons import YES
from bot.forms.form import FORM, Field, Form, Forms
from bot.ports import Button, Reply
from bot.replies.phrases import capital, count_text

FILL_IN = "Fill in a form"
LABEL, HINT, ANSWER, TOLD, CHOICES, MOST_FIELDS = 100, 300, 500, 200, 100, 20
NEEDED = "This is needed."


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


def message_of(shown: Shown, user: str, instead_of: Reply | None = None) -> MessageActivityInput:
    """The form as a message; in words it says what stands in each field, and what does not fit. Fields for which there
    is no room are left out, and stay as they are. `instead_of`: a preview of it, which has a text and buttons.
    """
    fields = shown.form.fields[:MOST_FIELDS]
    while size(made := _message(shown, fields, user, instead_of)) > MOST_BYTES and fields:
        fields = fields[:-1]
    return made


def card_in(message: MessageActivityInput) -> AdaptiveCard:
    """The card of a form's message."""
    found = (attachment.content for attachment in message.attachments or ())
    return next(each for each in found if isinstance(each, AdaptiveCard))


def _message(shown: Shown, fields: Sequence[Field], user: str, preview: Reply | None) -> MessageActivityInput:
    form, labels = shown.form, {field.name: field.label for field in shown.form.fields}
    lines = [f"{labels.get(name, name)}: {reason}" for name, reason in shown.reasons.items()]
    lines += [f"{form.title}:", *(f"- {field.label}: {_text(field) or 'nothing yet'}" for field in fields)]
    text = preview.text if preview else "\n".join(clip(line, TOLD) for line in lines)
    others = preview.buttons if preview else ()
    ways = [button for button in others if button.title != YES.title]  # sending it is the yes
    return elements.message_of(_card(shown, fields, user, ways), text)


def _card(shown: Shown, fields: Sequence[Field], user: str, ways: Sequence[Button]) -> AdaptiveCard:
    form, reasons, title = shown.form, shown.reasons, capital(shown.form.title)
    buttons = Buttons(user, title)
    data = {FILLED: form.id, "title": form.submit, "said": title}
    save = buttons.action(form.submit, "fill", data, associated_inputs="auto", style="positive")
    body: list[CardElement] = [TextBlock(text=plain(title), wrap=True, weight="Bolder", size="Medium")]
    if reasons:
        body.append(_wrong(f"Nothing is saved yet: {count_text(len(reasons), 'answer')} to mend."))
    for field in fields:
        body += [_input(field), *([_wrong(reasons[field.name])] if field.name in reasons else _hint(field))]
    return card_of([*body, buttons.aside(save, ways)])


def _wrong(text: str) -> TextBlock:
    return TextBlock(text=plain(clip(text, HINT)), wrap=True, color="Attention", weight="Bolder", spacing="Small")


def _hint(field: Field) -> list[CardElement]:
    if not field.hint:
        return []
    return [TextBlock(text=plain(clip(field.hint, HINT)), wrap=True, is_subtle=True, size="Small", spacing="Small")]


def _input(field: Field) -> CardElement:
    id, label, needed = f"{FIELD}{field.name}", clip(field.label, LABEL), field.required or None
    made: TextInput | ChoiceSetInput
    if field.choices:
        choices = [Choice(title=title, value=value) for value, title in field.choices[:CHOICES]]
        made = ChoiceSetInput(id=id, value=",".join(field.chosen), choices=choices, is_multi_select=field.many)
    else:
        made = TextInput(id=id, value=field.text[:ANSWER], max_length=ANSWER)
    made.label, made.spacing = label, "Medium"
    made.is_required, made.error_message = needed, NEEDED if needed else None
    return made


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
