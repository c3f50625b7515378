"""A Rasa server asked over its HTTP API what a sentence means; whatever it answers, the outcome is one of two."""

import asyncio
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx2

from bot.nlu.embedded import Reading
from bot.nlu.intents import OUT_OF_SCOPE, Guess
from twin_core.contract.errors import Unavailable

MAX_ANSWER_BYTES = 256_000  # a ranking of seventy intents and all spans of a long text take a tenth
_REJECTED = "nlu_fallback"  # what Rasa's FallbackClassifier answers
_SHOWN = 5
_REFUSALS = {
    401: ("It wants another token.", "Set rasa.token to what Rasa was started with (--auth-token)."),
    403: ("It wants another token.", "Set rasa.token to what Rasa was started with (--auth-token)."),
    404: ("It has no API there.", "Start it with --enable-api, and check rasa.url."),
    409: ("It has no model loaded.", "Train one from nlu_data: make rasa."),
}


@dataclass(frozen=True, slots=True)
class RasaOptions:
    """Where the Rasa server is, and how long an answer may take before the embedded engine gives it."""

    url: str
    token: str | None = None
    timeout_s: float = 2.0


class RasaClient:
    """An open way to one Rasa server; use it as a context manager."""

    def __init__(self, options: RasaOptions) -> None:
        self.url = options.url.rstrip("/")
        self.timeout_s = options.timeout_s
        self._query = {"token": options.token} if options.token else {}
        self._http = httpx2.AsyncClient(timeout=options.timeout_s, trust_env=False, follow_redirects=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        await self._http.aclose()

    async def read(self, text: str) -> Reading:
        """What Rasa makes of a text. Raises Unavailable when it is away, too slow, or answers nonsense."""
        sent = text.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair becomes a ?, as wide as it was
        try:
            async with asyncio.timeout(self.timeout_s):  # httpx2 counts anew with each byte that drips in
                status, body = await self._post("/model/parse", {"text": sent})
        except TimeoutError as error:
            raise self._unavailable(
                f"It took longer than {self.timeout_s:g} s.", "Look at its log, or raise rasa.timeout_s."
            ) from error
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise self._unavailable(
                f"It cannot be reached ({type(error).__name__}).", "Start it (make rasa), or correct rasa.url."
            ) from error
        if status != httpx2.codes.OK:
            said, hint = _REFUSALS.get(status, (f"It answers {status}.", "Look at its log."))
            raise self._unavailable(said, hint)
        try:
            return _reading(json.loads(body))
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
            raise self._unavailable(
                f"Its answer makes no sense ({str(error)[:100]}).", "Is a Rasa 3 server at rasa.url?"
            ) from error

    async def _post(self, path: str, body: Mapping[str, str]) -> tuple[int, bytes]:
        answer = bytearray()
        async with self._http.stream("POST", f"{self.url}{path}", params=self._query, json=body) as response:
            async for chunk in response.aiter_bytes():
                answer += chunk
                if len(answer) > MAX_ANSWER_BYTES:
                    raise self._unavailable("Its answer has no end.", "Is a Rasa 3 server at rasa.url?")
            return response.status_code, bytes(answer)

    def _unavailable(self, said: str, hint: str) -> Unavailable:
        return Unavailable(f"Rasa at {self.url} cannot be used. {said}", code="rasa_away", hint=hint)


def _reading(answer: Any) -> Reading:
    """Raises what `read` makes an Unavailable of where the answer is not of Rasa's shape."""
    intent, confidence = _intent(answer["intent"])
    ranking = [_intent(row) for row in answer.get("intent_ranking") or ()]
    others = tuple(row for row in ranking if row[0] != intent)[:_SHOWN]
    if answer["intent"]["name"] == _REJECTED and others:
        # Rasa gives its threshold for the confidence of a reject; how sure it is, the best guess tells.
        confidence = 1 - others[0][1]
    spans = tuple(_span(row) for row in answer.get("entities") or ())
    return Reading(Guess(intent, round(confidence, 4), others), spans)


def _intent(row: Any) -> tuple[str, float]:
    name, confidence = row["name"], _score(row["confidence"])
    if not isinstance(name, str) or not name:
        raise ValueError("an intent without a name")
    return (OUT_OF_SCOPE if name == _REJECTED else name.partition("/")[0]), confidence


def _span(row: Any) -> tuple[str, int, int, float]:
    kind, start, end = row["entity"], row["start"], row["end"]
    if not isinstance(kind, str) or type(start) is not int or type(end) is not int or not 0 <= start < end:
        raise ValueError("an entity without a place")
    return kind, start, end, _score(row.get("confidence_entity", 1.0))


def _score(value: Any) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
        raise ValueError("a confidence that is no number")
    return round(min(max(float(value), 0.0), 1.0), 4)
