"""One thing and what is usual for it: are we using more than we mostly do?"""

import re
from datetime import timedelta

from bot.replies.phrases import capital, value_text
from bot.skills._periods import COUNTERS, Period, amount, verdict
from bot.turn import Outcome, Turn, say
from twin_core.contract.errors import NotFound
from twin_core.contract.template import PropertySpec
from twin_core.contract.views import TwinView

_WEEK = timedelta(days=7)
_WEEKS = 4  # so many before the last one tell what is usual
_USUAL = re.compile(
    r"\b(?:than|as|compared? (?:to|with)|above|below|over|under)\s+(?:is\s+|the\s+|we\s+|it\s+)?"
    r"(?:usual(?:ly)?|normal(?:ly)?|average|typical(?:ly)?|mostly|always)\b",
    re.IGNORECASE,
)


def asks_what_is_usual(turn: Turn) -> bool:
    """Whether a question compares with nothing else than how it usually is."""
    return not turn.request.get("times") and _USUAL.search(str(turn.request.get("text", ""))) is not None


async def compare_with_usual(twin: TwinView, spec: PropertySpec, turn: Turn) -> Outcome:
    """The last seven days beside the mean of the weeks before. Raises NotFound where those are not known."""
    began = turn.now - _WEEK
    now_value = await amount(twin, spec, Period(began, turn.now, ""), turn)
    spans = [Period(began - _WEEK * (n + 1), began - _WEEK * n, "") for n in range(_WEEKS)]
    known = [value for span in spans if (value := await amount(twin, spec, span, turn)) is not None]
    if now_value is None or not known:
        when = "the last seven days" if now_value is None else "the weeks before the last one"
        raise NotFound(f"I can't say what is usual for {twin.name} yet: I have too few readings of {when}.")
    usual = sum(known) / len(known)
    what = "used" if spec.name in COUNTERS else f"{spec.label} on average"
    said = verdict(spec, now_value - usual, max(abs(now_value), abs(usual)))
    a_week = " a week" if spec.name in COUNTERS else ""
    weeks = "the week before" if len(known) == 1 else f"the {len(known)} weeks before"
    text = (
        f"{capital(twin.name)}: {what} {value_text(spec, now_value)} in the last 7 days, {said} usual "
        f"({value_text(spec, usual)}{a_week} in {weeks})."
    )
    return Outcome((say(text),), twins=(twin.id,), property=spec.name)
