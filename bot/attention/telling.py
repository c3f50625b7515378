"""Lists of concerns in words and as a card; the text says all that the card shows."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bot.dialogue.buttons import of_concern, says
from bot.dialogue.state import Listing
from bot.replies.phrases import SHOWN, capital, count_text
from bot.turn import Outcome, say
from twin_core.contract.views import ConcernView


def told(
    items: Sequence[ConcernView], total: int, title: str, *after: str, whose: Mapping[str, str] = MappingProxyType({})
) -> Outcome:
    """The first ones with their reasons, what can be done about the top one, and what comes after them.

    `whose`: the names of the people, by id, with whose name what is theirs is told.
    """
    top = items[0]
    shown = items if len(items) <= SHOWN + 1 else items[:SHOWN]
    lines = [line(item, place, whose) for place, item in enumerate(shown, 1)]
    if total > len(shown):
        lines.append(f"And {count_text(total - len(shown), 'more concern')}, less critical.")
    reply = say(
        "\n".join([*lines, *after]),
        *of_concern(top.actions),
        says("why?", "Why?"),
        card=_card(shown, title, whose),
        speech=f"Most critical: {_titled(top, whose)}. {top.why[0] if top.why else ''}".strip(),
    )
    listing = Listing("concern", tuple(item.id for item in items))
    return Outcome((reply,), twins=focus(top), listing=listing)


def line(item: ConcernView, place: int, whose: Mapping[str, str] = MappingProxyType({})) -> str:
    """One item with its first reason."""
    mark = " (acknowledged)" if item.status == "acknowledged" else ""
    reason = f": {item.why[0].rstrip('.')}" if item.why else ""
    return f"{place}. {_titled(item, whose)}{mark}{reason}."


def focus(concern: ConcernView) -> tuple[str, ...]:
    """The twin that is spoken of from now on."""
    return (concern.twin,) if concern.twin else ()


def _titled(item: ConcernView, whose: Mapping[str, str]) -> str:
    name = whose.get(item.owner or "")
    return f"{name}: {capital(item.title)}" if name else capital(item.title)


def _card(shown: Sequence[ConcernView], title: str, whose: Mapping[str, str]) -> dict[str, Any]:
    items = [
        {
            "title": _titled(item, whose),
            "detail": item.why[0] if item.why else "",
            "severity": item.severity,
            "buttons": [{"id": a.id, "title": a.title} for a in item.actions],
        }
        for item in shown
    ]
    return {"kind": "list", "title": title, "items": items}
