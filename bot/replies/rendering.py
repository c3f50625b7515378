"""Degrading a reply to what a channel can show, so that nothing it says is lost."""

import re
from dataclasses import replace

from bot.ports import Button, Limits, Reply

_SENTENCE_END = re.compile(r"[.!?…]['\")\]]*\s+")
_MARKDOWN = (
    (re.compile(r"^(\s*)#{1,6}\s+", re.MULTILINE), r"\1"),
    (re.compile(r"!?\[([^\[\]\n]+)\]\((\S+?)\)"), r"\1 (\2)"),
    (re.compile(r"(?<![\w*])\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<!\w)__(?=\S)([^_\n]+?)(?<=\S)__(?!\w)"), r"\1"),
    (re.compile(r"(?<!\w)_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
)


def fit(reply: Reply, limits: Limits) -> list[Reply]:
    """The reply as one or more replies that the channel can show, in the order to send them.

    A card or an image is dropped where it cannot be shown: `text` says the same. Buttons beyond the limit
    become numbered lines of the text, numbered as they stood. Buttons, card, image and nudge go with the
    last piece of a text that had to be split, speech with the first.
    """
    text = reply.text if limits.markdown else plain(reply.text)
    shown, folded = reply.buttons[: limits.buttons], reply.buttons[limits.buttons :]
    if folded:
        text = f"{text}\n\n{_as_lines(folded, first=len(shown) + 1)}".lstrip("\n")
    *before, last = split(text, limits.text_chars)
    end = replace(
        reply,
        text=last,
        buttons=shown,
        card=reply.card if limits.cards else None,
        image=reply.image if limits.images else None,
    )
    if not before:
        return [end]
    pieces = [Reply(piece) for piece in before]
    if reply.speech is not None:
        pieces = [replace(pieces[0], speech=reply.speech), *(replace(piece, speech="") for piece in pieces[1:])]
        end = replace(end, speech="")
    return [*pieces, end]


def split(text: str, size: int) -> list[str]:
    """Pieces of at most `size` characters, cut after a line, else a sentence, else a word; at least one.

    Joined again they hold the same words: only white space at the cuts is gone.
    """
    pieces = []
    while len(text) > size:
        cut = _cut(text, size)
        piece, text = text[:cut].rstrip(), text[cut:].lstrip()
        if piece:
            pieces.append(piece)
    return [*pieces, text] if text or not pieces else pieces


def plain(text: str) -> str:
    """The text without Markdown's marks; a link keeps its address in brackets."""
    for pattern, kept in _MARKDOWN:
        text = pattern.sub(kept, text)
    return text


def _as_lines(buttons: tuple[Button, ...], first: int) -> str:
    return "\n".join(f"{number}. {button.title}" for number, button in enumerate(buttons, start=first))


def _cut(text: str, size: int) -> int:
    """Where to cut: the last good place in the window, if it is not so early that the piece is a scrap."""
    window = text[: size + 1]
    least = size // 3
    paragraph, line = window.rfind("\n\n"), window.rfind("\n")
    if paragraph > least:
        return paragraph
    if line > least:
        return line
    sentences = [m.end() for m in _SENTENCE_END.finditer(window) if least < m.end() <= size]
    if sentences:
        return sentences[-1]
    word = max(window.rfind(" "), line)
    return word if word > 0 else size
