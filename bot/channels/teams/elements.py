"""What all our messages and cards for Teams have in common.

A message is a text or one card, never both: Teams makes two of it, tells the id of neither, and lets nobody change it.
Source: learn.microsoft.com, Teams, Conversation basics ("Message splitting"), Format cards ("Newlines").
"""

import re
from collections.abc import Sequence
from typing import Final

from microsoft_teams.api.activities import MessageActivityInput
from microsoft_teams.cards import AdaptiveCard, CardElement, RefreshDefinition, TextBlock

VERSION: Final = "1.5"  # which Teams names for Universal Actions
TOO_OLD = "Your Teams cannot show this card. All that it says is in the message: answer in words."
TITLE, SUMMARY, WITHIN, WITHIN_LINES = 80, 200, 1_500, 30
_MARKS = re.compile(r"([\\`*_\[\]#~])")
_LIST = re.compile(r"^(\s*(?:\d+\.|[+-])) ")


def text_of(text: str) -> MessageActivityInput:
    """A message of words alone."""
    return MessageActivityInput(text=text or "…", text_format="plain")


def message_of(card: AdaptiveCard, text: str) -> MessageActivityInput:
    """A card alone. `text`: what it says, for notifications, and for clients that cannot show it."""
    card.fallback_text = text or TOO_OLD
    summed_up = {"summary": clip(text, SUMMARY)} if text else {}
    return MessageActivityInput.model_validate(summed_up).add_card(card)


def answered(text: str, title: str) -> MessageActivityInput:
    """The card of a question whose button was pressed: it says which, and has none any more."""
    card = pressed(title, text if is_within(text) else "")
    return message_of(card, f"{text}\n✓ {title}" if is_within(text) else f"✓ {title}")


def pressed(title: str, text: str = "") -> AdaptiveCard:
    """What stands in the place of buttons once one of them was pressed."""
    return card_of([*told(text), TextBlock(text=plain(f"✓ {title}"), wrap=True, is_subtle=True)])


def card_of(body: Sequence[CardElement], refresh: RefreshDefinition | None = None) -> AdaptiveCard:
    """A card as all of ours are."""
    return AdaptiveCard(version=VERSION, fallback_text=TOO_OLD, refresh=refresh, body=list(body))


def is_within(text: str, most: int = WITHIN) -> bool:
    """Whether a text can stand in a card; a longer one is a message of its own before it."""
    return len(text) <= most and text.count("\n") < WITHIN_LINES


def told(text: str) -> list[CardElement]:
    """A text in a card, line by line: a TextBlock takes a newline for a space."""
    lines = [line for line in text.split("\n") if line.strip()]
    return [
        TextBlock(text=plain(line), wrap=True, spacing="Small" if number else None) for number, line in enumerate(lines)
    ]


def plain(text: str) -> str:
    """What devices and people are called cannot format, nor does a number make a list: a TextBlock reads Markdown."""
    return _LIST.sub("\\1\N{NO-BREAK SPACE}", _MARKS.sub(r"\\\1", text))


def clip(text: str, size: int = TITLE) -> str:
    """As much of it as has room."""
    return text if len(text) <= size else text[: size - 1].rstrip() + "…"
