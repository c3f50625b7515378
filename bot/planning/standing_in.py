"""Who is asked where a person does not answer, and that both of them want it."""

import re

from bot.attention.team import names_of_people, people_named
from bot.dialogue.buttons import UNDO, says
from bot.planning.setting import set_and_told
from bot.replies.phrases import listed
from bot.turn import Outcome, Turn, say
from twin_core.contract.agenda import GetPerson
from twin_core.contract.privacy import STANDING_IN, ConsentView, ListConsents, SetConsent

STAND_IN = "stand_in"
ABOUT_IT = re.compile(
    r"\bstand(?:s|ing)?[\s-]*ins?\b|\b(?:if|when|where) i (?:don'?t|do not) (?:answer|react|reply)\b", re.IGNORECASE
)
_NONE = re.compile(r"\b(?:no|without|remove|stop|nobody|none|no longer)\b", re.IGNORECASE)
_ALONE = "Nobody else may sign in here yet; `pollux user add NAME` lets somebody in."


async def choose_stand_in(turn: Turn) -> Outcome:
    """Keeps who it is; they are asked only once they have agreed."""
    text, people = str(turn.request.get("text", "")), await names_of_people(turn)
    others = {id: name for id, name in people.items() if id != turn.user}
    named = [id for id in people_named(text, people) if id != turn.user]
    if not others:
        return Outcome((say(_ALONE),))
    if len(named) != 1 and not (_NONE.search(text) and not named):
        buttons = [says(f"set my stand-in to {name}", name) for name in others.values()]
        return Outcome((say("Who shall be asked where you do not answer?", *buttons),))
    before = await turn.query(GetPerson(turn.user))
    told, effect = await set_and_told(turn, before, {STAND_IN: named[0] if named else None})
    if named and not await _has_agreed(turn, named[0]):
        told += f". {others[named[0]]} is asked only after saying to me: “I agree to be the stand-in of "
        told += f"{people.get(turn.user, turn.user)}”"
    return Outcome((say(f"Set: {told}.", UNDO),), effect=effect)


async def agree_to_stand_in(turn: Turn, granted: bool, before: ConsentView) -> tuple[str, bool]:
    """Adds those who are named to those for whom this person is asked, or takes them (else all) away. Answers what
    is said, and whether anything was decided.
    """
    people = await names_of_people(turn)
    named = {id for id in people_named(str(turn.request.get("text", "")), people) if id != turn.user}
    kept = set(before.towards) if before.granted else set()
    if granted and not named:
        others = listed([name for id, name in people.items() if id != turn.user], "or")
        return (f"For whom? Name one of them: {others}." if others else _ALONE), False
    towards = kept | named if granted else kept - named if named else set()
    await turn.execute(SetConsent(turn.user, STANDING_IN, bool(towards), None, tuple(sorted(towards))))
    if not towards:
        return "I ask you in nobody's place any more.", True
    names = listed([people.get(id, id) for id in sorted(towards)])
    return f"Agreed: where {names} did not answer something critical of the house, I ask you.", True


async def _has_agreed(turn: Turn, person: str) -> bool:
    views = await turn.query(ListConsents(person))
    return any(view.purpose == STANDING_IN and view.is_given_to(turn.user) for view in views)
