"""Where open questions stand in a platform, so that nothing is left to press once they are answered elsewhere."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

from bot.dialogue.buttons import question_of
from bot.documents import Documents
from bot.ports import Incoming, Reply, Settled
from twin_core.contract.ports import Batch, Document

# Takes the buttons from where a question stands, and says there what was answered.
Show = Callable[[Mapping[str, Any], str], Awaitable[None]]
QUOTED_CHARS = 80
_PLACES = {"webchat": "the web chat", "slack": "Slack", "teams": "Teams", "rest": "another program", "mail": "a mail"}


class Questions:
    """By question, each as often as it was put."""

    def __init__(self, documents: Documents, kind: str) -> None:
        self._documents = documents
        self._kind = kind
        self._turn = asyncio.Lock()  # each is shown once, by whoever comes first

    async def note(self, person: str, reply: Reply, id: str, where: Mapping[str, Any]) -> None:
        """Keeps where a reply stands that asks something; `id` is that of its message."""
        if question := question_of(reply):
            doc = {**where, "person": person, "text": reply.text}
            kept = Document(self._kind, f"{question}/{id}", doc)
            await self._documents.commit(Batch(documents=(kept,), durable=False))

    async def at(self, id: str) -> str:
        """The open question that a message puts; empty where it puts none."""
        async for key, _ in self._documents.scan(self._kind):
            question, _, stands = key.partition("/")
            if stands == id:
                return question
        return ""

    async def answered(self, by: Incoming, said: str, questions: Collection[str], show: Show) -> None:
        """Shows wherever these stand that their person has answered them, and forgets them; but for the message that
        was pressed, which shows it already.
        """
        for key, doc in await self._taken(questions, by.user):
            if not (by.action and by.message) or key.partition("/")[2] != by.message:
                here = self._kind.startswith(f"{by.channel}_")
                await show(doc, answered_with(by, said, shared=by.shared, here=here))

    async def settled(self, settled: Sequence[Settled], show: Show) -> None:
        """Shows whoever was asked that nobody need answer any more, and forgets it."""
        for each in settled:
            for _, doc in await self._taken((each.question,)):
                await show(doc, settled_by(each, doc["person"]))

    async def _taken(self, questions: Collection[str], person: str | None = None) -> Sequence[tuple[str, Any]]:
        """Everywhere that they stand, of this person or of everybody, which is forgotten."""
        async with self._turn:
            found = [
                (key, doc)
                async for key, doc in self._documents.scan(self._kind)
                if key.partition("/")[0] in questions and person in (None, doc["person"])
            ]
            if found:
                gone = [Document(self._kind, key, None) for key, _ in found]
                await self._documents.commit(Batch(documents=gone, durable=False))
            return found


def answered_with(by: Incoming, said: str, *, shared: bool, here: bool = False) -> str:
    """What is told where the question stood: `“yes”, in Slack`; `here`: in that very channel. Where others read along
    it tells no words.
    """
    place = "" if here else f"in {_PLACES.get(by.channel, by.channel)}"
    words = f"“{said if len(said) <= QUOTED_CHARS else said[: QUOTED_CHARS - 1] + '…'}”" if said and not shared else ""
    if words:
        return f"{words}, {place}" if place else words
    return f"answered {place}".strip()


def settled_by(settled: Settled, person: str) -> str:
    """What is told this person: `Approved by Ben, in Teams`."""
    if not settled.by:
        return settled.what
    who = "you" if settled.by == person else settled.name or "somebody else"
    where = settled.where or (f"in {_PLACES.get(settled.channel, settled.channel)}" if settled.channel else "")
    return f"{settled.what} by {who}" + (f", {where}" if where else "")
