"""Everything that is said to Slack: in order and at its pace in each channel, waiting where Slack asks to.

Source: docs.slack.dev, Rate limits: about one message a second a channel, short bursts are let through; HTTP 429
with Retry-After.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels._retrying import retry_after_s
from bot.channels.slack.blocks import MOST_BLOCKS, Message
from twin_core.contract.clock import SystemClock
from twin_core.contract.errors import Unavailable

TRIES = 6
MOST_WAIT_S = 120.0
AWAY = "slack_away"  # the code of an error that leaves open whether Slack took what was said
_LATER = frozenset({"ratelimited", "rate_limited", "service_unavailable", "team_added_to_org"})
_BROKEN = frozenset({"internal_error", "fatal_error"})  # "some aspect of the operation" may have succeeded

log = structlog.get_logger(__name__)

EVENT = "pollux_said"  # the metadata of what we post

Call = Callable[[], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Pace:
    """`burst` messages at once into one channel, then one each `every_s`; what Slack did not take is said again after
    each of `again_s`.
    """

    burst: int = 4
    every_s: float = 1.0
    again_s: tuple[float, ...] = (1.0, 5.0, 30.0)


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands."""

    channel: str
    ts: str


@dataclass(eq=False)
class _Letter:
    message: Message
    thread: str | None
    sent: asyncio.Future["Posted"]
    client: AsyncWebClient
    mark: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether it is nothing but words, and can be one message with others."""
        words = all(block["type"] in ("section", "header", "context") for block in self.message.blocks)
        return words and not self.message.image


@dataclass(eq=False)
class _Lane:
    waiting: list[_Letter] = field(default_factory=list)
    sender: asyncio.Task[None] | None = None
    tokens: float = 0.0
    at_s: float = 0.0


class Postbox:
    """Posts, edits and whispers; one lane a channel."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self._lanes: dict[str, _Lane] = {}

    async def post(
        self, client: AsyncWebClient, channel: str, message: Message, thread: str | None = None, mark: str = ""
    ) -> Posted:
        """Where it stands; `mark` tells it from all others. Raises Unavailable where Slack does not take it."""
        lane = self._lanes.setdefault(channel, _Lane(tokens=self.pace.burst, at_s=_now_s()))
        letter = _Letter(message, thread, asyncio.get_running_loop().create_future(), client, mark)
        lane.waiting.append(letter)
        if lane.sender is None or lane.sender.done():
            lane.sender = asyncio.create_task(self._send(channel, lane))
        return await letter.sent

    async def call(self, what: Call) -> Any:
        """One call of the Web API, again where Slack asks to wait. Raises Unavailable."""
        waited_s = 0.0
        for attempt in range(1, TRIES + 1):
            try:
                return await what()
            except SlackApiError as error:
                wait_s = _wait_s(error, attempt)
                if wait_s is None or attempt == TRIES or waited_s + wait_s > MOST_WAIT_S:
                    raise _refused(error) from error
            except aiohttp.ClientConnectorError as error:  # it has not reached Slack, so nothing is said twice
                wait_s = 0.5 * 2**attempt
                if attempt == TRIES:
                    raise Unavailable("Slack cannot be reached.", code=AWAY) from error
            except (aiohttp.ClientError, TimeoutError) as error:
                raise Unavailable("Slack did not answer.", code=AWAY) from error
            log.info("slack.waits", seconds=wait_s, attempt=attempt)
            waited_s += wait_s
            await asyncio.sleep(wait_s)
        raise AssertionError("unreachable")

    async def aclose(self) -> None:
        """Lets go of what waits."""
        senders = [lane.sender for lane in self._lanes.values() if lane.sender and not lane.sender.done()]
        for sender in senders:
            sender.cancel()
        await asyncio.gather(*senders, return_exceptions=True)
        for lane in self._lanes.values():
            for letter in lane.waiting:
                letter.sent.cancel()

    async def _send(self, channel: str, lane: _Lane) -> None:
        """One message after the other; what has piled up meanwhile goes together where it can."""
        while lane.waiting:
            await self._pause(lane)
            together = _together(lane.waiting)
            del lane.waiting[: len(together)]
            await self._deliver(channel, together)
        if self._lanes.get(channel) is lane and lane.tokens >= self.pace.burst - 1:
            del self._lanes[channel]

    async def _deliver(self, channel: str, letters: list[_Letter]) -> None:
        first = letters[0]
        text = "\n".join(letter.message.notification for letter in letters)
        blocks = [block for letter in letters for block in letter.message.blocks]
        fields = {"thread_ts": first.thread, **marked([letter.mark for letter in letters])}
        try:
            answer = await self.call(
                lambda: first.client.chat_postMessage(channel=channel, text=text, blocks=blocks, mrkdwn=False, **fields)
            )
        except Exception as error:  # noqa: BLE001  whoever waits for it is told, and the next ones go on
            for letter in letters:
                if not letter.sent.cancelled():
                    letter.sent.set_exception(error)
        else:
            for letter in letters:
                if not letter.sent.cancelled():
                    letter.sent.set_result(Posted(str(answer["channel"]), str(answer["ts"])))

    async def _pause(self, lane: _Lane) -> None:
        now_s = _now_s()
        grown = lane.tokens + (now_s - lane.at_s) / self.pace.every_s
        lane.tokens, lane.at_s = min(float(self.pace.burst), grown), now_s
        if lane.tokens < 1:
            await asyncio.sleep((1 - lane.tokens) * self.pace.every_s)
            lane.tokens, lane.at_s = 1.0, _now_s()
        lane.tokens -= 1


def _together(waiting: Sequence[_Letter]) -> list[_Letter]:
    """The first letter, with those behind it that are plain words into the same thread, as far as one message holds."""
    first, *rest = waiting
    together, blocks = [first], len(first.message.blocks)
    for letter in rest if first.is_plain else ():
        blocks += len(letter.message.blocks)
        if not letter.is_plain or letter.thread != first.thread or blocks > MOST_BLOCKS:
            break
        together.append(letter)
    return together


def marked(marks: Sequence[str]) -> dict[str, Any]:
    """The fields of a message that tell it from all others: the marks of what is said in it."""
    kept = [mark for mark in marks if mark]
    return {"metadata": {"event_type": EVENT, "event_payload": {"marks": kept}}} if kept else {}


def _now_s() -> float:
    return asyncio.get_running_loop().time()


def _wait_s(error: SlackApiError, attempt: int) -> float | None:
    """How long to wait before it is tried again; None where that would not help."""
    status, headers = getattr(error.response, "status_code", 200), getattr(error.response, "headers", None) or {}
    if status == 429 or _code(error) in _LATER:
        given = headers.get("Retry-After") or headers.get("retry-after") or ""
        asked = retry_after_s(str(given), SystemClock().now())
        return 1.0 * attempt if asked is None else asked
    return None


def _code(error: SlackApiError) -> str:
    data = error.response.data if hasattr(error.response, "data") else error.response
    return str(data.get("error", "")) if isinstance(data, Mapping) else ""


def _refused(error: SlackApiError) -> Unavailable:
    code = _code(error) or "an error"
    if code in _BROKEN or getattr(error.response, "status_code", 200) >= 500:
        return Unavailable(f"Slack has a fault: {code}.", code=AWAY)
    return Unavailable(f"Slack refused the message: {code}.", code="slack_refused", details={"error": code})
