"""The desk for Slack: who asks, what Pollux answers, and where the answer belongs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from bot.channels._inbox import Inbox
from bot.channels._questions import Questions
from bot.channels._reception import HOME, NOT_YOURS, Reception
from bot.channels._revisions import Revisions
from bot.channels._zones import with_zone
from bot.channels.slack.blocks import clip
from bot.channels.slack.delivery import Delivery, Place
from bot.channels.slack.forms import Forms
from bot.channels.slack.home import Home
from bot.channels.slack.modals import CALLBACK
from bot.channels.slack.nudges import TOLD
from bot.channels.slack.options import SlackOptions
from bot.channels.slack.people import People, shown_name
from bot.channels.slack.reading import Heard
from bot.channels.slack.workspaces import Workspaces
from bot.dialogue.buttons import STALE
from bot.forms.form import FORM
from bot.identity import Account, Stranger
from bot.ports import Incoming, Reply
from twin_core.contract.errors import PolluxError, Unavailable

NAME = "slack"
SPOKEN = ("message", "edited", "command", "shortcut")
TITLE_CHARS = 60
CUT_OFF = Reply("I was cut off while I took that form. Look whether it is there, and send it again where it is not.")
NOT_OPENED = Reply("Slack did not let me open the form in time. Press it once more.")
PROMPTS = ("What's most critical today?", "What is on today?", "List my twins", "What can you do?")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """Works on one thing that was heard after it was acknowledged."""

    options: SlackOptions
    reception: Reception
    workspaces: Workspaces
    delivery: Delivery
    home: Home
    forms: Forms
    inbox: Inbox
    revisions: Revisions[Heard]
    questions: Questions
    people: People
    untitled: set[str] = field(default_factory=set)  # threads of the assistant pane that nothing was said in yet

    async def work(self, heard: Heard) -> None:
        """A rim: whatever goes wrong is told to whoever asked, and logged."""
        try:
            await self._work(heard)
        except PolluxError as error:
            log.warning("slack.not_answered", kind=heard.kind, team=heard.team, reason=str(error))
        except Exception:
            log.exception("slack.work_failed", kind=heard.kind, team=heard.team)

    async def _work(self, heard: Heard) -> None:
        if heard.kind != "gone":
            await self.workspaces.client(heard.team)  # what was said before it was taken out is not worked on after
            if heard.kind in SPOKEN:
                heard = replace(heard, text=await self.people.named(heard.team, heard.text))
        match heard.kind:
            case "gone":
                await self.workspaces.remove(heard.team)
                if self.options.identities:
                    await self.options.identities.forget(NAME, f"{heard.team}/")
            case "home":
                await self._show_home(heard)
            case "edited" | "deleted":
                await self._revise(heard)
            case "assistant":
                await self._greet(heard)
            case "shortcut" | "form":
                await self._form(heard)
            case _:
                await self._turn(heard)

    async def _turn(self, heard: Heard) -> None:
        place = Place.of(heard)
        if heard.kind == "press" and heard.asked not in (None, heard.user):
            await self.delivery.say(place, NOT_YOURS, heard.user, alone=True)
            return
        if place.is_assistant:
            await self.delivery.status(place, "is thinking …")
            if place.thread in self.untitled:
                self.untitled.discard(place.thread)
                await self.delivery.title(place, clip(heard.text, TITLE_CHARS))
        message = self._incoming(heard)
        who = await self.person(heard, message)
        if isinstance(who, Stranger):
            replies: tuple[Reply, ...] = (who.reply,)
        else:
            replies = await self._answers(heard, replace(message, user=who, quotes=await self._above(heard)))
            self.revisions.answered(heard, replies)
        for number, reply in enumerate(replies):
            how = {"alone": isinstance(who, Stranger) or not reply.public, "again": heard.again}
            mark = f"{heard.key}/{number}"
            said = await self.delivery.insist(place, reply, heard.user, mark=mark, since=heard.message, **how)
            if said and not isinstance(who, Stranger):
                stands = {"team": heard.team, "channel": said[-1].channel, "user": heard.user}
                await self.questions.note(who, reply, said[-1].ts, {**stands, "ts": said[-1].ts})
        if heard.kind == "press":
            refused = any(reply.text == STALE for reply in replies)
            await self.delivery.close(
                heard, place, "Closed before this was pressed." if refused else f"✓ {heard.title}"
            )
            if place.is_home and not isinstance(who, Stranger):
                await self.home.show(heard.team, heard.user, who)

    async def close(self, stands: Mapping[str, Any], title: str) -> None:
        """A question that stands somewhere was answered: there is nothing to press any more. A rim."""
        try:
            reply = Reply(f"{stands['text']}\n✓ {title}")
            await self.delivery.edit(Place(stands["team"], stands["channel"]), stands["ts"], reply, stands["user"])
        except PolluxError as error:  # it is answered all the same
            log.info("slack.not_closed", team=stands["team"], reason=str(error))

    async def _revise(self, heard: Heard) -> None:
        """Words that were changed after they were worked on."""
        meant = self.revisions.meant(heard) if self.revisions.knows(heard) or not heard.overheard else None
        if (heard.kind == "deleted" or meant) and (who := await self.reception.known(heard.user, _account_id(heard))):
            await self.reception.answers(replace(self._incoming(heard), user=who, withdrawn=True, message_id=None))
        if isinstance(meant, Heard):
            await self._turn(meant)
        elif meant is not None:
            await self.delivery.say(Place.of(heard), meant, heard.user, alone=True)

    async def _above(self, heard: Heard) -> str:
        """The nudge or the open question in whose thread it was said; empty for any other thread."""
        if not heard.private or heard.thread is None or heard.kind == "press":
            return ""
        if question := await self.questions.at(heard.thread):
            return question
        told = await self.options.store.get(TOLD, f"{heard.thread}/{_account_id(heard)}")
        return str(told[0]["nudge"]) if told else ""

    async def _answers(self, heard: Heard, message: Incoming) -> tuple[Reply, ...]:
        if heard.recording:
            return await self.reception.heard(message, lambda: self.delivery.file(heard.team, heard.recording))
        if heard.kind != "submit" or heard.action == CALLBACK:
            return await self.reception.answers(message)

        async def sent() -> tuple[Reply, ...]:
            if not await self.inbox.begin(heard.key):
                return (CUT_OFF,)
            return (await self.forms.sent(heard, message.user),)

        return await self.reception.told(sent())

    async def person(self, heard: Heard, message: Incoming) -> str | Stranger:
        """Whom the settings name, or whose account it is; else the next step of linking."""
        id = _account_id(heard)
        return await self.reception.person(heard.user, id, message, lambda: self._account(heard, id))

    async def _account(self, heard: Heard, id: str) -> Account:
        """As it is shown to its person: with its name and workspace."""
        workspace = await self.workspaces.find(heard.team)
        user = await self.people.user(heard.team, heard.user)
        where = f"Slack, {workspace.name}" if workspace and workspace.name else "Slack"
        return Account(NAME, id, shown_name(user) or heard.user, where, heard.user)

    async def linked(self, account: Account, person: str | None) -> None:
        """Tells an account that it was linked or unlinked elsewhere."""
        team, user = account.id.split("/", 1)
        try:
            reply = await self.reception.news(person)
            if person is not None and (core := self.options.core):
                zone = str((await self.people.user(team, user)).get("tz") or "")
                reply = await with_zone(reply, zone, "Slack", person, core)
            await self.delivery.say(Place.direct(team, user), reply, user, alone=True)
        except PolluxError as error:  # it is linked all the same
            log.warning("slack.not_told", team=team, reason=str(error))

    async def _show_home(self, heard: Heard) -> None:
        who = await self.person(heard, self._incoming(heard))
        if isinstance(who, Stranger):
            await self.home.invite(heard.team, heard.user, who.reply)
        else:
            await self.home.show(heard.team, heard.user, who)

    async def _greet(self, heard: Heard) -> None:
        """Opens the assistant pane with examples; a stranger gets the step of linking first."""
        who = await self.person(heard, self._incoming(heard))
        place = Place.of(heard)
        if isinstance(who, Stranger):
            await self.delivery.say(place, who.reply, heard.user, alone=True)
        else:
            self.untitled.add(str(place.thread))
            await self.delivery.prompts(place, PROMPTS)

    async def reviewed(self, heard: Heard) -> Mapping[str, Any] | None:
        """What Slack shows of a form that was sent before anything is done; None: it is taken."""
        who = await self.person(heard, self._incoming(heard))
        return None if isinstance(who, Stranger) else await self.forms.reviewed(heard, who)

    async def _form(self, heard: Heard) -> None:
        """Opens the form of a shortcut or a button; whoever asked is told where that cannot be."""
        who = await self.person(heard, self._incoming(heard))
        if isinstance(who, Stranger):
            reply = who.reply
        elif heard.asked not in (None, heard.user):
            reply = NOT_YOURS
        else:
            try:
                opened = self.forms.open_form(heard, who) if heard.kind == "form" else self.forms.open(heard)
                await opened
                return
            except Unavailable as error:  # three seconds after the press nothing can be opened
                log.info("slack.not_opened", reason=str(error))
                reply = NOT_OPENED
            except PolluxError as error:
                reply = Reply(str(error))
        await self.delivery.say(Place.of(heard), reply, heard.user, alone=True)

    def _incoming(self, heard: Heard) -> Incoming:
        action = heard.action if heard.kind == "press" else None
        if heard.kind == "submit" and heard.action == CALLBACK:
            action = f"{FORM}{heard.context}"
        return Incoming(
            conversation=conversation_of(heard),
            text="" if action else heard.text,
            action=action,
            fields=heard.fields,
            channel=NAME,
            message_id=heard.key,
            shared=not heard.private,
            message=str(heard.message or ""),
        )


def _account_id(heard: Heard) -> str:
    return f"{heard.team}/{heard.user}"


def conversation_of(heard: Heard) -> str:
    """A thread is a conversation of its own; all else said alone with Pollux is one, also with other channels."""
    if (heard.private and heard.thread is None) or heard.ephemeral:
        return HOME
    return f"{NAME}/{heard.team}/{heard.channel}/{heard.thread or ''}"
