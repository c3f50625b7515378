"""Understanding by a Rasa server; while it is away the embedded engine answers, and nobody waits twice."""

import time
from collections.abc import Callable, Iterable

import structlog

from bot.nlu.embedded import EmbeddedNlu, read_message
from bot.nlu.rasa_client import RasaClient
from bot.ports import Parse
from twin_core.contract.errors import Unavailable
from twin_core.contract.views import Fault

FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 60.0
_SHOWN_CHARS = 100

_log = structlog.get_logger(__name__)


class _Unread(Exception):
    """A part of the message that Rasa has not been asked about yet."""

    def __init__(self, part: str) -> None:
        self.part = part


class _Parts(dict[str, Parse]):
    """The parts of a message that are understood so far."""

    def __missing__(self, part: str) -> Parse:
        raise _Unread(part)


class RasaNlu:
    """Implements bot.ports.Nlu. Intents and free text are Rasa's; names, times and quantities the embedded engine's.

    A circuit breaker: after a failure Rasa is left alone for some seconds, longer each time, then one message tries.
    """

    def __init__(
        self,
        client: RasaClient,
        embedded: EmbeddedNlu,
        *,
        lang: str = "en",
        elapsed_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._embedded = embedded
        self._lang = lang  # what its model was trained on
        self._elapsed_s = elapsed_s
        self._fault: Unavailable | None = None
        self._pause_s = FIRST_PAUSE_S
        self._closed_until_s = float("-inf")

    async def parse(self, text: str, lang: str = "en") -> list[Parse]:
        """One parse for each request; other languages than Rasa's are read by the embedded engine."""
        now_s = self._elapsed_s()
        if lang != self._lang or now_s < self._closed_until_s:
            return await self._embedded.parse(text, lang)
        if self._fault:
            self._closed_until_s = now_s + self._pause_s  # this message tries, the others do not wait for it
        try:
            parses = await self._read(text, now_s + self._client.timeout_s)
        except Unavailable as error:
            self._failed(error)
            return await self._embedded.parse(text, lang)
        self._worked()
        return parses

    def faults(self) -> list[Fault]:
        """What `pollux doctor` says of it."""
        if self._fault is None:
            return []
        instead = "Until it answers again the embedded engine does."
        return [Fault("understanding", "warning", f"{self._fault.message} {instead}", self._fault.hint)]

    async def _read(self, text: str, until_s: float) -> list[Parse]:
        """The message as `read_message` takes it apart; each part it looks at is read when it is first wanted."""
        parts = _Parts()
        while True:
            try:
                return read_message(text, parts.__getitem__)
            except _Unread as unread:
                if self._elapsed_s() > until_s:
                    raise Unavailable(
                        f"Rasa at {self._client.url} is too slow for all parts of a message.",
                        code="rasa_away",
                        hint="Raise rasa.timeout_s.",
                    ) from None
                parts[unread.part] = await self._read_part(unread.part)

    async def _read_part(self, part: str) -> Parse:
        if not any(c.isalnum() for c in part):
            return self._embedded.parse_now(part, self._lang)[0]
        reading = await self._client.read(part)
        said = {reading.guess.intent, *(intent for intent, _ in reading.guess.ranked)}
        if unknown := said - self._embedded.intents(self._lang):
            raise Unavailable(
                f"Rasa at {self._client.url} answers intents that Pollux does not know ({_shown(unknown)}).",
                code="rasa_away",
                hint="Train its model from nlu_data: make rasa.",
            )
        return self._embedded.parse_read(part, reading, self._lang)

    def _failed(self, error: Unavailable) -> None:
        if self._fault is None:
            _log.warning("nlu.rasa_away", reason=str(error), instead="the embedded engine")
            self._pause_s = FIRST_PAUSE_S
        else:
            self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
        self._fault = error
        self._closed_until_s = self._elapsed_s() + self._pause_s

    def _worked(self) -> None:
        if self._fault is not None:
            _log.warning("nlu.rasa_back", url=self._client.url)
        self._fault, self._closed_until_s = None, float("-inf")


def _shown(names: Iterable[str]) -> str:
    """Names that anybody may have chosen, as far as a log and a page can bear them."""
    return "".join(c if c.isprintable() else "?" for c in ", ".join(sorted(names))[:_SHOWN_CHARS])
