"""With whom a person shares their list: what is said about it, and the consent that follows. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.attention.team import EVERYBODY, people_named
from bot.replies.phrases import listed
from twin_core.contract.privacy import ConsentView

ABOUT_IT = re.compile(
    r"(?=.*\b(?:shar\w+|see\w*|show\w*|look at)\b)(?=.*\b(?:lists?|critical|concerns?)\b)", re.IGNORECASE | re.DOTALL
)
WITH_THE_TEAM = "share my critical list with the team"
STOP = "stop sharing my critical list"


@dataclass(frozen=True, slots=True)
class Sharing:
    """What the consent is to be: granted towards these, nobody named being everybody. `refusal`: why it stays."""

    granted: bool = False
    towards: tuple[str, ...] = ()
    refusal: str = ""


def sharing_said(text: str, granted: bool, before: ConsentView, people: Mapping[str, str], person: str) -> Sharing:
    """What somebody means who gives or withdraws the consent to share; `people` by id, all who may sign in here."""
    named = [id for id in people_named(text, people) if id != person]
    if not granted:
        return _withdrawn(named, before, people)
    if not people.keys() - {person}:
        return Sharing(refusal="Nobody else may sign in here yet; `pollux user add NAME` lets somebody in.")
    if named:
        if before.granted and not before.towards:
            return Sharing(refusal="Everybody who may sign in here sees your list already.")
        return Sharing(True, tuple(sorted({*named, *(before.towards if before.granted else ())})))
    if EVERYBODY.search(text):
        return Sharing(True)
    others = listed([name for id, name in people.items() if id != person], "or")
    return Sharing(refusal=f"With whom? With the team, which is everybody who may sign in here, or with {others}.")


def towards_text(towards: Sequence[str], people: Mapping[str, str]) -> str:
    """Who sees it, as people say it."""
    return listed([people.get(id, id) for id in towards]) if towards else "everybody who may sign in here"


def _withdrawn(named: Sequence[str], before: ConsentView, people: Mapping[str, str]) -> Sharing:
    if named and before.granted and not before.towards:
        names = towards_text(named, people)
        return Sharing(refusal=f"Everybody here sees your list, {names} too. Stop sharing it, then name those who may.")
    left = tuple(id for id in before.towards if id not in named) if named and before.granted else ()
    return Sharing(bool(left), left)
