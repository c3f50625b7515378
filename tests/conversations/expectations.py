"""Checks what a case expects after a turn: each fault says what was expected and what was found."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from tests.conversations.case import CaseFault
from tests.conversations.drive import Outcome
from tests.conversations.format import (
    AbsentIs,
    ApprovalIs,
    CandidateIs,
    EventIs,
    Expected,
    NudgeIs,
    ReminderIs,
    TaskIs,
    Turn,
    TwinIs,
    Values,
    Words,
)
from tests.conversations.matching import holds, instant, mentions, named, not_mentioned, same_value
from tests.conversations.ranking import check_ranking
from tests.conversations.world import Item, NotThere, World, asked_for, changes


async def check_expected(world: World, expected: Expected, before: Mapping[str, Any]) -> list[str]:
    """The faults of one expectation; `before` is people_can_change() as it was before the turn."""
    faults: list[str] = []
    for kind, check in _CHECKS.items():
        if (wanted := getattr(expected, kind)) is None:
            continue
        try:
            faults += await check(world, wanted)
        except CaseFault as fault:
            faults.append(f"{kind} cannot be checked: {fault}")
    if expected.no_change:
        changed = changes(before, await world.people_can_change())
        faults += [f"expected no change, found: {line}" for line in changed]
    return faults


def check_turn(turn: Turn, outcome: Outcome, words: Sequence[Words]) -> list[str]:
    """The faults of what was understood and said."""
    faults = []
    if turn.intent and outcome.intent != turn.intent:
        faults.append(f"expected the intent {turn.intent}, found {outcome.intent}")
    titles = " · ".join(str(button["title"]) for button in outcome.buttons)
    for wanted in words:
        # The text alone is always complete: what stands only on a button has not been said.
        faults += [
            f"expected {word!r} in the reply, found {outcome.text!r}"
            for word in not_mentioned(outcome.text, wanted.must)
        ]
        faults += [
            f"expected no {word!r} in the reply, found {outcome.text!r} [{titles}]"
            for word in wanted.must_not
            if mentions(f"{outcome.text}\n{titles}", word)
        ]
    return faults


async def _desired(world: World, wanted: Mapping[str, Values]) -> list[str]:
    return await _values(world, wanted, "desired", asked_for)


async def _reported(world: World, wanted: Mapping[str, Values]) -> list[str]:
    return await _values(
        world, wanted, "reported", lambda state, name: (state["reported"].get(name) or {}).get("value")
    )


async def _values(world: World, wanted: Mapping[str, Values], what: str, read: Callable[[Item, str], Any]) -> list[str]:
    faults = []
    for twin, values in wanted.items():
        state = await world.state(await world.twin_id(twin))
        for name, value in values.items():
            if not same_value(found := read(state, name), value):
                faults.append(f"expected {what} {name} of {twin!r} to be {value!r}, found {found!r}")
    return faults


async def _twin(world: World, wanted: TwinIs) -> list[str]:
    found = await world.twins_named(wanted.name)
    fields = wanted.model_dump(exclude={"name", "place"}, exclude_unset=True)
    for twin in found:
        place_fits = "place" not in wanted.model_fields_set or (
            named(twin["place"], wanted.place) if wanted.place else twin["place"] is None
        )
        if place_fits and holds(twin, fields):
            return []
    shown = [{key: twin.get(key) for key in ("name", "type", "status", "place", "config")} for twin in found]
    return [_lacks("twin", wanted, shown)]


async def _task(world: World, wanted: TaskIs) -> list[str]:
    titled = [task for task in await world.tasks() if named(task["title"], wanted.title)]
    fits = [t for t in titled if holds(t, wanted.model_dump(exclude={"title"}, exclude_unset=True))]
    return [] if fits else [_lacks("task", wanted, titled)]


async def _event(world: World, wanted: EventIs) -> list[str]:
    titled = [event for event in await world.events() if named(event["title"], wanted.title)]
    fits = [event for event in titled if wanted.start is None or instant(event["start"]) == wanted.start]
    return [] if fits else [_lacks("event", wanted, titled)]


async def _reminder(world: World, wanted: ReminderIs) -> list[str]:
    found = await world.reminders()
    for reminder in found:
        due = wanted.at is None or instant(reminder["at"]) == wanted.at
        if due and (wanted.about is None or named(reminder["about"], wanted.about)):
            return []
    return [_lacks("reminder", wanted, found)]


async def _nudge(world: World, wanted: NudgeIs) -> list[str]:
    texts = [_nudge_text(nudge) for nudge in await world.nudges()]
    if any(not not_mentioned(text, wanted.mentions) for text in texts):
        return []
    return [f"expected a nudge that mentions {wanted.mentions}, found {texts}"]


async def _no_nudge(world: World, wanted: Any) -> list[str]:
    texts = [_nudge_text(nudge) for nudge in await world.nudges()]
    unwanted = [text for text in texts if wanted is True or not not_mentioned(text, wanted.mentions)]
    about = "" if wanted is True else f" that mentions {wanted.mentions}"
    return [f"expected no nudge{about}, found {unwanted}"] if unwanted else []


async def _approval(world: World, wanted: ApprovalIs) -> list[str]:
    twin = await world.twin_id(wanted.twin)
    latest = [approval["status"] for approval in await world.approvals() if approval["twin"] == twin][-1:]
    if latest == [wanted.status]:
        return []
    return [f"expected the approval for {wanted.twin!r} to be {wanted.status}, found {latest or 'none'}"]


async def _absent(world: World, wanted: AbsentIs) -> list[str]:
    reads = {"twin": world.twins, "task": world.tasks, "event": world.events, "reminder": world.reminders}
    faults = []
    for kind, name in wanted.model_dump(exclude_none=True).items():
        found = [_title(item) for item in await reads[kind]() if named(_title(item), name)]
        if found:
            faults.append(f"expected no {kind} {name!r}, found {found}")
    return faults


async def _candidate(world: World, wanted: CandidateIs) -> list[str]:
    found = await world.candidates()
    for candidate in found:
        if (wanted.name is None or named(candidate["name"], wanted.name)) and wanted.type in (None, candidate["type"]):
            return []
    return [_lacks("candidate", wanted, [{"name": c["name"], "type": c["type"]} for c in found])]


async def _count(world: World, wanted: Mapping[str, int]) -> list[str]:
    """How many things carry a name: twins, candidates, tasks, events and reminders together."""
    titles: list[str] = []
    for read in (world.twins, world.candidates, world.tasks, world.events, world.reminders):
        try:
            titles += [_title(item) for item in await read()]
        except NotThere:
            continue
    faults = []
    for name, count in wanted.items():
        found = [title for title in titles if named(title, name)]
        if len(found) != count:
            faults.append(f"expected {count} named {name!r}, found {len(found)}: {found}")
    return faults


def _title(item: Item) -> str:
    return str(item.get("name") or item.get("title") or item.get("about") or "")


def _nudge_text(nudge: Item) -> str:
    return str((nudge.get("reply") or nudge).get("text", ""))


def _lacks(kind: str, wanted: Any, found: Sequence[Any]) -> str:
    return f"expected {kind} {wanted.model_dump(mode='json', exclude_unset=True)}, found {list(found)}"


_CHECKS: dict[str, Callable[[World, Any], Awaitable[list[str]]]] = {
    "desired": _desired,
    "reported": _reported,
    "reminder": _reminder,
    "task": _task,
    "event": _event,
    "twin": _twin,
    "nudge": _nudge,
    "no_nudge": _no_nudge,
    "critical": check_ranking,
    "approval": _approval,
    "absent": _absent,
    "candidate": _candidate,
    "count": _count,
}
