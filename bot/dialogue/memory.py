"""Memory of conversations: the dialogue state and the answers given, kept in the store."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from bot.dialogue.state import Answered, DialogueState, from_json, to_json
from bot.ports import Answer, Button, Reply
from twin_core.contract.clock import Clock, instant_text, parse_instant
from twin_core.contract.errors import Conflict
from twin_core.contract.ports import Batch, Document, Store

CONVERSATION = "conversation"
MESSAGE = "message"
LAST = "last_conversation"
OWN = ("turns", "talk", "answered", "version")  # what a conversation keeps to itself
KEPT_ANSWERS = 50
FORGET_AFTER = timedelta(days=2)


class Memory:
    """Loads and saves conversations. A message and its answer are remembered together."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def load(self, key: str) -> DialogueState:
        """The state of a conversation; a new one where there is none."""
        found = await self._store.get(CONVERSATION, key)
        return from_json(found[0], found[1]) if found else DialogueState()

    async def followed(self, user: str, conversation: str) -> DialogueState:
        """The state of a conversation that nobody else reads: whoever spoke elsewhere last goes on from there."""
        here, last = await self.load(f"{user}/{conversation}"), await self.last(user)
        if last in (None, conversation):
            return here
        there = await self.load(f"{user}/{last}")
        return replace(there, **{name: getattr(here, name) for name in OWN})

    async def last(self, user: str) -> str | None:
        """The conversation in which this person spoke last, and nobody else reads."""
        found = await self._store.get(LAST, user)
        return str(found[0]["conversation"]) if found else None

    async def save(
        self,
        key: str,
        state: DialogueState,
        message_id: str | None = None,
        answer: Answer | None = None,
        *,
        durable: bool = True,
        shared: bool = False,
    ) -> None:
        """`shared`: others read along, so it is not where its person is followed to. Raises Conflict when another turn
        of the same conversation was saved in between.
        """
        documents = []
        user, _, conversation = key.partition("/")
        if answer and not shared and await self.last(user) != conversation:
            documents.append(Document(LAST, user, {"conversation": conversation}))
        if message_id and answer:
            state, forgotten = self._with_answered(state, message_id)
            documents += [Document(MESSAGE, _of(key, old.message), None) for old in forgotten]
            documents.append(Document(MESSAGE, _of(key, message_id), {"answer": asdict(answer)}))
        documents.append(Document(CONVERSATION, key, to_json(state), expected_version=state.version))
        await self._store.commit(Batch(documents=documents, durable=durable))

    async def withdraw(self, key: str, message: str) -> None:
        """Forgets the words of a message, by what its channel calls it."""
        state = await self.load(key)
        if message and (kept := state.without(message)) != state:
            await self.save(key, kept)

    async def message(self, key: str, message_id: str) -> tuple[bool, Answer | None]:
        """Whether this very message has begun to act, or was answered, before; and the answer that it had."""
        found = await self._store.get(MESSAGE, _of(key, message_id))
        answer = found[0]["answer"] if found else None
        return found is not None, _answer(answer) if answer else None

    async def begin(self, key: str, message_id: str) -> None:
        """Remembers that a message begins to act, until its answer is saved. It need not be on the disk yet: whatever
        is stored after it is there only where this is.
        """
        begun = Document(MESSAGE, _of(key, message_id), {"answer": None})
        await self._store.commit(Batch(documents=(begun,), durable=False))

    async def settle(self) -> None:
        """Waits until all that was done is on the disk."""
        await self._store.settle()

    def _with_answered(self, state: DialogueState, message_id: str) -> tuple[DialogueState, Sequence[Answered]]:
        """The state with one more answered message, and those whose answers can be forgotten."""
        now = self._clock.now()
        answered = (*state.answered, Answered(message_id, instant_text(now)))
        first = max(0, len(answered) - KEPT_ANSWERS)
        while now - parse_instant(answered[first].at) >= FORGET_AFTER:  # they stand in the order of time
            first += 1
        return replace(state, answered=answered[first:]), answered[:first]


class Deed:
    """What one message does: begun in the memory before its first act, so that it is done once."""

    def __init__(self, memory: Memory, key: str, message_id: str | None) -> None:
        self._memory = memory
        self._key = key
        self._message_id = message_id
        self._cut_off = False
        self._begun = self._settled = message_id is None
        self.attempted = False  # whether anything was to be done

    async def answered(self) -> Answer | None:
        """The answer that this very message has had already."""
        if self._message_id is None:
            return None
        self._cut_off, answer = await self._memory.message(self._key, self._message_id)
        return answer

    async def begin(self, *, durable: bool = True) -> None:
        """Raises Conflict where it began before and was cut off: nobody knows how far it came.

        `durable`: what is done next may show outside, which no power cut takes back.
        """
        self.attempted = True
        if self._cut_off:
            raise Conflict(
                "I was cut off in the middle of this before, and can't be sure how far I came.",
                code="cut_off",
                hint="Look how things are, and say it again where it is missing; I have not done it twice.",
            )
        if self._message_id and not self._begun:
            await self._memory.begin(self._key, self._message_id)
        self._begun = True
        if durable and not self._settled:
            await self._memory.settle()
            self._settled = True


def _of(key: str, message_id: str) -> str:
    return f"{key}#{message_id}"


def _answer(doc: dict[str, Any]) -> Answer:
    replies = tuple(Reply(**{**r, "buttons": tuple(Button(**b) for b in r["buttons"])}) for r in doc["replies"])
    return Answer(doc["turn"], doc["intent"], doc["confidence"], tuple(doc["entities"]), replies)
