"""Asking for reminders: at a time, again and again, before an event, once something has happened."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.attention.choosing import concern_meant
from bot.dialogue.buttons import UNDO, picks
from bot.dialogue.state import Effect, Pending, Request, Reversal, Subject
from bot.dialogue.unasked import waits_for_nobody
from bot.planning.asking import ask_time, ask_title, passed
from bot.planning.beforehand import before_event, before_spoken_of, days_before_spoken_of, told_of
from bot.planning.reminder_wording import reminder_when
from bot.planning.reminding import (
    before_it,
    condition,
    days_before,
    reminding_time,
    topic,
    waits_for,
    waits_for_something,
    waits_for_time,
)
from bot.planning.several_hours import one_by_one
from bot.planning.times import Open, length_of
from bot.replies.phrases import capital, count_text, listed
from bot.turn import Outcome, Reverse, Skill, Turn, say
from twin_core.contract.errors import NotFound, Rejected
from twin_core.contract.ids import new_id
from twin_core.contract.reminders import (
    CancelReminder,
    CreateReminder,
    GetReminder,
    ReminderView,
    Unacknowledged,
    WhenFree,
)

EXAMPLE: Mapping[str, Any] = {}
_TIMES = (("in an hour", "In an hour"), ("this evening", "This evening"), ("tomorrow at 9", "Tomorrow at 9"))
_SNOOZE = timedelta(minutes=15)
_SHOWN = 8
_AND = re.compile(r"^(?:(?:oh|ok|okay|yes)[,\s]+)*(?:and|also|plus|again)\b", re.IGNORECASE)


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"create_reminder": create}


async def create(turn: Turn) -> Outcome:
    """At a time, again and again, before an event, or once something has happened."""
    request, text = turn.request, str(turn.request.get("text", ""))
    if waits_for_nobody(text):
        return await _if_nobody(turn)
    about = str(request.get("title") or "") or topic(text, request.get("spans", ()))
    if clause := _condition_clause(turn, text):
        return await _on_condition(turn, clause, about)
    if (ahead := days_before(text)) and (outcome := await days_before_spoken_of(turn, ahead, about)):
        return outcome
    if before_it(text) and (outcome := await before_spoken_of(turn, about)):
        return outcome
    if anchored := next((t for t in request.get("times", ()) if t.get("anchor")), None):
        return await before_event(turn, anchored, about)
    if len(hours := one_by_one(request)) > 1 and about:
        return await _at_each(turn, hours, about)
    when = reminding_time(turn)
    if when is None and waits_for_time(text):
        return await _when_free(turn, about)
    clause = waits_for(text) if waits_for_something(text) else ""
    if when is None and clause and (not about or about.casefold().endswith(clause.casefold())):
        raise NotFound(
            f"I can't tell when “{clause}” is so.",
            code="no_condition",
            hint="Name one of your things, like “when the freezer is above −15”, or say a time.",
        )
    if when is None:
        return ask_time("When shall I remind you?", request, _TIMES)
    if isinstance(when, Open):
        return passed(when, turn, "reminder")
    # "Every day at 9" begins something of its own: what was spoken of before is not meant by it.
    if not (about := about or ("" if request.get("recurrence") else await _spoken_of(turn))):
        return ask_title("What shall I remind you of?", turn)
    at, rule = when
    made = CreateReminder(about, at, rule, conversation=turn.conversation, twin=_twin(turn))
    return told_of(turn, await turn.execute(made))


async def _at_each(turn: Turn, hours: Sequence[Request], about: str) -> Outcome:
    """A reminder for each of several hours; one that is over today is asked about after the others are made."""
    made: list[ReminderView] = []
    over: tuple[Open, Request] | None = None
    for request in hours:
        when = reminding_time(replace(turn, request=request))
        if isinstance(when, tuple):
            command = CreateReminder(about, *when, conversation=turn.conversation, twin=_twin(turn))
            made.append(await turn.execute(command))
        elif isinstance(when, Open):
            over = over or (when, request.having(title=about))
    texts = [reminder_when(turn, view.at, f": {view.about}", rule=view.recurrence) for view in made]
    effect = None
    if made:
        reversals = tuple(Reversal("reminder_made", view.id) for view in made)
        effect = Effect(turn.request, f"{count_text(len(made), 'reminder')} of “{about}”", reversals)
    replies = (say("\n".join(texts), UNDO),) if texts else ()
    subject = Subject("reminder", made[0].id) if made else None
    if over is None:
        return Outcome(replies, subject=subject, effect=effect)
    asked = passed(over[0], replace(turn, request=over[1]), "reminder")
    return replace(asked, replies=(*replies, *asked.replies), subject=subject, effect=effect)


async def _if_nobody(turn: Turn) -> Outcome:
    """Unless somebody has taken a concern on by then."""
    concern, when = await concern_meant(turn), reminding_time(turn)
    at = when[0] if isinstance(when, tuple) else None
    waits = Unacknowledged(concern.id, (at - turn.now).total_seconds()) if at else Unacknowledged(concern.id)
    made = CreateReminder(concern.title, conversation=turn.conversation, twin=concern.twin, unacknowledged=waits)
    view = await turn.execute(made)
    told = reminder_when(turn, view.at, f", unless somebody has taken it on by then: {concern.title}")
    return told_of(turn, view, told)


async def _when_free(turn: Turn, about: str) -> Outcome:
    """As soon as the calendar leaves so much time."""
    if not about:
        return ask_title("What shall I remind you of?", turn)
    length = length_of(turn.request)
    free = WhenFree(length.total_seconds()) if length else WhenFree()
    view = await turn.execute(CreateReminder(about, free=free, conversation=turn.conversation, twin=_twin(turn)))
    return told_of(turn, view, reminder_when(turn, view.at, f", when you are free: {view.about}"))


async def _spoken_of(turn: Turn) -> str:
    """ "Remind me in an hour", said about something; "and on Friday at 8", of what one is reminded of already."""
    subject = turn.state.subject
    if subject and subject.kind == "reminder" and _AND.search(str(turn.request.get("text", ""))):
        return (await turn.query(GetReminder(subject.id))).about
    focus = turn.state.twins or (turn.state.subject.id if turn.state.subject else "",)
    twin = turn.services.registry.twin(focus[0])
    return twin.name if twin else ""


def _twin(turn: Turn) -> str | None:
    return turn.request.twins[0] if turn.request.twins else None


# --- on a condition, before an event -----------------------------------------------------------------


def _condition_clause(turn: Turn, text: str) -> str:
    """The clause of what has to be reported; of a time ("when it is five") it is none."""
    clause = waits_for(text)
    request = turn.request
    of_thing = request.twins or any(request.get(slot) for slot in ("types", "property"))
    of_thing = of_thing or (request.get("place") and "value" in request.slots)
    return clause if clause and of_thing and not request.get("recurrence") else ""


async def _on_condition(turn: Turn, clause: str, about: str) -> Outcome:
    registry, request = turn.services.registry, turn.request
    # "If it is below 17 in the bedroom" is about how warm it is there.
    bare = not any(request.get(slot) for slot in ("twins", "types", "property")) and request.get("place")
    twins = request.twins or tuple(
        t.id
        for t in registry.select(
            types=request.get("types", ()), place=request.get("place"), property="temperature" if bare else None
        )
    )
    if len(twins) != 1:
        return _which_twin(turn, twins)
    twin = registry.twin(twins[0])
    if twin is None:
        raise NotFound(f"{twins[0]} is no longer there.")
    kind = registry.types[twin.type]
    named = request.get("property")
    specs = [spec] if named and (spec := registry.spec(twin, str(named))) else list(kind.properties.values())
    wanted = next((c for spec in specs if (c := condition(twin.id, spec, request.slots, clause))), None)
    if wanted is None:
        labels = listed([spec.label for spec in kind.properties.values()][:6], "or")
        raise Rejected(
            f"I can't tell what shall happen to {twin.name} first.",
            code="no_condition",
            hint=f"Say a value, like “when its temperature is above 8”. I know its {labels}.",
        )
    told = f"{twin.name} {clause.removeprefix('it ').strip()}" if twin.name.lower() not in clause.lower() else clause
    if clause.startswith("it "):
        clause = about = told
    words = clause if about in ("", clause) or about.lower().startswith(("when", "if")) else about
    view = await turn.execute(
        CreateReminder(capital(words), condition=wanted, conversation=turn.conversation, twin=twin.id)
    )
    return replace(told_of(turn, view, f"I'll tell you when {told.strip()}."), twins=(twin.id,))


def _which_twin(turn: Turn, twins: Sequence[str]) -> Outcome:
    known = [t for i in twins[:6] if (t := turn.services.registry.twin(i))]
    if not known:
        raise NotFound("I don't know which thing you mean.", hint="Name it as in “list my twins”.")
    options = tuple((twin.id, twin.name) for twin in known)
    pending = Pending(new_id("q"), "choose", turn.request, "Which one do you mean?", options)
    return Outcome((say(pending.question, *picks(pending)),), pending=pending, changes={"last": turn.request})


async def _unmake(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(CancelReminder(reversal.subject))


REVERSALS: Mapping[str, Reverse] = {"reminder_made": _unmake}
