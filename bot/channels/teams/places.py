"""Where people were met in Teams: what is needed to speak to them there again, kept in the store."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from bot.channels.teams.reading import Heard
from bot.documents import Documents
from twin_core.contract.ports import Batch, Document

KIND = "teams_place"


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation, and the address of the connector that it is reached by."""

    conversation: str
    service_url: str
    zone: str = ""  # of whoever it is the chat of, as Teams told last

    @classmethod
    def of(cls, heard: Heard) -> "Place":
        return cls(heard.conversation, heard.service_url, heard.zone if heard.private else "")


class Places:
    """The private chat of each account, and the shared conversations by their id."""

    def __init__(self, documents: Documents, people: Mapping[str, str]) -> None:
        self._documents = documents
        self._people = people  # whom the settings name: no account tells whose their chat is
        self._known: dict[str, Place] = {}

    async def note(self, heard: Heard) -> None:
        """Keeps where this was heard."""
        key, place = _key(heard), Place.of(heard)
        found = await self._find(key)
        if found and not place.zone:  # not every delivery tells it
            place = replace(place, zone=found.zone)
        if found != place:
            doc = asdict(place)
            if heard.private and (named := self._people.get(heard.user)):
                doc["person"] = named
            await self._documents.commit(Batch(documents=(Document(KIND, key, doc),)))
            self._known[key] = place

    async def forget(self, heard: Heard) -> None:
        """Where the app was removed nobody is spoken to any more: in a chat, or in a room with all its threads."""
        gone = [_key(heard)]
        if not heard.private:
            room = _key(heard).partition(";")[0]
            gone = [key async for key, _ in self._documents.scan(KIND) if key.partition(";")[0] == room]
        await self._forget(gone)

    async def forget_chat(self, account: str) -> None:
        """Teams takes nothing there any more: the app was blocked, or removed without telling."""
        await self._forget([f"chat/{account}"])

    async def forget_shared(self, conversation: str) -> None:
        """Teams takes nothing there any more."""
        await self._forget([f"shared/{conversation}"])

    def let_go(self, account: str) -> None:
        """What is kept of an account may have changed: it is looked up anew."""
        self._known.pop(f"chat/{account}", None)

    async def chat(self, account: str) -> Place | None:
        """Alone with an account."""
        return await self._find(f"chat/{account}")

    async def shared(self, conversation: str) -> Place | None:
        return await self._find(f"shared/{conversation}")

    async def _forget(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._known.pop(key, None)
        await self._documents.commit(Batch(documents=[Document(KIND, key, None) for key in keys]))

    async def _find(self, key: str) -> Place | None:
        if key not in self._known:
            found = await self._documents.get(KIND, key)
            if found is None:
                return None
            doc = found[0]
            self._known[key] = Place(str(doc["conversation"]), str(doc["service_url"]), str(doc.get("zone", "")))
        return self._known[key]


def _key(heard: Heard) -> str:
    return f"chat/{heard.account}" if heard.private else f"shared/{heard.conversation}"
