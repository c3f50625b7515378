"""The samples of a value that are told and drawn."""

from datetime import datetime

from twin_core.contract.commands import GetHistory
from twin_core.contract.ports import TwinCore
from twin_core.contract.views import HistoryView

POINTS = 120  # of a curve: more cannot be told apart in a small picture

Span = tuple[datetime, datetime]


async def series(core: TwinCore, twin: str, property: str, span: Span, person: str) -> HistoryView:
    """The readings as they are, at their own instants; where there are more than a curve needs, in even steps.

    Raises Forbidden for what this person may not see.
    """
    raw = await core.query(GetHistory(twin, property, *span, limit=POINTS + 1, person=person))
    if len(raw.samples) <= POINTS:
        return raw
    step_s = max(60.0, (span[1] - span[0]).total_seconds() / POINTS)
    return await core.query(GetHistory(twin, property, *span, step_s, person=person))
