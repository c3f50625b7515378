"""Less of what was asked for: no rule holds a reminder back, but it can be called off."""

from bot.dialogue.buttons import NO, YES
from bot.dialogue.state import Pending, Request
from bot.planning.reminder_wording import reminder_line
from bot.turn import Outcome, Turn, say
from twin_core.contract.nudges import NudgeView
from twin_core.contract.reminders import GetReminder


async def less_of_a_reminder(turn: Turn, message: NudgeView) -> Outcome:
    """Offers to cancel the one that came last, where it comes again. Raises NotFound for one that is gone."""
    reminder = await turn.query(GetReminder(message.about.id)) if message.about else None
    if reminder is None or reminder.status != "waiting":
        text = "You asked for that one yourself, and it will not come again. For the rest say “fewer messages”."
        return Outcome((say(text),))
    line = reminder_line(turn, reminder)
    question = f"Shall I cancel “{reminder.about}”?"
    request = Request("cancel_reminder", {"text": str(turn.request.get("text", "")), "reminder": reminder.id})
    pending = Pending(turn.cause.trace, "confirm", request, question)
    text = f"You asked for that one yourself; next: {line}. {question}"
    return Outcome((say(text, YES, NO),), pending=pending, changes={"last": request})
