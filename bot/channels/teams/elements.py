"""What all our cards for Teams have in common."""

import re
from collections.abc import Sequence
from typing import Final

from microsoft_teams.cards import AdaptiveCard, CardElement, RefreshDefinition, TextBlock

VERSION: Final = "1.5"  # which Teams names for Universal Actions
TOO_OLD = "Your Teams cannot show this card. All that it says is in the message: answer in words."
TITLE = 80
_MARKS = re.compile(r"([\\`*_\[\]#~])")


def card_of(body: Sequence[CardElement], refresh: RefreshDefinition | None = None) -> AdaptiveCard:
    """A card as all of ours are."""
    return AdaptiveCard(version=VERSION, fallback_text=TOO_OLD, refresh=refresh, body=list(body))


def pressed(title: str) -> AdaptiveCard:
    """What stands in the place of buttons once one of them was pressed."""
    return card_of([TextBlock(text=plain(f"✓ {title}"), wrap=True, is_subtle=True)])


def plain(text: str) -> str:
    """What devices and people are called cannot format: a TextBlock reads Markdown."""
    return _MARKS.sub(r"\\\1", text)


def clip(text: str, size: int = TITLE) -> str:
    """As much of it as has room."""
    return text if len(text) <= size else text[: size - 1].rstrip() + "…"
