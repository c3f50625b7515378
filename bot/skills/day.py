"""How a day can be spent, and how much it holds."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.dialogue.state import Listing
from bot.planning.clashing import clash_line
from bot.planning.plans import Block, Plan, fitted
from bot.planning.times import asked_span, said_times
from bot.planning.wording import clock_text, day_text, event_line, hours_text
from bot.replies.phrases import capital, count_text, listed
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.agenda import DayLoad, FindFreeTime, GetAgenda, GetWorkload
from twin_core.contract.tasks import ListTasks, TaskView

EXAMPLE: Mapping[str, Any] = {}
_OTHERS = re.compile(r"\b(?:team|who|anyone|anybody|which of us|us)\b", re.IGNORECASE)
_MINE = re.compile(r"\b(?:i|my|me|i'm|am)\b", re.IGNORECASE)


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"plan_day": plan_day, "ask_capacity": ask_capacity}


async def plan_day(turn: Turn) -> Outcome:
    """The day's events with the tasks that fit between them, the most pressing first."""
    zone = turn.services.zone
    start, end = _day(turn)
    agenda = await turn.query(GetAgenda(start, end, turn.user))
    free = await turn.query(FindFreeTime(turn.user, max(start, turn.now), end, 15 * 60.0, limit=50))
    tasks = [task for task in (await turn.query(ListTasks(turn.user, done=False))).items if _is_for(task, end)]
    plan = fitted(tasks, [(slot.start, slot.end) for slot in free])
    day = day_text(start.astimezone(zone).date(), turn.now.astimezone(zone).date())
    lines = [(event.start, event_line(event, zone)) for event in agenda.events]
    lines += [(block.start, _block_line(block, turn)) for block in plan.blocks]
    if not lines and plan.left:
        return Outcome((say(f"Of your working hours nothing is left {day}. {_left(plan)}"),))
    if not lines:
        return Outcome((say(f"{capital(day)} is all yours: no events and no tasks."),))
    text = "\n".join([f"A plan for {day}:", *(line for _, line in sorted(lines, key=lambda pair: pair[0]))])
    if agenda.clashes:
        text += f"\n{clash_line(agenda, turn)}"
    if plan.left:
        text += f"\n{_left(plan)}"
    ids = tuple(dict.fromkeys(block.task.id for block in plan.blocks))
    return Outcome((say(text),), listing=Listing("task", ids) if ids else None)


async def ask_capacity(turn: Turn) -> Outcome:
    """How full the days are that were asked about, in hours."""
    text = str(turn.request.get("text", ""))
    if turn.request.get("person") or (_OTHERS.search(text) and not _MINE.search(text)):
        return Outcome((say("How full other people's days are is theirs to tell; I only know your own."),))
    times = said_times(turn.request)
    start, end = (asked_span(times[0], turn.now) if times else None) or _ahead(turn, text)
    loads = await turn.query(GetWorkload(turn.user, start, end - timedelta(microseconds=1)))
    loads = tuple(load for load in loads if load.day >= turn.now.astimezone(turn.services.zone).date()) or loads
    if len(loads) == 1:
        return Outcome((say(_one_day(loads[0], turn)),))
    return Outcome((say(_days(loads, turn)),))


def _ahead(turn: Turn, text: str) -> tuple[datetime, datetime]:
    """What is left of the week where it is spoken of, else of today."""
    zone = turn.services.zone
    midnight = turn.now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    days = 7 - midnight.weekday() if re.search(r"\bweek\b", text, re.IGNORECASE) else 1
    return turn.now, midnight + timedelta(days=days)


def _one_day(load: DayLoad, turn: Turn) -> str:
    day = capital(day_text(load.day, turn.now.astimezone(turn.services.zone).date()))
    if not load.working_s:
        taken = f", with {hours_text(load.meetings_s)} of events" if load.meetings_s else ""
        return f"{day} is no working day of yours{taken}."
    parts = [f"{hours_text(load.meetings_s)} of meetings", f"{hours_text(load.tasks_s)} of work on tasks"]
    parts += [f"{hours_text(load.travel_s)} on the way"] if load.travel_s else []
    text = f"{day}: {listed(parts)}, of {hours_text(load.working_s)}."
    if load.overbooked_s:
        return f"{text} That is {hours_text(load.overbooked_s)} more than the day holds."
    room = max(0.0, load.working_s - load.meetings_s - load.travel_s - load.tasks_s)
    return f"{text} {capital(hours_text(room))} left, {hours_text(load.focus_s)} free in stretches of an hour or more."


def _days(loads: Sequence[DayLoad], turn: Turn) -> str:
    today = turn.now.astimezone(turn.services.zone).date()
    working = [load for load in loads if load.working_s]
    used = sum(load.meetings_s + load.travel_s + load.tasks_s for load in working)
    total = sum(load.working_s for load in working)
    if not total:
        return "There are no working days of yours in that time."
    text = f"{round(100 * used / total)} % of your time is taken: {hours_text(used)} of {hours_text(total)}"
    text += f" on {count_text(len(working), 'working day')}."
    full = [load for load in working if load.overbooked_s]
    if full:
        days = [f"{day_text(load.day, today)} by {hours_text(load.overbooked_s)}" for load in full]
        return f"{text} Overbooked: {listed(days)}."
    roomiest = max(working, key=lambda load: load.working_s - load.meetings_s - load.travel_s - load.tasks_s)
    return f"{text} Most room is {day_text(roomiest.day, today)}."


def _day(turn: Turn) -> tuple[datetime, datetime]:
    """The day or part of it that was said; else today, or tomorrow once the working day is over."""
    zone = turn.services.zone
    times = said_times(turn.request)
    if times and (span := asked_span(times[0], turn.now)):
        return span
    midnight = turn.now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return turn.now, midnight + timedelta(days=1)


def _is_for(task: TaskView, end: datetime) -> bool:
    """Due by then or soon after, without a due time, or important."""
    return task.due is None or task.due < end + timedelta(days=7) or task.priority == "high"


def _block_line(block: Block, turn: Turn) -> str:
    zone = turn.services.zone
    due = f", due at {clock_text(block.task.due, zone)}" if block.presses and block.task.due else ""
    return f"{clock_text(block.start, zone)}–{clock_text(block.end, zone)} {block.task.title}{due}"


def _left(plan: Plan) -> str:
    """What there is no room for, wholly or in part."""
    begun = {block.task.id for block in plan.blocks}
    whole = [task.title for task, _ in plan.left if task.id not in begun]
    parts = [f"{hours_text(rest.total_seconds())} of {task.title}" for task, rest in plan.left if task.id in begun]
    return f"No room is left for {listed([*parts, *whole])}."
