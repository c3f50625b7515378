"""Memory of conversations: the dialogue state and the answers given, kept in the store."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from bot.dialogue.state import DialogueState, from_json, to_json
from bot.ports import Answer, Button, Reply
from twin_core.contract.clock import Clock, instant_text, parse_instant
from twin_core.contract.ports import Batch, Document, Store

CONVERSATION = "conversation"
ANSWERED = "answered"
BEGUN = "begun"
LAST = "last_conversation"
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

    async def last(self, user: str) -> str | None:
        """The conversation in which this person spoke last."""
        found = await self._store.get(LAST, user)
        return str(found[0]["conversation"]) if found else None

    async def answered(self, key: str, message_id: str) -> Answer | None:
        """The answer that this very message has had already."""
        found = await self._store.get(ANSWERED, key)
        if not found:
            return None
        for row in found[0]["answers"]:
            if row["message"] == message_id:
                return _answer(row["answer"])
        return None

    async def begun(self, key: str, message_id: str) -> bool:
        """Whether this very message began to act, and was cut off before its answer was kept."""
        found = await self._store.get(BEGUN, key)
        return found is not None and found[0]["message"] == message_id

    async def begin(self, key: str, message_id: str) -> None:
        """Remembers that a message begins to act; saving its answer takes that back."""
        await self._store.commit(Batch(documents=(Document(BEGUN, key, {"message": message_id}),)))

    async def save(
        self, key: str, state: DialogueState, message_id: str | None = None, answer: Answer | None = None
    ) -> None:
        """Raises Conflict when another turn of the same conversation was saved in between."""
        documents = [Document(CONVERSATION, key, to_json(state), expected_version=state.version)]
        user, _, conversation = key.partition("/")
        if answer and await self.last(user) != conversation:
            documents.append(Document(LAST, user, {"conversation": conversation}))
        if message_id and await self.begun(key, message_id):
            documents.append(Document(BEGUN, key, None))
        if message_id and answer:
            found = await self._store.get(ANSWERED, key)
            now = self._clock.now()
            rows = [r for r in found[0]["answers"] if now - parse_instant(r["at"]) < FORGET_AFTER] if found else []
            rows.append({"message": message_id, "at": instant_text(now), "answer": asdict(answer)})
            documents.append(Document(ANSWERED, key, {"answers": rows[-KEPT_ANSWERS:]}))
        await self._store.commit(Batch(documents=documents))


def _answer(doc: dict[str, Any]) -> Answer:
    replies = tuple(Reply(**{**r, "buttons": tuple(Button(**b) for b in r["buttons"])}) for r in doc["replies"])
    return Answer(doc["turn"], doc["intent"], doc["confidence"], tuple(doc["entities"]), replies)
