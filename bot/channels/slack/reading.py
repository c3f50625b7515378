"""What Slack delivers, read: one thing that somebody did. Pure.

Source: docs.slack.dev, Events API, Interactivity payloads, Slash commands, Formatting.
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bot.channels._wire import encodable
from bot.channels.slack.emoji import signs
from bot.forms.form import FORM

Kind = Literal[
    "message", "edited", "deleted", "press", "form", "command", "shortcut", "submit", "home", "assistant", "gone"
]
_SPOKEN = frozenset({None, "file_share", "me_message", "thread_broadcast"})  # other subtypes are not said to us
_REVISED = frozenset({"message_changed", "message_deleted"})
_LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_NAMES = "key team user channel action thread message asked trigger response_url context recording".split()
FOR = "for:"


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that a person did in Slack. The same delivery has the same `key`."""

    kind: Kind
    key: str
    team: str
    user: str = ""
    channel: str = ""
    text: str = ""  # that was said, or of the message that was pressed
    action: str | None = None
    title: str = ""  # of what was pressed
    thread: str | None = None  # where the answer belongs
    message: str | None = None  # that was pressed, said, changed or deleted
    asked: str | None = None  # whom the pressed message was for
    private: bool = True  # nobody else reads the answer
    ephemeral: bool = False  # what was pressed is seen by one person alone
    trigger: str | None = None  # opens a modal, for three seconds
    response_url: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)  # of a modal that was sent
    context: str = ""  # what a modal was opened for; of a shortcut, the address of its message
    blocks: tuple[Mapping[str, Any], ...] = ()  # of the message that was pressed
    overheard: bool = False  # told of a channel, and not to us
    again: bool = False  # a process has ended while it was worked on
    recording: str = ""  # the address of a voice message, that stands for the text

    @property
    def stands(self) -> tuple[str, ...]:
        """Which message it is, or is about."""
        return self.team, self.channel, str(self.message)


def read(body: Mapping[str, Any], bot_user: str | None = None) -> Heard | None:
    """None for what is not meant for us: other bots, joins, channels where we were not mentioned."""
    try:
        heard = _heard(body, bot_user)
    except (KeyError, IndexError, TypeError, AttributeError):
        return None  # a shape that Slack does not document
    if heard is None or not (heard.user or heard.kind == "gone") or not _has_words(heard):
        return None
    fields = {name: encodable(said) for name, said in heard.fields.items()}
    return replace(heard, text=encodable(heard.text), title=encodable(heard.title), fields=fields)


def _has_words(heard: Heard) -> bool:
    """Whether there are words where Slack writes words, and in names none that no name has."""
    names = [getattr(heard, name) for name in _NAMES]
    words = (heard.text, heard.title, *names, *heard.fields.values())
    return all(isinstance(each, str | None) for each in words) and all(n is None or encodable(n) == n for n in names)


def _heard(body: Mapping[str, Any], bot_user: str | None) -> Heard | None:
    if isinstance(body.get("event"), Mapping):
        return _event(body, body["event"], bot_user)
    if "command" in body:
        return _command(body)
    match body.get("type"):
        case "block_actions":
            return _press(body)
        case "message_action":
            return _shortcut(body)
        case "view_submission":
            return _submitted(body)
    return None


def plain(text: str, bot_user: str | None = None) -> str:
    """Slack's escapes undone: links by their label, signs as they look, without the mention of ourselves."""

    def shown(found: re.Match[str]) -> str:
        target, label = found[1], found[2]
        if bot_user and target == f"@{bot_user}":
            return ""
        if label:
            return label
        return target.removeprefix("mailto:") if not target.startswith(("!", "#")) else target[1:].split("^")[0]

    return signs(html.unescape(_LINK.sub(shown, text))).strip()


def _event(body: Mapping[str, Any], event: Mapping[str, Any], bot_user: str | None) -> Heard | None:
    kind, team, key = event.get("type"), str(body.get("team_id") or ""), str(body["event_id"])
    if kind in ("app_uninstalled", "tokens_revoked"):
        lost = kind == "app_uninstalled" or bool((event.get("tokens") or {}).get("bot"))
        return Heard("gone", key, team) if lost else None
    if kind == "app_home_opened":
        return Heard("home", key, team, event["user"], event["channel"]) if event.get("tab") == "home" else None
    if kind == "assistant_thread_started":
        thread = event["assistant_thread"]
        return Heard("assistant", key, team, thread["user_id"], thread["channel_id"], thread=thread["thread_ts"])
    if kind == "message" and event.get("subtype") in _REVISED:
        return _revised(event, team, key, bot_user)
    if kind not in ("message", "app_mention") or event.get("bot_id") or not event.get("user"):
        return None
    if event.get("subtype") not in _SPOKEN or event["user"] == bot_user:
        return None
    channel = str(event["channel"])
    private = channel.startswith("D")
    # A mention arrives as a message, too, where the channel's messages are heard: one of the two is answered.
    if (kind == "message") is not private:
        return None
    thread = event.get("thread_ts") or (None if private else event["ts"])
    text = plain(str(event.get("text") or ""), bot_user)
    said: Kind = "edited" if event.get("edited") else "message"  # a mention that was added comes with its edit
    ts = str(event["ts"])
    recording = "" if text else _recording(event.get("files") or ())
    where: dict[str, Any] = {"thread": thread, "message": ts, "private": private, "recording": recording}
    return Heard(said, key, team, event["user"], channel, text, **where)


