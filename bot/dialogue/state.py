"""What a conversation remembers: data only, ready for JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from typing import Any, Literal

from bot.ports import Button, Reply

MAX_EFFECTS = 20
MAX_TALK = 24
MAX_LINE = 300


@dataclass(frozen=True, slots=True)
class Request:
    """One wish, understood: an intent with its slots in canonical form.

    Slots: `twins` (ids), `place`, `types`, `property`, `value`, `unit`, `action`, `time`, `duration`,
    `name`, `ordinal`, `all`, `concern`, `task`, `event`, `text` (as it was said), `times` (all of them, each with
    its words and the other readings it has), `spans` (kind, start, end of what was found in the text). A missing
    slot is absent.
    """

    intent: str
    slots: Mapping[str, Any] = field(default_factory=dict)

    def get(self, slot: str, default: Any = None) -> Any:
        return self.slots.get(slot, default)

    def having(self, **slots: Any) -> "Request":
        """The same wish with some slots set anew; a None value removes the slot."""
        merged = {**self.slots, **slots}
        return replace(self, slots={k: v for k, v in merged.items() if v is not None})

    @property
    def twins(self) -> tuple[str, ...]:
        return tuple(self.slots.get("twins", ()))


@dataclass(frozen=True, slots=True)
class Pending:
    """An open question of Pollux. The next message answers it, or interrupts it."""

    id: str
    kind: Literal["choose", "confirm", "approval", "fill", "heard"]
    request: Request  # what is done once it is answered; of an approval: what was asked for; heard: the words
    question: str  # in its short form, to be put again after an interruption
    options: tuple[tuple[str, str], ...] = ()  # choose: (canonical value, title); fill: (what is said, title)
    slot: str = "twins"  # choose, fill: the slot that the answer fills
    approval: str = ""
    words: str = ""  # in its full form, while it waits for its turn
    puts: int = 0  # how often it was put again after an interruption
    skippable: bool = False  # "skip" is an answer
    until: str = ""  # an instant from which on nobody waits for an answer; empty: for ever


@dataclass(frozen=True, slots=True)
class Reversal:
    """How to take back a part of an effect. `kind` names a function of a skill's REVERSALS, which is given this."""

    kind: str
    subject: str  # the id of what is changed back
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that was changed for the person; a command and its corrections are one effect."""

    request: Request
    title: str  # "Kitchen lamp off"
    reversals: tuple[Reversal, ...]
    id: str = ""  # of its own Undo button


@dataclass(frozen=True, slots=True)
class Listing:
    """What was last listed, so that "the second one" means something. `kind`: concern, twin, task, event …"""

    kind: str
    ids: tuple[str, ...]
    current: int = 0


@dataclass(frozen=True, slots=True)
class Subject:
    """What was spoken of last, whatever its kind: what "move it" and "put it off" are about."""

    kind: str  # twin, concern, task, event, reminder …
    id: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message was taken for, as far as that can be learnt from."""

    text: str
    intent: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...] = ()
    spans: tuple[tuple[str, int, int], ...] = ()  # kind, start, end


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the talk, for a person who is asked to help."""

    who: str  # "you" or "Pollux"
    text: str
    message: str = ""  # that it is of, or answers, as its channel calls it


@dataclass(frozen=True, slots=True)
class Answered:
    """A message that has had its answer."""

    message: str
    at: str


@dataclass(frozen=True, slots=True)
class DialogueState:
    """One conversation of one person."""

    turns: int = 0
    twins: tuple[str, ...] = ()  # in focus: what "it" means
    others: tuple[str, ...] = ()  # in focus before that: what "the other one" means
    place: str | None = None
    property: str | None = None
    listing: Listing | None = None
    subject: Subject | None = None
    pending: Pending | None = None
    waiting: tuple[Pending, ...] = ()  # open questions that are put after the pending one, in this order
    last: Request | None = None
    effects: tuple[Effect, ...] = ()
    undone: tuple[Effect, ...] = ()  # what the last undo took back, until something else is done
    said: tuple[Reply, ...] = ()
    misses: int = 0
    heard: Heard | None = None  # the last message
    talk: tuple[Line, ...] = ()  # the last lines, newest last
    interview: str | None = None  # the interview that is open in this conversation
    asking: str = ""  # the question that it asks
    answered: tuple[Answered, ...] = ()  # the last messages, whose answers are kept in case they come again
    dropped: tuple[str, ...] = ()  # questions that the last turn has let go unanswered
    forgotten: bool = False  # by the last turn: nothing of this conversation is to be kept
    version: int = 0

    def with_effect(self, effect: Effect) -> "DialogueState":
        """Remembers an effect, the newest last, the oldest forgotten."""
        return replace(self, effects=(*self.effects, effect)[-MAX_EFFECTS:])

    def open_questions(self) -> frozenset[str]:
        """The ids of all that wait for an answer."""
        asking = (self.asking,) if self.interview and self.asking else ()
        return frozenset((*(each.id for each in (self.pending, *self.waiting) if each), *asking))

    def with_talk(self, text: str, replies: Sequence[Reply], message: str = "") -> "DialogueState":
        """Remembers what was said on both sides, shortened, the oldest forgotten."""
        lines = [Line("you", text[:MAX_LINE], message)] if text else []
        short = (r.speech if r.speech and len(r.text) > MAX_LINE else r.text for r in replies)
        lines += [Line("Pollux", said[:MAX_LINE], message) for said in short]
        return replace(self, talk=(*self.talk, *lines)[-MAX_TALK:])

    def without(self, message: str) -> "DialogueState":
        """Forgets the words of a message that was taken back, and what was said to them."""
        gone = {line.text for line in self.talk if line.message == message}
        heard = None if self.heard and self.heard.text[:MAX_LINE] in gone else self.heard
        asked = str(self.pending.request.get("message", "")) if self.pending else ""  # to be sent with the talk in it
        pending = None if any(text in asked for text in gone) else self.pending
        talk = tuple(line for line in self.talk if line.message != message)
        return replace(self, talk=talk, heard=heard, pending=pending)


def to_json(state: DialogueState) -> dict[str, Any]:
    """The state as a JSON document. What is one already is taken as it is: copying it costs more than storing it."""
    doc: dict[str, Any] = _plain(state)
    return doc


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    kind: Any = type(value)
    names = _names(kind)
    return {name: _plain(getattr(value, name)) for name in names} if names else value


@cache
def _names(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass; none of anything else. Looked up for each of some hundred values of a turn."""
    return tuple(each.name for each in fields(kind)) if is_dataclass(kind) else ()


