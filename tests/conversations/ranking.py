"""What a case expects of the critical list."""

from collections.abc import Collection, Sequence
from typing import Any

from tests.conversations.format import Critical
from tests.conversations.matching import named, not_mentioned
from tests.conversations.world import Item, World


async def check_ranking(world: World, wanted: Critical) -> list[str]:
    """The faults of the list as it stands now."""
    items, twins = await world.critical(), await world.twins()

    def about(name: str) -> list[Item]:
        ids = {twin["id"] for twin in twins if named(twin["name"], name)}
        return [item for item in items if names(item, name, ids)]

    faults = []
    if wanted.first and (not items or items[0] not in about(wanted.first)):
        faults.append(f"expected {wanted.first!r} first, found {_shown(items[:1])}")
    for upper, lower in wanted.above:
        faults += _above(upper, lower, about(upper), about(lower), items)
    for name in wanted.absent:
        if found := about(name):
            faults.append(f"expected {name!r} not to be listed, found {_shown(found)}")
    for name, words in wanted.why_mentions.items():
        faults += _why(name, words, about(name), items)
    for name, severity in wanted.severity.items():
        found = about(name)
        if not found or found[0]["severity"] != severity:
            is_now = found[0]["severity"] if found else "not listed"
            faults.append(f"expected the severity of {name!r} to be {severity}, found {is_now}")
    return faults


def names(item: Item, name: str, ids: Collection[str]) -> bool:
    """Whether an item is about this twin, or this name stands in its title."""
    return item.get("twin") in ids or named(item["title"], name)


def _above(upper: str, lower: str, high: list[Item], low: list[Item], items: Sequence[Item]) -> list[str]:
    if not high:
        return [f"expected {upper!r} above {lower!r}, found {upper!r} not listed in {_shown(items)}"]
    if low and low[0]["rank"] <= high[0]["rank"]:
        ranks = f"{upper!r} at {high[0]['rank']}, {lower!r} at {low[0]['rank']}"
        return [f"expected {upper!r} above {lower!r}, found {ranks}"]
    return []


def _why(name: str, words: Sequence[str | float], found: list[Item], items: Sequence[Item]) -> list[str]:
    if not found:
        return [f"expected the reasons of {name!r} to mention {list(words)}, found it not listed in {_shown(items)}"]
    missing = [not_mentioned(_reasons(item), words) for item in found]
    if not all(missing):
        return []
    return [f"expected the reasons of {name!r} to mention {missing[0]}, found {_reasons(found[0])!r}"]


def _reasons(item: Item) -> str:
    return " · ".join([str(item["title"]), *map(str, item["why"])])


def _shown(items: Sequence[Any]) -> str:
    return "; ".join(f"{item['rank']}. {item['title']}" for item in items) or "an empty list"
