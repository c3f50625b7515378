"""Replies as messages of Teams: a text, or an Adaptive Card that holds the text and what can be pressed.

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
from bot.channels.teams.elements import WITHIN, card_of, is_within, message_of, plain, text_of, told
from bot.channels.teams.forms import FILL_IN
from bot.channels.teams.reading import OURS
from bot.channels.teams.sizes import MOST_BYTES, size
from bot.forms.form import FORM
from bot.ports import Button, Limits, Reply
from bot.replies.phrases import capital
from bot.replies.rendering import fit

LIMITS = Limits(text_chars=12_000, buttons=30, cards=True, images=True)
MOST_ITEMS = 20
SHORT = 500  # characters of a text within a card that others see, too: it is sent again in each view
_PNG = "data:image/png;base64,"
_SEVERITIES: Mapping[str, Literal["Attention", "Warning"]] = {"critical": "Attention", "warning": "Warning"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a message is for. `id`: as Teams names them to its bots. Without a user whoever reads it may press."""

    user: str = ""
    id: str = ""
    shared: bool = False


def messages(reply: Reply, reader: Reader) -> list[MessageActivityInput]:
    """The reply in messages that Teams takes, in their order; what has no room is told in the text alone."""
    for buttons in range(min(LIMITS.buttons, len(reply.buttons)), -1, -1):
        *before, last = fit(reply, replace(LIMITS, buttons=buttons))
        made = [*(text_of(each.text) for each in before), *_messages(last, reader)]
        if size(made[-1]) <= MOST_BYTES:
            return made
    return messages(replace(reply, image=None), reader) if reply.image else made


def _messages(reply: Reply, reader: Reader) -> list[MessageActivityInput]:
    """A drawing stands before a card that others see in their own way: it would be sent once for each of them."""
    drawing = str((reply.image or {}).get("url", ""))
    text = reply.text if is_within(reply.text, SHORT if reader.shared else WITHIN) else ""
    before = [] if text else [text_of(reply.text)]
    if reader.shared and drawing.startswith(_PNG) and (card := _card(replace(reply, image=None), reader, text)):
        picture = MessageActivityInput().add_attachments(Attachment(content_type="image/png", content_url=drawing))
        return [*before, picture, message_of(card, text)]
    alone = _card(reply, reader, text)
    return [*before, message_of(alone, text)] if alone else [text_of(reply.text)]


def _card(reply: Reply, reader: Reader, text: str) -> AdaptiveCard | None:
    """The text, the picture, the buttons of each item and of the whole; None where there is none of the latter."""
    items: list[Mapping[str, Any]] = list((reply.card or {}).get("items") or ())[:MOST_ITEMS]
    keeps = any(item.get("buttons") for item in items)
    own = Buttons(reader.user, "" if keeps else text, keeps=keeps)
    # The way to fill in at once what is asked one after another.
    forms = [Button(f"{FORM}{reply.form}", FILL_IN)] if reply.form and not reader.shared else []
    picture = _picture(reply)
    while True:
        pressable = [*_items(items, reply, reader), *own.rows(_of_the_whole(reply, items), staying=forms)]
        if not pressable and not picture:
            return None
        made = _seen_by(reader, [*told(text), *picture], pressable)
        if not items or size(made) <= MOST_BYTES:
            return made
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
