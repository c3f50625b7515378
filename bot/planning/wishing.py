"""Changes of devices for later: at a time, again and again, or for as long as was said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.dialogue.buttons import UNDO
from bot.dialogue.state import Effect, Reversal, Subject
from bot.planning.reminder_wording import from_then_on
from bot.planning.reminding import reminding_time, waits_for_something
from bot.planning.times import Open, length_of, said_times
from bot.planning.wording import clock_text, day_text
from bot.replies.phrases import capital, listed, span_text
from bot.turn import Outcome, Turn, say
from twin_core.contract.clock import parse_instant
from twin_core.contract.errors import Rejected
from twin_core.contract.reminders import CreateReminder, Wish
from twin_core.contract.template import Value
from twin_core.contract.views import ChangeView

_AT_ONCE = timedelta(seconds=30)
_A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class When:
    """When a change is wanted: `at` None is at once; `until` is when it is taken back."""

    at: datetime | None = None
    rule: str | None = None
    until: datetime | None = None


def wanted_when(turn: Turn) -> When | Open:
    """What the words say of it; Open where one has to ask which time is meant. Raises Rejected for what would have to
    be waited for and is no time.
    """
    request = turn.request
    times = said_times(request)
    # What was confirmed was asked about before: "what if I …?" waits for nothing.
    timed = times or request.get("recurrence") or request.get("confirmed")
    if not timed and waits_for_something(str(request.get("text") or "")):
        raise Rejected(
            "I can do that at a time, and not when something happens; nothing was changed.",
            code="no_time",
            hint="Say “at 7 pm”; or say “tell me when …”, and I tell you then.",
        )
    until = next((parse_instant(str(t["start"])) for t in times if t.get("edge") == "until"), None)
    if until and until > turn.now:
        return When(until=until)
    length = length_of(request)
    if length and not times and not request.get("recurrence"):
        return When(until=turn.now + length)
    if not times and not request.get("recurrence") and not request.get("start"):
        return When()
    told = reminding_time(turn)
    if isinstance(told, Open):
        return told if told.passed is None or _is_clock(turn) else When()
    at, rule = told or (None, None)
    if at is None or (at - turn.now < _AT_ONCE and rule is None):
        return When()
    is_distance = length is not None and abs(at - turn.now - length) < _A_MINUTE  # "in ten minutes"
    return When(at, rule, at + length if length and not is_distance else None)


def for_how_long(turn: Turn) -> str:
    """`for 2 hours`, `until today at 18:00`, with a blank before it; empty where it is wanted for good."""
    request = turn.request
    times = said_times(request)
    until = next((parse_instant(str(t["start"])) for t in times if t.get("edge") == "until"), None)
    if until and until > turn.now:
        return f" until {_moment(until, turn)}"
    length = length_of(request)
    return f" for {span_text(length)}" if length and not times and not request.get("recurrence") else ""


def _is_clock(turn: Turn) -> bool:
    """Whether an hour was named: "today" and "this morning" are no time to wait for."""
    return any(t.get("grain") in ("hour", "minute", "second") and not t.get("end") for t in said_times(turn.request))


async def wish_for_later(turn: Turn, when: When, changes: Sequence[ChangeView], title: str) -> Outcome:
    """Set down for its time; `changes` are what was rehearsed, `title` what they are called."""
    wishes = tuple(Wish(change.twin.id, change.values) for change in changes)
    twin = changes[0].twin.id
    made = await turn.execute(
        CreateReminder(capital(title), when.at, when.rule, conversation=turn.conversation, twin=twin, wishes=wishes)
    )
    reversals = [Reversal("reminder_made", made.id)]
    text = f"{capital(title)}: I'll see to it {_moment(made.at or turn.now, turn)}{from_then_on(made.recurrence)}."
    if any(change.verdict.approval_needed for change in changes):
        text += " It will need your approval then."
    if when.until:
        ended = await _end(turn, when.until, changes, when.rule)
        reversals += ended[0]
        text += ended[1]
    effect = Effect(turn.request, f"the plan “{made.about}”", tuple(reversals))
    focus = tuple(change.twin.id for change in changes)
    return Outcome((say(text, UNDO),), twins=focus, subject=Subject("reminder", made.id), effect=effect)


async def with_end(turn: Turn, outcome: Outcome, when: When, changes: Sequence[ChangeView]) -> Outcome:
    """What was done at once, with its end set down: undoing it takes back both."""
    done = [change for change in changes if change.status in ("applied", "unchanged")]
    if not done or when.until is None:
        return outcome
    reversals, text = await _end(turn, when.until, done, None)
    if not reversals:
        return outcome
    first, *rest = outcome.replies
    effect = outcome.effect or Effect(turn.request, f"the end of {listed([c.twin.name for c in done])}", ())
    effect = replace(effect, reversals=(*effect.reversals, *reversals))
    replies = (replace(first, text=f"{first.text}{text}", buttons=first.buttons or (UNDO,)), *rest)
    return replace(outcome, replies=replies, effect=effect)


async def _end(
    turn: Turn, until: datetime, changes: Sequence[ChangeView], rule: str | None
) -> tuple[list[Reversal], str]:
    """Sets down that it ends: what is on goes off, a level goes back to what it was."""
    wishes = tuple(Wish(c.twin.id, before) for c in changes if (before := _before(c, turn)))
    if not wishes:
        return [], ""
    about = f"End of {listed([change.twin.name for change in changes])} as set"
    command = CreateReminder(about, until, rule, conversation=turn.conversation, twin=wishes[0].twin, wishes=wishes)
    made = await turn.execute(command)
    return [Reversal("reminder_made", made.id)], f" It goes back {_moment(until, turn)}."


def _before(change: ChangeView, turn: Turn) -> dict[str, Value]:
    """What it goes back to. A command and its corrections are one: it is what was so before the first of them."""
    known = dict(change.before)
    if turn.request.get("correction") and turn.state.effects:
        reversals = turn.state.effects[-1].reversals
        known |= next((r.values for r in reversals if r.kind == "desired" and r.subject == change.twin.id), {})
    before: dict[str, Value] = {}
    for name, value in change.values.items():
        was = known.get(name)
        if isinstance(value, bool):
            before[name] = not value
        elif was is not None and was != value:
            before[name] = was
    return before


def _moment(at: datetime, turn: Turn) -> str:
    zone = turn.services.zone
    return f"{day_text(at.astimezone(zone).date(), turn.now.astimezone(zone).date())} at {clock_text(at, zone)}"
