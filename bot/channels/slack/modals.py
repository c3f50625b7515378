"""Forms as modals of Slack, and what Slack shows in one that was sent. Pure.

Source of the limits: docs.slack.dev/reference/views, /reference/block-kit/blocks/input-block.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels.slack.blocks import SECTION, TITLE, clip
from bot.forms.form import FORM, Field, Form

HEAD, LABEL, CHOICES, MOST_FIELDS, ANSWER = 24, 2000, 100, 98, 2000
REASON = 2000
CALLBACK = FORM  # of a modal that holds one of our forms; its private_metadata says which

Json = dict[str, Any]


def view_of(form: Form) -> Json:
    """The form as a modal."""
    blocks = [_input(field) for field in form.fields[:MOST_FIELDS]]
    return {**modal(CALLBACK, form.title, form.submit, blocks), "private_metadata": form.id}


def modal(callback: str, title: str, submit: str, blocks: Sequence[Mapping[str, Any]]) -> Json:
    """A modal of these blocks."""
    head = {"type": "modal", "callback_id": callback, "title": plain(clip(title, HEAD)), "submit": plain(submit)}
    return {**head, "close": plain("Cancel"), "blocks": list(blocks)}


def notice(title: str, text: str) -> Json:
    """A modal that only says something."""
    head = {"type": "modal", "callback_id": "notice", "title": plain(clip(title, HEAD)), "close": plain("Close")}
    return {**head, "blocks": [{"type": "section", "text": plain(clip(text, SECTION))}]}


def input_block(name: str, label: str, element: Mapping[str, Any], *, optional: bool = False, hint: str = "") -> Json:
    """One thing to fill in."""
    block: Json = {"type": "input", "block_id": name, "label": plain(clip(label, LABEL)), "optional": optional}
    block["element"] = {**element, "action_id": name}
    return {**block, "hint": plain(clip(hint, LABEL))} if hint else block


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def shown_errors(reasons: Mapping[str, str]) -> Json:
    """Leaves the modal open, with each reason at its field."""
    errors = {name: clip(reason, REASON) for name, reason in reasons.items()}
    return {"response_action": "errors", "errors": errors}


def shown_next(view: Mapping[str, Any]) -> Json:
    """Puts another view in the place of the one that was sent."""
    return {"response_action": "update", "view": view}


def _input(field: Field) -> Json:
    return input_block(field.name, field.label, _element(field), optional=not field.required, hint=field.hint)


def _element(field: Field) -> Json:
    if not field.choices:
        element = {"type": "plain_text_input", "max_length": ANSWER}
        return {**element, "initial_value": clip(field.text, ANSWER)} if field.text else element
    options = {value: {"text": plain(clip(title, TITLE)), "value": value} for value, title in field.choices[:CHOICES]}
    chosen = [options[value] for value in field.chosen if value in options]
    if field.many:
        several: Json = {"type": "multi_static_select", "options": list(options.values())}
        return {**several, "initial_options": chosen} if chosen else several
    one: Json = {"type": "static_select", "options": list(options.values())}
    return {**one, "initial_option": chosen[0]} if chosen else one
