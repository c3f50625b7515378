"""Runs cases and says what came of each: a line a case, all of its faults, and the counts."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import httpx2

from tests.conversations.case import Case, CaseFault
from tests.conversations.drive import Driver, Outcome
from tests.conversations.expectations import check_expected, check_turn
from tests.conversations.format import Turn
from tests.conversations.publish import publish_to
from tests.conversations.server import Address, running_server
from tests.conversations.world import World

ANSWER_S = 60.0  # moving the clock by days may take its time


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one case; `later` is the reason why it is not expected to pass yet."""

    name: str
    faults: tuple[str, ...] = ()
    transcript: tuple[str, ...] = ()
    later: str | None = None

    @property
    def failed(self) -> bool:
        return bool(self.faults) != (self.later is not None)

    @property
    def lines(self) -> list[str]:
        """The line of the case, with every fault."""
        if self.later is not None:
            if self.faults:
                return [f"skip {self.name}: {self.later}"]
            return [f"FAIL {self.name}: it passes now; take it off the list of later cases"]
        if not self.faults:
            return [f"ok {self.name}"]
        return [f"FAIL {self.name}: {self.faults[0]}", *(f"     {fault}" for fault in self.faults[1:])]


async def run_cases(cases: Sequence[Case], later: Mapping[str, str], jobs: int) -> AsyncIterator[Result]:
    """The results in the order of the cases; at most `jobs` servers run at a time."""
    room = asyncio.Semaphore(jobs)

    async def run(case: Case) -> Result:
        async with room:
            return await run_case(case, later.get(case.name))

    tasks = [asyncio.create_task(run(case)) for case in cases]
    try:
        for task in tasks:
            yield await task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def run_case(case: Case, later: str | None = None) -> Result:
    """One case against a fresh server."""
    try:
        async with running_server(case.world.clock, case.world.timezone, case.people) as address:
            return await play(case, address, later)
    except CaseFault as fault:
        return Result(case.name, (str(fault),), later=later)


async def play(case: Case, address: Address, later: str | None = None) -> Result:
    """One case against a server that stands at the clock of the case, and at nothing else."""
    headers = {name: {"Authorization": f"Bearer {token}"} for name, token in address.tokens.items()}
    async with httpx2.AsyncClient(base_url=address.http, timeout=ANSWER_S, headers=headers.get("owner")) as http:
        driver = Driver(World(http, case.world.clock), partial(publish_to, address.mqtt), headers)
        return await play_with(case, driver, later)


async def play_with(case: Case, driver: Driver, later: str | None = None) -> Result:
    """One case through a driver: set up, then turn after turn, each with its expectations."""
    faults: list[str] = []
    transcript: list[str] = []
    try:
        await driver.set_up(case)
    except (CaseFault, httpx2.HTTPError) as fault:
        return Result(case.name, (f"set-up: {_said(fault)}",), later=later)
    for index, turn in enumerate(case.turns):
        try:
            found, outcome = await _turn(case, index, turn, driver)
        except (CaseFault, httpx2.HTTPError) as fault:
            found, outcome = [_said(fault)], Outcome()
        transcript += _spoken(turn, outcome)
        faults += [f"turn {index}: {fault}" for fault in found]
    return Result(case.name, tuple(faults), tuple(transcript), later)


async def _turn(case: Case, index: int, turn: Turn, driver: Driver) -> tuple[list[str], Outcome]:
    expected = case.expected.get(index, [])
    before = await driver.world.people_can_change() if any(e.no_change for e in expected) else {}
    outcome = await driver.take(turn)
    faults = check_turn(turn, outcome, case.words.get(index, []))
    for each in expected:
        faults += await check_expected(driver.world, each, before)
    return faults, outcome


def _said(fault: Exception) -> str:
    return str(fault) if isinstance(fault, CaseFault) else f"the server does not answer: {fault!r}"


def _spoken(turn: Turn, outcome: Outcome) -> list[str]:
    said = turn.user if turn.user is not None else turn.model_dump(mode="json", exclude_none=True)
    lines = [f"     > {said}"]
    for reply in outcome.replies:
        titles = "".join(f" [{button['title']}]" for button in reply.get("buttons") or [])
        lines.append(f"     < {str(reply.get('text', '')).replace(chr(10), ' / ')}{titles}")
    return lines
