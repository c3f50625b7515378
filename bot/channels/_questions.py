"""Where open questions stand in a platform, so that nothing is left to press once they are answered elsewhere."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

from bot.dialogue.buttons import question_of
from bot.documents import Documents
from bot.ports import Incoming, Reply
from twin_core.contract.ports import Batch, Document

# Takes the buttons from where a question stands, and says there what was answered.
Show = Callable[[Mapping[str, Any], str], Awaitable[None]]
_PLACES = {"webchat": "the web chat", "slack": "Slack", "teams": "Teams", "rest": "another program", "mail": "a mail"}


class Questions:
    """By question, each as often as it was put."""

    def __init__(self, documents: Documents, kind: str) -> None:
        self._documents = documents
        self._kind = kind

    async def note(self, person: str, reply: Reply, id: str, where: Mapping[str, Any]) -> None:
        """Keeps where a reply stands that asks something; `id` is that of its message."""
        if question := question_of(reply):
            doc = {**where, "person": person, "text": reply.text}
            kept = Document(self._kind, f"{question}/{id}", doc)
            await self._documents.commit(Batch(documents=(kept,), durable=False))

    async def answered(self, by: Incoming, said: str, questions: Collection[str], show: Show | None) -> None:
        """Shows wherever these stand that they are answered, and forgets them; without `show` that is seen already."""
        for question in questions:
            for stands in await self._taken(by.user, question):
                if show is not None:
                    await show(stands, answered_with(by, said, shared=by.shared))

    async def _taken(self, person: str, question: str) -> Sequence[Mapping[str, Any]]:
        """Everywhere that it stands, which is forgotten."""
        found = [
            (key, doc)
            async for key, doc in self._documents.scan(self._kind)
            if key.startswith(f"{question}/") and doc["person"] == person
        ]
        if found:
            gone = [Document(self._kind, key, None) for key, _ in found]
            await self._documents.commit(Batch(documents=gone, durable=False))
        return [doc for _, doc in found]


def answered_with(by: Incoming, said: str, *, shared: bool) -> str:
    """What is told where the question stood: `“yes”, in Slack`. Where others read along it tells no words."""
    place = _PLACES.get(by.channel, by.channel)
    return f"“{said}”, in {place}" if said and not shared else f"answered in {place}"
