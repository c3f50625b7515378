"""The app manifest for Slack: within the published limits, and asking for what the channel uses and no more.

Source: docs.slack.dev/reference/app-manifest; the scopes of each method: docs.slack.dev/reference/methods.
"""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from bot.channels.slack import channel
from bot.channels.slack.forms import REMINDER, TASK

ROOT = Path(__file__).parents[3]
FILE = ROOT / "deploy/slack/manifest.yml"
# By the Web API method as slack_sdk calls it. Messages to a person open a direct message, so they need im:write, too.
NEEDED = {
    "assistant_threads_": "assistant:write",
    "chat_": "chat:write",
    "conversations_history": "im:history",
    "conversations_open": "im:write",
    "conversations_replies": "im:history",
    "dnd_info": "dnd:read",
    "files_upload_v2": "files:write",
    "users_info": "users:read",
}
BY_EVENT = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "assistant_thread_started": "assistant:write",
}
# Of /pollux and the shortcuts; of voice messages, fetched by their address; of the direct messages themselves.
UNASKED = {"commands", "files:read", "im:read", "im:write"}
FREE = ("views_", "auth_test")

Url = Annotated[str, Field(pattern=r"^https://pollux\.example\.com/channels/slack/(?:events|oauth_redirect)$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Display(_Strict):
    name: str = Field(max_length=35)
    description: str = Field(max_length=140)
    background_color: str = Field(pattern=r"^#[0-9a-f]{6}$")


class Home(_Strict):
    home_tab_enabled: bool
    messages_tab_enabled: bool
    messages_tab_read_only_enabled: bool


class Assistant(_Strict):
    assistant_description: str = Field(max_length=300)
    suggested_prompts: list[Any] = Field(max_length=4)


class BotUser(_Strict):
    display_name: str = Field(max_length=80, pattern=r"^[\w. -]+$")
    always_online: bool


class Shortcut(_Strict):
    name: str = Field(max_length=24)
    type: Literal["message", "global"]
    callback_id: str = Field(max_length=255)
    description: str = Field(max_length=150)


class Command(_Strict):
    command: str = Field(max_length=32, pattern=r"^/[a-z0-9_-]+$")
    url: Url
    description: str = Field(max_length=2000)
    usage_hint: str = Field(max_length=1000)
    should_escape: bool


class Features(_Strict):
    app_home: Home
    assistant_view: Assistant
    bot_user: BotUser
    shortcuts: list[Shortcut] = Field(max_length=10)
    slash_commands: list[Command] = Field(max_length=50)


class Scopes(_Strict):
    bot: list[str] = Field(max_length=255)


class OAuth(_Strict):
    redirect_urls: list[Url] = Field(max_length=1000)
    scopes: Scopes


class Events(_Strict):
    request_url: Url
    bot_events: list[str] = Field(max_length=100)


class Interactivity(_Strict):
    is_enabled: bool
    request_url: Url


class AppSettings(_Strict):
    event_subscriptions: Events
    interactivity: Interactivity
    org_deploy_enabled: bool
    socket_mode_enabled: bool
    token_rotation_enabled: bool


class Manifest(_Strict):
    display_information: Display
    features: Features
    oauth_config: OAuth
    settings: AppSettings


def _manifest() -> Manifest:
    return Manifest.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def _methods() -> set[str]:
    """The Web API methods that the channel calls."""
    folder = ROOT / "bot/channels/slack"
    sources = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    called = set(re.findall(r"(?:client|_client_of\([\w.]+\))\.([a-z]+_\w+)\(", sources))
    return {name for name in called if not name.startswith(FREE)}


def test_it_asks_for_the_scopes_that_are_used_and_no_more() -> None:
    manifest = _manifest()
    used = {next(scope for start, scope in NEEDED.items() if method.startswith(start)) for method in _methods()}
    heard = {BY_EVENT[event] for event in manifest.settings.event_subscriptions.bot_events if event in BY_EVENT}
    assert set(manifest.oauth_config.scopes.bot) == used | heard | UNASKED
    assert manifest.oauth_config.scopes.bot == sorted(channel.SCOPES), "what is installed by OAuth asks for the same"


def test_it_hears_every_event_that_is_read() -> None:
    reading = (ROOT / "bot/channels/slack/reading.py").read_text(encoding="utf-8")
    for event in _manifest().settings.event_subscriptions.bot_events:
        assert f'"{event.partition(".")[0]}"' in reading, f"{event} is delivered and never read"
    read = set(re.findall(r'"((?:app|tokens|assistant_thread)_\w+)"', reading))
    assert read <= set(_manifest().settings.event_subscriptions.bot_events)


def test_what_is_optional_stands_there_to_be_let_in() -> None:
    text = FILE.read_text(encoding="utf-8")
    let_in = yaml.safe_load(re.sub(r"^( +)# (?=- )", r"\1", text, flags=re.MULTILINE))
    manifest = Manifest.model_validate(let_in)
    assert sorted(set(manifest.oauth_config.scopes.bot) - set(channel.SCOPES)) == sorted(channel.READING)
    assert {"message.channels", "message.groups"} <= set(manifest.settings.event_subscriptions.bot_events)


def test_its_shortcuts_are_those_that_have_a_form() -> None:
    assert {shortcut.callback_id for shortcut in _manifest().features.shortcuts} == {TASK, REMINDER}
