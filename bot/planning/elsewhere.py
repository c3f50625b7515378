"""When a change meets another one that was made in its calendar or task list meanwhile: the person decides."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.dialogue.buttons import picks
from bot.dialogue.state import Pending
from bot.replies.phrases import age_text
from bot.turn import Outcome, Turn, say
from twin_core.contract.clock import parse_instant
from twin_core.contract.ids import new_id
from twin_core.contract.mirroring import ChangedElsewhere

THEIRS, MINE = "theirs", "mine"


def decided(turn: Turn) -> str | None:
    """What the person decided, once they were asked."""
    value = turn.request.get("keep")
    return str(value[0] if isinstance(value, (list, tuple)) else value) if value else None


async def or_ask(
    change: Callable[[], Awaitable[Outcome]], turn: Turn, now_text: Callable[[], Awaitable[str]], mine: str
) -> Outcome:
    """The change; or, where its source holds something else by now, the question what shall hold.

    `now_text` says what the source holds, `mine` what the person wanted.
    """
    try:
        return await change()
    except ChangedElsewhere as error:
        source = str(error.details.get("source", "its source"))
        changed = error.details.get("changed_at")
        ago = f" {age_text(max(timedelta(0), turn.now - parse_instant(str(changed))))}" if changed else ""
        if error.now is None:
            return Outcome((say(f"It was deleted in {source}{ago}, so nothing was changed."),))
        theirs = await now_text()
        question = f"Keep that, or {mine}?"
        options = ((THEIRS, f"Keep {theirs}"), (MINE, mine[:1].upper() + mine[1:]))
        pending = Pending(new_id("q"), "choose", turn.request, question, options, slot="keep")
        text = f"It was changed in {source}{ago}: there it is {theirs} now. {question}"
        return Outcome((say(text, *picks(pending)),), pending=pending)
