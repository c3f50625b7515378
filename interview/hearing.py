"""Which slots a sentence names, in any order, and which earlier answer it takes back."""

import re
from dataclasses import dataclass

from interview.answers import Misfit, is_price, read_answer, tidy
from interview.numbers import find_numbers
from interview.phrases import phrases
from interview.session import Session
from twin_core.contract.template import Question
from twin_core.contract.units import same_kind

_REGRET = phrases("""
    (?:no|nope|wait|hold on|hang on|sorry|oops|actually|correction|pardon|hmm?|my mistake|scratch that)
    i mean(?:t(?: to say)?)?
    that(?:'s| is) (?:wrong|not right)
    not (?:that|there)
    (?:change|make) (?:that|it)(?: to)?
""")
_TAKES_BACK = re.compile(rf"^(?:{_REGRET}\b(?:[\s,;:.!]|-\s)*)+", re.IGNORECASE)
_REPAIR = re.compile(
    r"^(.{2,60}?)(?:[,;.!–—-]+\s*|\s+(?=(?:no wait|wait no|sorry|i mean)\b))"
    r"(?:(?:oh|er|uh|um)[,\s]+)?(?:no|nope|wait|sorry|i mean|scratch that)\b"
    r"(?:[,\s]+(?:wait|no|sorry|i mean|make (?:it|that)))*"
    r"[,;:.!\s–—-]+(?!(?:i|it|you|we|that|do|not|nothing|never|thanks?|idea)\b)(\S.{1,60})$",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"[\s,;-]+(?:and\s+)?(?:not|instead of|rather than)\s+(?:(?:in|on|at)\s+)?(?:(?:the|my|our|a)\s+)?"
    r"([^,;.!?]{1,80})[.!]*$",
    re.IGNORECASE,
)
_NOT_THIS = re.compile(
    r"^(?:it(?:'s|\s+is)\s+)?not\s+(?:(?:in|on|at)\s+)?(?:(?:the|my|our|a)\s+)?([^,;.]{1,80})[,;.]\s*(?:but\s+)?(?=\S)",
    re.IGNORECASE,
)
# Words that make "no, …" a remark instead of another answer.
_REMARK = re.compile(
    r"\b(?:i|it|you|we|that|do|does|is|are|have|has|can|not|nothing|none|never|thanks?|idea|fine|ok|okay|why|what|how)\b|n't\b|\?",
    re.IGNORECASE,
)
_INSTEAD = re.compile(r"\s+instead[.!]*$", re.IGNORECASE)
_CHANGE = re.compile(
    r"^(?:(?:please|can you|could you|i want to|i'd like to|let's)\s+)*"
    r"(?:change|set|correct|edit|fix|make|update|redo)\s+",
    re.IGNORECASE,
)
_LINK = r"(?:\s*(?::|=)\s*|\s+(?:is|are|was|should\s+be|will\s+be|would\s+be|to\s+be|shall\s+be|to|at|of)\s+)"
_NAMED = re.compile(
    phrases(r"""
        (?:^|(?<=\s))(?:(?:it(?:'s| (?:is|should be|will be))|i(?:'m| am)|and|is|are|be) )?(?:called|named) (?=\S)
        ^(?:please )?(?:call|name|label) (?:it|this|that|him|her|me) (?=\S)
        ^(?:please )?rename (?:it|that)(?: (?:to|as|into))? (?=\S)
        ^(?:and )?(?:(?:my|its|the|his|her) )?(?:full )?name(?:\s*(?::|=)| (?:is|should be|will be|shall be|to)) (?=\S)
    """),
    re.IGNORECASE,
)
_PLACED = re.compile(
    r"^(?:(?:and|but)\s+)?"
    + phrases(r"""
        (?:it|this|that|the \w+)(?:'s| (?:is|stands|hangs|sits|lives|stays|goes|was))
        (?:i|we) (?:put|have|keep|installed) it
        (?:put|move) it
        located|standing|installed|mounted
    """)
    + r"?(?:\s+(?:down|up|over|out|right|actually|located|mounted|installed))*\s*"
    r"\b(?:in|on|at|inside|into|to|near|behind|under|next\s+to)\s+(?=\w)",
    re.IGNORECASE,
)
_PLACE_BEHIND = re.compile(r"\s+(?=(?:in|on|at|inside)\s+(?:the|my|our)\s+\S)", re.IGNORECASE)
_DOES = r"^(?:and\s+)?(?:it|this|that|which)\s+"  # "it drives the conveyor"
_SUBJECT = re.compile(r"^(?:i|we|it|its|it's|the|my|our|with|has|there|about|at)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heard:
    """A slot that a sentence names, and the words that are its answer."""

    slot: str
    text: str


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a message holds: named slots, the rest that names none, and whether it takes something back."""

    named: tuple[Heard, ...]
    rest: str = ""
    correction: bool = False
    remark: bool = False  # "no, I don't have one": neither an answer nor another one
    taken_back: str = ""  # "the study" in "…, not the study"
    asked_for: str | None = None  # a slot that was named without an answer: "change the price"


def repaired(text: str) -> tuple[str, str] | None:
    """ "Study. No, hall": what was said first, and what takes its place."""
    found = _REPAIR.match(text)
    return (found[1].strip(), found[2].strip()) if found else None


def hear(session: Session, questions: tuple[Question, ...], text: str) -> Hearing:
    """Reads a message against every slot of the type; nothing is checked for fitting yet."""
    if (asked := _declined(session, questions, tidy(text))) is not None:
        return Hearing((Heard(asked, "no"),))
    body, correction, taken_back = _correction(session, tidy(text))
    named: list[Heard] = []
    rest: list[str] = []
    asked_for = None
    for clause in _clauses(body, questions):
        found = _named_in(clause, session, questions)
        named += found
        if not found:
            slot = _slot_alone(clause, session, questions)
            asked_for = asked_for or slot
            if slot is None:
                rest.append(clause)
    left = ", ".join(rest)
    remark = correction and bool(_REMARK.search(left))
    return Hearing(tuple(named), left, correction and not remark, remark, taken_back, asked_for)


def _declined(session: Session, questions: tuple[Question, ...], said: str) -> str | None:
    """ "No check-ins": the open question by its own name, and a no to it."""
    for question in questions:
        if question.slot == session.current and question.kind in ("choices", "boolean"):
            words = "|".join(re.escape(word) for word in question.words)
            if words and re.fullmatch(rf"(?:no|without|none of the)\s+(?:{words})\W*", said, re.IGNORECASE):
                return question.slot
    return None


def _correction(session: Session, said: str) -> tuple[str, bool, str]:
    """A message without its words of regret, whether it had any, and what it takes back ("…, not the study")."""
    body = _TAKES_BACK.sub("", said, count=1) or said
    correction = body != said
    if (not_this := _NOT_THIS.match(body)) and _matches_answer(session, not_this.group(1)):
        return body[not_this.end() :], True, not_this.group(1).strip()
    back = _TAKEN_BACK.search(body)
    if back and (correction or _matches_answer(session, back.group(1))):
        return _INSTEAD.sub("", body[: back.start()]), True, back.group(1).strip()
    return _INSTEAD.sub("", body), correction, ""


def opening(questions: tuple[Question, ...], text: str) -> tuple[Heard, ...]:
    """Name and place in the sentence that opens the interview: "a pump called feed pump in the boiler house"."""
    said = tidy(text)
    slots = {question.slot for question in questions}
    heard: list[Heard] = []
    name = re.search(r"\b(?:called|named)\s+(\S.*)$", said, re.IGNORECASE)
    place = _PLACE_BEHIND.search(said, name.start(1) if name else 0) or _PLACE_BEHIND.search(said)
    if name and "name" in slots:
        end = place.start() if place and place.start() > name.start(1) else len(said)
        heard.append(Heard("name", re.split(r"[,;.!?]\s", said[name.start(1) : end])[0]))
    if place and "place" in slots:
        end = name.start() if name and name.start() > place.start() else len(said)
        heard.append(Heard("place", re.split(r"[,;.!?](?:\s|$)|\s+(?:and|which|that)\s", said[place.end() : end])[0]))
    return tuple(heard)


def _clauses(text: str, questions: tuple[Question, ...]) -> list[str]:
    """Parts of a sentence; commas and "and" part only where the next part names a slot."""
    words = "|".join(_spelled(word) for question in questions for word in question.words)
    lead = (
        r"(?:it(?:'s|\s)|its\s|my\s+name|i(?:'m|\s)|we\s|call(?:ed)?\s|named\s|put\s+it|in\s+(?:the|my|our)\s|on\s+(?:the|my|our)\s|at\s+(?:the|my|our)\s"
        rf"|(?:(?:the|its|my|a|an)\s+)?(?:\w+\s+)?(?:{words})\b)"
    )
    parts = re.split(rf"\s*(?:[,;]\s*(?:and\s+|but\s+)?|\s(?:and|but)\s+|[.!]\s+)(?={lead})", text, flags=re.IGNORECASE)
    return [part for part in (p.strip(" ,;") for p in parts) if part]


def _named_in(clause: str, session: Session, questions: tuple[Question, ...]) -> list[Heard]:
    slots = {question.slot for question in questions}
    body = _CHANGE.sub("", clause)
    if "name" in slots and (name := _NAMED.search(body)) and (name.start() == 0 or session.current == "name"):
        rest = body[name.end() :]
        place = _PLACE_BEHIND.search(rest) if "place" in slots else None
        found = [Heard("name", rest[: place.start()] if place else rest)]
        return [*found, Heard("place", rest[place.end() :])] if place else found
    by_unit = _by_unit(clause, questions)
    if by_word := _by_word(clause, body, session, questions, quantity=by_unit is not None):
        return [by_word]
    number_expected = _expects(session, questions, "number") and find_numbers(body)  # "at 7.5" is no place then
    if "place" in slots and (place := _PLACED.match(body)) and not number_expected:
        return [Heard("place", body[place.end() :])]
    return [by_unit] if by_unit else []


def _by_word(
    clause: str, body: str, session: Session, questions: tuple[Question, ...], *, quantity: bool
) -> Heard | None:
    """The slot whose word the clause says, longest word first, with the words that answer it."""
    words = sorted(((word, q) for q in questions for word in q.words), key=lambda pair: -len(pair[0]))
    for word, question in words:
        match = re.search(rf"\b{_spelled(word)}\b", body, re.IGNORECASE)
        if not match:
            continue
        before, behind = body[: match.start()], body[match.end() :]
        link = re.match(_LINK, behind, re.IGNORECASE)
        if link and len(re.findall(r"\w+", before)) <= 4:
            return Heard(question.slot, behind[link.end() :])
        if question.unit == "hours" and _fits(question, body):
            return Heard(question.slot, body)
        if question.kind in ("text", "place"):
            if not quantity and behind.strip() and re.match(_DOES + _spelled(word), body, re.IGNORECASE):
                return Heard(question.slot, behind)
            continue
        if _speaks_of_it(clause, body, before + behind, session, questions, question):
            for text in (body, behind, before) if question.kind == "number" else (behind, before, body):
                if _fits(question, text):
                    return Heard(question.slot, text)
    return None


def _speaks_of_it(
    clause: str, body: str, rest: str, session: Session, questions: tuple[Question, ...], question: Question
) -> bool:
    """Whether a clause that says a slot's word means that slot, and is not a name that happens to hold it."""
    if not _expects(session, questions, "text", "place") or body != clause or _has_unit_of(question, body):
        return True
    return bool(_SUBJECT.match(body)) or rest.strip().lower() in question.choices


def _by_unit(clause: str, questions: tuple[Question, ...]) -> Heard | None:
    """A quantity that only one slot can hold."""
    fitting = [question for question in questions if _has_unit_of(question, clause)]
    return Heard(fitting[0].slot, clause) if len(fitting) == 1 else None


def _has_unit_of(question: Question, text: str) -> bool:
    if is_price(question):
        return bool(
            re.search(r"[€$£]|\b(?:euros?|eur|cents?|ct|dollars?|usd|pounds?|gbp|pence)\b", text, re.IGNORECASE)
        ) and bool(find_numbers(text))
    if question.kind != "number" or question.unit is None:
        return False
    return any(n.unit and same_kind(n.unit, question.unit) for n in find_numbers(text))


def _slot_alone(clause: str, session: Session, questions: tuple[Question, ...]) -> str | None:
    """A slot that is named and nothing else: "the price", "change the name", "the place is wrong"."""
    plain = re.sub(
        r"\s+(?:is|was)\s+(?:wrong|not right|incorrect)$|\s+again$", "", _CHANGE.sub("", clause), flags=re.IGNORECASE
    )
    plain = re.sub(r"^(?:the|its|my)\s+", "", plain.strip(" .!"), flags=re.IGNORECASE).lower()
    changed = session.current is None or plain != clause.strip(" .!").lower()
    for question in questions:
        if changed and plain in {word.lower() for word in question.words}:
            return question.slot
    return None


def _fits(question: Question, text: str) -> bool:
    try:
        read_answer(question, text)
    except Misfit:
        return False
    return True


def _expects(session: Session, questions: tuple[Question, ...], *kinds: str) -> bool:
    return any(question.slot == session.current and question.kind in kinds for question in questions)


def _matches_answer(session: Session, text: str) -> bool:
    plain = text.strip().lower()
    return any(str(value).lower() == plain for value in session.answers.values())


def _spelled(word: str) -> str:
    return r"\s+".join(re.escape(part) for part in word.split())
