"""Replies as messages of Teams: the text is complete, an Adaptive Card below it holds what can be pressed.

Where others read along, what can be pressed is shown to whoever it is for alone (a user-specific view).
Source of the limits: adaptivecards.io;
learn.microsoft.com, Teams, Universal Actions for Adaptive Cards, User Specific Views.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from microsoft_teams.api.activities import MessageActivityInput
from microsoft_teams.api.models import Attachment
from microsoft_teams.cards import (
    ActionSet,
    AdaptiveCard,
    CardElement,
    ExecuteAction,
    Image,
    RefreshDefinition,
    TextBlock,
    TextInput,
)

from bot.channels.teams.forms import FILL_IN
from bot.channels.teams.reading import FIELD, OURS
from bot.channels.teams.sizes import MOST_BYTES, size, size_of
from bot.forms.form import FORM
from bot.ports import Button, Limits, Reply
from bot.replies.phrases import capital
from bot.replies.rendering import fit

LIMITS = Limits(text_chars=12_000, buttons=30, cards=True, images=True)
ROW = 6  # actions that Teams shows beside one another
TITLE, ACTION_CHARS, MOST_ITEMS, MOST_FIELDS, FIELD_CHARS = 80, 1_000, 20, 12, 200
MOST_SAID = 10_000  # characters of a text that its buttons carry together, to put it back without them
_DEFAULT = " (default)"
_PNG = "data:image/png;base64,"
_STYLES: Mapping[str, Literal["positive", "destructive"]] = {"primary": "positive", "danger": "destructive"}
_MARKS = re.compile(r"([\\`*_\[\]#~])")


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a message is for. `id`: as Teams names them to its bots. Without a user whoever reads it may press."""

    user: str = ""
    id: str = ""
    shared: bool = False


def messages(reply: Reply, reader: Reader) -> list[MessageActivityInput]:
    """The reply in messages that Teams takes; what has no room is told in the text alone."""
    for buttons in range(min(LIMITS.buttons, len(reply.buttons)), -1, -1):
        made = [_message(piece, reader) for piece in fit(reply, replace(LIMITS, buttons=buttons))]
        if size(made[-1]) <= MOST_BYTES:
            return made
    return messages(replace(reply, image=None), reader) if reply.image else made


def answered(text: str, title: str) -> MessageActivityInput:
    """A message whose button was pressed: it says which, and has none any more."""
    return MessageActivityInput(text=text, text_format="plain").add_card(pressed(title))


def pressed(title: str) -> AdaptiveCard:
    """What stands in the place of buttons once one of them was pressed."""
    return AdaptiveCard(version="1.5", body=[TextBlock(text=_plain(f"✓ {title}"), wrap=True)])


def _message(reply: Reply, reader: Reader) -> MessageActivityInput:
    """A drawing stands beside a card that others see in their own way: it would be sent once for each of them."""
    message = MessageActivityInput(text=reply.text or "…", text_format="plain")
    drawing = str((reply.image or {}).get("url", ""))
    room, alone = MOST_BYTES - size(message), None
    if reader.shared and drawing.startswith(_PNG):
        alone = _card(replace(reply, image=None), reader, room - size_of(drawing))
    if alone:
        message.add_attachments(Attachment(content_type="image/png", content_url=drawing))
    card = alone or _card(reply, reader, room)
    return message.add_card(card) if card else message


def _card(reply: Reply, reader: Reader, room: int) -> AdaptiveCard | None:
    """The buttons of each item and of the whole, in so many bytes; the text has said what does not fit."""
    card = reply.card or {}
    items: list[Mapping[str, Any]] = list(card.get("items") or ())[:MOST_ITEMS]
    is_form = card.get("kind") == "preview"
    is_list = bool(items) and not is_form
    own = _Buttons(reader, said="" if reader.shared or is_list else reply.text, keeps=is_list)
    while True:
        above = [*_picture(reply), *(_form(items, own) if is_form else ())]
        pressable = [
            *_items(items, _Buttons(reader, keeps=True)),
            *own.rows(reply.buttons),
            *_form_button(reply, reader),
        ]
        if not above and not pressable:
            return None
        made = _seen_by(reader, above, pressable)
        if not items or size(made) <= room:
            return made
        items.pop()


