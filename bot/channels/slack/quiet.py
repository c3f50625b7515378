"""Until when people in Slack do not want to be disturbed.

Source: docs.slack.dev, dnd.info (scope dnd:read).
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog

from bot.channels.slack.nudges import Nudges
from bot.channels.slack.postbox import Postbox
from twin_core.contract.clock import Clock
from twin_core.contract.errors import PolluxError

FRESH: Final = timedelta(minutes=1)

log = structlog.get_logger(__name__)


class Quiet:
    """Asks Slack at most once a minute for each account; where Slack does not tell, nobody is quiet."""

    def __init__(self, nudges: Nudges, postbox: Postbox, clock: Clock) -> None:
        self._nudges = nudges
        self._postbox = postbox
        self._clock = clock
        self._asked: dict[tuple[str, str], tuple[datetime, datetime | None]] = {}

    async def until(self, person: str) -> datetime | None:
        """The latest end in the accounts of a person; None where they may be disturbed."""
        try:
            ends = [await self._account(team, user) for team, user in await self._nudges.accounts(person)]
        except PolluxError as error:
            log.info("slack.quiet_unknown", reason=str(error))
            return None
        return max((end for end in ends if end), default=None)

    async def _account(self, team: str, user: str) -> datetime | None:
        now = self._clock.now()
        asked_at, end = self._asked.get((team, user), (None, None))
        if asked_at is None or now - asked_at >= FRESH:
            client = await self._nudges.delivery.workspaces.client(team)
            answer: Any = await self._postbox.call(lambda: client.dnd_info(user=user))
            end = ends_at(answer.data, now)
            self._asked[team, user] = now, end
        return end if end and end > now else None


def ends_at(answer: Mapping[str, Any], now: datetime) -> datetime | None:
    """When the quiet of this instant ends: what was switched on for now, or the hours of every day."""
    snoozed = _instant(answer.get("snooze_endtime")) if answer.get("snooze_enabled") else None
    start, end = _instant(answer.get("next_dnd_start_ts")), _instant(answer.get("next_dnd_end_ts"))
    daily = end if answer.get("dnd_enabled") and start and end and start <= now else None
    return max((each for each in (snoozed, daily) if each and each > now), default=None)


def _instant(stamp: object) -> datetime | None:
    return datetime.fromtimestamp(stamp, UTC) if isinstance(stamp, (int, float)) and stamp > 1 else None
