"""A form that was filled in and sent: one turn, as if all of it had been said at once."""

from collections.abc import Mapping
from typing import Any

from bot.dialogue.buttons import UNDO
from bot.dialogue.interviewing import outcome_of
from bot.forms.form import INTERVIEW, SETTINGS, TWIN
from bot.forms.settings import changes
from bot.planning.setting import set_and_told
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.agenda import GetPerson
from twin_core.contract.errors import NotFound

EXAMPLE: Mapping[str, Any] = {}


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"fill_form": fill_form}


async def fill_form(turn: Turn) -> Outcome:
    """Does what the form says. Raises NotFound for a form that is closed by now."""
    id, texts = str(turn.request.get("form")), dict(turn.request.get("fields") or {})
    kind, _, rest = id.partition(":")
    if id == SETTINGS:
        return await _set(texts, turn)
    interviews = turn.services.interviews
    if kind == INTERVIEW and (await interviews.get(rest)).person == turn.user:
        await turn.begin()
        return outcome_of(await interviews.fill(rest, texts), turn)
    if kind == TWIN and rest:
        await interviews.type(rest)
        await turn.begin()
        begun = await interviews.start(turn.user, rest)
        return outcome_of(await interviews.fill(begun.session.id, texts), turn)
    raise NotFound("There is no such form.")


async def _set(texts: Mapping[str, str], turn: Turn) -> Outcome:
    before = await turn.query(GetPerson(turn.user))
    wanted = changes(before, turn.services.registry.types["person"], turn.services.voice, texts)
    if not wanted:
        return Outcome((say("Nothing was changed."),))
    told, effect = await set_and_told(turn, before, wanted)
    return Outcome((say(f"Set: {told}.", UNDO),), effect=effect)
