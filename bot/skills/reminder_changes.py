"""What is done with reminders that were asked for: listed, put off, heard, cancelled."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.dialogue.buttons import UNDO, picks, says
from bot.dialogue.state import Effect, Listing, Pending, Reversal, Subject
from bot.dialogue.subject import moves
from bot.planning import matching
from bot.planning.asking import ask_time, passed
from bot.planning.moving import told
from bot.planning.reminder_moving import moved_to
from bot.planning.reminder_wording import as_it_was, reminder_line, reminder_when
from bot.planning.reminding import reminding_time
from bot.planning.times import Open, said_times
from bot.planning.titles import without_times
from bot.replies.phrases import capital, count_text, listed
from bot.skills.events import move_event
from bot.skills.tasks import complete_task
from bot.turn import Outcome, Reverse, Skill, Turn, say
from twin_core.contract.clock import parse_instant
from twin_core.contract.errors import NotFound
from twin_core.contract.ids import new_id
from twin_core.contract.nudges import AnswerNudge
from twin_core.contract.reminders import (
    CancelReminder,
    EditReminder,
    GetReminder,
    ListReminders,
    ReminderView,
    RestoreReminder,
    SnoozeReminder,
)
from twin_core.contract.tasks import ListTasks

EXAMPLE: Mapping[str, Any] = {}
_SNOOZE = timedelta(minutes=15)
_A_REMINDER = re.compile(r"\b(?:remind\w*|alarm)\b", re.IGNORECASE)
_NAMES_ONE = re.compile(r"\b(?:about|for|of|to|concerning|regarding|on)\s+\w+", re.IGNORECASE)
_SHOWN = 8
_LATER = (("in an hour", "In an hour"), ("this evening", "This evening"), ("tomorrow at 9", "Tomorrow at 9"))
# Words of these requests themselves, which belong to no reminder.
_OURS = frozenset(
    """reminder reminders reminded reminding nudge nudges alarm alarms remind pending set show have told tell stop turn
    scheduled schedule planned plans actions action switch ask asked
    just did do doing going happen happening coming automatically list
    snooze open active waiting bring pull push put set change make let have should come ring hour hours minute minutes
    day days week weeks half quarter sooner early late""".split()
)


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    heard = {f"{intent}@reminder": acknowledge for intent in ("acknowledge", "resolve", "dismiss")}
    changes = {"snooze@reminder": snooze, "complete_task@reminder": complete}
    return {"list_reminders": list_them, "edit_reminder": reword, **changes, **heard}


async def list_them(turn: Turn) -> Outcome:
    """Those that the words name; all where they only ask for them, and the one spoken of where "it" is asked about."""
    meant = turn.meant("reminder") if turn.request.get("of_it") else None
    views = [await turn.query(GetReminder(meant))] if meant else await _fitting(turn)
    if not views and not _NAMES_ONE.search(str(turn.request.get("text", ""))) and not said_times(turn.request):
        views = list(await turn.query(ListReminders(turn.user)))
    if not views:
        mine = await turn.query(ListReminders(turn.user))
        none = (
            "You have no reminders."
            if not mine
            else f"None of your {count_text(len(mine), 'reminder')} is meant by that."
        )
        return Outcome((say(none),))
    lines = [f"{n}. {reminder_line(turn, view)}" for n, view in enumerate(views[:_SHOWN], 1)]
    more = f"\nand {len(views) - _SHOWN} more" if len(views) > _SHOWN else ""
    text = f"{capital(count_text(len(views), 'reminder'))}:\n" + "\n".join(lines) + more
    ids = tuple(view.id for view in views)
    speech = f"{count_text(len(views), 'reminder')}, the next: {reminder_line(turn, views[0])}."
    return Outcome((say(text, speech=speech),), listing=Listing("reminder", ids), subject=Subject("reminder", ids[0]))


async def cancel_reminder(turn: Turn) -> Outcome:
    """The one that is meant; all only where all was said."""
    if picked := turn.request.get("reminder"):
        views = [await turn.query(GetReminder(str(picked[0] if isinstance(picked, (list, tuple)) else picked)))]
    else:
        views = await _fitting(turn)
        if not views and (meant := turn.meant("reminder")):
            views = [view for view in (await turn.query(GetReminder(meant)),) if view.status != "cancelled"]
    if not views and turn.request.intent == "cancel_reminder" and (name := _named_thing(turn)):
        raise NotFound(f"Nothing is planned for {name}.", hint="Ask “what have you planned?” to see what is.")
    if not views:
        raise NotFound("I find no such reminder.", hint="Ask “what reminders do I have?” to see them.")
    if len(views) > 1 and not turn.request.get("all"):
        return _which(turn, views)
    for view in views:
        await turn.execute(CancelReminder(view.id))
    reversals = tuple(Reversal("reminder", v.id, as_it_was(v)) for v in views)
    names = listed([f"“{view.about}”" for view in views])
    effect = Effect(turn.request, f"the end of the reminder {names}", reversals)
    return Outcome((say(f"Cancelled: {names}.", UNDO),), effect=effect)


def _named_thing(turn: Turn) -> str:
    twin = turn.services.registry.twin(turn.request.twins[0]) if len(turn.request.twins) == 1 else None
    return twin.name if twin else ""


async def snooze(turn: Turn) -> Outcome:
    """Until the time that was said; a quarter of an hour where none was. What is moved goes from where it stands."""
    if moves(str(turn.request.get("text", ""))):
        return await _move(turn)
    meant = turn.meant("reminder")
    if meant is None:
        raise NotFound("I don't know which reminder you mean.", hint="Ask “what reminders do I have?”.")
    before = await turn.query(GetReminder(meant))
    when = reminding_time(turn)
    if isinstance(when, Open):
        return passed(when, turn, "reminder", meant)
    until = when[0] if when and when[0] else turn.now + _SNOOZE
    view = await turn.execute(SnoozeReminder(meant, until))
    effect = Effect(turn.request, f"the snooze of “{view.about}”", (Reversal("reminder", meant, as_it_was(before)),))
    text = f"Snoozed. {reminder_when(turn, view.at, f': {view.about}')}"
    other = (
        () if when else (says("snooze it for an hour", "1 hour"), says("snooze it until this evening", "This evening"))
    )
    await _answered(turn, "put off")
    return Outcome((say(text, *other, UNDO),), subject=Subject("reminder", meant), effect=effect)


async def reword(turn: Turn) -> Outcome:
    """What it says, from now on."""
    found = await _to_move(turn)
    if isinstance(found, Outcome):
        return found
    view = await turn.execute(EditReminder(found.id, about=str(turn.request.get("title"))))
    reversal = Reversal("reminder", found.id, {**as_it_was(found), "about": found.about})
    effect = Effect(turn.request, f"the new words of “{found.about}”", (reversal,))
    text = f"Changed. {reminder_when(turn, view.at, f': {view.about}')}"
    return Outcome((say(text, UNDO),), subject=Subject("reminder", found.id), effect=effect)


async def _move(turn: Turn) -> Outcome:
    """To the time that was said; of one that repeats, all of them where an hour alone was said, else the next."""
    found = await _to_move(turn)
    if isinstance(found, Outcome):
        return found
    text = str(turn.request.get("text", ""))
    if found.before and turn.meant("reminder") != found.id and not _A_REMINDER.search(text):
        return await move_event(turn)  # by its name the event is meant, which takes its reminder along
    to = moved_to(found, turn)
    if to is None:
        return ask_time("When shall it come?", turn.request.having(reminder=found.id), _LATER)
    if isinstance(to, Open):
        return passed(to, turn, "reminder", found.id)
    if to.all_of_them:
        view = await turn.execute(EditReminder(found.id, at=to.at))
        reversal = Reversal("reminder_moved", found.id, as_it_was(found))
    else:
        view = await turn.execute(SnoozeReminder(found.id, to.at))
        reversal = Reversal("reminder", found.id, as_it_was(found))
    effect = Effect(turn.request, f"the new time of “{view.about}”", (reversal,))
    text = f"Moved. {reminder_when(turn, view.at, f': {view.about}', rule=view.recurrence if to.all_of_them else None)}"
    return Outcome((say(text, UNDO),), subject=Subject("reminder", found.id), effect=effect)


async def _to_move(turn: Turn) -> ReminderView | Outcome:
    """The reminder that is meant: by its words, its old time, or as spoken of last. Raises NotFound."""
    if picked := turn.request.get("reminder"):
        return await turn.query(GetReminder(str(picked[0] if isinstance(picked, (list, tuple)) else picked)))
    views = list(await turn.query(ListReminders(turn.user)))
    text = without_times(str(turn.request.get("text", "")), turn.request.get("spans", ()))
    words = [w for w in matching.said_words(text) if w not in _OURS]
    old = told(turn.request).which
    if words:
        views = [views[i] for i in matching.best_matches(words, [view.about for view in views])]
    elif old:
        views = [v for v in views if v.at and any(v.at == parse_instant(str(time["start"])) for time in old)]
    elif meant := turn.meant("reminder"):
        views = [view for view in (await turn.query(GetReminder(meant)),) if view.status != "cancelled"]
    if not views:
        raise NotFound("I find no such reminder.", hint="Ask “what reminders do I have?” to see them.")
    return views[0] if len(views) == 1 else _which(turn, views)


async def acknowledge(turn: Turn) -> Outcome:
    """It was heard: one that does not repeat is over with that."""
    meant = turn.meant("reminder")
    view = await turn.query(GetReminder(meant)) if meant else None
    await _answered(turn, "done")
    if view is None or view.status != "waiting":
        return Outcome((say("Good."),))
    if view.recurrence or view.delivered_at is None:
        return Outcome((say(f"Good. {reminder_when(turn, view.at, f': {view.about}')}"),))
    await turn.execute(CancelReminder(view.id))  # put off, and done meanwhile
    effect = Effect(turn.request, f"“{view.about}” done", (Reversal("reminder", view.id, as_it_was(view)),))
    return Outcome((say(f"Done: {view.about}.", UNDO),), effect=effect)


async def complete(turn: Turn) -> Outcome:
    """ "Done with the quote" is about a task, whatever reminder was spoken of last."""
    meant, named = turn.meant("reminder"), turn.request.get("task")
    if meant is not None and named:
        view = await turn.query(GetReminder(meant))
        words = matching.said_words(str(named[0] if isinstance(named, (list, tuple)) else named))
        open_tasks = [task.title for task in (await turn.query(ListTasks(turn.user))).items]
        # One that has not come yet is nothing that somebody reacts to.
        is_task = view.delivered_at is None and bool(matching.best_matches(words, open_tasks))
        if is_task or not matching.best_matches(words, [view.about]):
            return await complete_task(turn)
    return await acknowledge(turn)


async def _answered(turn: Turn, how: str) -> None:
    """The message that this answers needs nobody's attention any more."""
    for reply in turn.state.said:
        if reply.nudge:
            await turn.execute(AnswerNudge(reply.nudge, how))


