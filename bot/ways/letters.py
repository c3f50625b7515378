"""What is said unasked as a message: its text, why it came, how to stop it, and its buttons as words."""

import re
from collections.abc import Sequence

from bot.charts.illustrator import Illustration
from twin_core.contract.notifying import Message
from twin_core.contract.nudges import NudgeView

SUBJECT_CHARS = 90


async def letter(
    nudge: NudgeView, note: str, drawn: Illustration | None, answered_by: str = "In the chat you can answer"
) -> Message:
    """All that is told of one matter is one thread."""
    asked = answers([action.title for action in nudge.actions], answered_by)
    parts = (note, nudge.text, drawn.caption if drawn else "", f"{nudge.why} {nudge.stop}".strip(), asked)
    return Message(
        subject=subject(nudge.text),
        text="\n\n".join(part for part in parts if part),
        sender="pollux",
        trace=nudge.id,
        key=f"{nudge.id}/{nudge.step}",
        thread=re.sub(r"[^A-Za-z0-9.]", ".", nudge.about.id if nudge.about else nudge.id),
        urgent=nudge.urgency in ("high", "safety"),
        picture=await drawn.picture() if drawn else None,
    )


def answers(titles: Sequence[str], answered_by: str) -> str:
    """`You can answer “Snooze” or “Done”.`; empty where there is nothing to choose."""
    *others, last = [f"“{title}”" for title in titles] or [""]
    return f"{answered_by} {', '.join(others)}{' or ' if others else ''}{last}." if last else ""


def subject(text: str) -> str:
    """The first line, cut after a word where it is long."""
    first = text.strip().split("\n")[0]
    if len(first) <= SUBJECT_CHARS:
        return first.rstrip(".")
    return first[:SUBJECT_CHARS].rpartition(" ")[0].rstrip(".,;:") + " …"
