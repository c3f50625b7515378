"""What Teams delivers, read: one thing that somebody did. Pure.

Source: learn.microsoft.com, Bot Framework Activity schema; Teams, Messages in bot conversations, Card actions, Quoted
replies.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Literal

from bot.channels._wire import encodable
from bot.channels.teams.files import recording
from bot.channels.teams.quotes import MARK, quoted_in

OURS = "pollux"  # in the data of a button: what is ours
FILLED = "filled"  # in the data of a button: which form it sends
PRESSED = "adaptiveCard/action"  # what an invoke of a card is called
FIELD = "field:"  # what the ids of a form's inputs begin with

Kind = Literal["message", "edited", "deleted", "restored", "press", "fill", "show", "joined", "gone"]
_REVISED: Mapping[str, Kind] = {"editMessage": "edited", "undeleteMessage": "restored", "softDeleteMessage": "deleted"}
_MENTION = re.compile(r"<at(?:\s[^<>]*)?>(.*?)</at>", re.DOTALL)
_BOT = "28:"  # what the ids of bots begin with


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
    sender: str = ""  # whoever did it, as Teams names them to its bots
    private: bool = True
    text: str = ""
    asked: str = ""  # whom the pressed card was for; empty: anybody
    message: str = ""  # that was pressed, said, changed or deleted
    quotes: str = ""  # the message that stands above the words
    pressed: Mapping[str, Any] = field(default_factory=dict)  # what we wrote into the button
    fields: Mapping[str, str] = field(default_factory=dict)  # of a form: what stands in it now
    recording: str = ""  # the address of a file of sound, that stands for the text
    zone: str = ""  # where they are, as their Teams knows it
    at_once: bool = False  # the answer to the delivery itself is shown

    @property
    def closes(self) -> bool:
        """Whether what was pressed has nothing to press afterwards; what it said is known, or seen at once."""
        known = self.at_once or "said" in self.pressed
        return known and bool(self.message and self.pressed) and not self.pressed.get("keeps")

    @property
    def account(self) -> str:
        """The id of whoever did it, unique in Teams."""
        return f"{self.tenant}/{self.user}"

    @property
    def stands(self) -> tuple[str, ...]:
        """Which message it is, or is about."""
        return self.conversation, self.message


def tenant_of(activity: Mapping[str, Any]) -> str:
    """The organisation that it comes from; empty where it names none."""
    conversation, channel = activity.get("conversation"), activity.get("channelData")
    tenant = conversation.get("tenantId") if isinstance(conversation, Mapping) else None
    if not tenant and isinstance(channel, Mapping) and isinstance(channel.get("tenant"), Mapping):
        tenant = channel["tenant"].get("id")
    return str(tenant or "").lower()


def read(activity: Mapping[str, Any]) -> Heard | None:
    """None for what is not meant for us: bots, joins of others, reactions, channels where we were not mentioned."""
    try:
        conversation, sender = activity["conversation"], activity["from"]
        whose = {
            "key": f"{conversation['id']}/{activity.get('id') or activity['timestamp']}",
            "tenant": tenant_of(activity),
            "user": str(sender.get("aadObjectId") or sender["id"]),
            "name": str(sender.get("name") or ""),
            "conversation": str(conversation["id"]),
            "service_url": str(activity["serviceUrl"]),
            "sender": str(sender["id"]),
            "private": conversation.get("conversationType", "personal") == "personal",
            "message": str(activity.get("id") or ""),
            "zone": _zone(activity),
        }
        return _heard(activity, whose)
    except (KeyError, TypeError, AttributeError):
        return None  # a shape that Microsoft does not document


def _heard(activity: Mapping[str, Any], whose: Mapping[str, Any]) -> Heard | None:
    value, private = activity.get("value"), bool(whose["private"])
    match activity.get("type"):
        case "message":
            if isinstance(value, Mapping) and isinstance(value.get(OURS), Mapping):
                kind: Kind = "fill" if FILLED in value[OURS] else "press"  # an Action.Submit has no verb
                return _pressed(activity, value, kind, whose)
            text, mentioned = _text(activity)
            sound = recording(activity.get("attachments") or ()) if private and not text else ""
            speaks = (private or mentioned) and not whose["sender"].startswith(_BOT)
            heard = Heard("message", **whose, text=text, recording=sound, quotes=quoted_in(activity))
            return heard if speaks else None
        case "messageUpdate" | "messageDelete":
            return _revised(activity, whose)
        case "invoke" if activity.get("name") == PRESSED and isinstance(value, Mapping):
            action = value["action"]
            verb = action.get("verb")
            if verb in ("press", "fill", "show"):
                return _pressed(activity, action["data"], verb, {**whose, "at_once": True})
        case "conversationUpdate" if _is_among(activity, "membersRemoved"):
            return Heard("gone", **whose)
        case "conversationUpdate" if (activity.get("channelData") or {}).get("eventType") == "channelDeleted":
            return Heard(
                "gone", **{**whose, "private": False, "conversation": activity["channelData"]["channel"]["id"]}
            )
        case "conversationUpdate" if private and _is_among(activity, "membersAdded"):
            return Heard("message", **whose, text="hello")
        case "conversationUpdate" if _is_among(activity, "membersAdded"):
            return Heard("joined", **whose)
        case "installationUpdate" if activity.get("action") == "remove":  # not before an upgrade: remove-upgrade
            return Heard("gone", **whose)
    return None


def _revised(activity: Mapping[str, Any], whose: Mapping[str, Any]) -> Heard | None:
    """Words that were changed, deleted or put back; the id is that of the message. What deletes it says nothing."""
    kind = _REVISED.get((activity.get("channelData") or {}).get("eventType", ""))
    text, mentioned = _text(activity)
    if kind is None or not whose["message"] or not (whose["private"] or mentioned or kind == "deleted"):
        return None
    key = f"{whose['key']}/{kind}/{activity['timestamp']}"
    return Heard(kind, **{**whose, "key": key}, text="" if kind == "deleted" else text)


def _pressed(activity: Mapping[str, Any], data: Mapping[str, Any], kind: Kind, whose: Mapping[str, Any]) -> Heard:
    """Whatever was pressed carries what we wrote into it, and what stands in the inputs of its form."""
    ours = data[OURS]
    needed = {"press": "action", "fill": FILLED, "show": "view"}[kind]
    if not isinstance(ours[needed], str if kind in ("press", "fill") else Mapping):
        raise TypeError(needed)
    fields = {name: encodable(str(said)) for name, said in data.items() if str(name).startswith(FIELD)}
    message = str(activity.get("replyToId") or "")
    return Heard(kind, **{**whose, "message": message}, asked=str(ours["for"]), pressed=ours, fields=fields)


def _text(activity: Mapping[str, Any]) -> tuple[str, bool]:
    """What was said, without the mention of ourselves or a quote and with the names of others, and whether there was
    a mention.
    """
    text, us = MARK.sub(" ", str(activity.get("text") or "")), activity["recipient"]
    mentions = [entity for entity in activity.get("entities") or () if entity.get("type") == "mention"]
    ours = [str(entity.get("text") or "") for entity in mentions if entity["mentioned"]["id"] == us["id"]]
    for mention in filter(None, ours):
        text = text.replace(mention, " ")
    names = {str(us.get("name") or "").casefold()} if ours else set()
    text = _MENTION.sub(lambda found: " " if found[1].casefold() in names else found[1], text)
    return encodable(unescape(text).replace("\N{NO-BREAK SPACE}", " ")).strip(), bool(ours)


def _zone(activity: Mapping[str, Any]) -> str:
    """The time zone of whoever did it; empty where it is not told."""
    told = (entity.get("timezone") for entity in activity.get("entities") or () if entity.get("type") == "clientInfo")
    return str(activity.get("localTimezone") or next(filter(None, told), ""))


def _is_among(activity: Mapping[str, Any], members: str) -> bool:
    """Whether we are among those who came or went."""
    return any(member["id"] == activity["recipient"]["id"] for member in activity.get(members) or ())
