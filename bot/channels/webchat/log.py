"""What was said in each conversation, numbered and bounded, so that a client gets what it missed once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.documents import Documents, VolatileDocuments
from twin_core.contract.errors import Conflict, Forbidden
from twin_core.contract.ports import Batch, Document

KIND = "webchat_log"
HOME = "webchat_home"
KEPT = 200
ATTEMPTS = 5

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A conversation as it is kept: the number of its last entry, and the newest entries, oldest first."""

    last: int = 0
    entries: tuple[Entry, ...] = ()
    user: str | None = None
    version: int = 0

    def after(self, seq: int) -> tuple[Entry, ...]:
        """What a client that has seen everything up to `seq` has missed."""
        return tuple(e for e in self.entries if e["seq"] > seq)

    def answer_to(self, message_id: str) -> Entry | None:
        """The answer that this message of the client has had already."""
        return next((e for e in self.entries if e.get("message_id") == message_id and "replies" in e), None)

    def has_key(self, key: str) -> bool:
        """Whether what goes by this key was said here already."""
        return any(e.get("key") == key for e in self.entries)

    def of_nudge(self, nudge: str) -> Entry | None:
        """The newest entry that says this nudge."""
        said = (e for e in reversed(self.entries) if any(r.get("nudge") == nudge for r in e.get("replies", ())))
        return next(said, None)

    def title_of(self, action: str) -> str | None:
        """What the newest button with this id said."""
        for entry in reversed(self.entries):
            for reply in entry.get("replies", ()):
                rows = (reply.get("card") or {}).get("items") or ()
                for button in (*reply["buttons"], *(b for row in rows for b in row.get("buttons") or ())):
                    if button["id"] == action:
                        return str(button["title"])
        return None


class Log:
    """Conversations in the store. A conversation belongs to the person who opened it."""

    def __init__(self, documents: Documents | None = None) -> None:
        self._documents = documents or VolatileDocuments()

    async def read(self, conversation: str, user: str) -> Page:
        """Raises Forbidden when the conversation is somebody else's."""
        found = await self._documents.get(KIND, conversation)
        if found is None:
            return Page()
        doc, version = found
        if doc["user"] != user:
            raise Forbidden(
                "This conversation belongs to somebody else.",
                code="foreign_conversation",
                hint="Open one under another name.",
            )
        return Page(doc["last"], tuple(doc["entries"]), doc["user"], version)

    async def append(self, conversation: str, user: str, entries: Sequence[Entry]) -> list[Entry]:
        """The entries with their numbers, stored before anybody is told. Raises Forbidden, Conflict."""
        return await self._write(conversation, user, lambda page: (page.entries, entries))

    async def edit(self, conversation: str, user: str, seq: int, edit: Entry) -> list[Entry]:
        """Gives the entry `seq` other replies: in its place for whoever comes new, and as an entry of its own for
        whoever has seen it; of several edits the last is kept. Raises Forbidden, Conflict.
        """
        replies = edit["edit"]["replies"]

        def edited(page: Page) -> tuple[Sequence[Entry], Sequence[Entry]]:
            kept = [e for e in page.entries if e.get("edit", {}).get("seq") != seq]
            return [{**e, "replies": replies} if e["seq"] == seq else e for e in kept], [edit]

        return await self._write(conversation, user, edited)

    async def home(self, user: str) -> str | None:
        """The conversation that this person opened last."""
        found = await self._documents.get(HOME, user)
        return str(found[0]["conversation"]) if found else None

    async def opened(self, user: str, conversation: str) -> None:
        if await self.home(user) != conversation:
            doc = {"conversation": conversation}
            await self._documents.commit(Batch(documents=[Document(HOME, user, doc)]))

    async def _write(
        self, conversation: str, user: str, change: Callable[[Page], tuple[Sequence[Entry], Sequence[Entry]]]
    ) -> list[Entry]:
        """`change` answers the entries that were there, as they are now, and the new ones, which get numbers."""
        for attempt in range(ATTEMPTS):
            page = await self.read(conversation, user)
            before, new = change(page)
            numbered: list[Entry] = [{"seq": n, **e} for n, e in enumerate(new, start=page.last + 1)]
            doc = {"user": user, "last": page.last + len(numbered), "entries": [*before, *numbered][-KEPT:]}
            try:
                await self._documents.commit(Batch(documents=[Document(KIND, conversation, doc, page.version)]))
            except Conflict:  # another worker wrote in between
                if attempt == ATTEMPTS - 1:
                    raise
            else:
                return numbered
        raise AssertionError("unreachable")
