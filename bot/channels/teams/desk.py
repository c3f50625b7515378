"""The desk for Teams: who asks, what Pollux answers, and where the answer belongs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.channels._questions import Questions
from bot.channels._reception import HOME, NOT_YOURS, Reception
from bot.channels._revisions import REVISED, Revisions
from bot.channels.teams.cards import Reader, answered, messages
from bot.channels.teams.connector import Connector
from bot.channels.teams.files import fetch
from bot.channels.teams.forms import is_of_form, message_of, texts_of, to_show
from bot.channels.teams.options import TeamsOptions
from bot.channels.teams.pictures import with_picture
from bot.channels.teams.places import Place, Places
from bot.channels.teams.reading import FILLED, Heard
from bot.channels.teams.streaming import announced, at_work, closing
from bot.dialogue.buttons import question_of
from bot.forms.form import FORM
from bot.identity import Account, Stranger
from bot.ports import Incoming, Reply
from twin_core.contract.errors import PolluxError, Unavailable
from twin_core.contract.ports import Batch, Document

NAME = "teams"
NUDGE = "teams_nudge"  # where one stands
ALONE = "That is for you alone: I have answered in our own chat."
NO_CHAT = "That is for you alone. Write to me in a chat of our own, and I answer there."
UNCHANGED = Reply("Nothing was changed.")

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
            said = await self.connector.post(place.service_url, place.conversation, closing(message, stream))
            id, stream = said or stream, ""
        return id

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
            await self.say(place, await self.reception.news(person), Reader(account.at))
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
        for reply in replies:
            await self._answer(heard, reply, stream)
            stream = ""
        if (said := heard.pressed.get("said")) and heard.private and heard.message:
            shown = answered(str(said), str(heard.pressed["title"]))
            await self.connector.update(place.service_url, place.conversation, heard.message, shown)

    async def _shows_form(self, heard: Heard, place: Place) -> bool:
        """Whether there is a form to be filled in, first or once more; one that fits goes on as a turn."""
        person = self.options.people.get(heard.user) or await self._linked_person(heard)
        if self.options.forms is None or person is None or not heard.private:
            return False
        try:
            shown = await to_show(self.options.forms, person, heard)
        except PolluxError as error:
            await self.say(place, Reply(str(error)), _reader(heard))
            return True
        if shown is not None:
            await self.connector.post(place.service_url, place.conversation, message_of(shown, heard.user))
        return shown is not None

    async def _revise(self, heard: Heard) -> None:
        """Words that were changed, deleted or put back after they were worked on."""
        meant = self.revisions.meant(heard)
        if isinstance(meant, Heard):
            await self._turn(meant)
        elif meant is not None:
            await self._answer(heard, meant, "")

    async def _announce(self, heard: Heard) -> str:
        place = Place.of(heard)
        try:
            id = await self.connector.post(place.service_url, place.conversation, at_work(alone=heard.private))
        except Unavailable as error:  # the answer is what counts
            log.info("teams.not_announced", reason=str(error))
            return ""
        return id if heard.private else ""

    async def _answer(self, heard: Heard, reply: Reply, stream: str) -> None:
        """Teams lets nobody whisper: what others must not read goes into the person's own chat."""
        place = Place.of(heard)
        if heard.private or reply.public:
            await self._put(heard, place, reply, _reader(heard), stream)
            return
        chat = await self.places.chat(heard.account)
        if chat is not None:
            await self._put(heard, chat, reply, Reader(heard.user, heard.sender), "")
        await self.say(place, Reply(ALONE if chat else NO_CHAT), _reader(heard))

    async def _put(self, heard: Heard, place: Place, reply: Reply, reader: Reader, stream: str) -> None:
        """Says it, and keeps where it stands if it asks something."""
        id = await self.say(place, reply, reader, stream)
        if not question_of(reply):
            return
        person = self.options.people.get(heard.user) or await self._linked_person(heard)
        if person is not None:
            stands = {"id": id, "service_url": place.service_url, "conversation": place.conversation}
            await self.questions.note(person, reply, id, stands)

    async def _linked_person(self, heard: Heard) -> str | None:
        return await self.options.identities.person(NAME, heard.account) if self.options.identities else None

    async def _replies(self, heard: Heard) -> Sequence[Reply]:
        turns = _incoming(heard)
        if not turns:
            return (UNCHANGED,)

        async def account() -> Account:
            return Account(NAME, heard.account, (heard.name or heard.user)[:80], "Teams", heard.user)

        who = await self.reception.person(heard.user, heard.account, turns[0], account)
        if isinstance(who, Stranger):
            return (who.reply,)
        if heard.recording:
            turn = replace(turns[0], user=who)
            return await self.reception.heard(turn, lambda: fetch(heard.recording, heard.service_url))
        *before, last = [await self.reception.answers(replace(turn, user=who)) for turn in turns]
        refused = [
            reply for replies in before for reply in replies if not reply.card
        ]  # the last shows the others' work
        return (*refused, *last)


def _reader(heard: Heard) -> Reader:
    return Reader(heard.user, heard.sender, shared=not heard.private)


def _incoming(heard: Heard) -> list[Incoming]:
    """What was done, as turns of the conversation: of a form one for each field that was changed."""
    turn = Incoming(
        conversation=HOME if heard.private else f"{NAME}/{heard.tenant}/{heard.conversation}",
        text=heard.text,
        action=heard.pressed.get("action"),
        channel=NAME,
        message_id=heard.key,
        shared=not heard.private,
        pressed=heard.message if heard.pressed else "",
    )
    if heard.kind == "fill":
        return [replace(turn, action=f"{FORM}{heard.pressed[FILLED]}", fields=texts_of(heard))]
    if heard.kind != "change":
        return [turn]
    changed = {
        str(label): heard.fields[id].strip()
        for id, (label, value) in heard.pressed["form"].items()
        if heard.fields.get(id, "").strip() not in ("", value)
    }
    return [
        replace(turn, text=f"{label}: {value}", message_id=f"{heard.key}/{number}")
        for number, (label, value) in enumerate(changed.items())
    ]
