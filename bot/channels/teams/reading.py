"""What Teams delivers, read: one thing that somebody did. Pure.

Source: learn.microsoft.com, Bot Framework Activity schema; Teams, Messages in bot conversations, Card actions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.channels._wire import encodable

OURS = "pollux"  # in the data of a button: what is ours

Kind = Literal["message", "press", "gone"]


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that a person did in Teams. The same delivery has the same `key`."""

    kind: Kind
    key: str
    tenant: str
    user: str
    name: str
    conversation: str
    service_url: str
    text: str = ""
    action: str | None = None
    asked: str | None = None  # whom the pressed card was for
    private: bool = True

    @property
    def account(self) -> str:
        """The id of whoever did it, unique in Teams."""
        return f"{self.tenant}/{self.user}"


def tenant_of(activity: Mapping[str, Any]) -> str:
    """The organisation that it comes from; empty where it names none."""
    conversation, channel = activity.get("conversation"), activity.get("channelData")
    tenant = conversation.get("tenantId") if isinstance(conversation, Mapping) else None
    if not tenant and isinstance(channel, Mapping) and isinstance(channel.get("tenant"), Mapping):
        tenant = channel["tenant"].get("id")
    return str(tenant or "").lower()


def read(activity: Mapping[str, Any]) -> Heard | None:
    """None for what is not meant for us: edits, joins of others, reactions, channels where we were not mentioned."""
    try:
        conversation, sender = activity["conversation"], activity["from"]
        private = conversation.get("conversationType", "personal") == "personal"
        user = str(sender.get("aadObjectId") or sender["id"])
        key = f"{conversation['id']}/{activity.get('id') or activity['timestamp']}"
        common = (key, tenant_of(activity), user, str(sender.get("name") or ""), str(conversation["id"]))
        return _heard(activity, common, private=private)
    except (KeyError, TypeError, AttributeError):
        return None  # a shape that Microsoft does not document


def _heard(activity: Mapping[str, Any], common: tuple[str, str, str, str, str], *, private: bool) -> Heard | None:
    service_url = str(activity["serviceUrl"])
    match activity.get("type"):
        case "message":
            value = activity.get("value")
            if isinstance(value, Mapping) and isinstance(value.get(OURS), Mapping):
                pressed = value[OURS]
                action, asked = str(pressed["action"]), str(pressed["for"])
                return Heard("press", *common, service_url, action=action, asked=asked, private=private)
            text, mentioned = _text(activity)
            if not private and not mentioned:
                return None
            return Heard("message", *common, service_url, text=text, private=private)
        case "conversationUpdate" if private and _added(activity):
            return Heard("message", *common, service_url, text="hello")
        case "installationUpdate" if private and str(activity.get("action", "")).startswith("remove"):
            return Heard("gone", *common, service_url)
    return None


def _text(activity: Mapping[str, Any]) -> tuple[str, bool]:
    """What was said, without the mention of ourselves, and whether there was one."""
    text, mentioned = str(activity.get("text") or ""), False
    for entity in activity.get("entities") or ():
        if entity.get("type") == "mention" and entity["mentioned"]["id"] == activity["recipient"]["id"]:
            mentioned = True
            text = text.replace(str(entity.get("text") or ""), " ")
    return encodable(text.replace("&nbsp;", " ")).strip(), mentioned


def _added(activity: Mapping[str, Any]) -> bool:
    return any(member["id"] == activity["recipient"]["id"] for member in activity.get("membersAdded") or ())
