"""Waiting for the broker's answers to what was sent."""

import asyncio

from twin_core.contract.errors import Unavailable

PATIENCE_S = 5.0


class Confirmations:
    """One future an answer that is waited for, by its kind and message id."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._awaited: dict[tuple[str, int], asyncio.Future[None]] = {}

    async def wait(self, kind: str, mid: int) -> None:
        """Raises Unavailable when the answer does not come. To be called before the loop runs again."""
        future = asyncio.get_running_loop().create_future()
        self._awaited[kind, mid] = future
        try:
            async with asyncio.timeout(PATIENCE_S):
                await future
        except TimeoutError:
            raise unavailable(self._address, "it does not answer") from None
        finally:
            self._awaited.pop((kind, mid), None)

    def came(self, kind: str, mid: int) -> None:
        future = self._awaited.get((kind, mid))
        if future is not None and not future.done():
            future.set_result(None)

    def give_up(self, problem: str) -> None:
        """None of them will come."""
        for future in self._awaited.values():
            if not future.done():
                future.set_exception(unavailable(self._address, problem))
        self._awaited.clear()


def unavailable(address: str, problem: str) -> Unavailable:
    return Unavailable(
        f"The MQTT broker at {address} cannot be reached: {problem}.",
        code="broker_unavailable",
        hint="Check that the broker runs, its address, user and password; Pollux keeps trying.",
    )
