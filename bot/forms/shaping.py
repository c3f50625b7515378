"""From a question of the interview to a field of a form. Pure."""

from bot.forms.form import Field
from bot.replies.phrases import capital
from interview.blanks import Blank
from interview.choices import titled

_YES_NO = (("yes", "Yes"), ("no", "No"))


def field_of(blank: Blank) -> Field:
    """The field that a blank is filled in by; its label is the name of the slot, its hint the question."""
    question = blank.question
    hint = f"{question.text} ({capital(blank.range)}.)" if blank.range else question.text
    choices = tuple((choice, titled(choice)) for choice in question.choices)
    many = question.kind == "choices"
    if question.kind == "boolean":
        choices = _YES_NO
    if not choices:
        return Field(question.slot, capital(blank.label), blank.text, required=question.required, hint=hint)
    value = blank.value
    chosen = tuple(map(str, value or ())) if many else () if value is None else (_said(value),)
    known = {each for each, _ in choices}
    return Field(
        question.slot,
        capital(blank.label),
        choices=choices,
        chosen=tuple(each for each in chosen if each in known),
        many=many,
        required=question.required,
        hint=hint,
    )


def _said(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
