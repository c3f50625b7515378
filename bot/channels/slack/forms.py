"""Modals for what is made of a message in Slack: a task, a reminder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.channels.slack.blocks import clip
from bot.channels.slack.postbox import Postbox
from bot.channels.slack.reading import Heard
from bot.channels.slack.workspaces import Workspaces
from bot.dialogue.buttons import says
from bot.ports import Reply
from bot.replies.phrases import when_text
from twin_core.contract.agenda import GetPerson
from twin_core.contract.clock import Clock
from twin_core.contract.errors import Rejected, Unavailable
from twin_core.contract.ports import TwinCore
from twin_core.contract.reminders import CreateReminder
from twin_core.contract.requests import Cause
from twin_core.contract.tasks import CreateTask

TASK, REMINDER = "make_task", "remind_me"  # the shortcuts of the app manifest
TITLE_CHARS = 200
NOTES_CHARS = 2900
MORNING = 9
_WHEN: Mapping[str, timedelta | None] = {
    "in 15 minutes": timedelta(minutes=15),
    "in an hour": timedelta(hours=1),
    "in three hours": timedelta(hours=3),
    "tomorrow morning": None,
}


@dataclass(frozen=True, slots=True)
class Forms:
    """What they hold goes to the twin core as it was written: a message of somebody else is never read as a wish."""

    workspaces: Workspaces
    postbox: Postbox
    core: TwinCore | None
    clock: Clock

    async def open(self, heard: Heard) -> None:
        """Shows the form of a shortcut. Raises Unavailable where it came too late."""
        view = _task(heard.text) if heard.action == TASK else _reminder(heard.text)
        client = await self.workspaces.client(heard.team)
        await self.postbox.call(lambda: client.views_open(trigger_id=str(heard.trigger), view=view))

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

    def _at(self, when: str, zone: ZoneInfo) -> datetime:
        now = self.clock.now()
        if (after := _WHEN.get(when)) is not None:
            return now + after
        tomorrow = now.astimezone(zone) + timedelta(days=1)
        return tomorrow.replace(hour=MORNING, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)


def _task(text: str) -> dict[str, Any]:
    fields = [
        _line("title", "Task", _headline(text)),
        {**_input("due", "Due", {"type": "datepicker"}), "optional": True},
        {**_line("notes", "Notes", clip(text, NOTES_CHARS), many=True), "optional": True},
    ]
    return _modal(TASK, "New task", "Add", fields)


def _reminder(text: str) -> dict[str, Any]:
    options = [{"text": _plain(when.capitalize()), "value": when} for when in _WHEN]
    chosen = {"type": "static_select", "options": options, "initial_option": options[1]}
    fields = [_line("title", "About", _headline(text)), _input("when", "When", chosen)]
    return _modal(REMINDER, "New reminder", "Remind me", fields)


def _headline(text: str) -> str:
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return clip(first, TITLE_CHARS)


def _modal(callback: str, title: str, submit: str, blocks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    head = {"type": "modal", "callback_id": callback, "title": _plain(title), "submit": _plain(submit)}
    return {**head, "close": _plain("Cancel"), "blocks": list(blocks)}


def _line(name: str, label: str, initial: str, *, many: bool = False) -> dict[str, Any]:
    most = NOTES_CHARS if many else TITLE_CHARS
    element = {"type": "plain_text_input", "multiline": many, "max_length": most}
    return _input(name, label, {**element, "initial_value": initial} if initial else element)


def _input(name: str, label: str, element: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "input", "block_id": name, "label": _plain(label), "element": {**element, "action_id": name}}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}
