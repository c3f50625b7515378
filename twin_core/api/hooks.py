"""The door for outside systems: each delivery is proven, taken once, and done."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Path, Request
from starlette.status import HTTP_202_ACCEPTED

from twin_core.api.rooms import cause_of
from twin_core.contract.clock import Clock, instant_text, parse_instant
from twin_core.contract.errors import Conflict, NotFound
from twin_core.contract.ports import Batch, Document, Store, TwinCore
from twin_core.contract.requests import Cause
from twin_core.contract.webhooks import Delivery, Happening, Webhook

_KIND = "delivery"
_KEPT = timedelta(days=90)
_PURGE_EVERY = 500  # new deliveries between two looks for old ones
_log = structlog.get_logger(__name__)


def hooks_router(hooks: Mapping[str, Webhook], core: TwinCore, store: Store, clock: Clock) -> APIRouter:
    """POST /hooks/{connector} for each hook by its name."""
    router = APIRouter(tags=["hooks"])
    taken = Deliveries(store, clock)

    @router.post("/hooks/{connector}", status_code=HTTP_202_ACCEPTED, summary="A signed delivery of an outside system")
    async def take(request: Request, connector: Annotated[str, Path(max_length=100)]) -> dict[str, Any]:
        if (hook := hooks.get(connector)) is None:
            raise NotFound(f"There is no hook called {connector!r}.", hint="It is set up under [hooks] in pollux.toml.")
        headers = {name.lower(): value for name, value in request.headers.items()}
        delivery = Delivery(headers, await request.body(), clock.now())
        key = f"{hook.name}:{hook.prove(delivery)}"
        await taken.claim(key)
        try:
            happenings = hook.read(delivery)
            problems = [each for h in happenings for each in await _do(h, core, hook.name, cause_of(request).trace)]
        except BaseException:
            await taken.release(key)  # the other side may send it again
            raise
        return {"hook": hook.name, "happenings": [_told(each) for each in happenings], "problems": problems}

    return router


class Deliveries:
    """What was taken already: a delivery that comes again is refused."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._claimed = 0

    async def claim(self, key: str) -> None:
        """Raises Conflict where it was taken before."""
        doc = {"at": instant_text(self._clock.now())}
        try:
            await self._store.commit(Batch(documents=[Document(_KIND, key, doc, expected_version=0)]))
        except Conflict:
            raise Conflict(
                "This delivery was taken before.", code="replayed", hint="Nothing needs to be done: it counts once."
            ) from None
        self._claimed += 1
        if self._claimed % _PURGE_EVERY == 0:
            await self._purge()

    async def release(self, key: str) -> None:
        await self._store.commit(Batch(documents=[Document(_KIND, key, None)]))

    async def _purge(self) -> None:
        before = self._clock.now() - _KEPT
        old = [key async for key, doc in self._store.scan(_KIND) if parse_instant(doc["at"]) < before]
        await self._store.commit(Batch(documents=[Document(_KIND, key, None) for key in old]))
        _log.info("hooks.purged", deliveries=len(old))


async def _do(happening: Happening, core: TwinCore, actor: str, trace: str) -> list[str]:
    """What follows of it; answers what of it could not be taken."""
    problems: list[str] = []
    for command in happening.commands:
        report = await core.execute(command, Cause(actor, trace))
        problems += [error.message for error in getattr(report, "errors", ())]
    return problems


def _told(happening: Happening) -> dict[str, Any]:
    return {
        "event": happening.event,
        "actor": happening.actor,
        "object": happening.object,
        "title": happening.title,
        "url": happening.url,
        "at": instant_text(happening.at),
    }
