"""HTTP to one system outside."""

import asyncio
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2

from connectors.web.addresses import target
from connectors.web.refusals import refusal
from twin_core.contract.clock import Clock
from twin_core.contract.errors import PolluxError, Rejected, Unavailable

CONNECT_TIMEOUT_S = 10.0
_REDIRECTS = {301, 302, 303, 307, 308}
_MAX_REDIRECTS = 5
_OK_BELOW = 300
_NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class WebOptions:
    """How one source may be asked."""

    title: str  # what people call it
    headers: Mapping[str, str] = field(default_factory=dict)
    basic: tuple[str, str] | None = None
    private: bool = False  # whether it may stand in a private network
    hosts: frozenset[str] = frozenset()  # where else it may send us
    max_bytes: int = 20_000_000
    timeout_s: float = 30.0  # for the whole of one request


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: 2xx, or 304 where it was asked for by condition. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    def json(self, title: str) -> Any:
        """Raises Unavailable where it is no JSON: a portal or a proxy answers in its place."""
        try:
            return json.loads(self.body)
        except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
            kind = self.headers.get("content-type", "something else").split(";")[0][:60]
            raise Unavailable(
                f"{title} answers {kind} instead of JSON.", code="not_json", hint="Check its address."
            ) from error


class Web:
    """Every request is bounded in time and size, goes where it may go, and is refused in our words."""

    def __init__(self, options: WebOptions, clock: Clock) -> None:
        self.options = options
        self._clock = clock
        self._client = httpx2.AsyncClient(
            headers={"User-Agent": "Pollux", "Accept-Encoding": "gzip, deflate", **options.headers},
            timeout=httpx2.Timeout(options.timeout_s, connect=CONNECT_TIMEOUT_S),
            follow_redirects=False,
            trust_env=False,
        )

    async def __aenter__(self) -> "Web":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._client.aclose()

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        content: bytes | None = None,
        expect: Collection[int] = (),
    ) -> Answer:
        """One request and its whole answer, redirects followed where they stay with the source.

        Statuses that the caller `expect`s are answered, not raised.
        Raises Unavailable (with `retry_after_s` where it is known), Unauthenticated with the code "reconnect",
        Forbidden, NotFound (code "gone" for a 410), Conflict for 409 and 412, Rejected for all else.
        """
        if params:
            url = str(httpx2.URL(url).copy_merge_params(dict(params)))
        home = urlsplit(url).hostname
        for _ in range(_MAX_REDIRECTS + 1):
            try:
                async with asyncio.timeout(self.options.timeout_s):
                    known = urlsplit(url).hostname == home
                    answer = await self._once(method, url, headers or {}, json, content, known=known)
            except TimeoutError:
                raise self._silent() from None
            if answer.status not in _REDIRECTS:
                return self._checked(answer, expect)
            url = self._next(url, answer)
            if answer.status == 303:
                method, json, content = "GET", None, None
        raise Rejected(f"{self.options.title} sends us in circles.", code="moved", hint="Check its address.")

    async def _once(
        self, method: str, url: str, headers: Mapping[str, str], json: Any, content: bytes | None, *, known: bool
    ) -> Answer:
        """`known` is whether it is still the host that our credentials are for."""
        at = await target(url, private=self.options.private)
        shown = httpx2.URL(url)
        request = self._client.build_request(
            method,
            shown.copy_with(host=at.address),
            headers={"Host": shown.netloc.decode(), **headers},
            json=json,
            content=content,
            extensions={"sni_hostname": at.host},
        )
        if not known:
            request.headers.pop("Authorization", None)
        auth = self.options.basic if known else None
        try:
            response = await self._client.send(request, stream=True, auth=auth)
            try:
                body = await self._read(response)
            finally:
                await response.aclose()
        except httpx2.TimeoutException:
            raise self._silent() from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise Unavailable(
                f"{self.options.title} cannot be reached: {error or type(error).__name__}.",
                code="unreachable",
                hint="Check the network and its address; it is asked again later by itself.",
            ) from error
        return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, body, url)

    async def _read(self, response: httpx2.Response) -> bytes:
        parts = bytearray()
        async for part in response.aiter_bytes():
            parts += part
            if len(parts) > self.options.max_bytes:
                raise Rejected(
                    f"{self.options.title} answers with more than {self.options.max_bytes // 1_000_000} MB.",
                    code="too_large",
                    hint="Ask for a smaller part of it, or raise the limit.",
                )
        return bytes(parts)

    def _next(self, url: str, answer: Answer) -> str:
        to = urljoin(url, answer.headers.get("location", ""))
        old, new = urlsplit(url), urlsplit(to)
        downgrade = old.scheme == "https" and new.scheme != "https"
        if downgrade or (new.hostname != old.hostname and new.hostname not in self.options.hosts):
            raise Rejected(
                f"{self.options.title} sends us on to {new.hostname or 'nowhere'}.",
                code="foreign_redirect",
                hint="If that is right, set the new address.",
            )
        return to

    def _checked(self, answer: Answer, expect: Collection[int]) -> Answer:
        if answer.status < _OK_BELOW or answer.status == _NOT_MODIFIED or answer.status in expect:
            return answer
        raise self.refused(answer)

    def refused(self, answer: Answer) -> PolluxError:
        """The error that an answer stands for, for callers that looked at it themselves."""
        return refusal(answer.status, answer.headers, self.options.title, self._clock.now())

    def _silent(self) -> Unavailable:
        return Unavailable(
            f"{self.options.title} gave no answer within {self.options.timeout_s:g} s.",
            code="no_answer",
            hint="It is asked again later by itself.",
        )
