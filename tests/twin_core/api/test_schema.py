"""Whatever the schema allows, and much of what it forbids, is answered as the schema says and never with a 500."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.twin_core.api.house import open_house, served

ENDLESS = "/api/v1/stream"
ASTRAY = "/api/v1/clock"  # moved a century on, everything else would be about the past


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served house on a loop of its own, for a client that is not async."""
    ready: Future[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve(folder: Path) -> None:
        done = asyncio.Event()
        async with open_house(folder) as house:
            await house.freezer()
            async with served(house.app) as at:
                ready.set_result((at, asyncio.get_running_loop(), done))
                await done.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve(tmp_path_factory.mktemp("schema"))))
    thread.start()
    at, loop, done = ready.result(timeout=60)
    yield at
    loop.call_soon_threadsafe(done.set)
    thread.join(timeout=30)


def test_every_operation_keeps_to_the_schema(address: str) -> None:
    schema = schemathesis.openapi.from_url(f"http://{address}/openapi.json").exclude(path=[ENDLESS, ASTRAY])
    operations: list[Any] = [result.ok() for result in schema.get_all_operations()]  # type: ignore[union-attr]
    assert len(operations) > 35
    faults = [fault for operation in operations if (fault := _fault_of(operation))]
    assert not faults, "\n\n".join(faults)


def _fault_of(operation: Any) -> str:
    """What is wrong with one operation, or nothing."""

    @given(
        case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
        | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    )
    @settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def check(case: Any) -> None:
        # The schema cannot say that a twin must exist, so data that fits it may still be refused.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    try:
        check()
    except (Exception, FailureGroup) as error:  # noqa: BLE001  every operation is to be reported, not the first
        told = "; ".join(str(e) for e in getattr(error, "exceptions", ())) or str(error)
        return f"{operation.label}: {told[:1500]}"
    return ""
