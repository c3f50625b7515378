"""Which of their calendars and task lists a person wants to be connected, and what is meant by a name of one."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from bot.turn import Turn
from twin_core.contract.agenda import GetPerson
from twin_core.contract.mirroring import Connection, ListConnections

_ALIKE = 88  # of 100: from here on a name is meant
_GENERAL = re.compile(
    r"\b(?:my|our|the|a|an|new|another|calendars?|tasks?|lists?|account|source|connection|feed)\b", re.IGNORECASE
)


def bare(said: str) -> str:
    """What was said without words that fit any source."""
    return " ".join(_GENERAL.sub(" ", said).split())


def is_meant(said: str, *names: str) -> bool:
    """Whether one of the names is meant by what was said."""
    own = bare(said)
    return bool(own) and any(fuzz.token_set_ratio(own, name, processor=default_process) >= _ALIKE for name in names)


def meant(said: str, connected: Sequence[Connection]) -> list[Connection]:
    """Those that are meant by what was said."""
    return [each for each in connected if is_meant(said, each.title, each.name)]


async def still_wanted(turn: Turn) -> tuple[str, ...]:
    """What the person named when they were asked what to connect, and is not connected."""
    wanted = (await turn.query(GetPerson(turn.user))).config.get("sources")
    if not isinstance(wanted, (list, tuple)):
        return ()
    connected = await turn.query(ListConnections(turn.user))
    return tuple(str(name) for name in wanted if not meant(str(name), connected))
