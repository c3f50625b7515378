"""Adaptive Cards as Teams takes them: what is too large or unknown is refused, as Teams would.

Source: adaptivecards.io/explorer, schema 1.5 (which cards are held to themselves, where it was fetched);
learn.microsoft.com, Teams, Limits and specifications, Universal Actions for Adaptive Cards (a refresh names at most 60
users).
"""

import json
from typing import Annotated, Any, Literal

from microsoft_teams.cards import AdaptiveCard
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from tests.published import misfits, schema

MOST_BYTES = 100_000
CARD = "application/vnd.microsoft.card.adaptive"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)


class Submit(_Strict):
    type: Literal["Action.Submit"]
    title: str = Field(min_length=1, max_length=80)
    data: dict[str, Any]
    associated_inputs: Literal["auto", "none"] = "auto"


class Execute(_Strict):
    type: Literal["Action.Execute"]
    title: str = Field(min_length=1, max_length=80)
    verb: str = Field(min_length=1)
    data: dict[str, Any]
    mode: Literal["primary", "secondary"] = "primary"
    style: Literal["default", "positive", "destructive"] = "default"
    associated_inputs: Literal["auto", "none"] = "auto"
    fallback: Submit | None = None


class Text(_Strict):
    type: Literal["TextBlock"]
    text: str = Field(min_length=1)
    wrap: bool = False
    weight: Literal["Lighter", "Default", "Bolder"] = "Default"
    size: Literal["Small", "Default", "Medium", "Large"] = "Default"
    color: Literal["Default", "Accent", "Good", "Warning", "Attention"] = "Default"
    is_subtle: bool = False
    spacing: Literal["None", "Small", "Default", "Medium"] = "Default"


class Column(_Strict):
    type: Literal["Column"]
    width: Literal["auto", "stretch"]
    items: list[Text] = Field(min_length=1)


class Columns(_Strict):
    """At most one may be as wide as it likes: else something is cut off on a telephone (Teams, Designing cards)."""

    type: Literal["ColumnSet"]
    separator: bool = False
    spacing: Literal["None", "Small", "Default", "Medium"] = "Default"
    columns: list[Column] = Field(min_length=1, max_length=3)


class Input(_Strict):
    type: Literal["Input.Text"]
    id: str = Field(min_length=1)
    label: str = Field(min_length=1)
    value: str = ""
    placeholder: str = ""
    max_length: float = Field(gt=0)
    is_required: bool = False
    error_message: str = ""
    spacing: Literal["None", "Small", "Default", "Medium"] = "Default"


class Choice(_Strict):
    title: str = Field(min_length=1)
    value: str = Field(min_length=1)


class Choices(_Strict):
    type: Literal["Input.ChoiceSet"]
    id: str = Field(min_length=1)
    label: str = Field(min_length=1)
    value: str = ""
    choices: list[Choice] = Field(min_length=1)
    is_multi_select: bool = False
    is_required: bool = False
    error_message: str = ""
    spacing: Literal["None", "Small", "Default", "Medium"] = "Default"


class Picture(_Strict):
    type: Literal["Image"]
    url: str = Field(pattern=r"^(?:https://|data:image/png;base64,)")
    alt_text: str


class Inline(_Strict):
    """A picture beside the text (Teams, Format your bot messages: "Picture messages")."""

    content_type: Literal["image/png"]
    content_url: str = Field(pattern=r"^(?:https://|data:image/png;base64,)")


class Actions(_Strict):
    type: Literal["ActionSet"]
    actions: list[Execute] = Field(min_length=1)

    @model_validator(mode="after")
    def _six_are_seen_at_the_most(self) -> "Actions":
        if not 1 <= len([action for action in self.actions if action.mode == "primary"]) <= 6:
            raise ValueError("one to six actions can be seen beside one another")
        return self


class Refresh(_Strict):
    action: Execute
    user_ids: list[str] = Field(min_length=1, max_length=60)


class Card(_Strict):
    type: Literal["AdaptiveCard"]
    version: Literal["1.5"]
    schema_: str = Field(default="", alias="$schema")
    fallback_text: str = Field(min_length=1)
    refresh: Refresh | None = None
    body: list[Annotated[Text | Columns | Input | Choices | Picture | Actions, Field(discriminator="type")]] = Field(
        min_length=1
    )

    @model_validator(mode="after")
    def _each_input_has_its_own_id(self) -> "Card":
        ids = [element.id for element in self.body if isinstance(element, (Input, Choices))]
        if len(ids) != len(set(ids)):
            raise ValueError("two inputs have one id")
        return self


def check_card(card: dict[str, Any]) -> None:
    """Raises ValueError for a card that Teams would not show."""
    Card.model_validate(card)
    AdaptiveCard.model_validate(card)  # Microsoft's own model of the whole schema
    published = schema("adaptive-card.json")
    if published and (wrong := misfits(published, card)):
        raise ValueError(f"not as the published schema has it: {wrong}")


def check(activity: dict[str, Any]) -> None:
    """Raises ValueError for a message that Teams would not take."""
    if len(json.dumps(activity, ensure_ascii=False).encode("utf-16-le")) > MOST_BYTES:
        raise ValueError("more than 100 KB")
    attachments = activity.get("attachments") or ()
    if bool(activity.get("text")) + len(attachments) != 1:
        raise ValueError("Teams makes several messages of a text and cards, tells the id of none and changes none")
    for attachment in attachments:
        if attachment["contentType"] == "image/png":
            Inline.model_validate(attachment)
        elif attachment["contentType"] == CARD:
            check_card(attachment["content"])
        else:
            raise ValueError(f"neither card nor picture: {attachment['contentType']}")


def words_of(activity: dict[str, Any]) -> str:
    """What a message says, also to whoever cannot see its card."""
    cards = [each["content"] for each in activity.get("attachments") or () if each["contentType"] == CARD]
    return str(activity.get("text") or next((card["fallbackText"] for card in cards), ""))
