"""Which kind of plan a name is the name of: an event, a task or a reminder."""

from bot.planning import matching
from bot.planning.choosing import AHEAD, BACK
from bot.planning.titles import without_times
from bot.turn import Turn
from twin_core.contract.agenda import GetAgenda
from twin_core.contract.reminders import ListReminders
from twin_core.contract.tasks import ListTasks


async def likeness_of_kinds(turn: Turn) -> dict[str, float]:
    """How much of what was said stands in the title that fits best, by kind; empty where nothing is named."""
    words = matching.said_words(without_times(str(turn.request.get("text", "")), turn.request.get("spans", ())))
    if not matching.names_something(words):
        return {}
    agenda = await turn.query(GetAgenda(turn.now - BACK, turn.now + AHEAD, turn.user))
    titles = {
        "event": [event.title for event in agenda.events],
        "task": [task.title for task in (await turn.query(ListTasks(turn.user))).items],
        "reminder": [reminder.about for reminder in await turn.query(ListReminders(turn.user))],
    }
    return {kind: matching.likeness(words, of_kind) for kind, of_kind in titles.items()}
