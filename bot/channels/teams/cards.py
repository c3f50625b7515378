"""Replies as messages of Teams: a text, or an Adaptive Card that holds the text and what can be pressed.

Where others read along, what can be pressed is shown to whoever it is for alone (a user-specific view).
Source of the limits: adaptivecards.io;
learn.microsoft.com, Teams, Universal Actions for Adaptive Cards, User Specific Views.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from microsoft_teams.api.activities import MessageActivityInput
from microsoft_teams.api.models import Attachment
from microsoft_teams.cards import (
    ActionSet,
    AdaptiveCard,
    CardElement,
    ExecuteAction,
    Image,
    RefreshDefinition,
)

from bot.channels.teams.buttons import Buttons
from bot.channels.teams.elements import WITHIN, card_of, is_within, message_of, text_of, told
from bot.channels.teams.forms import FILL_IN
from bot.channels.teams.lists import listed, rows
from bot.channels.teams.reading import OURS
from bot.channels.teams.sizes import MOST_BYTES, size
from bot.forms.form import FORM
from bot.ports import Button, Limits, Reply
from bot.replies.rendering import fit

LIMITS = Limits(text_chars=12_000, buttons=30, cards=True, images=True)
MOST_ITEMS = 20
SHORT = 500  # characters of a text within a card that others see, too: it is sent again in each view
_PNG = "data:image/png;base64,"


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
    while True:
        is_list = keeps and not reader.shared
        list_ = listed(text, items, reader.user) if is_list else rows(items, reader.user)
        above = [*([] if is_list else told(text)), *_picture(reply)]
        pressable = [*list_, *own.rows(_of_the_whole(reply, items), staying=forms)]
        if not pressable and not _picture(reply):
            return None
        made = _seen_by(reader, above, pressable)
        if not items or size(message_of(made, text)) <= MOST_BYTES:
            return made
        items.pop()


def _of_the_whole(reply: Reply, items: Sequence[Mapping[str, Any]]) -> list[Button]:
    """Without those that stand beside an item already."""
    beside = {button["id"] for item in items for button in item.get("buttons") or ()}
    return [button for button in reply.buttons if button.id not in beside]


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
