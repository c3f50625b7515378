"""The desk for Teams: who asks, what Pollux answers, and where the answer belongs."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog
from microsoft_teams.api.activities import MessageActivityInput

from bot.channels._questions import Questions
from bot.channels._reception import HOME, NOT_YOURS, Reception
from bot.channels._revisions import REVISED, Revisions
from bot.channels._zones import with_zone
from bot.channels.teams.cards import Reader, messages
from bot.channels.teams.connector import GONE, Connector
from bot.channels.teams.elements import answered
from bot.channels.teams.files import UNREADABLE, fetch
from bot.channels.teams.forms import Shown, is_of_form, message_of, texts_of, to_show
from bot.channels.teams.options import TeamsOptions
from bot.channels.teams.pictures import with_picture
from bot.channels.teams.places import Place, Places
from bot.channels.teams.quotes import NUDGE, told_in
from bot.channels.teams.reading import FILLED, Heard
from bot.channels.teams.streaming import announced, at_work, closing
from bot.dialogue.buttons import question_of
from bot.forms.form import FORM
from bot.identity import Account, Stranger
from bot.ports import Incoming, Reply
from twin_core.contract.errors import PolluxError, Unavailable
from twin_core.contract.ports import Batch, Document

NAME = "teams"
ANSWER_S = 5.0  # what is pressed wants an answer within 10 to 15 seconds
REFUSED = frozenset({GONE, "teams_refused"})
ALONE = "That is for you alone: I have answered in our own chat."
NO_CHAT = "That is for you alone. Write to me in a chat of our own, and I answer there."

WELCOME = Reply(
    "Hello, I'm Pollux. Mention me and ask how something is doing, or tell me to change it; "
    "what is about a person I answer in a chat of our own."
)
WORDLESS = Reply(
    "I can listen to a recording, but not look at other files or pictures. Tell me in words what it is about."
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """Works on one thing that was heard after it was acknowledged."""

    options: TeamsOptions
    reception: Reception
    connector: Connector
    places: Places
    revisions: Revisions[Heard]
    questions: Questions

    async def work(self, heard: Heard) -> None:
        """A rim: whatever goes wrong is told to whoever asked, and logged."""
        try:
            if heard.kind == "gone":
                await self._gone(heard)
            elif heard.kind == "joined":
                await self.places.note(heard)
                await self.say(Place.of(heard), WELCOME, _reader(heard))
            else:
                await self.places.note(heard)
                await (self._revise(heard) if heard.kind in REVISED else self._turn(heard))
        except PolluxError as error:
            log.warning("teams.not_answered", kind=heard.kind, tenant=heard.tenant, reason=str(error))
        except Exception:
            log.exception("teams.work_failed", kind=heard.kind, tenant=heard.tenant)

    async def say(self, place: Place, reply: Reply, reader: Reader, stream: str = "") -> str:
        """The id of the last message of it; the first ends the stream. Raises Unavailable."""
        id = ""
        for message in messages(await with_picture(reply), reader):
            id, stream = await self.post(place, message, stream), ""
        return id

    async def post(self, place: Place, message: MessageActivityInput, stream: str = "") -> str:
        """Its id. A stream that Teams takes no more of, since it lasted too long or was stopped, is left: what was
        done is told all the same. Raises Unavailable.
        """
        if stream:
            try:
                end = closing(message.model_copy(), stream)
                return await self.connector.post(place.service_url, place.conversation, end) or stream
            except Unavailable as error:
                if error.code not in REFUSED:
                    raise
                log.info("teams.stream_over", reason=str(error))
        return await self.connector.post(place.service_url, place.conversation, message)

    async def close(self, stands: Mapping[str, Any], title: str) -> None:
        """A question that stands somewhere was answered: there is nothing to press any more. A rim."""
        try:
            shown = answered(str(stands["text"]), title)
            await self.connector.update(stands["service_url"], stands["conversation"], stands["id"], shown)
        except PolluxError as error:  # it is answered all the same
            log.info("teams.not_closed", reason=str(error))

    async def _gone(self, heard: Heard) -> None:
        """Whoever has removed the app from their own chat is not known here any more, nor what was said to them."""
        await self.places.forget(heard)
        if heard.private:
            if self.options.identities:
                await self.options.identities.forget(NAME, heard.account)
            store, kind = self.options.store, NUDGE
            said = [key async for key, _ in store.scan(kind) if key.endswith(f"/{heard.account}")]
            await store.commit(Batch(documents=[Document(kind, key, None) for key in said]))

    async def linked(self, account: Account, person: str | None) -> None:
        """Tells an account that it was linked or unlinked elsewhere."""
        self.places.let_go(account.id)
        place = await self.places.chat(account.id)
        if place is None:
            return
        try:
            reply = await self.reception.news(person)
            if person is not None and place.zone and (core := self.options.core):
                reply = await with_zone(reply, place.zone, "Teams", person, core)
            await self.say(place, reply, Reader(account.at))
        except PolluxError as error:  # it is linked all the same
            log.warning("teams.not_told", reason=str(error))

    async def _turn(self, heard: Heard) -> None:
        if heard.asked not in ("", heard.user):
            if not heard.at_once:
                await self.say(Place.of(heard), NOT_YOURS, _reader(heard))
            return
        place = Place.of(heard)
        if is_of_form(heard) and await self._shows_form(heard, place):
            return
        making = self._replies(heard)
        replies, stream = await announced(making, lambda: self._announce(heard), self.options.patience_s)
        self.revisions.answered(heard, replies)
        await self._answer(heard, replies, stream)
        if heard.closes:
            title = str(heard.pressed["title"])
            by = "" if heard.private else f" ({heard.name or heard.user})"
            shown = answered(str(heard.pressed.get("said", "")), f"{title}{by}")
            await self.connector.update(place.service_url, place.conversation, heard.message, shown)

    async def looks_again(self, heard: Heard) -> MessageActivityInput | str | None:
        """What a form that was sent is answered with where it cannot be taken yet; None where it can, or where that
        cannot be said in time.
        """
        try:
            async with asyncio.timeout(ANSWER_S):
                return await self._form(heard)
        except TimeoutError:
            return None
        except PolluxError as error:
            return str(error)

    async def put_in_place(self, heard: Heard, message: MessageActivityInput) -> None:
        """The answer to a delivery is seen where something was pressed, this by every device. A rim."""
        place = Place.of(heard)
        try:
            await self.connector.update(place.service_url, place.conversation, heard.message, message)
        except PolluxError as error:  # it is seen where it was pressed
            log.info("teams.not_put", reason=str(error))

    async def _form(self, heard: Heard) -> MessageActivityInput | None:
        """The form that was asked for, that follows, or that wants another look. Raises NotFound."""
        if not heard.private or heard.asked not in ("", heard.user):
            return None
        person = self.options.people.get(heard.user) or await self._linked_person(heard)
        if self.options.forms is None or person is None:
            return None
        shown = await to_show(self.options.forms, person, heard)
        return message_of(shown, heard.user) if shown else None

    async def _preview(self, heard: Heard, reply: Reply) -> MessageActivityInput | None:
        """What is about to be set up, in the fields of its form; None for any other reply, and where others read."""
        if (reply.card or {}).get("kind") != "preview" or not reply.form or not heard.private:
            return None
        person = self.options.people.get(heard.user) or await self._linked_person(heard)
        if self.options.forms is None or person is None:
            return None
        try:
            form = await self.options.forms.open(person, reply.form)
        except PolluxError:  # it is closed by now: what was said is told all the same
            return None
        return message_of(Shown(form, {}), heard.user, instead_of=reply)

    async def _shows_form(self, heard: Heard, place: Place) -> bool:
        """Whether there is a form to be filled in, first or once more; one that fits goes on as a turn."""
        try:
            form = await self._form(heard)
        except PolluxError as error:
            await self.say(place, Reply(str(error)), _reader(heard))
            return True
        if form is not None and heard.kind == "fill" and heard.message:
            await self.put_in_place(heard, form)
        elif form is not None:
            await self.post(place, form)
        return form is not None

    async def _revise(self, heard: Heard) -> None:
        """Words that were changed, deleted or put back after they were worked on."""
        meant = self.revisions.meant(heard)
        if (heard.kind == "deleted" or meant) and (who := await self.reception.known(heard.user, heard.account)):
            await self.reception.answers(replace(_incoming(heard), user=who, withdrawn=True, message_id=None))
        if isinstance(meant, Heard):
            await self._turn(meant)
        elif meant is not None:
            await self._answer(heard, (meant,), "")

    async def _announce(self, heard: Heard) -> str:
        place = Place.of(heard)
        try:
            id = await self.connector.post(place.service_url, place.conversation, at_work(alone=heard.private))
        except Unavailable as error:  # the answer is what counts
            log.info("teams.not_announced", reason=str(error))
            return ""
        return id if heard.private else ""

    async def _answer(self, heard: Heard, replies: Sequence[Reply], stream: str) -> None:
        """Teams lets nobody whisper: what others must not read goes into the person's own chat, and is pointed to."""
        place, points = Place.of(heard), False
        for reply in replies:
            if heard.private or reply.public:
                await self._put(heard, place, reply, _reader(heard), stream)
                stream = ""
                continue
            points, chat = True, await self.places.chat(heard.account)
            if chat is not None:
                await self._put(heard, chat, reply, Reader(heard.user, heard.sender), "")
        if points:
            chat = await self.places.chat(heard.account)
            await self.say(place, Reply(ALONE if chat else NO_CHAT), _reader(heard))

    async def _put(self, heard: Heard, place: Place, reply: Reply, reader: Reader, stream: str) -> None:
        """Says it, and keeps where it stands if it asks something."""
        preview = await self._preview(heard, reply)
        if preview is None:
            id = await self.say(place, reply, reader, stream)
        else:
            id = await self.post(place, preview, stream)
        if not question_of(reply):
            return
        person = self.options.people.get(heard.user) or await self._linked_person(heard)
        if person is not None:
            stands = {"id": id, "service_url": place.service_url, "conversation": place.conversation}
            await self.questions.note(person, reply, id, stands)

    async def _linked_person(self, heard: Heard) -> str | None:
        return await self.options.identities.person(NAME, heard.account) if self.options.identities else None

    async def _replies(self, heard: Heard) -> Sequence[Reply]:
        async def account() -> Account:
            return Account(NAME, heard.account, (heard.name or heard.user)[:80], "Teams", heard.user)

        who = await self.reception.person(heard.user, heard.account, _incoming(heard), account)
        if isinstance(who, Stranger):
            return (who.reply,)
        quotes = heard.quotes and await told_in(heard.quotes, heard.account, self.options.store, self.questions)
        turn = replace(_incoming(heard), user=who, quotes=quotes)
        if heard.recording == UNREADABLE:
            return (WORDLESS,)
        if heard.recording:
            return await self.reception.heard(turn, lambda: fetch(heard.recording, heard.service_url))
        return await self.reception.answers(turn)


def _reader(heard: Heard) -> Reader:
    return Reader(heard.user, heard.sender, shared=not heard.private)


def _incoming(heard: Heard) -> Incoming:
    """What was done, as a turn of the conversation."""
    is_form = heard.kind == "fill"
    return Incoming(
        conversation=HOME if heard.private else f"{NAME}/{heard.tenant}/{heard.conversation}",
        text=heard.text,
        action=f"{FORM}{heard.pressed[FILLED]}" if is_form else heard.pressed.get("action"),
        channel=NAME,
        message_id=heard.key,
        shared=not heard.private,
        alone="" if heard.private else HOME,
        fields=texts_of(heard) if is_form else {},
        message=heard.message if heard.closes or not heard.pressed else "",
    )
