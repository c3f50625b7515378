"""Drives a server through a case: sets its world up, then takes its turns, through HTTP and MQTT only."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.conversations.case import Case, CaseFault
from tests.conversations.format import Message, Telemetry, Turn
from tests.conversations.format import Twin as TwinSetup
from tests.conversations.matching import plain
from tests.conversations.ranking import names
from tests.conversations.world import Item, NotThere, World

Publish = Callable[[str, bytes], Awaitable[None]]
EFFECT_S = 3.0  # how long a published message may take to show
STILL_S = 0.15  # how long nothing moves once it has shown


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a turn: the intent that was understood, and what was said, asked or not."""

    intent: str | None = None
    replies: tuple[Item, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(str(reply.get("text", "")) for reply in self.replies)

    @property
    def buttons(self) -> list[Item]:
        return [button for reply in self.replies for button in reply.get("buttons") or []]


@dataclass(slots=True)
class Driver:
    """One case at one server; `headers` give the proof of each person who speaks."""

    world: World
    publish: Publish
    headers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    _last: dict[str, Outcome] = field(default_factory=dict)
    _nudges: set[str] = field(default_factory=set)  # ids of those seen

    async def set_up(self, case: Case) -> None:
        """Makes the world of the case. Raises CaseFault at the first thing that cannot be made."""
        world = case.world
        for twin in world.twins:
            await self.world.post("/twins", _twin_body(twin))
        rows = [row for part in world.telemetry for row in self._rows(part)]
        rows += [_row(t.name, name, value, world.clock) for t in world.twins for name, value in t.state.items()]
        await self._report(sorted(rows, key=lambda row: str(row["at"])))
        for name, values in world.desired.items():
            await self._want(name, values)
        for task in world.tasks:
            await self.world.post("/tasks", task.model_dump(mode="json", exclude_none=True))
        for event in world.events:
            await self.world.post("/events", event.model_dump(mode="json", exclude_none=True))
        for concern in world.concerns:
            await self._settle_concern(concern.twin, concern.state, concern.until)

    async def take(self, turn: Turn) -> Outcome:
        """One turn. Raises CaseFault where it cannot be taken."""
        if turn.user is not None:
            return await self._chat(turn, {"text": turn.user})
        if turn.press is not None:
            return await self._chat(turn, {"action": self._button(turn)})
        if turn.advance_s is not None:
            await self.world.post("/clock", {"advance_s": turn.advance_s})
            self.world.now += timedelta(seconds=turn.advance_s)
        elif turn.telemetry is not None:
            await self._report([row for part in turn.telemetry for row in self._rows(part)])
        elif turn.mqtt is not None:
            await self._tell(turn.mqtt)
        return await self._nudged()

    async def _chat(self, turn: Turn, message: dict[str, str]) -> Outcome:
        conversation = _conversation(turn)
        body = {"conversation": conversation, **message}
        response = await self.world.http.post("/api/v1/chat", json=body, headers=self.headers.get(turn.as_ or "owner"))
        if not response.is_success:
            raise CaseFault(f"POST /chat answered {response.status_code}: {response.text[:300]}")
        answer = response.json()
        outcome = Outcome(answer["intent"], tuple(answer["replies"]))
        self._last[conversation] = outcome
        await self._nudged()
        return outcome

    def _button(self, turn: Turn) -> str:
        """The id of the button meant: exactly that title, else the only one that holds it. Of several nudges that
        came together the newest that has one is the last reply.
        """
        last = self._last.get(_conversation(turn), Outcome())
        wanted, titles = plain(turn.press or ""), [str(button["title"]) for button in last.buttons]
        together = [last] if last.intent else [Outcome(None, (reply,)) for reply in reversed(last.replies)]
        meant = next((fitting for each in together if (fitting := _titled(each.buttons, wanted))), [])
        if len(meant) != 1:
            found = f"{len(meant)} of the buttons {titles} fit" if meant else f"the buttons are {titles}"
            raise CaseFault(f"there is no one button {turn.press!r} to press: {found}")
        return str(meant[0]["id"])

    async def _nudged(self) -> Outcome:
        """The nudges delivered since the last turn; they count as the last reply in every conversation."""
        try:
            nudges = await self.world.nudges()
        except NotThere:
            return Outcome()
        fresh = [nudge for nudge in nudges if nudge["id"] not in self._nudges]
        self._nudges.update(nudge["id"] for nudge in fresh)
        outcome = Outcome(None, tuple(nudge.get("reply") or nudge for nudge in fresh))
        if fresh:
            self._last = dict.fromkeys([*self._last, _conversation(Turn(user=""))], outcome)
        return outcome

    def _rows(self, telemetry: Telemetry) -> list[Item]:
        return [
            _row(telemetry.twin, telemetry.property, value, self._instant(at), telemetry.unit)
            for at, value in telemetry.points
        ]

    def _instant(self, at: Any) -> datetime:
        return at if isinstance(at, datetime) else self.world.now + timedelta(minutes=float(at))

    async def _report(self, rows: list[Item]) -> None:
        if not rows:
            return
        counts = await self.world.post("/telemetry", rows)
        if counts.get("errors"):
            raise CaseFault(f"telemetry was refused: {counts['errors'][:3]}")

    async def _want(self, name: str, values: Mapping[str, Any]) -> None:
        """Asks for a change and approves it where that is needed."""
        twin = await self.world.twin_id(name)
        change = await self.world.put(f"/twins/{twin}/desired", {"values": dict(values)})
        if approval := change.get("approval"):
            await self.world.post(f"/approvals/{approval['id']}/approve", {})

    async def _settle_concern(self, name: str, state: str, until: datetime | None) -> None:
        twin = await self.world.twin_id(name)
        meant = [item for item in await self.world.critical() if names(item, name, {twin})]
        if not meant:
            raise CaseFault(f"there is no concern about {name!r} to be {state}")
        for item in meant:
            if state == "snoozed" and until:
                await self.world.post(f"/concerns/{item['id']}/snooze", {"until": until.isoformat()})
            else:
                await self.world.post(f"/concerns/{item['id']}/ack", {})

    async def _tell(self, message: Message) -> None:
        """Publishes, then waits until what the server shows has changed and stands still again.

        A message that rightly has no effect costs the whole EFFECT_S.
        """
        payload = message.payload if isinstance(message.payload, str) else json.dumps(message.payload)
        before = await self._shown()
        await self.publish(message.topic, payload.encode())
        loop = asyncio.get_running_loop()
        latest, still_until, deadline = before, 0.0, loop.time() + EFFECT_S
        while loop.time() < deadline:
            await asyncio.sleep(STILL_S / 3)
            if (now := await self._shown()) != latest:
                latest, still_until = now, loop.time() + STILL_S
            elif latest != before and loop.time() >= still_until:
                return

    async def _shown(self) -> str:
        twins = [await self.world.state(twin["id"]) for twin in await self.world.twins()]
        return json.dumps([twins, await self.world.candidates(), await self.world.critical()], sort_keys=True)


def _titled(buttons: Sequence[Item], wanted: str) -> list[Item]:
    exact = [button for button in buttons if plain(button["title"]) == wanted]
    return exact or [button for button in buttons if wanted in plain(button["title"])]


def _conversation(turn: Turn) -> str:
    return turn.conversation or (f"acceptance-{turn.as_}" if turn.as_ else "acceptance")


def _row(twin: str, name: str, value: Any, at: datetime, unit: str | None = None) -> Item:
    row = {"twin": twin, "property": name, "value": value, "at": at.isoformat()}
    return {**row, "unit": unit} if unit else row


def _twin_body(twin: TwinSetup) -> Item:
    config: Item = {}
    if twin.limits:
        config["limits"] = {name: limit.model_dump(exclude_none=True) for name, limit in twin.limits.items()}
    if twin.tariff:
        config["tariff"] = twin.tariff.model_dump()
    if twin.owner:
        config["owner"] = True
    body = {"type": twin.type, "name": twin.name, "place": twin.place, "importance": twin.importance}
    return {**{key: value for key, value in body.items() if value is not None}, "config": config}
