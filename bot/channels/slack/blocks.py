"""Replies as Block Kit. Everything is plain text: what devices and people are called cannot mention or format.

Source of the limits: docs.slack.dev/reference/block-kit.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.slack.reading import FOR
from bot.dialogue.buttons import SKIP, steers
from bot.forms.form import FORM
from bot.ports import Button, Limits, Reply
from bot.replies.rendering import fit, split

LIMITS = Limits(text_chars=12_000, buttons=100, cards=True, images=True)
SECTION, HEADER, TITLE, VALUE, OPTION = 3000, 150, 75, 2000, 150
MOST_BLOCKS = 45  # of 50 that a message may have: some room for what is added to it later
BUTTONS = 5  # more than these are a menu
MORE, COLUMNED = 5, 10  # what an overflow menu takes, and a section in columns
FEW = 3  # buttons that need no “⋯”
_SIGNS = {"critical": "🔴", "warning": "🟠", "info": "🔵"}

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """What one chat.postMessage says; `text` is what notifications and screen readers get."""

    text: str
    blocks: tuple[Block, ...]
    image: Mapping[str, str] | None = None

    @property
    def notification(self) -> str:
        """The text, with nothing in it that mentions, links or calls anybody."""
        return escaped(self.text)


def escaped(text: str) -> str:
    """The text, with nothing in it that Slack takes for a mention, a link or a call."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def messages(reply: Reply, user: str) -> list[Message]:
    """The reply in messages that Slack takes; its buttons are for this user alone."""
    return [message for piece in fit(reply, LIMITS) for message in _cut(piece, _blocks(piece, user))]


def closed(blocks: Sequence[Mapping[str, Any]], said: str) -> tuple[Block, ...]:
    """The blocks of a message that was answered: its buttons gone, what was answered in their place."""
    kept = tuple(dict(block) for block in blocks if block.get("type") != "actions")
    return (*kept, context(said))


def context(text: str) -> Block:
    """A small line below."""
    return {"type": "context", "elements": [_text(text[:SECTION])]}


def section(text: str) -> Block:
    return {"type": "section", "text": _text(text)}


def sections(text: str) -> list[Block]:
    """As many as the text needs."""
    return [section(piece) for piece in split(text, SECTION)] if text.strip() else []


def header(text: str) -> Block:
    return {"type": "header", "text": _text(clip(text, HEADER))}


def actions(buttons: Sequence[Button], user: str) -> list[Block]:
    """Up to five as buttons; of more, a menu with all that fit into one, the rest as buttons."""
    buttons = [button for button in buttons if len(button.id) <= VALUE]
    menu = [b for b in buttons if len(b.id) <= OPTION] if len(buttons) > BUTTONS else []
    plain = [button for button in buttons if button not in menu]
    blocks = []
    if menu:
        blocks.append(_row([_menu(menu)], user, "menu"))
    for number, start in enumerate(range(0, len(plain), BUTTONS)):
        row = [_button(button, f"press:{start + n}") for n, button in enumerate(plain[start : start + BUTTONS])]
        blocks.append(_row(row, user, str(number)))
    return blocks


def card_rows(card: Mapping[str, Any], user: str) -> list[Block]:
    """The items of a card, each with what can be done about it."""
    blocks: list[Block] = []
    for number, item in enumerate(card.get("items") or (), 1):
        sign = _SIGNS.get(str(item.get("severity")), "")
        text = f"{sign} {item['title']}".strip()
        text += f"\n{item['detail']}" if item.get("detail") else ""
        row = section(clip(text, SECTION))
        row["block_id"] = f"{FOR}{user}/item{number}"
        if buttons := [Button(b["id"], b["title"]) for b in item.get("buttons") or () if len(b["id"]) <= OPTION]:
            options = [_option(button) for button in buttons[:5]]
            row["accessory"] = {"type": "overflow", "action_id": f"item:{number}", "options": options}
        blocks.append(row)
    return blocks


def clip(text: str, size: int) -> str:
    """The text, with an ellipsis where it is cut."""
    return text if len(text) <= size else text[: size - 1].rstrip() + "…"


