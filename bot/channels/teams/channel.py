"""Microsoft Teams: activities over HTTP, acknowledged at once and worked on after."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

from bot.channels._inbox import Inbox
from bot.channels._questions import Questions
from bot.channels._reception import HOME, Reception, Works
from bot.channels._revisions import Revisions
from bot.channels.teams.cards import LIMITS, Reader
from bot.channels.teams.connector import GONE, Connector
from bot.channels.teams.desk import NAME, Desk
from bot.channels.teams.door import Door
from bot.channels.teams.forms import card_in
from bot.channels.teams.invokes import STRANGE, at_once, instead, words
from bot.channels.teams.nudges import Nudges
from bot.channels.teams.options import TeamsOptions
from bot.channels.teams.places import Places
from bot.channels.teams.reading import PRESSED, Heard, read
from bot.ports import Asgi, Incoming, OnMessage, Reply, Settled
from twin_core.contract.errors import Unavailable

INBOX = "teams_delivery"
QUESTION = "teams_question"


class TeamsChannel:
    """One bot, in the organisations that are let in."""

    name = NAME
    limits = LIMITS

    def __init__(self, options: TeamsOptions) -> None:
        self._options = options
        self._inbox = Inbox(options.store, options.clock, INBOX)
        self._revisions: Revisions[Heard] = Revisions(options.clock)
        self._questions = Questions(options.store, QUESTION)
        self._works = Works()
        self._connector: Connector | None = None
        self._desk: Desk | None = None

    async def start(self, on_message: OnMessage) -> Asgi | None:
        options = self._options
        self._connector = Connector(options)
        reception = Reception(NAME, on_message, options.people, options.identities, options.hear)
        self._desk = Desk(
            options, reception, self._connector, Places(options.store, options.people), self._revisions, self._questions
        )
        if options.identities:
            options.identities.listen(NAME, self._desk.linked)
        cut_off = [heard for _, activity in await self._inbox.open() if (heard := read(activity))]
        for heard in [each for each in cut_off if self._revisions.arrived(each)]:
            self._begin(heard)
        return Door(options, self._hear).app()

    async def send(self, conversation: str, reply: Reply) -> None:
        """Only what others may read goes into a shared conversation. Raises Unavailable."""
        kind, _, rest = conversation.partition("/")
        place = await self._desk.places.shared(rest.partition("/")[2]) if self._desk and kind == NAME else None
        if self._desk is None or place is None:
            raise Unavailable("That conversation is not in Teams.", code="nobody_there")
        if not reply.public:
            raise Unavailable("Others read along there.", code="shared_conversation")
        try:
            await self._desk.say(place, reply, Reader(shared=True))
        except Unavailable as error:
            if error.code == GONE:
                await self._desk.places.forget_shared(place.conversation)
            raise

    def open_for(self, user: str) -> Sequence[str]:
        """Teams does not tell who looks."""
        return ()

    async def home(self, user: str) -> str | None:
        """The private conversation of whoever has a chat here."""
        return HOME if self._desk and await Nudges(self._desk).chats(user) else None

    async def leave(self, user: str, conversation: str, reply: Reply, key: str) -> None:
        """Says it to the person alone, in all of their accounts here; the same key once. Raises Unavailable."""
        if self._desk:
            await Nudges(self._desk).leave(user, reply, key)

    async def edit(self, user: str, conversation: str, reply: Reply) -> None:
        """Edits a nudge that was said here; one that was not is none of ours. Raises Unavailable."""
        if self._desk:
            await Nudges(self._desk).edit(user, reply)

    def closed(self, by: Incoming, said: str, questions: Collection[str]) -> None:
        if self._desk is not None:
            self._works.spawn(self._questions.answered(by, said, questions, self._desk.close))

    def settled(self, settled: Sequence[Settled]) -> None:
        if self._desk is not None:
            self._works.spawn(self._questions.settled(settled, self._desk.close))

    async def aclose(self) -> None:
        self._desk = None
        await self._works.aclose()
        if self._connector:
            await self._connector.aclose()

    async def _hear(self, activity: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Keeps what was delivered, so that it can be acknowledged; the work begins after. Answers what is shown in
        the place of what was pressed.
        """
        heard = read(activity)
        if heard is None:
            return words(STRANGE) if activity.get("name") == PRESSED else None
        if heard.kind == "fill" and heard.at_once and (again := await self._looks_again(heard)):
            return again
        is_new = heard.kind != "show" and self._desk is not None and await self._inbox.take(heard.key, activity)
        if is_new and self._revisions.arrived(heard):
            self._begin(heard)
        return at_once(heard) if heard.at_once else None

    async def _looks_again(self, heard: Heard) -> Mapping[str, Any] | None:
        """The form once more, with what does not fit at its field; None where it is taken."""
        desk = self._desk
        if desk is None or self._inbox.knows(heard.key):
            return None
        again = await desk.looks_again(heard)
        if again is None or isinstance(again, str):
            return words(again) if again else None
        self._works.begin(heard.conversation, partial(desk.put_in_place, heard, again))
        return instead(card_in(again))

    def _begin(self, heard: Heard) -> None:
        """Answers of one conversation come in the order in which it was asked."""

        async def work() -> None:
            if self._desk is None:
                return
            if meant := self._revisions.begun(heard):
                await self._desk.work(meant)
            for key in self._revisions.settled(heard):
                await self._inbox.done(key)

        self._works.begin(heard.conversation, work)