async def _fitting(turn: Turn) -> list[ReminderView]:
    """The waiting reminders that the words mean: by what they are about, by time, by position; else all of them."""
    views = list(await turn.query(ListReminders(turn.user)))
    if turn.request.get("ordinal") is not None and (meant := turn.meant("reminder")):
        return [view for view in views if view.id == meant]
    text = without_times(str(turn.request.get("text", "")), turn.request.get("spans", ()))
    words = [w for w in matching.said_words(text) if w not in _OURS]
    times = said_times(turn.request)
    if words:
        found = matching.best_matches(words, [view.about for view in views])
        return [views[i] for i in found]
    if times:
        starts = parse_instant(str(times[0]["start"]))
        ends = parse_instant(str(times[0]["end"])) if times[0].get("end") else starts + timedelta(minutes=1)
        others = [parse_instant(str(option["start"])) for option in times[0].get("options", ())]
        return [v for v in views if v.at and (starts <= v.at < ends or v.at in others)]
    if (meant := turn.meant("reminder")) and turn.request.intent == "cancel_reminder":
        return [view for view in views if view.id == meant]
    return views


def _which(turn: Turn, views: Sequence[ReminderView]) -> Outcome:
    options = tuple((view.id, reminder_line(turn, view)) for view in views[:6])
    pending = Pending(new_id("q"), "choose", turn.request, "Which one?", options, slot="reminder")
    text = f"Which one: {listed([title for _, title in options], 'or')}?"
    return Outcome((say(text, *picks(pending)),), pending=pending, changes={"last": turn.request})


async def _back(reversal: Reversal, turn: Turn) -> None:
    at = reversal.values.get("at")
    when, status = parse_instant(str(at)) if at else None, reversal.values["status"]
    await turn.execute(RestoreReminder(reversal.subject, when, status, reversal.values.get("about")))


async def _moved_back(reversal: Reversal, turn: Turn) -> None:
    """All of those that repeat, to the hour that they came at."""
    await turn.execute(EditReminder(reversal.subject, at=parse_instant(str(reversal.values["at"]))))


REVERSALS: Mapping[str, Reverse] = {"reminder": _back, "reminder_moved": _moved_back}
