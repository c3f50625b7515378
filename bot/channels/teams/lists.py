"""A list on a card of Teams: each item that has buttons is a row of its own, in the place of its line of the text."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from microsoft_teams.cards import CardElement, Column, ColumnSet, TextBlock

from bot.channels.teams.buttons import OF_AN_ITEM, Buttons
from bot.channels.teams.elements import plain, told
from bot.ports import Button
from bot.replies.phrases import capital

_SEVERITIES: Mapping[str, Literal["Attention", "Warning"]] = {"critical": "Attention", "warning": "Warning"}


def listed(text: str, items: Sequence[Mapping[str, Any]], user: str) -> list[CardElement]:
    """The text, its lines about items as rows; the rows of items that it does not number come after it."""
    left, body = _pressable(items), list[CardElement]()
    for line in text.split("\n"):
        number = next((n for n, item in left.items() if line.startswith(f"{n}. {item['title']}")), None)
        if number is None:
            body += told(line)
            continue
        item = left.pop(number)
        detail = line.removeprefix(f"{number}. {item['title']}").lstrip(" :,;.")
        body += _row(f"{number}. {item['title']}", capital(detail), item, user, separator=bool(body))
    return [*body, *rows(left.values(), user, separator=bool(body))]


def rows(items: Iterable[Mapping[str, Any]], user: str, *, separator: bool = False) -> list[CardElement]:
    """How grave each of these is, in words, and its buttons."""
    body: list[CardElement] = []
    for item in _pressable(items).values():
        body += _row(str(item["title"]), "", item, user, separator=separator or bool(body))
    return body


def _pressable(items: Iterable[Mapping[str, Any]]) -> dict[int, Mapping[str, Any]]:
    """By their number."""
    return {number: item for number, item in enumerate(items, 1) if item.get("buttons")}


def _row(title: str, detail: str, item: Mapping[str, Any], user: str, *, separator: bool) -> list[CardElement]:
    heading = TextBlock(text=plain(title), wrap=True, weight="Bolder")
    columns = [Column(width="stretch", items=[heading])]
    if color := _SEVERITIES.get(str(item.get("severity", ""))):
        mark = TextBlock(text=capital(str(item["severity"])), color=color, weight="Bolder", size="Small")
        columns.append(Column(width="auto", items=[mark]))
    buttons = [Button(each["id"], each["title"]) for each in item["buttons"]]
    return [
        ColumnSet(columns=columns, separator=separator, spacing="Medium"),
        *([TextBlock(text=plain(detail), wrap=True, spacing="Small")] if detail else []),
        *Buttons(user, keeps=True).rows(buttons, OF_AN_ITEM),
    ]
