"""Whether words that were made out clearly are a request, though nobody usually asks so."""

from collections.abc import Awaitable, Callable, Iterable

import httpx2
import structlog

from bot.dialogue.answering import ANSWERS
from bot.dialogue.meaning import SURE
from bot.ports import Nlu, Parse

Understands = Callable[[str], Awaitable[bool]]

_CERTAIN = 0.9  # of what is to be done: talk about other things seldom comes so far
# What only asks changes nothing, whichever of the questions it is: what counts is that it is one, and no talk.
_ASKS = 0.8
_TALK = 0.03
QUESTIONS = frozenset(
    """ask_critical ask_why ask_status ask_history ask_scenario ask_prediction ask_energy_cost ask_agenda ask_tasks
    ask_capacity ask_skills ask_collaboration ask_preferences list_twins list_approvals list_reminders describe_twin
    compare_twins discover_devices find_free_time plan_day who_sees_my_data""".split()
)
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
    believed = _is_question if parse.intent in QUESTIONS else _is_wish
    return believed(parse) and all(entity.value or entity.options for entity in named)


def _is_wish(parse: Parse) -> bool:
    return parse.intent != "out_of_scope" and parse.intent not in _USUAL and parse.confidence >= _CERTAIN


def _is_question(parse: Parse) -> bool:
    """Whether it is surely one of them. Below SURE it may be taken for what goes on from a command."""
    probable = {**dict(parse.alternatives), parse.intent: parse.confidence}
    asks = sum(probability for intent, probability in probable.items() if intent in QUESTIONS)
    return parse.confidence >= SURE and asks >= _ASKS and probable.get("out_of_scope", 0.0) <= _TALK
