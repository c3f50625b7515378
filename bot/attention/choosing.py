"""The concern that is spoken of."""

from collections.abc import Sequence
from datetime import timedelta

from bot.attention.naming import named
from bot.dialogue.state import Listing
from bot.replies.phrases import count_text, listed
from bot.turn import Turn
from twin_core.contract.commands import GetConcern, GetCritical
from twin_core.contract.errors import NotFound
from twin_core.contract.nudges import ListNudges
from twin_core.contract.views import ConcernView

ALL = 1000  # far more than anybody reads
_LATELY = timedelta(days=7)  # whoever was away answers late


async def concern_meant(turn: Turn) -> ConcernView:
    """The concern that is spoken of. Raises NotFound.

    By button; by position ("the second one"); by twin; by name; else the one in focus; else the most critical.
    """
    if named_one := turn.request.get("concern"):
        return await _by_id(turn, str(named_one))
    listing = turn.state.listing if turn.state.listing and turn.state.listing.kind == "concern" else None
    position = turn.request.get("ordinal")
    if position is not None and listing:
        if not -len(listing.ids) <= position < len(listing.ids):
            raise NotFound(f"The list has {count_text(len(listing.ids), 'item')}.", code="not_in_list")
        return await _by_id(turn, listing.ids[position])
    items = await all_items(turn)
    if (item := about(items, turn)) is not None:
        return item
    if twins := turn.request.twins:
        names = [t.name for i in twins if (t := turn.services.registry.twin(i))]
        raise NotFound(f"Nothing is wrong with {listed(names, 'or')} as far as I know.", code="no_concern")
    subject = turn.state.subject  # newer than the list where something was told unasked since
    if subject and subject.kind == "concern":
        return await _by_id(turn, subject.id)
    if listing and 0 <= listing.current < len(listing.ids):
        return await _by_id(turn, listing.ids[listing.current])
    if items and (position is None or -len(items) <= position < len(items)):
        return items[position or 0]
    raise NotFound("There is nothing critical to speak of right now.", code="nothing_critical")


async def all_items(turn: Turn) -> Sequence[ConcernView]:
    """Everything that is listed for whoever speaks."""
    return (await turn.query(GetCritical(ALL, person=turn.user))).items


def about(items: Sequence[ConcernView], turn: Turn) -> ConcernView | None:
    """The concern about what was named: a twin, else words of a title; None where that is none, or several."""
    if twins := turn.request.twins:
        names = [t.name.casefold() for i in twins if (t := turn.services.registry.twin(i))]
        return next(
            (item for item in items if item.twin in twins or any(name in item.title.casefold() for name in names)), None
        )
    hits = named(str(turn.request.get("text", "")), [item.title for item in items])
    return items[hits[0]] if len(hits) == 1 else None


def place_in_list(turn: Turn, concern: str) -> Listing:
    """The list shown last with this concern in focus; a list of it alone where it is not in it."""
    listing = turn.state.listing
    if listing and listing.kind == "concern":
        ids = listing.ids if concern in listing.ids else (concern, *listing.ids)
        return Listing("concern", ids, ids.index(concern))
    return Listing("concern", (concern,), 0)


async def _by_id(turn: Turn, id: str) -> ConcernView:
    """Raises NotFound, by the words in which it was told where it is over."""
    try:
        return await turn.query(GetConcern(id, turn.user))
    except NotFound as error:
        raise NotFound(
            f"{await _told_as(turn, id)} is over already, so there is nothing to do about it.",
            code=error.code,
            hint="I tell you if it happens again.",
        ) from error


async def _told_as(turn: Turn, concern: str) -> str:
    nudges = await turn.query(ListNudges(turn.user, after=turn.now - _LATELY))
    told = [nudge.text for nudge in nudges if nudge.about and nudge.about.id == concern]
    return f"“{told[-1].split('. ')[0].rstrip('.')}”" if told else "That"
