import asyncio
from typing import Any

import pytest

from twin_core.bus import Core
from twin_core.contract.commands import GetTwin, ListTypes
from twin_core.contract.errors import NotFound
from twin_core.contract.ports import TwinCore
from twin_core.contract.requests import Cause
from twin_core.contract.telemetry import WithdrawDevice


async def test_commands_and_queries_find_their_owner() -> None:
    core = Core()
    seen: list[Any] = []

    async def withdraw(command: WithdrawDevice, cause: Cause) -> None:
        seen.append((command.source, cause))

    async def types(query: ListTypes) -> tuple[Any, ...]:
        return ()

    core.register({WithdrawDevice: withdraw, ListTypes: types})
    door: TwinCore = core
    await door.execute(WithdrawDevice("mqtt:1"), Cause("anna", "trace_1"))

    assert seen == [("mqtt:1", Cause("anna", "trace_1"))]
    assert await core.query(ListTypes()) == ()


async def test_a_cause_without_a_trace_gets_one_at_the_door() -> None:
    core = Core()
    causes: list[Cause] = []

    async def withdraw(command: WithdrawDevice, cause: Cause) -> None:
        causes.append(cause)

    core.register({WithdrawDevice: withdraw})
    await core.execute(WithdrawDevice("a"))
    await core.execute(WithdrawDevice("a"), Cause("mqtt"))

    assert [cause.actor for cause in causes] == ["system", "mqtt"]
    assert causes[0].trace
    assert causes[0].trace != causes[1].trace


async def test_an_unknown_request_names_itself_and_what_is_known() -> None:
    core = Core()

    async def types(query: ListTypes) -> tuple[Any, ...]:
        return ()

    core.register({ListTypes: types})
    with pytest.raises(TypeError, match="Nobody handles GetTwin; registered: ListTypes"):
        await core.query(GetTwin("x"))
    with pytest.raises(TypeError, match="ListTypes is handled twice"):
        core.register({ListTypes: types})


async def test_errors_reach_the_caller_as_they_are() -> None:
    core = Core()

    async def get(query: GetTwin) -> Any:
        raise NotFound("There is no such twin.")

    async def withdraw(command: WithdrawDevice, cause: Cause) -> None:
        raise NotFound("There is no such device.")

    core.register({GetTwin: get, WithdrawDevice: withdraw})
    with pytest.raises(NotFound):
        await core.query(GetTwin("x"))
    with pytest.raises(NotFound):
        await core.execute(WithdrawDevice("x"))


async def test_a_command_is_carried_to_its_end_when_its_caller_goes_away() -> None:
    core = Core()
    begun, go_on, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def withdraw(command: WithdrawDevice, cause: Cause) -> None:
        begun.set()
        await go_on.wait()
        done.set()

    core.register({WithdrawDevice: withdraw})
    caller = asyncio.create_task(core.execute(WithdrawDevice("x")))
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert not done.is_set()
    go_on.set()
    await core.aclose()

    assert done.is_set()