def _form_button(reply: Reply, reader: Reader) -> list[CardElement]:
    """The way to fill in at once what is asked one after another; pressing it leaves the others."""
    if reply.form is None or reader.shared:
        return []
    return _Buttons(reader, keeps=True).rows([Button(f"{FORM}{reply.form}", FILL_IN)])


@dataclass(frozen=True, slots=True)
class _Buttons:
    """Buttons of one message for one reader. `said`: its text, where it is to be put back without them."""

    reader: Reader
    said: str = ""
    keeps: bool = False  # pressing one leaves the others

    def rows(self, buttons: Iterable[Button]) -> list[CardElement]:
        fitting = [button for button in buttons if len(button.id) <= ACTION_CHARS]
        said = self.said if len(self.said) * len(fitting) <= MOST_SAID else ""
        pieces = [fitting[start : start + ROW] for start in range(0, len(fitting), ROW)]
        return [ActionSet(actions=[self._button(each, said) for each in piece]) for piece in pieces]

    def action(self, title: str, verb: str, data: Mapping[str, Any], **more: Any) -> ExecuteAction:
        ours = {"for": self.reader.user, **data}
        return ExecuteAction(title=_clip(title), verb=verb, data={OURS: ours}, **more)

    def _button(self, button: Button, said: str) -> ExecuteAction:
        data: dict[str, Any] = {"action": button.id, "title": button.title}
        data |= {"said": said} if said else {}
        data |= {"keeps": True} if self.keeps else {}
        style = _STYLES.get(button.style or "")
        return self.action(button.title, "press", data, style=style, associated_inputs="none")


def _items(items: Iterable[Mapping[str, Any]], buttons: _Buttons) -> list[CardElement]:
    """A heading and its buttons for each item that has some."""
    body: list[CardElement] = []
    for item in items:
        if rows := buttons.rows(Button(b["id"], b["title"]) for b in item.get("buttons") or ()):
            body += [TextBlock(text=_plain(str(item["title"])), wrap=True, weight="Bolder"), *rows]
    return body


def _form(items: Sequence[Mapping[str, Any]], buttons: _Buttons) -> list[CardElement]:
    """What an interview is about to set up, to be changed in place."""
    shown = {
        f"{FIELD}{n}": [str(item["title"]), str(item["detail"]).removesuffix(_DEFAULT)]
        for n, item in enumerate(items[:MOST_FIELDS])
        if len(str(item["detail"])) <= FIELD_CHARS
    }
    if not shown or buttons.reader.shared:
        return []
    fields = [
        TextInput(id=id, label=_clip(capital(label)), value=value, max_length=FIELD_CHARS)
        for id, (label, value) in shown.items()
    ]
    data = {"form": shown, "title": "Changed", "said": buttons.said[:MOST_SAID]}
    save = buttons.action("Save changes", "change", data, associated_inputs="auto")
    return [*fields, ActionSet(actions=[save])]


def _picture(reply: Reply) -> list[CardElement]:
    """A chart, where Teams can fetch it; the text has said the same."""
    image = reply.image or {}
    url = str(image.get("url", ""))
    if not url.startswith(("https://", _PNG)):
        return []
    return [Image(url=url, alt_text=str(image.get("alt", "")))]


def _seen_by(reader: Reader, above: list[CardElement], pressable: list[CardElement]) -> AdaptiveCard:
    """Whole for whoever it is for. Others see a way to ask for it, which answers its reader alone."""
    whole = AdaptiveCard(version="1.5", body=[*above, *pressable])
    if not (reader.shared and reader.user and reader.id and pressable):
        return whole
    view = whole.model_dump(by_alias=True, exclude_none=True)
    show = _Buttons(reader).action("What can I do?", "show", {"view": view})
    refresh = RefreshDefinition(action=show, user_ids=[reader.id])
    return AdaptiveCard(version="1.5", refresh=refresh, body=[*above, ActionSet(actions=[show])])


def _plain(text: str) -> str:
    """What devices and people are called cannot format: a TextBlock reads Markdown."""
    return _MARKS.sub(r"\\\1", text)


def _clip(text: str) -> str:
    return text if len(text) <= TITLE else text[: TITLE - 1].rstrip() + "…"
