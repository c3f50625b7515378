"""Accounts elsewhere (a Slack user, a Teams user, an address) and whose they are, confirmed on both sides.

A code is shown on one side and said on the other, where a yes is asked for before anything is linked.
"""

import re
import secrets
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any, Protocol

from bot.documents import Documents
from twin_core.contract.clock import Clock, instant_text, parse_instant
from twin_core.contract.errors import NotFound, Rejected
from twin_core.contract.ports import Batch, Document

ACCOUNT, CODE = "account", "link_code"
VALID_FOR = timedelta(minutes=10)
GUESSES = 5  # wrong codes from one side within the time that a code is valid
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is mistaken for another
_CODE = re.compile(rf"\bPX[-\s]?([{_LETTERS}]{{4}})[-\s]?([{_LETTERS}]{{4}})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody as a platform knows them. `id` is unique in the channel; `at` is where they are reached alone."""

    channel: str
    id: str
    name: str
    where: str  # "Slack, Acme"
    at: str = ""

    @property
    def shown(self) -> str:
        """`Anna Keller (Slack, Acme)`."""
        return f"{self.name} ({self.where})"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a code stands for: an account that seeks its person, or a person who brings it to an account."""

    code: str
    account: Account | None = None
    person: str | None = None


class People(Protocol):
    """Who may talk to Pollux at all."""

    async def name_of(self, person: str) -> str:
        """Raises NotFound where there is no such person (any more), Forbidden for one who may only look."""
        ...


OnChange = Callable[[Account, str | None], Awaitable[None]]


class Identities:
    """Links between accounts and persons, kept in the store."""

    def __init__(self, documents: Documents, clock: Clock, people: People) -> None:
        self._documents = documents
        self._clock = clock
        self.people = people
        self._wrong: defaultdict[str, list[Any]] = defaultdict(list)
        self._listeners: defaultdict[str, list[OnChange]] = defaultdict(list)
        self._reached: dict[str, str] = {}

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that have accounts, by name."""
        return tuple(self._listeners)

    def listen(self, channel: str, on_change: OnChange, reached: str = "") -> None:
        """From now on the channel has accounts, and hears of each that is linked (to a person) or unlinked (None).

        `reached`: how one speaks there, where its title does not say it: "a mail to pollux@example.org".
        """
        self._listeners[channel].append(on_change)
        self._reached[channel] = reached

    def reached(self, channel: str) -> str:
        """How one speaks in a channel; empty where its title says it."""
        return self._reached.get(channel, "")

    async def person(self, channel: str, id: str) -> str | None:
        """Whose account it is; None for one that is not linked. Raises Forbidden for somebody who may only look."""
        found = await self._documents.get(ACCOUNT, f"{channel}/{id}")
        if found is None:
            return None
        person = str(found[0]["person"])
        try:
            await self.people.name_of(person)
        except NotFound:
            return None
        return person

    async def accounts(self, person: str, channel: str | None = None) -> list[Account]:
        """The accounts of a person."""
        docs = [doc async for _, doc in self._documents.scan(ACCOUNT) if doc["person"] == person]
        return [a for a in map(_account, docs) if channel in (None, a.channel)]

    async def refresh(self, account: Account) -> None:
        """Keeps what is new about an account that is linked: its name, where it is reached."""
        found = await self._documents.get(ACCOUNT, f"{account.channel}/{account.id}")
        if found is not None and _account(found[0]) != account:
            await self._put(ACCOUNT, f"{account.channel}/{account.id}", {**found[0], **asdict(account)})

    async def code_for(self, account: Account) -> str:
        """The code that its person says where they are known already."""
        return await self._code({"account": asdict(account), "person": None})

    async def code_of(self, person: str) -> str:
        """The code that a person brings to an account that is not linked yet."""
        return await self._code({"account": None, "person": person})

    async def offer(self, code: str, who: str) -> Offer:
        """What a code stands for. `who` tries. Raises NotFound; Rejected after too many wrong ones."""
        now = self._clock.now()
        self._wrong[who] = recent = [at for at in self._wrong[who] if now - at < VALID_FOR]
        if len(recent) >= GUESSES:
            hint = "Wait ten minutes, then ask for a new one."
            raise Rejected("Too many codes were wrong.", code="too_many_attempts", hint=hint)
        found = await self._documents.get(CODE, code)
        if found is None or parse_instant(found[0]["until"]) <= now:
            recent.append(now)
            raise NotFound("That code is not valid (any more).", code="bad_code", hint="Ask for a new one there.")
        doc = found[0]
        return Offer(code, _account(doc["account"]) if doc["account"] else None, doc["person"])

    async def link(self, code: str, who: str, *, person: str | None = None, account: Account | None = None) -> Offer:
        """Links the two; the code is used up. One of them comes from the code. Raises NotFound, Rejected, Forbidden."""
        offer = await self.offer(code, who)
        linked = replace(offer, account=offer.account or account, person=offer.person or person)
        if linked.account is None or linked.person is None:
            hint = "Say it where you are not known yet." if offer.person else "Say it where you are known already."
            raise Rejected("That code belongs on the other side.", code="wrong_side", hint=hint)
        await self.people.name_of(linked.person)
        key = f"{linked.account.channel}/{linked.account.id}"
        doc = {**asdict(linked.account), "person": linked.person, "linked_at": instant_text(self._clock.now())}
        documents = (Document(ACCOUNT, key, doc), Document(CODE, code, None))
        await self._documents.commit(Batch(documents=documents))
        if account is None:  # said elsewhere: its own side does not know yet
            await self._tell(linked.account, linked.person)
        return linked

    async def unlink(self, person: str, channel: str) -> list[Account]:
        """Takes a person's accounts in a channel away; answers which."""
        gone = await self.accounts(person, channel)
        for account in gone:
            await self._put(ACCOUNT, f"{channel}/{account.id}", None)
            await self._tell(account, None)
        return gone

    async def forget(self, channel: str, prefix: str) -> None:
        """Takes all accounts whose id begins so away without a word: their workspace has gone."""
        keys = [key async for key, _ in self._documents.scan(ACCOUNT) if key.startswith(f"{channel}/{prefix}")]
        await self._documents.commit(Batch(documents=[Document(ACCOUNT, key, None) for key in keys]))

    async def _code(self, doc: Mapping[str, Any]) -> str:
        """The code that stands for it already, where there is one; those that have run out are removed."""
        now, gone = self._clock.now(), []
        async for code, known in self._documents.scan(CODE):
            if parse_instant(known["until"]) <= now + VALID_FOR / 2:
                gone += [code] if parse_instant(known["until"]) <= now else []
            elif known["account"] == doc["account"] and known["person"] == doc["person"]:
                return code
        letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
        code = f"PX-{letters[:4]}-{letters[4:]}"
        kept = Document(CODE, code, {**doc, "until": instant_text(now + VALID_FOR)})
        await self._documents.commit(Batch(documents=(kept, *(Document(CODE, old, None) for old in gone))))
        return code

    async def _put(self, kind: str, key: str, doc: Mapping[str, Any] | None) -> None:
        await self._documents.commit(Batch(documents=(Document(kind, key, doc),)))

    async def _tell(self, account: Account, person: str | None) -> None:
        for listener in self._listeners[account.channel]:
            await listener(account, person)


def code_in(text: str) -> str | None:
    """The code that stands in a text, in its one spelling."""
    found = _CODE.search(text)
    return f"PX-{found[1]}-{found[2]}".upper() if found else None


def _account(doc: Mapping[str, Any]) -> Account:
    return Account(**{name: doc[name] for name in ("channel", "id", "name", "where", "at")})
