"""When a reminder that is moved comes instead: from the words of the request and from where it stands."""

from dataclasses import dataclass
from datetime import datetime

from bot.dialogue.moments import is_bare_clock
from bot.planning.moving import new_slot, told
from bot.planning.reminding import reminding_time
from bot.planning.times import Open
from bot.turn import Turn
from twin_core.contract.reminders import ReminderView


@dataclass(frozen=True, slots=True)
class Moved:
    """`all_of_them`: those that repeat come at another hour from now on, and not the next one alone."""

    at: datetime
    all_of_them: bool = False


@dataclass(frozen=True, slots=True)
class _Instant:
    """A reminder as what can be moved: without a length. One that has come, or waits for no time, goes from now."""

    start: datetime
    end: datetime
    all_day: bool = False


def moved_to(view: ReminderView, turn: Turn) -> Moved | Open | None:
    """None where no time was said; Open where one has to ask which is meant."""
    stands = view.at if view.at and view.status == "waiting" else turn.now
    slot = new_slot(_Instant(stands, stands), turn.request, turn.now, turn.services.zone)
    if isinstance(slot, Open) and slot.stretch:  # "to the afternoon"
        found = reminding_time(turn)
        return Moved(found[0]) if isinstance(found, tuple) and found[0] else slot
    if slot is None or isinstance(slot, Open):
        return slot
    at = slot.start if isinstance(slot.start, datetime) else stands
    clock = told(turn.request).to
    return Moved(at, bool(view.recurrence and clock and is_bare_clock(clock)))
