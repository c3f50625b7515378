"""The browsers that people want messages in, and the key by which push services know this house."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from twin_core.contract.errors import Conflict, Rejected
from twin_core.contract.ports import Batch, Document, Store

MOST = 10  # browsers of one person
_KEY, _BROWSER = "webpush_key", "webpush_browser"


@dataclass(frozen=True, slots=True)
class Browser:
    """A subscription, as the browser gives it (Push API)."""

    endpoint: str
    p256dh: str
    auth: str

    @property
    def id(self) -> str:
        return hashlib.sha256(self.endpoint.encode()).hexdigest()[:32]


class BrowserBook:
    """Kept in the store: it holds across restarts, and for several nodes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def key(self) -> str:
        """The private key of this house as PEM, made when it is first needed. Whoever changes it loses all browsers."""
        if found := await self._store.get(_KEY, "own"):
            return str(found[0]["pem"])
        made = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        try:
            document = Document(_KEY, "own", {"pem": made.decode()}, expected_version=0)
            await self._store.commit(Batch(documents=(document,)))
        except Conflict:  # another node was quicker
            return await self.key()
        return made.decode()

    async def of(self, person: str) -> Sequence[Browser]:
        return [_browser(doc) async for _, doc in self._store.scan(_kind(person))]

    async def add(self, person: str, browser: Browser) -> None:
        """A browser belongs to whoever used it last. Raises Rejected for too many."""
        known = {each.id for each in await self.of(person)}
        if browser.id not in known and len(known) >= MOST:
            hint = "Switch it off in one that you do not use any more."
            raise Rejected(f"You have it on in {MOST} browsers already.", code="too_many", hint=hint)
        documents = [Document(_kind(person), browser.id, asdict(browser)), Document(_BROWSER, browser.id, _of(person))]
        before = await self._store.get(_BROWSER, browser.id)
        if before and before[0]["person"] != person:
            documents.append(Document(_kind(str(before[0]["person"])), browser.id, None))
        await self._store.commit(Batch(documents=tuple(documents)))

    async def remove(self, person: str, browser: Browser) -> None:
        """Nothing where it is not theirs."""
        if await self._store.get(_kind(person), browser.id):
            documents = (Document(_kind(person), browser.id, None), Document(_BROWSER, browser.id, None))
            await self._store.commit(Batch(documents=documents))


def _kind(person: str) -> str:
    return f"webpush/{person}"


def _of(person: str) -> Mapping[str, str]:
    return {"person": person}


def _browser(doc: Mapping[str, str]) -> Browser:
    return Browser(doc["endpoint"], doc["p256dh"], doc["auth"])
