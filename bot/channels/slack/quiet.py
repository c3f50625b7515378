"""Until when people in Slack do not want to be disturbed.

Source: docs.slack.dev, dnd.info (scope dnd:read).
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.channels.slack.nudges import Nudges
from twin_core.contract.clock import Clock
from twin_core.contract.errors import PolluxError

FRESH: Final = timedelta(minutes=1)
PATIENCE_S: Final = 2.0

log = structlog.get_logger(__name__)


class Quiet:
    """Asks Slack at most once a minute for each person; where Slack does not tell, nobody is quiet."""

    def __init__(self, nudges: Nudges, clock: Clock, patience_s: float = PATIENCE_S) -> None:
        self._nudges = nudges
        self._clock = clock
        self._patience_s = patience_s
        self._asked: dict[str, tuple[datetime, datetime | None]] = {}

    async def until(self, person: str) -> datetime | None:
        """The latest end in the accounts of a person; None where they may be disturbed."""
        now = self._clock.now()
        asked_at, end = self._asked.get(person, (None, None))
        if asked_at is None or now - asked_at >= FRESH:
            end = await self._ask(person, now)
            self._asked[person] = now, end
        return end if end and end > now else None

    async def _ask(self, person: str, now: datetime) -> datetime | None:
        """Everybody who is to be told something waits for this: not for long, and only once where Slack is away."""
        try:
            async with asyncio.timeout(self._patience_s):
                accounts = await self._nudges.accounts(person)
                ends = [ends_at(await self._info(team, user), now) for team, user in accounts]
        except (PolluxError, SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            log.info("slack.quiet_unknown", reason=str(error))
            return None
        return max((end for end in ends if end), default=None)

    async def _info(self, team: str, user: str) -> Mapping[str, Any]:
        client = await self._nudges.delivery.workspaces.client(team)
        answer: Any = await client.dnd_info(user=user)
        return dict(answer.data)


def ends_at(answer: Mapping[str, Any], now: datetime) -> datetime | None:
    """When the quiet of this instant ends: what was switched on for now, or the hours of every day."""
    snoozed = _instant(answer.get("snooze_endtime")) if answer.get("snooze_enabled") else None
    start, end = _instant(answer.get("next_dnd_start_ts")), _instant(answer.get("next_dnd_end_ts"))
    daily = end if answer.get("dnd_enabled") and start and end and start <= now else None
    return max((each for each in (snoozed, daily) if each and each > now), default=None)


def _instant(stamp: object) -> datetime | None:
    return datetime.fromtimestamp(stamp, UTC) if isinstance(stamp, (int, float)) and stamp > 1 else None
