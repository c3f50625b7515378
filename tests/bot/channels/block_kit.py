"""Block Kit as Slack publishes it: what is too long or too many is refused, as Slack would.

Source: docs.slack.dev/reference/block-kit (blocks, elements, composition objects), /reference/views.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Plain(_Strict):
    type: Literal["plain_text"]
    text: str = Field(min_length=1, max_length=3000)
    emoji: bool = False


class Short(Plain):
    text: str = Field(min_length=1, max_length=75)


class Option(_Strict):
    text: Short
    value: str = Field(min_length=1, max_length=150)


class Button(_Strict):
    type: Literal["button"]
    text: Short
    action_id: str = Field(max_length=255)
    value: str = Field(max_length=2000)
    style: Literal["primary", "danger"] | None = None


class Select(_Strict):
    type: Literal["static_select"]
    action_id: str = Field(max_length=255)
    options: list[Option] = Field(min_length=1, max_length=100)
    placeholder: Plain | None = None
    initial_option: Option | None = None

    @model_validator(mode="after")
    def _known(self) -> "Select":
        assert self.initial_option is None or self.initial_option in self.options
        return self


class MultiSelect(_Strict):
    type: Literal["multi_static_select"]
    action_id: str = Field(max_length=255)
    options: list[Option] = Field(min_length=1, max_length=100)
    initial_options: list[Option] | None = Field(default=None, min_length=1, max_length=100)

    @model_validator(mode="after")
    def _known(self) -> "MultiSelect":
        assert all(option in self.options for option in self.initial_options or ())
        return self


class Overflow(_Strict):
    type: Literal["overflow"]
    action_id: str = Field(max_length=255)
    options: list[Option] = Field(min_length=1, max_length=5)


class TextInput(_Strict):
    type: Literal["plain_text_input"]
    action_id: str = Field(max_length=255)
    multiline: bool = False
    max_length: int = Field(default=3000, ge=1, le=3000)
    initial_value: str | None = None

    @model_validator(mode="after")
    def _fits(self) -> "TextInput":
        assert len(self.initial_value or "") <= self.max_length
        return self


class DatePicker(_Strict):
    type: Literal["datepicker"]
    action_id: str = Field(max_length=255)


_Element = Annotated[Button | Select | Overflow, Field(discriminator="type")]
_Input = Annotated[TextInput | DatePicker | Select | MultiSelect, Field(discriminator="type")]


class _Block(_Strict):
    block_id: str | None = Field(default=None, max_length=255)


class FieldText(Plain):
    text: str = Field(min_length=1, max_length=2000)


class Section(_Block):
    type: Literal["section"]
    text: Plain | None = None
    fields: list[FieldText] | None = Field(default=None, min_length=1, max_length=10)
    accessory: _Element | None = None

    @model_validator(mode="after")
    def _says(self) -> "Section":
        assert self.text or self.fields
        return self


class Heading(Plain):
    text: str = Field(min_length=1, max_length=150)


class Header(_Block):
    type: Literal["header"]
    text: Heading


class Context(_Block):
    type: Literal["context"]
    elements: list[Plain] = Field(min_length=1, max_length=10)


class Actions(_Block):
    type: Literal["actions"]
    elements: list[_Element] = Field(min_length=1, max_length=25)


class Divider(_Block):
    type: Literal["divider"]


class Label(Plain):
    text: str = Field(min_length=1, max_length=2000)


class InputBlock(_Block):
    type: Literal["input"]
    label: Label
    element: _Input
    optional: bool = False
    hint: Label | None = None


_AnyBlock = Annotated[Section | Header | Context | Actions | Divider | InputBlock, Field(discriminator="type")]
_MESSAGE = TypeAdapter(Annotated[list[_AnyBlock], Field(max_length=50)])
_VIEW = TypeAdapter(Annotated[list[_AnyBlock], Field(max_length=100)])


class Title(Plain):
    text: str = Field(min_length=1, max_length=24)


def check(method: str, body: dict[str, Any]) -> None:
    """Raises where Slack would refuse the blocks, the view or the text of a call."""
    if method in ("chat.postMessage", "chat.update", "chat.postEphemeral", "response_url"):
        blocks = _MESSAGE.validate_python(body.get("blocks") or [])
        _unique([b.block_id for b in blocks if b.block_id])
        for block in blocks:
            _unique([e.action_id for e in block.elements] if isinstance(block, Actions) else [])
        assert 0 < len(body["text"]) <= 40_000
    if method in ("chat.startStream", "chat.appendStream"):
        assert 0 < len(body["markdown_text"]) <= 12_000
        assert body.get("thread_ts") or body.get("ts")
    if method == "chat.stopStream":
        _MESSAGE.validate_python(body.get("blocks") or [])
    if method in ("views.open", "views.publish"):
        view = body["view"]
        blocks = _VIEW.validate_python(view["blocks"])
        _unique([b.block_id for b in blocks if b.block_id])
        assert len(view.get("private_metadata") or "") <= 3000
        if view["type"] == "modal":
            has_inputs = any(isinstance(block, InputBlock) for block in blocks)
            for part in ("title", "close", *(("submit",) if has_inputs else ())):
                Title.model_validate(view[part])
    if method == "assistant.threads.setSuggestedPrompts":
        assert 1 <= len(body["prompts"]) <= 4


def _unique(ids: list[str]) -> None:
    assert len(ids) == len(set(ids)), ids
