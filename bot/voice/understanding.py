"""Whether words that were made out clearly are a request, though nobody usually asks so."""

from collections.abc import Awaitable, Callable, Iterable

import httpx2
import structlog

from bot.dialogue.answering import ANSWERS
from bot.ports import Nlu, Parse

Understands = Callable[[str], Awaitable[bool]]

_SURE = 0.9  # of what it means: talk about other things seldom comes so far
_NAMES = ("twin", "place")
# Answers and small talk are short and usual, and so known to the ears; what is long and sounds like them is talk.
_USUAL = ANSWERS | {"greet", "goodbye", "thank", "help"}
_TIMEOUT_S = 5.0
log = structlog.get_logger(__name__)


def understood_here(nlu: Nlu) -> Understands:
    """By what this Pollux has learnt, and knows by name."""

    async def understands(text: str) -> bool:
        return are_understood(await nlu.parse(text))

    return understands


async def understood_at(url: str, token: str | None, text: str) -> bool:
    """By the Pollux that runs there; not, where it does not say: then it is asked about."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        async with httpx2.AsyncClient(headers=headers, timeout=_TIMEOUT_S, trust_env=False) as client:
            response = await client.post(f"{url}/api/v1/voice/understanding", json={"text": text})
            response.raise_for_status()
            return bool(response.json()["understood"])
    except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
        log.warning("voice.not_known_whether_understood", reason=str(error))
        return False


def are_understood(parses: Iterable[Parse]) -> bool:
    """Whether each of these is surely a request, and names what there is."""
    return all(map(_is_understood, parses))


def _is_understood(parse: Parse) -> bool:
    named = (entity for entity in parse.entities if entity.kind in _NAMES)
    is_request = parse.intent != "out_of_scope" and parse.intent not in _USUAL
    return is_request and parse.confidence >= _SURE and all(entity.value or entity.options for entity in named)
