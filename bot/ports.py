"""The ports of the bot: what a message, a parse and a reply are, on one page."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

from twin_core.contract.template import Value


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message of a person: a text, or the id of a button they pressed."""

    conversation: str
    text: str = ""
    action: str | None = None
    user: str = "owner"
    channel: str = "rest"
    message_id: str | None = None  # the same id twice is answered once
    shared: bool = False  # others read along: no personal data
    alone: str = ""  # the conversation in which their person is told what is private, where that is another one
    spoken: bool = False  # heard, not written: a voice alone proves nobody
    doubtful: bool = False  # the text was heard unclearly: ask whether it was said, and do nothing
    fields: Mapping[str, str] = field(default_factory=dict)  # of the form that `action` sends, by name
    message: str = ""  # as the channel calls what was said, or whose button was pressed
    quotes: str = ""  # what the words stand under: the id of a nudge, or of a question
    withdrawn: bool = False  # that message was changed or deleted: its words are to be forgotten, nothing is said


@dataclass(frozen=True, slots=True)
class Entity:
    """A span that means something. `value` is canonical: a twin id, a property name, a number."""

    kind: str  # one of the contract's entity names
    text: str  # as it was said
    start: int
    end: int
    value: Any = None
    score: float = 1.0
    options: tuple[Any, ...] = ()  # several canonical values fit alike: ask


@dataclass(frozen=True, slots=True)
class Parse:
    """What one request means. A message with several requests has several parses, in order."""

    text: str
    intent: str
    confidence: float
    entities: tuple[Entity, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()


class Nlu(Protocol):
    """Text to meaning. Never raises on odd text: what cannot be understood is out_of_scope."""

    async def parse(self, text: str, lang: str = "en") -> list[Parse]:
        """One parse for each request in the text, in the order said; at least one."""
        ...


@dataclass(frozen=True, slots=True)
class Button:
    id: str
    title: str
    style: Literal["primary", "danger"] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What Pollux says. `text` alone is always complete."""

    text: str
    buttons: tuple[Button, ...] = ()
    card: Mapping[str, Any] | None = None
    image: Mapping[str, str] | None = None  # {"url", "alt"}
    speech: str | None = None
    nudge: str | None = None
    public: bool = False  # tells nothing of a person: others may read it
    form: str | None = None  # that can be filled in instead of answering, where the channel has forms


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer to one message, as the contract's POST /chat gives it."""

    turn: str
    intent: str
    confidence: float
    entities: tuple[Mapping[str, Any], ...]
    replies: tuple[Reply, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a channel can show; rendering degrades a reply to it."""

    text_chars: int = 40_000
    buttons: int = 12
    cards: bool = False
    images: bool = False
    markdown: bool = False


OnMessage = Callable[[Incoming], Awaitable[Answer]]
Asgi = Callable[..., Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Settled:
    """A question that nobody need answer any more, whoever it was put to. `by` is called `name`, empty for nobody."""

    question: str
    what: str  # "Approved"
    by: str = ""
    name: str = ""
    channel: str = ""
    where: str = ""  # where it was no channel: "through the API"


@runtime_checkable
class Closes(Protocol):
    """A channel that shows of its questions that they were answered, wherever that was. It returns at once and never
    raises.
    """

    def closed(self, by: Incoming, said: str, questions: Collection[str]) -> None:
        """`said`, the words or the button of `by`, has closed these, which were put to whoever speaks."""
        ...

    def settled(self, settled: Sequence[Settled]) -> None:
        """These are closed for everybody; those that stand nowhere any more are passed over."""
        ...


class Channel(Protocol):
    """A place where people talk to Pollux."""

    name: str
    limits: Limits

    async def start(self, on_message: OnMessage) -> Asgi | None:
        """Begins to listen; answers an ASGI app to be mounted, where the channel is reached by HTTP."""
        ...

    async def send(self, conversation: str, reply: Reply) -> None:
        """Says something unasked. Raises Unavailable when nobody can be reached there now."""
        ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Name:
    """A name that people may say, and what it means."""

    text: str
    kind: str  # twin, place, twin_type, property, person …
    value: Value
    twin_type: str | None = None  # of twins: their type
    place: str | None = None  # of twins: their place


class Names(Protocol):
    """The live registry of names, as the entity finder needs it; `version` grows with each change."""

    @property
    def version(self) -> int: ...

    def all(self) -> Sequence[Name]: ...


@dataclass(frozen=True, slots=True)
class Progress:
    """Where long work stands: `done` of `total` (None: unknown)."""

    what: str
    done: int = 0
    total: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
