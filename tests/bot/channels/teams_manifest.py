"""The manifest of an app for Teams, with what its schema allows: what is unknown or too long is refused.

Source: learn.microsoft.com, Teams, App manifest schema 1.24; the models hold what this app uses.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Url = Annotated[str, Field(pattern=r"^https://[\w.-]+(?:/.*)?$", max_length=2048)]
Guid = Annotated[str, Field(pattern=r"^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
Scope = Literal["personal", "team", "groupChat"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)


class Developer(_Strict):
    name: str = Field(min_length=1, max_length=32)
    website_url: Url
    privacy_url: Url
    terms_of_use_url: Url


class Name(_Strict):
    short: str = Field(min_length=1, max_length=30)
    full: str = Field(max_length=100)


class Description(_Strict):
    short: str = Field(min_length=1, max_length=80)
    full: str = Field(min_length=1, max_length=4000)


class Icons(_Strict):
    color: str = Field(max_length=2048)
    outline: str = Field(max_length=2048)


class Command(_Strict):
    title: str = Field(min_length=1, max_length=32)
    description: str = Field(min_length=1, max_length=128)


class Commands(_Strict):
    scopes: list[Scope] = Field(min_length=1, max_length=1)  # "a separate command list for each scope"
    commands: list[Command] = Field(max_length=10)


class Bot(_Strict):
    bot_id: Guid
    scopes: list[Scope] = Field(min_length=1, max_length=3)
    supports_files: bool
    command_lists: list[Commands] = Field(max_length=3)


class Manifest(_Strict):
    schema_: Annotated[Url, Field(alias="$schema")]
    manifest_version: Literal["1.24"]
    version: str = Field(pattern=r"^\d{1,5}\.\d{1,5}\.\d{1,5}$", max_length=256)
    id: Guid
    developer: Developer
    name: Name
    description: Description
    icons: Icons
    default_install_scope: Scope
    accent_color: str = Field(pattern=r"^#[0-9a-fA-F]{6}$")
    bots: list[Bot] = Field(max_length=1)
    valid_domains: list[Annotated[str, Field(max_length=128)]] = Field(max_length=16)
