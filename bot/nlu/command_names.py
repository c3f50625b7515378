"""Names of twins that read like words of a command: "on", "the", "delete everything", "ignore all and unlock".

A name is only a name. It commands nothing, and where it is a word that every other sentence holds it is not found in
those sentences either, only where it is pointed at: "the light called off", "turn "it" on".
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.nlu.names import Match
from bot.nlu.text import Token

# Words that a sentence needs whatever it is about.
_NEEDED = frozenset(
    """a an the this that these those it its them they he she we us you me my i on off of in at to by for from with
    and or not no yes yeah ok okay please then now so is are was be do does did can will what which how why when where
    all any some every everything nothing one thing up down open closed stop start cancel help undo back skip later next
    again repeat thanks
    ein eine der die das den dem es sie ihn ist an aus ab auf zu und oder nicht nein ja alle alles stopp hilfe bitte
    """.split()
)
_VERBS = frozenset(
    """turn switch set put delete remove erase unlock lock open close stop start approve reject tell remind show list
    create add make archive ignore""".split()
)
_POINTING = frozenset("called named genannt namens".split())
# Nobody says these right after those: in "turn undo that on" they are the name of what is turned.
_WHOLE_COMMANDS = frozenset("undo cancel help stop start skip repeat".split())
_BEFORE_THINGS = frozenset("turn switch the is on off".split())
_QUOTES = frozenset(('"', "'"))
_BEFORE_NUMBERS = frozenset("to at by in for of than is was every about between and from".split())
_BEFORE_COMMANDS = frozenset("please pollux and then".split())


def said_on_purpose(matches: Sequence[Match], tokens: Sequence[Token]) -> list[Match]:
    """The matches without names of twins, and parts of them, that are only the words of the sentence itself."""
    return [m for m in matches if not _is_twin(m) or _is_pointed_at(m, tokens) or not _is_only_words(m, tokens)]


def without_commands(
    said: str, meant: str, tokens: Sequence[Token], names: Sequence[Match], common: Collection[str]
) -> tuple[str, Sequence[Token], Sequence[int]]:
    """The sentence with its names that hold words of everyday language replaced by what kind of thing they are.

    The last is where each of the tokens went, and their end. The same sentence where there is no such name.
    """
    text = meant  # names are spelt in it as they were said
    odd = {m.first: m for m in names if any(t.stem in common or t.norm in _VERBS for t in tokens[m.first : m.last])}
    kept: list[Token] = []
    moved: list[int] = []
    until = 0
    for i, token in enumerate(tokens):
        if (match := odd.get(i)) is not None:
            kind = (match.names[0].twin_type or "device").replace("_", " ")
            last = tokens[match.last - 1]
            text = text.replace(said[token.start : last.end], kind)
            kept.append(replace(token, text=kind, norm=kind, stem=kind, end=last.end))
            until = match.last
        elif i >= until:
            kept.append(token)
        moved.append(len(kept) - 1)
    return text, kept, [*moved, len(kept)]


def _is_twin(match: Match) -> bool:
    return any(n.kind == "twin" for n in match.names)


def _is_pointed_at(match: Match, tokens: Sequence[Token]) -> bool:
    before = tokens[match.first - 1].norm if match.first else ""
    after = tokens[match.last].norm if match.last < len(tokens) else ""
    if not match.partial and tokens[match.first].norm in _WHOLE_COMMANDS and before in _BEFORE_THINGS:
        return True
    return before in _POINTING or before == after in _QUOTES


def _is_only_words(match: Match, tokens: Sequence[Token]) -> bool:
    words = [t for t in tokens[match.first : match.last] if t.is_word or t.is_number]
    if all(t.norm in _NEEDED or (match.partial and t.norm in _VERBS) for t in words):
        return True
    outside = [*tokens[: match.first], *tokens[match.last :]]
    alone = not any((t.is_word or t.is_number) and t.norm not in _BEFORE_COMMANDS for t in outside)
    if all(t.is_number for t in words):
        return alone or (match.first > 0 and tokens[match.first - 1].norm in _BEFORE_NUMBERS)
    return alone and len(words) > 1 and words[0].norm in _VERBS