def from_json(doc: Mapping[str, Any], version: int) -> DialogueState:
    """The state that to_json wrote."""
    listing, pending, last, subject = (doc.get(k) for k in ("listing", "pending", "last", "subject"))
    return DialogueState(
        turns=doc["turns"],
        twins=tuple(doc["twins"]),
        others=tuple(doc["others"]),
        place=doc["place"],
        property=doc["property"],
        listing=Listing(listing["kind"], tuple(listing["ids"]), listing["current"]) if listing else None,
        subject=Subject(**subject) if subject else None,
        pending=_pending(pending) if pending else None,
        waiting=tuple(_pending(p) for p in doc.get("waiting", ())),
        last=_request(last) if last else None,
        effects=tuple(_effect(e) for e in doc["effects"]),
        undone=tuple(_effect(e) for e in doc.get("undone", ())),
        said=tuple(_reply(r) for r in doc["said"]),
        misses=doc["misses"],
        heard=_heard(heard) if (heard := doc.get("heard")) else None,
        talk=tuple(Line(**line) for line in doc.get("talk", ())),
        interview=doc.get("interview"),
        asking=doc.get("asking", ""),
        answered=tuple(Answered(**each) for each in doc.get("answered", ())),
        version=version,
    )


def _request(doc: Mapping[str, Any]) -> Request:
    return Request(doc["intent"], dict(doc["slots"]))


def _pending(doc: Mapping[str, Any]) -> Pending:
    options = tuple((value, title) for value, title in doc["options"])
    return Pending(**{**doc, "request": _request(doc["request"]), "options": options})


def _effect(doc: Mapping[str, Any]) -> Effect:
    reversals = tuple(Reversal(r["kind"], r["subject"], r["values"]) for r in doc["reversals"])
    return Effect(_request(doc["request"]), doc["title"], reversals, str(doc.get("id", "")))


def _heard(doc: Mapping[str, Any]) -> Heard:
    alternatives = tuple((i, p) for i, p in doc["alternatives"])
    return Heard(**{**doc, "alternatives": alternatives, "spans": tuple(tuple(s) for s in doc["spans"])})


def _reply(doc: Mapping[str, Any]) -> Reply:
    return Reply(**{**doc, "buttons": tuple(Button(**b) for b in doc["buttons"])})
