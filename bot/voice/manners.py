"""How people want to be spoken to, from a house in this process or from a running server."""

from collections.abc import Mapping

import httpx2
import structlog

from bot.dialogue.voicing import RATE, VOICE
from twin_core.contract.agenda import GetPerson
from twin_core.contract.ports import TwinCore

_TIMEOUT_S = 5.0
log = structlog.get_logger(__name__)


async def wishes_here(core: TwinCore, user: str) -> Mapping[str, object]:
    """What this person has said of it; empty where that is nothing."""
    config = (await core.query(GetPerson(user))).config
    return {key: config[key] for key in (VOICE, RATE) if config.get(key) is not None}


async def wishes_at(url: str, token: str | None) -> Mapping[str, object]:
    """The same of whoever this token is of; empty where the server does not say: it is no reason to be silent."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        async with httpx2.AsyncClient(headers=headers, timeout=_TIMEOUT_S, trust_env=False) as client:
            response = await client.get(f"{url}/api/v1/voice/manner")
            response.raise_for_status()
            said = response.json()
            return {key: said[key] for key in (VOICE, RATE) if key in said}
    except (httpx2.HTTPError, ValueError, TypeError) as error:
        log.warning("voice.manner_unknown", reason=str(error))
        return {}
