"""Which of some titles a sentence means, by the words that they share. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# Words that many sentences about a plan hold, whatever it is about.
_STOP = frozenset(
    """a an the my our your his her its this that these those it me i i'm i've i'll i'd we us you he she they them is
    are was were be been being has have had do does did done not no yes ok okay please can could would will shall
    should may might must to of in on at by for with from into onto out off up down over about around as and or but so
    then now just only still already yet again also too any some all both every each one ones thing things what when
    where who how which why if there here due day today tomorrow am pm o'clock let let's get got go going make made put
    take took set mark move moved reschedule postpone push shift bring delay defer bump cancel cancelled canceled
    delete remove drop scrap erase bin strike clear complete completed finish finished tick check close closed cross
    call's change changed start starts instead earlier later forward back until till list calendar diary agenda want
    need needs first second third last next number item due date deadline isn't won't don't happening anymore more any
    longer find new time room slot plan keep need shorten shortened extend extended lengthen prolong prepone swap
    shorter longer briefer enough actually well hmm oh sorry wait end ends ending finishes series
    everything anything everyone everybody rest whole""".split()
)
_GENERIC = frozenset(
    """meeting meetings appointment appointments event events task tasks to-do to-dos todo todos job jobs chore chores
    entry booking session call chat invite invitation ticket order work date""".split()
)
_GENERIC_WEIGHT = 0.3
_LEAST = 84  # of 100: from here on two words are one, spelt otherwise


@dataclass(frozen=True, slots=True)
class Match:
    """How well a title fits: the weight of its words that were said, and which part of the title that is."""

    index: int
    weight: float
    coverage: float


def said_words(text: str) -> list[str]:
    """The words of a sentence that can belong to a title."""
    words = (word.strip("'’-") for word in _WORD.findall(text.casefold().replace("’", "'")))
    return [w for word in words if (w := word.removesuffix("'s")) and w not in _STOP]


def names_something(words: Sequence[str]) -> bool:
    """Whether more is said than that it is some meeting or task."""
    return any(word not in _GENERIC and not word.isdigit() for word in words)


def best_matches(words: Sequence[str], titles: Sequence[str]) -> list[int]:
    """The titles that are meant: one, or several that fit alike; none where none shares a word of its own.

    Of two titles that share the same words, the one that was said in full is meant.
    """
    found = [m for index, title in enumerate(titles) if (m := _match(index, words, title)) is not None]
    if not found:
        return []
    most = max(match.weight for match in found)
    alike = [match for match in found if match.weight > most - 0.25]
    fullest = max(match.coverage for match in alike)
    whole = [match for match in alike if match.coverage > 0.99]
    return [match.index for match in (whole or [m for m in alike if m.coverage > fullest - 0.5])]


def likeness(words: Sequence[str], titles: Sequence[str]) -> float:
    """How much of what was said stands in the title that fits best; 0 where none shares a word of its own."""
    return max((m.weight for i, title in enumerate(titles) if (m := _match(i, words, title))), default=0.0)


def of_kind(words: Sequence[str], titles: Sequence[str]) -> list[int]:
    """Of "the meeting", those whose titles say that they are one; all where none does."""
    kinds = {_stem(word) for word in words if word in _GENERIC}
    found = [i for i, title in enumerate(titles) if kinds & {_stem(w) for w in _WORD.findall(title.casefold())}]
    return found or list(range(len(titles)))


def nearest(words: Sequence[str], titles: Sequence[str], limit: int = 3) -> list[int]:
    """Titles that look like what was said, best first."""
    said = " ".join(word for word in words if word not in _GENERIC)
    scored = [(fuzz.WRatio(said, title.casefold()), index) for index, title in enumerate(titles)]
    return [index for score, index in sorted(scored, reverse=True)[:limit] if score >= 60]


def _match(index: int, words: Sequence[str], title: str) -> Match | None:
    of_title = dict.fromkeys(w.strip("'’-").removesuffix("'s") for w in _WORD.findall(title.casefold()))
    weights = {word: _weight(word) for word in of_title if word not in _STOP or len(of_title) == 1}
    shared = {word: weight for word, weight in weights.items() if any(_same(word, said) for said in words)}
    if not any(word not in _GENERIC for word in shared) and set(shared) != set(weights):
        return None
    if not shared:
        return None
    return Match(index, sum(shared.values()), sum(shared.values()) / sum(weights.values()))


def _weight(word: str) -> float:
    return _GENERIC_WEIGHT if word in _GENERIC or word.isdigit() else 1.0


def _same(word: str, said: str) -> bool:
    if word == said:
        return True
    if min(len(word), len(said)) < 4:
        return _stem(word) == _stem(said) and min(len(word), len(said)) > 2
    return _stem(word) == _stem(said) or fuzz.ratio(word, said) >= _LEAST


def _stem(word: str) -> str:
    """ "invoices", "invoiced" and "invoicing" are about an invoice; irregular verbs people use of what is done."""
    word = _PAST.get(word, word)
    for ending in ("ing", "ies", "ied", "ed", "es", "s", "d"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    word = re.sub(r"(.)\1$", r"\1", word)
    return word.rstrip("eyi")


_PAST = dict(
    pair.split(":")
    for pair in """sent:send bought:buy wrote:write written:write paid:pay called:call rang:ring rung:ring brought:bring
    sold:sell told:tell met:meet read:read built:build found:find spoke:speak swept:sweep drove:drive fed:feed
    sought:seek taught:teach gave:give given:give chose:choose drew:draw drawn:draw grew:grow held:hold kept:keep
    led:lead left:leave lent:lend spent:spend won:win wound:wind returned:return repaired:repair""".split()
)
