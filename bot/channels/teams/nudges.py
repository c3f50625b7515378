"""What Pollux says unasked in Teams: to the person alone, once, and edited where it stands when it has changed."""

from dataclasses import dataclass

import structlog

from bot.channels.teams.cards import Reader, messages
from bot.channels.teams.connector import GONE
from bot.channels.teams.desk import NAME, Desk
from bot.channels.teams.pictures import with_picture
from bot.channels.teams.places import Place
from bot.channels.teams.quotes import NUDGE
from bot.ports import Reply
from twin_core.contract.errors import Unavailable
from twin_core.contract.ports import Batch, Document

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Nudges:
    """Remembers where each nudge stands."""

    desk: Desk

    async def leave(self, person: str, reply: Reply, key: str) -> None:
        """Nothing for somebody without a chat here, any more. Raises Unavailable where Teams does not take it."""
        store = self.desk.options.store
        for account, place in await self.chats(person):
            known = f"{reply.nudge or key}/{account}"
            found = await store.get(NUDGE, known)
            if found and found[0]["key"] == key:
                continue
            try:
                id = await self.desk.say(place, reply, _reader(account))
            except Unavailable as error:
                if error.code != GONE:
                    raise
                log.info("teams.chat_gone", reason=str(error))  # until they write again, nobody is reached there
                await self.desk.places.forget_chat(account)
                continue
            await store.commit(Batch(documents=(Document(NUDGE, known, {"id": id, "key": key}),)))

    async def edit(self, person: str, reply: Reply) -> None:
        """Puts what the nudge says now in the place of what it said. Raises Unavailable."""
        for account, place in await self.chats(person):
            found = await self.desk.options.store.get(NUDGE, f"{reply.nudge}/{account}")
            if found is not None:
                first, *_ = messages(await with_picture(reply), _reader(account))
                try:
                    await self.desk.connector.update(place.service_url, place.conversation, str(found[0]["id"]), first)
                except Unavailable as error:
                    if error.code != GONE:
                        raise
                    log.info("teams.nudge_gone", reason=str(error))  # what was deleted there needs no edit

    async def chats(self, person: str) -> list[tuple[str, Place]]:
        """The private chats of everybody in Teams who is this person, by account."""
        options = self.desk.options
        linked = await options.identities.accounts(person, NAME) if options.identities else []
        named = [user for user, known in options.people.items() if known == person]
        accounts = [a.id for a in linked] + [f"{tenant.lower()}/{user}" for tenant in options.tenants for user in named]
        found = [(account, await self.desk.places.chat(account)) for account in dict.fromkeys(accounts)]
        return [(account, place) for account, place in found if place is not None]


def _reader(account: str) -> Reader:
    return Reader(account.split("/", 1)[1])
