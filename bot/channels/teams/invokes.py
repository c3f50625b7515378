"""What is answered to the delivery itself, when a button of a card was pressed: what now stands in its place.

Source: learn.microsoft.com, Teams, Universal Actions for Adaptive Cards, "Response format".
"""

from collections.abc import Mapping
from typing import Any

from microsoft_teams.cards import AdaptiveCard

from bot.channels._reception import NOT_YOURS
from bot.channels.teams.elements import pressed
from bot.channels.teams.reading import Heard

STRANGE = "That button is none of mine, or too old. Ask me again, and I show you a new one."
_CARD, _WORDS = "application/vnd.microsoft.card.adaptive", "application/vnd.microsoft.activity.message"


def at_once(heard: Heard) -> Mapping[str, Any]:
    """The card that Teams shows instead, or words above the card that stays."""
    if heard.asked not in ("", heard.user):
        return words(NOT_YOURS.text)
    if heard.kind == "show":
        return _response(_CARD, heard.pressed["view"])
    title = str(heard.pressed["title"])
    said = str(heard.pressed.get("said", ""))
    return words(f"✓ {title}") if heard.pressed.get("keeps") else instead(pressed(title, said))


def instead(card: AdaptiveCard) -> Mapping[str, Any]:
    """Shows this card in the place of the one that was pressed."""
    return _response(_CARD, card.model_dump(by_alias=True, exclude_none=True))


def words(text: str) -> Mapping[str, Any]:
    """Says this, and leaves the card."""
    return _response(_WORDS, text)


def _response(type: str, value: Any) -> Mapping[str, Any]:
    return {"statusCode": 200, "type": type, "value": value}
