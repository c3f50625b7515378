"""What is most critical for the people who share their lists with whoever asks."""

import re
from collections.abc import Mapping

from bot.attention.telling import told
from bot.replies.phrases import listed
from bot.turn import Outcome, Turn, say
from twin_core.contract.commands import GetCritical
from twin_core.contract.privacy import ListPeople, ListSharers

ALONE = "Nobody else shares their list with you: these are yours. They can: “share my critical list with the team”."
EVERYBODY = re.compile(r"\b(?:team|colleagues|crew|staff|everyone|everybody)\b", re.IGNORECASE)
_FOR = re.compile(r"\b(?:for|with|of)\b|\w(?:'s|’s)\b", re.IGNORECASE)


def is_about_the_team(turn: Turn) -> bool:
    """Whether more than one's own list is asked for."""
    return bool(EVERYBODY.search(str(turn.request.get("text", ""))))


async def of_others(turn: Turn, limit: int, place: str | None) -> Outcome | None:
    """The lists of all who share theirs, or of the one who is named; None where nobody else's is to be told."""
    team = is_about_the_team(turn)
    if not team and not _FOR.search(str(turn.request.get("text", ""))):
        return None
    people, sharers = await names_of_people(turn), await turn.query(ListSharers(turn.user))
    person = person_named(turn, people)
    if person is None and not (team and sharers):
        return None
    if person is not None and person not in sharers:
        text = f"{people[person]} does not share their list with you. “Share my critical list with …” is how they can."
        return Outcome((say(text),))
    critical = await turn.query(GetCritical(limit, place, turn.user, team=True, whose=person))
    whose = listed([people.get(person, person)] if person else [people.get(id, id) for id in sharers])
    if not critical.items:
        return Outcome((say(f"Nothing is critical for {whose} right now."),))
    after = () if person else (f"With what {whose} share{'' if len(sharers) > 1 else 's'} with you.",)
    others = {id: name for id, name in people.items() if id != turn.user}
    return told(critical.items, critical.total, "Most critical now", *after, whose=others)


async def names_of_people(turn: Turn) -> Mapping[str, str]:
    """Everybody who may sign in here, by id."""
    return {one.id: one.name for one in await turn.query(ListPeople())}


def person_named(turn: Turn, people: Mapping[str, str]) -> str | None:
    """The one other person whose name stands in what was said."""
    found = people_named(str(turn.request.get("text", "")), people)
    return found[0] if len(found) == 1 and found[0] != turn.user else None


def people_named(text: str, people: Mapping[str, str]) -> list[str]:
    """The ids of those whose name, or first name where only one is called so, stands in a text."""
    said = text.casefold()
    firsts = [name.casefold().split()[0] for name in people.values()]
    found = []
    for id, name in people.items():
        first = name.casefold().split()[0]
        names = {id.casefold(), name.casefold(), *([first] if firsts.count(first) == 1 else [])}
        if any(re.search(rf"(?<!\w){re.escape(each)}(?!\w)", said) for each in names):
            found.append(id)
    return found
