"""Adaptive Cards as Teams takes them: what is too large or unknown is refused, as Teams would.

Source: adaptivecards.io/explorer, schema 1.4; learn.microsoft.com, Teams, Limits and specifications.
"""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MOST_BYTES = 100_000
CARD = "application/vnd.microsoft.card.adaptive"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Submit(_Strict):
    type: Literal["Action.Submit"]
    title: str = Field(min_length=1, max_length=80)
    data: dict[str, Any]
    style: Literal["default", "positive", "destructive"] = "default"


class Text(_Strict):
    type: Literal["TextBlock"]
    text: str = Field(min_length=1)
    wrap: bool = False
    weight: Literal["Lighter", "Default", "Bolder"] = "Default"


class Actions(_Strict):
    type: Literal["ActionSet"]
    actions: list[Submit] = Field(min_length=1, max_length=6)


class Card(_Strict):
    type: Literal["AdaptiveCard"]
    version: Literal["1.4"]
    schema_: str = Field(default="", alias="$schema")
    body: list[Annotated[Text | Actions, Field(discriminator="type")]] = Field(min_length=1)


def check(activity: dict[str, Any]) -> None:
    """Raises ValueError for a message that Teams would not take."""
    if len(json.dumps(activity, ensure_ascii=False).encode("utf-16-le")) > MOST_BYTES:
        raise ValueError("more than 100 KB")
    if not activity["text"]:
        raise ValueError("no text")
    for attachment in activity.get("attachments") or ():
        if attachment["contentType"] != CARD:
            raise ValueError(f"no card: {attachment['contentType']}")
        Card.model_validate(attachment["content"])
