"""The desk for Teams: who asks, what Pollux answers, and where the answer belongs."""

from dataclasses import dataclass, replace

import structlog

from bot.channels.teams.cards import messages
from bot.channels.teams.connector import Connector
from bot.channels.teams.options import TeamsOptions
from bot.channels.teams.places import Place, Places
from bot.channels.teams.reading import Heard
from bot.identity import Account, Gate, Stranger
from bot.ports import Incoming, OnMessage, Reply
from twin_core.contract.errors import PolluxError

NAME = "teams"
HOME = "home"  # the one conversation that a person has in all their private chats
ALONE = "That is for you alone: I have answered in our own chat."
NO_CHAT = "That is for you alone. Write to me in a chat of our own, and I answer there."
NOT_YOURS = "That was asked of somebody else. Ask me yourself, and I answer you."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """Works on one thing that was heard after it was acknowledged."""

    options: TeamsOptions
    on_message: OnMessage
    connector: Connector
    places: Places

    async def work(self, heard: Heard) -> None:
        """A rim: whatever goes wrong is told to whoever asked, and logged."""
        try:
            if heard.kind == "gone":
                await self.places.forget(heard)
            else:
                await self.places.note(heard)
                await self._turn(heard)
        except PolluxError as error:
            log.warning("teams.not_answered", kind=heard.kind, tenant=heard.tenant, reason=str(error))
        except Exception:
            log.exception("teams.work_failed", kind=heard.kind, tenant=heard.tenant)

    async def say(self, place: Place, reply: Reply, user: str) -> str:
        """The id of the last message of it. Raises Unavailable."""
        id = ""
        for message in messages(reply, user):
            id = await self.connector.post(place.service_url, place.conversation, message)
        return id

    async def linked(self, account: Account, person: str | None) -> None:
        """Tells an account that it was linked or unlinked elsewhere."""
        place = await self.places.chat(account.id)
        if place is None:
            return
        text = "This account is no longer linked; I tell nothing here any more."
        if person is not None and self.options.identities:
            name = await self.options.identities.people.name_of(person)
            text = f"Linked: here you are {name} now. If that was not you, say “disconnect teams”."
        try:
            await self.say(place, Reply(text), account.at)
        except PolluxError as error:  # it is linked all the same
            log.warning("teams.not_told", reason=str(error))

    async def _turn(self, heard: Heard) -> None:
        if heard.kind == "press" and heard.asked != heard.user:
            await self.say(Place.of(heard), Reply(NOT_YOURS), heard.user)
            return
        message = Incoming(
            conversation=HOME if heard.private else f"{NAME}/{heard.tenant}/{heard.conversation}",
            text=heard.text,
            action=heard.action,
            channel=NAME,
            message_id=heard.key,
            shared=not heard.private,
        )
        who = await self._person(heard, message)
        replies = (who.reply,) if isinstance(who, Stranger) else await self._answers(replace(message, user=who))
        for reply in replies:
            await self._answer(heard, reply)

    async def _answer(self, heard: Heard, reply: Reply) -> None:
        """Teams lets nobody whisper: what others must not read goes into the person's own chat."""
        place = Place.of(heard)
        if heard.private or reply.public:
            await self.say(place, reply, heard.user)
            return
        chat = await self.places.chat(heard.account)
        if chat is not None:
            await self.say(chat, reply, heard.user)
        await self.say(place, Reply(ALONE if chat else NO_CHAT), heard.user)

    async def _answers(self, message: Incoming) -> tuple[Reply, ...]:
        try:
            return (await self.on_message(message)).replies
        except PolluxError as error:
            return (Reply(str(error)),)
        except Exception:  # a rim: the person is told, the log has the trace
            log.exception("teams.turn_failed", conversation=message.conversation)
            return (Reply("Something broke here. Please try again."),)

    async def _person(self, heard: Heard, message: Incoming) -> str | Stranger:
        """Whom the settings name, or whose account it is; else the next step of linking."""
        if named := self.options.people.get(heard.user):
            return named
        identities = self.options.identities
        if identities is None:
            return Stranger(Reply("I don't know you here, and nobody is set up who could tell me who you are."))

        async def account() -> Account:
            return Account(NAME, heard.account, (heard.name or heard.user)[:80], "Teams", heard.user)

        return await Gate(identities).admit(NAME, heard.account, message, account)
