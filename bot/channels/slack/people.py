"""Who people are in Slack, as they call themselves there.

Source: docs.slack.dev, users.info (scope users:read); Formatting: a mention tells an id alone.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from bot.channels.slack.postbox import Postbox
from bot.channels.slack.workspaces import Workspaces
from twin_core.contract.clock import Clock
from twin_core.contract.errors import PolluxError

FRESH: Final = timedelta(hours=1)
PATIENCE_S: Final = 1.0  # a form is to be opened within three seconds
MOST: Final = 2_000
NAME_CHARS: Final = 80
_MENTION = re.compile(r"(?<!\w)@([UW][A-Z0-9]+)\b")

Known = Callable[[str, str], Awaitable[str | None]]  # what a user is called here whose account, TEAM/USER, is known

log = structlog.get_logger(__name__)


class People:
    """Asks Slack for each person once an hour."""

    def __init__(self, workspaces: Workspaces, postbox: Postbox, clock: Clock, known: Known) -> None:
        self._workspaces = workspaces
        self._postbox = postbox
        self._clock = clock
        self._known = known
        self._names: OrderedDict[tuple[str, str], tuple[datetime, str]] = OrderedDict()

    async def user(self, team: str, user: str) -> Mapping[str, Any]:
        """What Slack shows of a person. Raises Unavailable."""
        client = await self._workspaces.client(team)
        found: Any = await self._postbox.call(lambda: client.users_info(user=user))
        return dict(found["user"])

    async def named(self, team: str, text: str) -> str:
        """The text with names in place of the ids that mentions are; as it is where Slack does not tell them now."""
        names: dict[str, str] = {}
        try:
            async with asyncio.timeout(PATIENCE_S):
                for user in dict.fromkeys(_MENTION.findall(text)):
                    names[user] = await self._name(team, user)
        except (PolluxError, TimeoutError) as error:
            log.info("slack.not_named", team=team, reason=str(error))
        return _MENTION.sub(lambda mention: names.get(mention[1], mention[0]), text)

    async def _name(self, team: str, user: str) -> str:
        if known := await self._known(user, f"{team}/{user}"):
            return known
        now, key = self._clock.now(), (team, user)
        at, name = self._names.get(key, (None, ""))
        if at is None or now - at > FRESH:
            name = shown_name(await self.user(team, user)) or f"@{user}"
            self._names[key] = now, name
            self._names.move_to_end(key)
            while len(self._names) > MOST:
                self._names.popitem(last=False)
        return name


def shown_name(user: Mapping[str, Any]) -> str:
    """What a person is called in Slack."""
    name = (user.get("profile") or {}).get("display_name") or user.get("real_name") or user.get("name") or ""
    return str(name)[:NAME_CHARS]
