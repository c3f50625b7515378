"""Why something is on the list, why it is not, and why it is not higher."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.attention.choosing import about, all_items, concern_meant
from bot.attention.explaining import explained, told_of, what_to_do
from bot.attention.messages import asks_why_told, why_told
from bot.attention.naming import named, says_a_name
from bot.dialogue.state import Subject
from bot.replies.phrases import SHOWN, capital, when_text
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.commands import ListPutAway
from twin_core.contract.errors import NotFound
from twin_core.contract.tasks import ListTasks, TaskView
from twin_core.contract.views import ConcernView

EXAMPLE: Mapping[str, Any] = {}
_NOT = re.compile(
    r"\bwhy\b.*\b(?:not|isn'?t|isn’t|aren'?t|aren’t|no)\b"
    r"|\b(?:instead of|rather than|higher|lower|further (?:up|down))\b",
    re.IGNORECASE,
)
_WHAT_ABOUT = re.compile(r"\b(?:what|how) about\b", re.IGNORECASE)
_WHAT_TO_DO = re.compile(
    r"\b(?:what|how)\b.*\b(?:helps?|suggest|recommend|advise|"
    r"(?:can|should|could|shall|must|do|am|are) (?:i|we)(?: supposed to)? (?:do|fix|solve|get rid))\b",
    re.IGNORECASE,
)
_AT_THE_TOP = re.compile(
    r"\bwhy\b.*\b(?:first|number one|(?:at|on) (?:the )?top|most (?:critical|important|urgent))\b", re.IGNORECASE
)
# "Why is the pump not running?" asks what is wrong with it, not where it stands.
_STATE = re.compile(
    r"\bwhy\b(?!\s+not\b).*\b(?:not|\w+n['’]t)\b.*"
    r"(?:\w+ing|connected|in (?:step|sync)|reachable|available|on|off|up)\W*$",
    re.IGNORECASE,
)


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"ask_why": ask_why}


async def ask_why(turn: Turn) -> Outcome:
    """All reasons of one concern; of what is lower, or not on the list, what keeps it there; why something was told."""
    text = str(turn.request.get("text", ""))
    if asks_why_told(text) and (answer := await why_told(turn)) is not None:
        return answer
    if _NOT.search(text) and not _STATE.search(text) and (answer := await _why_not(turn)) is not None:
        return answer
    if _WHAT_ABOUT.search(text) and says_a_name(text) and about(await all_items(turn), turn) is None:
        return await _of_unlisted(turn)
    if _WHAT_TO_DO.search(text):
        return what_to_do(turn, await concern_meant(turn))
    if _AT_THE_TOP.search(text) and (items := await all_items(turn)) and about(items, turn) is None:
        return explained(turn, items[0])
    return explained(turn, await concern_meant(turn))


async def _of_unlisted(turn: Turn) -> Outcome:
    """ "What about the lunch?", where no lunch is on the list."""
    if (answer := await _why_not(turn)) is not None:
        return answer
    if turn.request.twins or turn.request.get("ordinal") is not None:
        return explained(turn, await concern_meant(turn))
    raise NotFound("Nothing on the list goes by that name, nor does any of your tasks.", code="not_in_list")


async def _why_not(turn: Turn) -> Outcome | None:
    """None where nothing was named, or what was named comes first."""
    items = await all_items(turn)
    if (item := about(items, turn)) is not None:
        return _lower(turn, item, items) if item.rank > 1 else None
    text = str(turn.request.get("text", ""))
    if not turn.request.twins and not says_a_name(text):
        return None
    if (away := about(await turn.query(ListPutAway(turn.user)), turn)) is not None:
        until = f" until {when_text(away.until, turn.now, turn.services.zone)}" if away.until else ""
        return told_of(turn, away, f"{away.title}, but it was {away.status}{until.replace(' at ', ' ')}.")
    tasks = (await turn.query(ListTasks(turn.user))).items
    hits = named(text, [task.title for task in tasks])
    if len(hits) == 1:
        task = tasks[hits[0]]
        return Outcome((say(_unlisted(task, items, turn)),), subject=Subject("task", task.id))
    return None


def _lower(turn: Turn, item: ConcernView, items: Sequence[ConcernView]) -> Outcome:
    """Where it stands, what beats it, and by what."""
    above = items[: item.rank - 1]
    beating = "; ".join(other.title for other in above[: SHOWN + 1])
    first = above[0]
    text = (
        f"It is number {item.rank} of {len(items)}, with {item.score:g} points: {item.title}. Above it: {beating}. "
        f"The first has {first.score:g} points: {_difference(item, first)}."
    )
    return told_of(turn, item, text)


def _difference(item: ConcernView, other: ConcernView) -> str:
    """What makes the other more critical."""
    reasons = []
    if other.hazard and not item.hazard:
        reasons.append("it is a danger, and nothing comes before one")
    elif other.severity != item.severity:
        reasons.append(f"it is {_grave(other)}, this is {_grave(item)}")
    if other.due_at is not None and (item.due_at is None or other.due_at < item.due_at):
        reasons.append("it harms sooner")
    if item.status == "acknowledged":
        reasons.append("somebody is on this one")
    return ", and ".join(reasons) or (other.why[0] if other.why else "it matters more")


def _grave(item: ConcernView) -> str:
    return {"critical": "critical", "warning": "a warning", "info": "minor"}[item.severity]


def _unlisted(task: TaskView, items: Sequence[ConcernView], turn: Turn) -> str:
    """Why a task is not on the list."""
    first = f" First comes: {items[0].title}." if items else ""
    if task.done:
        return f"{capital(task.title)} is done.{first}"
    if task.due is None:
        return f"{capital(task.title)} has no due date, so nothing presses it up the list.{first}"
    due = when_text(task.due, turn.now, turn.services.zone)
    nearer = f"with {task.priority} priority: it comes on the list nearer to that"
    return f"{capital(task.title)} is due {due}, {nearer}.{first}"
