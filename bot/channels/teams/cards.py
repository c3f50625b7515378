"""Replies as messages of Teams: the text is complete, an Adaptive Card below it holds what can be pressed.

Source of the limits: learn.microsoft.com, Teams, Limits and specifications (100 KB a message); adaptivecards.io.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from microsoft_teams.api.activities import MessageActivityInput
from microsoft_teams.cards import ActionSet, AdaptiveCard, CardElement, SubmitAction, SubmitActionData, TextBlock

from bot.channels.teams.reading import OURS
from bot.ports import Button, Limits, Reply
from bot.replies.rendering import fit

LIMITS = Limits(text_chars=12_000, buttons=30, cards=True)
ROW = 6  # actions that Teams shows beside one another
TITLE, ACTION_CHARS, MOST_ITEMS = 80, 1_000, 20
MOST_CARD_BYTES = 40_000  # with the longest text well below what one message may have

_STYLES: Mapping[str, Literal["positive", "destructive"]] = {"primary": "positive", "danger": "destructive"}
_MARKS = re.compile(r"([\\`*_\[\]#~])")


def messages(reply: Reply, user: str) -> list[MessageActivityInput]:
    """The reply in messages that Teams takes; its buttons are for this user alone."""
    return [_message(piece, user) for piece in fit(reply, LIMITS)]


def _message(reply: Reply, user: str) -> MessageActivityInput:
    message = MessageActivityInput(text=reply.text or "…", text_format="plain")
    card = _card(reply, user)
    return message.add_card(card) if card else message


def _card(reply: Reply, user: str) -> AdaptiveCard | None:
    """The buttons of each item and of the whole; what does not fit is said in the text all the same."""
    items = list((reply.card or {}).get("items") or ())[:MOST_ITEMS]
    own = _rows(reply.buttons, user)
    while True:
        body: list[CardElement] = []
        for item in items:
            if rows := _rows([Button(b["id"], b["title"]) for b in item.get("buttons") or ()], user):
                body += [TextBlock(text=_plain(str(item["title"])), wrap=True, weight="Bolder"), *rows]
        if not body and not own:
            return None
        card = AdaptiveCard(version="1.4", body=[*body, *own])
        if not items or len(card.model_dump_json(by_alias=True, exclude_none=True).encode()) <= MOST_CARD_BYTES:
            return card
        items.pop()


def _rows(buttons: Iterable[Button], user: str) -> list[CardElement]:
    fitting = [button for button in buttons if len(button.id) <= ACTION_CHARS]
    pieces = [fitting[start : start + ROW] for start in range(0, len(fitting), ROW)]
    return [ActionSet(actions=[_submit(button, user) for button in piece]) for piece in pieces]


def _submit(button: Button, user: str) -> SubmitAction:
    data = SubmitActionData.model_validate({OURS: {"action": button.id, "for": user}})
    return SubmitAction(title=_clip(button.title), data=data, style=_STYLES.get(button.style or ""))


def _plain(text: str) -> str:
    """What devices and people are called cannot format: a TextBlock reads Markdown."""
    return _MARKS.sub(r"\\\1", text)


def _clip(text: str) -> str:
    return text if len(text) <= TITLE else text[: TITLE - 1].rstrip() + "…"