def _recording(files: Sequence[Mapping[str, Any]]) -> str:
    """The address of the first file that is sound; clips of Slack are called video, too."""
    for file in files:
        if str(file.get("mimetype") or "").startswith("audio/") or file.get("subtype") == "slack_audio":
            return str(file.get("url_private_download") or file.get("url_private") or "")
    return ""


def _revised(event: Mapping[str, Any], team: str, key: str, bot_user: str | None) -> Heard | None:
    """A message of a person that was changed or deleted. Of channels Slack tells that where we may read there."""
    channel, before = str(event["channel"]), event.get("previous_message") or {}
    now = event.get("message") or {}
    user, private = before.get("user") or now.get("user"), channel.startswith("D")
    if not user or user == bot_user or before.get("bot_id") or now.get("bot_id"):
        return None
    if not private and f"<@{bot_user}>" not in str(before.get("text") or ""):
        return None  # it was not said to us; where it is since, its mention is delivered, too
    ts = str(event.get("deleted_ts") or now.get("ts") or before["ts"])
    thread = before.get("thread_ts") or now.get("thread_ts") or (None if private else ts)
    gone = event["subtype"] == "message_deleted" or now.get("subtype") == "tombstone"
    text = "" if gone else plain(str(now.get("text") or ""), bot_user)
    where: dict[str, Any] = {"thread": thread, "message": ts, "private": private, "overheard": not private}
    return Heard("deleted" if gone else "edited", key, team, user, channel, text, **where)


def _command(body: Mapping[str, Any]) -> Heard:
    return Heard(
        "command",
        f"command:{body['trigger_id']}",
        body["team_id"],
        body["user_id"],
        body.get("channel_id", ""),
        plain(body.get("text") or "") or "help",
        trigger=body["trigger_id"],
        response_url=body.get("response_url"),
        ephemeral=True,
    )


def _press(body: Mapping[str, Any]) -> Heard | None:
    action = body["actions"][0]
    chosen = action.get("selected_option") or {}
    value = action.get("value") or chosen.get("value")
    if not value:
        return None  # a link that opens by itself
    message, container = body.get("message") or {}, body.get("container") or {}
    channel = str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
    block = str(action.get("block_id") or "")
    title = (action.get("text") or chosen.get("text") or {}).get("text", "")
    return Heard(
        "form" if value.startswith(FORM) else "press",
        f"press:{body.get('trigger_id') or action['action_ts']}",
        _team(body),
        body["user"]["id"],
        channel,
        plain(str(message.get("text") or "")),
        action=value,
        title=title,
        thread=message.get("thread_ts") or container.get("thread_ts"),
        message=message.get("ts") or container.get("message_ts"),
        asked=block.removeprefix(FOR).split("/")[0] if block.startswith(FOR) else None,
        private=not channel or channel.startswith("D"),
        ephemeral=bool(container.get("is_ephemeral")),
        trigger=body.get("trigger_id"),
        response_url=body.get("response_url"),
        blocks=tuple(message.get("blocks") or ()),
    )


def _shortcut(body: Mapping[str, Any]) -> Heard:
    return Heard(
        "shortcut",
        f"shortcut:{body['trigger_id']}",
        _team(body),
        body["user"]["id"],
        body["channel"]["id"],
        plain(str(body["message"].get("text") or "")),
        action=body["callback_id"],
        trigger=body["trigger_id"],
        response_url=body.get("response_url"),
        ephemeral=True,
        context=_link(body),
    )


def _link(body: Mapping[str, Any]) -> str:
    """Where the message of a shortcut stands, for whoever opens it in a browser."""
    message, domain = body["message"], (body.get("team") or {}).get("domain")
    if not domain or not message.get("ts"):
        return ""
    thread = f"?thread_ts={message['thread_ts']}&cid={body['channel']['id']}" if message.get("thread_ts") else ""
    stands = f"{body['channel']['id']}/p{str(message['ts']).replace('.', '')}"
    return f"https://{domain}.slack.com/archives/{stands}{thread}"


def _submitted(body: Mapping[str, Any]) -> Heard:
    view = body["view"]
    fields = {name: _value(e) for block in view["state"]["values"].values() for name, e in block.items()}
    # A modal can be sent once: twice is a second press before it has closed.
    return Heard(
        "submit",
        f"submit:{view['id']}:{view.get('hash', '')}",
        _team(body),
        body["user"]["id"],
        action=view["callback_id"],
        fields=fields,
        context=view.get("private_metadata") or "",
    )


def _team(body: Mapping[str, Any]) -> str:
    return str((body.get("team") or {}).get("id") or body["user"].get("team_id") or "")


def _value(element: Mapping[str, Any]) -> str:
    """What stands in an element; of several that were chosen, all."""
    chosen = [*(element.get("selected_options") or ()), element.get("selected_option") or {}]
    said = ", ".join(str(each["value"]) for each in chosen if each.get("value"))
    return str(element.get("value") or said or element.get("selected_date") or "")
