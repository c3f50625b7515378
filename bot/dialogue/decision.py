"""What the policy decides: one decision for one request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.dialogue.reference import Target
from bot.dialogue.state import Pending, Request

NOWHERE = Target()

Verb = Literal["do", "redo", "choose", "unknown", "which", "drop", "ask_again", "name_it", "elsewhere", "private"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do next. `verb` decides which of the other fields matter."""

    verb: Verb
    request: Request
    target: Target = NOWHERE
    pending: Pending | None = None  # stays open: it was interrupted, or is asked again
    revises: bool = False  # the last effect is replaced by this one
    withdraws: str = ""  # the approval that is asked for no longer


@dataclass(frozen=True, slots=True)
class Need:
    """Which twins a request needs: how many, of which status, and whether it changes them."""

    act: bool
    pool: str = "active"
    optional: bool = False


# Intents whose skill works on twins. All others are done without.
NEEDS: Mapping[str, Need] = {
    "control_device": Need(act=True),
    "ask_scenario": Need(act=True),
    "edit_twin": Need(act=True),
    "archive_twin": Need(act=True),
    "delete_twin": Need(act=True),
    "hibernate_twin": Need(act=True),
    "wake_twin": Need(act=True, pool="hibernated"),
    "restore_twin": Need(act=True, pool="archived"),
    "describe_twin": Need(act=False),
    "ask_status": Need(act=False),
    "ask_history": Need(act=False),
    "ask_since": Need(act=False),
    "ask_why": Need(act=False, optional=True),
    "acknowledge": Need(act=False, optional=True),
    "snooze": Need(act=False, optional=True),
    "dismiss": Need(act=False, optional=True),
    "resolve": Need(act=False, optional=True),
}
