"""Carrying out what was asked for a later time."""

from datetime import datetime, timedelta
from typing import Final

from twin_core.contract.commands import SetDesired
from twin_core.contract.errors import PolluxError
from twin_core.contract.ports import TwinCore
from twin_core.contract.reminders import ReminderView
from twin_core.contract.requests import Cause

# Later than that it may no longer be wanted: the person is asked instead of surprised.
TOO_LATE: Final = timedelta(minutes=15)


async def carry_out(view: ReminderView, due_at: datetime, now: datetime, core: TwinCore) -> str:
    """Why some of it was not done; empty where all was. To ask for the same twice changes nothing."""
    if now - due_at > TOO_LATE:
        return "I was not running then"
    failed: list[str] = []
    for wish in view.wishes:
        try:
            await core.execute(SetDesired(wish.twin, wish.values), Cause(view.owner, view.id))
        except PolluxError as error:
            failed.append(str(error).rstrip("."))
    return "; ".join(dict.fromkeys(failed))
