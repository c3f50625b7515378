"""Calendars, task lists and devices of elsewhere: how one is connected, what is, read anew, or taken out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.dialogue.buttons import NO, YES, says
from bot.dialogue.state import Pending
from bot.identity.talk import farewell, invitation, platform_in
from bot.outside.connecting import bare, is_meant, meant, still_wanted
from bot.ports import Button
from bot.replies.phrases import age_text, capital, count_text, listed
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.commands import GetState
from twin_core.contract.mirroring import (
    Connection,
    ForgetSource,
    ListConnections,
    ListSources,
    SourceView,
    SyncConnections,
)

EXAMPLE: Mapping[str, Any] = {}
_HOUSE = "owner"  # whose a source is that says nothing else


@dataclass(frozen=True, slots=True)
class Way:
    """How a kind of system is connected. Secrets never pass through a conversation."""

    words: str  # regular expression
    title: str
    steps: str
    page: str


_WAYS = (
    Way(
        r"google|g-?mail|gcal",
        "Google Calendar",
        "put `[calendars.google]` with `client_id` and `client_secret` into pollux.toml, then run "
        "`pollux connect google` and restart me",
        "docs/calendars.md",
    ),
    Way(
        r"outlook|microsoft|office ?365|exchange|ms ?365",
        "Outlook",
        "put `[calendars.microsoft]` with `client_id` into pollux.toml, then run `pollux connect microsoft` and "
        "restart me",
        "docs/calendars.md",
    ),
    Way(
        r"caldav|icloud|apple|nextcloud|fastmail|radicale|proton|zimbra|synology",
        "a CalDAV account",
        'put `[calendars.NAME]` with `kind = "caldav"`, `url`, `user` and `password` into pollux.toml, and '
        "`[tasks.NAME]` with the same for its task lists; then restart me",
        "docs/calendars.md",
    ),
    *(
        Way(
            words,
            title,
            f"put `[tasks.{name}]` with {needs} into pollux.toml and restart me",
            "docs/sources.md",
        )
        for words, title, name, needs in (
            (r"git ?hub", "GitHub", "github", "`token`"),
            (r"git ?lab", "GitLab", "gitlab", "`token` and `project`"),
            (r"jira|atlassian", "Jira", "jira", "`url`, `user`, `token` and `project`"),
            (r"todoist", "Todoist", "todoist", "`token`"),
            (r"asana", "Asana", "asana", "`token` and `workspace`"),
        )
    ),
    Way(
        r"web ?hooks?|grafana|prometheus|alert ?manager|monitor",
        "a system that posts webhooks",
        "put `[hooks.NAME]` with `secrets` into pollux.toml and restart me",
        "docs/sources.md",
    ),
    Way(
        r"mqtt|broker|zigbee\w*|tasmota|esp ?home|shelly|home ?assistant|devices?|z-?wave",
        "devices over MQTT",
        "let them publish to my broker, or name yours under `[mqtt]` in pollux.toml; what announces itself appears "
        "under “which devices did you find?”",
        "docs/mqtt.md",
    ),
    Way(
        r"ics|webcal|ical\w*|calendar|diary",
        "a calendar",
        "put `[calendars.NAME]` with `url` or `file` into pollux.toml and restart me; for Google, Outlook and CalDAV "
        "say which",
        "docs/calendars.md",
    ),
    Way(
        r"tasks?|to-?dos?",
        "a task list",
        "put `[tasks.NAME]` into pollux.toml and restart me; GitHub, GitLab, Jira, Todoist, Asana and CalDAV are known",
        "docs/sources.md",
    ),
)
_KNOWN = "Google Calendar, Outlook, CalDAV, ICS files, GitHub, GitLab, Jira, Todoist, Asana, webhooks and MQTT devices"


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"connect_source": connect, "disconnect_source": disconnect, "sync_now": sync_now}


async def connect(turn: Turn) -> Outcome:
    """What it takes, or that it is connected, and how it is."""
    if platform := platform_in(str(turn.request.get("text", ""))):
        return Outcome((say(await invitation(platform, turn.user, turn.services.identities)),))
    said, connected = _said(turn), await turn.query(ListConnections(turn.user))
    if found := meant(said or str(turn.request.get("text", "")), connected):
        return Outcome((say(" ".join(map(_state, found)), says("sync now", "Sync now")),))
    text = f"{said} {turn.request.get('text', '')}" if said else str(turn.request.get("text", ""))
    way = next((way for way in _WAYS if re.search(rf"\b(?:{way.words})\b", text, re.IGNORECASE)), None)
    if way is not None:
        return Outcome((say(_steps(way, turn.user), *await _others(way, turn)),))
    if said:
        return Outcome((say(f"I don't know how to connect {said}. What I can: {_KNOWN}."),))
    return Outcome((say(f"{_all(connected)} I can connect {_KNOWN}. Which one?"),))


def _steps(way: Way, person: str) -> str:
    whose = "" if person == _HOUSE else f' Write `owner = "{person}"` into it, so that it is yours.'
    return f"To connect {way.title}, {way.steps}.{whose} {way.page} has every step; secrets have no place in this chat."


async def _others(way: Way, turn: Turn) -> tuple[Button, ...]:
    """What else the person wanted to connect, as they said when they were asked."""
    rest = [name for name in await still_wanted(turn) if not re.search(way.words, name, re.IGNORECASE)]
    return tuple(says(f"connect {name}", f"Connect {name}") for name in rest)


async def sync_now(turn: Turn) -> Outcome:
    """Asks the sources now; devices speak up by themselves, so that of those the last word is told."""
    if twins := turn.request.twins:
        return await _heard_from(twins, turn)
    said, connected = _said(turn), await turn.query(ListConnections(turn.user))
    if not connected:
        text = "No calendar or task list is connected, and devices report by themselves. So there is nothing to fetch."
        return Outcome((say(text, says("connect a calendar", "Connect a calendar")),))
    found = meant(said, connected)
    if said and not found:
        return Outcome((say(f"Nothing is connected as {said}. {_all(connected)}"),))
    done = await turn.execute(SyncConnections(tuple(each.name for each in found)))
    fine = [each.title for each in done if each.fault is None]
    told = [f"Read anew: {listed(fine)}."] if fine else []
    told += [_state(each) for each in done if each.fault is not None]
    return Outcome((say(" ".join(told)),))


async def disconnect(turn: Turn) -> Outcome:
    """What is set up is taken out where it was set up; what it left behind is forgotten after a yes."""
    if platform := platform_in(str(turn.request.get("text", ""))):
        await turn.begin()
        return Outcome((say(await farewell(platform, turn.user, turn.services.identities)),))
    said = _said(turn) or str(turn.request.get("text", ""))
    connected = await turn.query(ListConnections(turn.user))
    if found := meant(said, connected):
        names = listed([each.title for each in found])
        sections = listed([f"the section of {each.name}" for each in found])
        text = f"{names} stands in pollux.toml: take {sections} out and restart me."
        return Outcome((say(f"{text} Say this again then, and I forget what came from there."),))
    left = [view for view in await turn.query(ListSources(turn.user)) if is_meant(said, view.title, view.id)]
    if not left:
        return Outcome(
            (say(f"Nothing is connected by that name. {_all(connected)}" if connected else _all(connected)),)
        )
    if not turn.request.get("confirmed"):
        question = f"Forget {_counted(left)}?"
        pending = Pending(turn.cause.trace, "confirm", turn.request, question)
        text = f"{question} It stays where it comes from."
        return Outcome((say(text, YES, NO),), pending=pending)
    for view in left:
        await turn.execute(ForgetSource(view.id))
    return Outcome((say(f"Forgotten: {_counted(left)}."),))


async def _heard_from(twins: Sequence[str], turn: Turn) -> Outcome:
    lines = []
    for id in twins:
        twin = turn.services.registry.twin(id)
        reported = (await turn.query(GetState(id))).reported
        latest = max((value.at for value in reported.values()), default=None)
        heard = f"last heard {age_text(turn.now - latest)}" if latest else "not heard yet"
        lines.append(f"{capital(twin.name) if twin else id}: {heard}.")
    return Outcome(
        (say(f"Devices report by themselves; I can't fetch from them. {' '.join(lines)}"),), twins=tuple(twins)
    )


def _said(turn: Turn) -> str:
    """The name of the source that was said, without words that fit any."""
    source = turn.request.get("source")
    said = str(source[0] if isinstance(source, (list, tuple)) else source).strip() if source else ""
    return said if bare(said) else ""


def _state(each: Connection) -> str:
    if each.fault is not None:
        return f"{each.fault.message} {each.fault.hint}".strip()
    return f"{each.title} is connected and in step." if each.ready else f"{each.title} is connected; I am reading it."


def _all(connected: Sequence[Connection]) -> str:
    return f"Connected: {listed([each.title for each in connected])}." if connected else "Nothing is connected yet."


def _counted(views: Sequence[SourceView]) -> str:
    parts = [f"{count_text(v.items, 'task' if v.kind == 'tasks' else 'event')} of {v.title}" for v in views]
    return listed(parts)
