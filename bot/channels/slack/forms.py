"""Modals: for what is made of a message in Slack, a task or a reminder, and for every form of ours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.channels.slack.blocks import clip
from bot.channels.slack.modals import (
    CALLBACK,
    Json,
    input_block,
    modal,
    notice,
    plain,
    shown_errors,
    shown_next,
    view_of,
)
from bot.channels.slack.postbox import Postbox
from bot.channels.slack.reading import Heard
from bot.channels.slack.workspaces import Workspaces
from bot.dialogue.buttons import says
from bot.forms.form import FORM
from bot.forms.form import Forms as FormPort
from bot.ports import Reply
from bot.replies.phrases import when_text
from twin_core.contract.agenda import GetPerson
from twin_core.contract.clock import Clock
from twin_core.contract.errors import PolluxError, Rejected, Unavailable
from twin_core.contract.ports import TwinCore
from twin_core.contract.reminders import CreateReminder
from twin_core.contract.requests import Cause
from twin_core.contract.tasks import CreateTask

TASK, REMINDER = "make_task", "remind_me"  # the shortcuts of the app manifest
TITLE_CHARS = 200
NOTES_CHARS = 2900
MORNING = 9
_MARKS = re.compile(r"(?<!\w)([*_~`])(\S(?:.*?\S)?)\1(?!\w)")  # bold, italic, struck out, code
_WHEN: Mapping[str, timedelta | None] = {
    "in 15 minutes": timedelta(minutes=15),
    "in an hour": timedelta(hours=1),
    "in three hours": timedelta(hours=3),
    "tomorrow morning": None,
}


@dataclass(frozen=True, slots=True)
class Forms:
    """Opens them and says what Slack shows of one that was sent.

    What a task or a reminder is made of goes to the twin core as it was written: a message of somebody else is never
    read as a wish.
    """

    workspaces: Workspaces
    postbox: Postbox
    core: TwinCore | None
    clock: Clock
    forms: FormPort | None

    async def open(self, heard: Heard) -> None:
        """Shows the form of a shortcut. Raises Unavailable where it came too late."""
        await self._open(heard, _task(heard.text, heard.context) if heard.action == TASK else _reminder(heard.text))

    async def open_form(self, heard: Heard, person: str) -> None:
        """Shows one of our forms. Raises NotFound for one that is closed by now, Unavailable where it came too late."""
        await self._open(heard, view_of(await self._port().open(person, str(heard.action).removeprefix(FORM))))

    async def reviewed(self, heard: Heard, person: str) -> Json | None:
        """What Slack shows of a form that was sent: what does not fit, or the form that follows. None: it is taken."""
        if heard.action != CALLBACK:
            wrong: Mapping[str, str] = {} if heard.fields.get("title", "").strip() else {"title": "It needs a title."}
            return shown_errors(wrong) if wrong else None
        port, id = self._port(), heard.context
        try:
            if wrong := await port.misfits(person, id, heard.fields):
                return shown_errors(wrong)
            follows = await port.then(person, id, heard.fields)
        except PolluxError as error:
            return shown_next(notice("Not taken", str(error)))
        return shown_next(view_of(follows)) if follows else None

    async def sent(self, heard: Heard, person: str) -> Reply:
        """Does what the form asks for. Raises PolluxError."""
        if self.core is None:
            raise Unavailable("Nothing can be kept here.")
        title = heard.fields.get("title", "").strip()
        if not title:
            raise Rejected("It needs a title.")
        cause = Cause(person, heard.key)
        if heard.action == TASK:
            due = heard.fields.get("due")
            made = CreateTask(title, date.fromisoformat(due) if due else None, notes=heard.fields.get("notes", ""))
            await self.core.execute(made, cause)
            text = f"Added to your tasks: {title}" + (f", due {due}." if due else ".")
            return Reply(text, (says("what are my tasks?", "My tasks"),))
        zone = ZoneInfo((await self.core.query(GetPerson(person))).zone)
        at = self._at(heard.fields.get("when", ""), zone)
        await self.core.execute(CreateReminder(title, at, owner=person), cause)
        text = f"I remind you {when_text(at, self.clock.now(), zone)}: {title}."
        return Reply(text, (says("list my reminders", "My reminders"),))

    async def _open(self, heard: Heard, view: Json) -> None:
        client = await self.workspaces.client(heard.team)
        await self.postbox.call(lambda: client.views_open(trigger_id=str(heard.trigger), view=view))

    def _port(self) -> FormPort:
        if self.forms is None:
            raise Unavailable("There are no forms here.")
        return self.forms

    def _at(self, when: str, zone: ZoneInfo) -> datetime:
        now = self.clock.now()
        if (after := _WHEN.get(when)) is not None:
            return now + after
        tomorrow = now.astimezone(zone) + timedelta(days=1)
        return tomorrow.replace(hour=MORNING, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)


def _task(text: str, link: str) -> dict[str, Any]:
    """With the words of the message, and where it stands."""
    notes = "\n".join(each for each in (clip(text, NOTES_CHARS - len(link) - 1), link) if each)
    fields = [
        _line("title", "Task", _headline(text)),
        input_block("due", "Due", {"type": "datepicker"}, optional=True),
        _line("notes", "Notes", notes, many=True),
    ]
    return modal(TASK, "New task", "Add", fields)


def _reminder(text: str) -> dict[str, Any]:
    options = [{"text": plain(when.capitalize()), "value": when} for when in _WHEN]
    chosen = {"type": "static_select", "options": options, "initial_option": options[1]}
    fields = [_line("title", "About", _headline(text)), input_block("when", "When", chosen)]
    return modal(REMINDER, "New reminder", "Remind me", fields)


def _headline(text: str) -> str:
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return clip(_MARKS.sub(r"\2", first), TITLE_CHARS)


def _line(name: str, label: str, initial: str, *, many: bool = False) -> dict[str, Any]:
    most = NOTES_CHARS if many else TITLE_CHARS
    element = {"type": "plain_text_input", "multiline": many, "max_length": most}
    return input_block(name, label, {**element, "initial_value": initial} if initial else element, optional=many)
