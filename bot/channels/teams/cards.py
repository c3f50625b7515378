"""Replies as messages of Teams: the text is complete, an Adaptive Card below it holds what can be pressed.

Where others read along, what can be pressed is shown to whoever it is for alone (a user-specific view).
Source of the limits: adaptivecards.io;
learn.microsoft.com, Teams, Universal Actions for Adaptive Cards, User Specific Views.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from microsoft_teams.api.activities import MessageActivityInput
from microsoft_teams.api.models import Attachment
from microsoft_teams.cards import (
    ActionSet,
    AdaptiveCard,
    CardElement,
    Column,
    ColumnSet,
    ExecuteAction,
    Image,
    RefreshDefinition,
    TextBlock,
)

from bot.channels.teams.buttons import OF_AN_ITEM, Buttons
from bot.channels.teams.elements import card_of, plain, pressed
from bot.channels.teams.forms import FILL_IN
from bot.channels.teams.reading import OURS
from bot.channels.teams.sizes import MOST_BYTES, size, size_of
from bot.forms.form import FORM
from bot.ports import Button, Limits, Reply
from bot.replies.phrases import capital
from bot.replies.rendering import fit

LIMITS = Limits(text_chars=12_000, buttons=30, cards=True, images=True)
BESIDE_PICTURE = 2_000  # characters of the last part of a long text, where the picture had no room otherwise
MOST_ITEMS, SHORT = 20, 500
_PNG = "data:image/png;base64,"
_SEVERITIES: Mapping[str, Literal["Attention", "Warning"]] = {"critical": "Attention", "warning": "Warning"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a message is for. `id`: as Teams names them to its bots. Without a user whoever reads it may press."""

    user: str = ""
    id: str = ""
    shared: bool = False


def messages(reply: Reply, reader: Reader) -> list[MessageActivityInput]:
    """The reply in messages that Teams takes; what has no room is told in the text alone."""
    for chars in (LIMITS.text_chars, *([BESIDE_PICTURE] if reply.image else [])):
        for buttons in range(min(LIMITS.buttons, len(reply.buttons)), -1, -1):
            made = [_message(each, reader) for each in fit(reply, replace(LIMITS, buttons=buttons, text_chars=chars))]
            if size(made[-1]) <= MOST_BYTES:
                return made
    return messages(replace(reply, image=None), reader) if reply.image else made


def answered(text: str, title: str) -> MessageActivityInput:
    """A message whose button was pressed: it says which, and has none any more."""
    return MessageActivityInput(text=text, text_format="plain").add_card(pressed(title))


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
    items: list[Mapping[str, Any]] = list((reply.card or {}).get("items") or ())[:MOST_ITEMS]
    keeps = any(item.get("buttons") for item in items)
    fits = not reader.shared or len(reply.text) <= SHORT  # where others read it is sent twice, in a view as well
    own = Buttons(reader.user, reply.text if fits and not keeps else "", keeps=keeps)
    # The way to fill in at once what is asked one after another.
    forms = [Button(f"{FORM}{reply.form}", FILL_IN)] if reply.form and not reader.shared else []
    while True:
        pressable = [*_items(items, reply, reader), *own.rows(_of_the_whole(reply, items), staying=forms)]
        if not pressable and not reply.image:
            return None
        made = _seen_by(reader, _picture(reply), pressable)
        if not items or size(made) <= room:
            return made if made.body else None
        items.pop()


def _of_the_whole(reply: Reply, items: Sequence[Mapping[str, Any]]) -> list[Button]:
    """Without those that stand beside an item already."""
    beside = {button["id"] for item in items for button in item.get("buttons") or ()}
    return [button for button in reply.buttons if button.id not in beside]


def _items(items: Sequence[Mapping[str, Any]], reply: Reply, reader: Reader) -> list[CardElement]:
    """For each item that has buttons how grave it is, in words, and the buttons; its number is the one of the text."""
    body: list[CardElement] = []
    buttons, is_numbered = Buttons(reader.user, keeps=True), bool(re.search(r"^1\. ", reply.text, re.MULTILINE))
    for number, item in enumerate(items, 1):
        if rows := buttons.rows([Button(b["id"], b["title"]) for b in item.get("buttons") or ()], OF_AN_ITEM):
            title = f"{number}. {item['title']}" if is_numbered else str(item["title"])
            body += [_heading(title, str(item.get("severity", "")), separator=bool(body)), *rows]
    return body


def _heading(title: str, severity: str, *, separator: bool) -> ColumnSet:
    named = Column(width="stretch", items=[TextBlock(text=plain(title), wrap=True, weight="Bolder")])
    columns = [named]
    if color := _SEVERITIES.get(severity):
        mark = TextBlock(text=capital(severity), color=color, weight="Bolder", size="Small")
        columns.append(Column(width="auto", items=[mark]))
    return ColumnSet(columns=columns, separator=separator, spacing="Medium")


def _picture(reply: Reply) -> list[CardElement]:
    """A chart, where Teams can fetch it; the text has said the same."""
    image = reply.image or {}
    url = str(image.get("url", ""))
    if not url.startswith(("https://", _PNG)):
        return []
    return [Image(url=url, alt_text=str(image.get("alt", "")))]


def _seen_by(reader: Reader, above: list[CardElement], pressable: list[CardElement]) -> AdaptiveCard:
    """Whole for whoever it is for. Others see a way to ask for it, which answers its reader alone."""
    whole = card_of([*above, *pressable])
    if not (reader.shared and reader.user and reader.id and pressable):
        return whole
    view = whole.model_dump(by_alias=True, exclude_none=True)
    # It answers with a card, which no Action.Submit can.
    data = {OURS: {"for": reader.user, "view": view}}
    show = ExecuteAction(title="What can I do?", verb="show", data=data, associated_inputs="none")
    return card_of([*above, ActionSet(actions=[show])], RefreshDefinition(action=show, user_ids=[reader.id]))
