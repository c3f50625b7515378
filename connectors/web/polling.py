"""Asking a source again and again: at its interval, later where it fails, and its faults told."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from connectors.web.backoff import Backoff
from twin_core.contract.errors import PolluxError, Unauthenticated
from twin_core.contract.flags import LowerFlag, RaiseFlag
from twin_core.contract.ports import TwinCore
from twin_core.contract.requests import Cause
from twin_core.contract.template import Severity
from twin_core.contract.views import Fault

_A_WHILE = 3  # failures in a row after which a fault is more than a hiccup
_KEY = "sync"

_log = structlog.get_logger(__name__)


class Polling:
    """Keeps one source in step; after a while its owner is told that it cannot be."""

    def __init__(
        self, name: str, title: str, owner: str, poll_s: float, core: TwinCore, sync: Callable[[], Awaitable[object]]
    ) -> None:
        self.ready = asyncio.Event()  # it was read once
        self._name = name
        self._title = title
        self._owner = owner
        self._poll_s = poll_s
        self._core = core
        self._sync = sync
        self._busy = asyncio.Lock()
        self._backoff = Backoff()
        self._fault: PolluxError | None = None
        self._told: bool | None = None  # whether its owner is told of the fault; None: perhaps, before a restart
        self._wait_s = poll_s

    async def run(self) -> None:
        """Lives until it is cancelled."""
        while True:
            try:
                await self.now()
            except PolluxError:
                pass  # noted already
            except Exception as error:  # noqa: BLE001 - a rim: one source that cannot be read stops no other
                _log.exception("source.failed", source=self._name)
                await self._failed(
                    PolluxError(f"{self._title} cannot be read: {error}.", hint="The log says where it failed.")
                )
            await asyncio.sleep(self._wait_s)

    async def now(self) -> object:
        """Asks at once, one after the other; answers what the sync does. Raises PolluxError as the source refuses."""
        async with self._busy:
            try:
                report = await self._sync()
            except PolluxError as error:
                await self._failed(error)
                raise
            if self._told is not False:
                await self._core.execute(LowerFlag(self._name, _KEY), Cause(self._name))
            self._fault, self._told, self._wait_s = None, False, self._poll_s
            self._backoff.succeeded()
            self.ready.set()
        return report

    def faults(self) -> Sequence[Fault]:
        """For `pollux doctor`."""
        if self._fault is None:
            return ()
        severity: Severity = "warning" if self._is_lasting(self._fault) else "info"
        return (Fault(self._name, severity, self._fault.message, self._fault.hint),)

    async def _failed(self, error: PolluxError) -> None:
        """What was told once is told anew with what is wrong now, or people would look for what is over."""
        self._fault = error
        self._wait_s = max(self._poll_s, wait_s := self._backoff.failed(error))
        _log.warning("source.not_synced", source=self._name, reason=error.message, again_in_s=round(wait_s))
        if self._told or self._is_lasting(error):
            self._told = True
            await self._core.execute(self._flag(error), Cause(self._name))

    def _is_lasting(self, error: PolluxError) -> bool:
        """Whoever is not let in any more waits for a person; all else may pass by itself."""
        return isinstance(error, Unauthenticated) or self._backoff.failures > _A_WHILE

    def _flag(self, error: PolluxError) -> RaiseFlag:
        return RaiseFlag(
            source=self._name,
            key=_KEY,
            kind="source",
            title=f"{self._title} is not in step",
            subject=self._title,
            why=(error.message, f"Asked {self._backoff.failures} times without success."),
            if_ignored=f"What changes in {self._title} is not seen here. {error.hint}".strip(),
            severity="warning" if isinstance(error, Unauthenticated) else "info",
            owner=self._owner,
        )