def _blocks(reply: Reply, user: str) -> list[Block]:
    card, offered = reply.card, set()
    if card and card.get("items"):
        top = [header(str(card["title"]))] if card.get("title") else []
        if card.get("kind") == "preview":
            rows = [*_fields(card), *sections(_unshown(reply.text, card))]
        else:
            before, after = _around(reply.text, card)
            rows = [*sections(before), *card_rows(card, user), *sections(after)]
        blocks = [*top, *rows]
        offered = {button["id"] for item in card["items"] for button in item.get("buttons") or ()}
    else:
        blocks = sections(reply.text)
    return [*blocks, *_below([b for b in reply.buttons if b.id not in offered], reply.form, user)]


def _below(buttons: Sequence[Button], form: str | None, user: str) -> list[Block]:
    """What can be pressed: the answers first, then the form that asks all at once; what only steers is behind “⋯”."""
    steering = [button for button in buttons if steers(button) and len(button.id) <= OPTION][:MORE]
    if len(buttons) + bool(form) <= FEW:
        steering = []
    elif len(steering) == len(buttons) and (skip := [b for b in steering if b.title == SKIP.title]):
        steering = [button for button in steering if button not in skip]  # the one that comes nearest to an answer
    rows = actions([button for button in buttons if button not in steering], user)
    last = [_button(Button(f"{FORM}{form}", "Fill in a form"), "form")] if form else []
    last += [{"type": "overflow", "action_id": "more", "options": [_option(b) for b in steering]}] if steering else []
    if last and rows and len(rows[-1]["elements"]) + len(last) <= BUTTONS + 1:
        rows[-1]["elements"] += last
    elif last:
        rows.append(_row(last, user, "more"))
    return rows


def _fields(card: Mapping[str, Any]) -> list[Block]:
    """What a card lists, each with its value, in two columns."""
    fields = [_text(clip(f"{item['title']}\n{item.get('detail') or '–'}", VALUE)) for item in card["items"]]
    return [
        {"type": "section", "fields": fields[start : start + COLUMNED]} for start in range(0, len(fields), COLUMNED)
    ]


def _unshown(text: str, card: Mapping[str, Any]) -> str:
    """The sentences of the text that say more than the card of a preview shows."""
    shown = _shown(card)
    said = re.split(r"(?<=[.?!])\s+", text)
    return " ".join(each for each in said if len(_words(each) & shown) < len(shown) / 2)


def _around(text: str, card: Mapping[str, Any]) -> tuple[str, str]:
    """The lines of the text that say more than the card shows: those that lead to its items, and those after."""
    shown, lines = _shown(card), text.splitlines()
    told = [_words(line) <= shown for line in lines]
    first = told.index(True) if True in told else 0
    more = [line for line, is_told in zip(lines[first:], told[first:], strict=True) if not is_told]
    return "\n".join(lines[:first]), "\n".join(more)


def _shown(card: Mapping[str, Any]) -> set[str]:
    return _words(" ".join(f"{item['title']} {item.get('detail') or ''}" for item in card["items"]))


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if not word.isdigit() or len(word) > 2}


def _cut(reply: Reply, blocks: list[Block]) -> Iterator[Message]:
    """Messages of as many blocks as one may have; the text goes with the first, which notifies."""
    starts = range(0, len(blocks), MOST_BLOCKS)
    for start in starts:
        text = reply.text if start == 0 else "…"
        yield Message(text, tuple(blocks[start : start + MOST_BLOCKS]), reply.image if start == starts[-1] else None)


def _row(elements: list[Block], user: str, name: str) -> Block:
    return {"type": "actions", "block_id": f"{FOR}{user}/{name}", "elements": elements}


def _button(button: Button, action_id: str) -> Block:
    row = {"type": "button", "action_id": action_id, "text": _text(clip(button.title, TITLE)), "value": button.id}
    return {**row, "style": button.style} if button.style else row


def _menu(buttons: Sequence[Button]) -> Block:
    options = [_option(button) for button in buttons[:100]]
    return {"type": "static_select", "action_id": "menu", "placeholder": _text("Choose …"), "options": options}


def _option(button: Button) -> Block:
    return {"text": _text(clip(button.title, TITLE)), "value": button.id}


def _text(text: str) -> Block:
    return {"type": "plain_text", "text": text or " ", "emoji": False}
