"""A calendar behind a JSON API that somebody granted access to."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from connectors.calendars._options import CalendarOptions, needed
from connectors.oauth import Keeper, Provider, Tokens
from connectors.oauth.flows import by_browser, by_device
from connectors.web import Answer, Web, WebOptions
from connectors.web.document import Node
from twin_core.contract.clock import Clock
from twin_core.contract.errors import Rejected, Unavailable

GRANTED = ("client_id", "client_secret", "refresh_token", "keep", "url", "token_url")
_PAGES = 500
_LIMITS = {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"}
_FORGOTTEN = {"syncstatenotfound", "syncstateinvalid", "resyncrequired", "fullsyncrequired"}


class Api:
    """Requests with the access that was granted, refused ones in our words."""

    def __init__(self, options: CalendarOptions, provider: Provider, base: str, clock: Clock) -> None:
        self.title = options.title
        self._base = str(options.extra.get("url", base)).rstrip("/")
        self._web = Web(WebOptions(options.title, {"Accept": "application/json"}, private=options.private), clock)
        self._tokens = Tokens(provider, keeper(options), self._web, clock)

    async def call(
        self,
        method: str,
        path: str,
        json: Any = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        expect: Collection[int] = (),
    ) -> Node:
        """The document that is answered. `path` may be a whole address that the API itself gave. Raises PolluxError."""
        url = path if path.startswith("http") else self._base + path
        if not self.is_ours(url):
            raise Rejected(f"{self.title} sends us on to {urlsplit(url).netloc[:200]}.", code="foreign_redirect")
        known = {400, 401, 403, *expect}
        answer = await self._once(method, url, json, params, headers, known)
        if answer.status == 401:  # the access token may have been withdrawn before its time
            self._tokens.forget()
            answer = await self._once(method, url, json, params, headers, known)
        if answer.status in known and answer.status not in expect:
            raise self._refused(answer)
        return Node(answer.json(self.title) if answer.body else None)

    def is_ours(self, url: str) -> bool:
        """Whether an address is one of this API."""
        return urlsplit(url).netloc == urlsplit(self._base).netloc

    async def pages(
        self, path: str, params: Mapping[str, str], following: str, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[Node]:
        """One page after another; `following` names where a page says where the next one is."""
        url, asked = path, dict(params)
        for _ in range(_PAGES):
            page = await self.call("GET", url, params=asked, headers=headers)
            yield page
            if not (after := page[following].text_of(20_000)):
                return
            if after.startswith("http"):
                url, asked = after, {}
            else:
                asked = {**params, "pageToken": after}
        raise Unavailable(f"{self.title} does not come to an end.", code="endless")

    async def aclose(self) -> None:
        await self._web.aclose()

    async def _once(
        self,
        method: str,
        url: str,
        json: Any,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        known: Collection[int],
    ) -> Answer:
        shown = {**(headers or {}), "Authorization": await self._tokens.header()}
        return await self._web.ask(method, url, headers=shown, json=json, params=params, expect=known)

    def _refused(self, answer: Answer) -> Exception:
        """Both say in the body what the status leaves open: a limit, or that they lost where we were."""
        try:
            error = Node(answer.json(self.title))["error"]
        except Unavailable:
            return self._web.refused(answer)
        reasons = {each["reason"].text() for each in error["errors"].items()} | {error["code"].text()}
        if answer.status == 403 and reasons & _LIMITS:
            return self._web.refused(Answer(429, answer.headers, b"", answer.url))
        if {reason.lower() for reason in reasons} & _FORGOTTEN:
            return self._web.refused(Answer(410, answer.headers, b"", answer.url))
        return self._web.refused(answer)


def keeper(options: CalendarOptions) -> Keeper:
    """Where the grant of a source is kept."""
    folder = Path(needed(options, "keep", "It is the folder for what was granted."))
    return Keeper(folder, options.name, str(options.extra.get("refresh_token", "")))


async def grant(options: CalendarOptions, provider: Provider, clock: Clock, tell: Callable[[str], None]) -> None:
    """Lets a person grant access, and keeps what was granted. Raises PolluxError."""
    async with Web(WebOptions(provider.title, private=options.private), clock) as web:
        flow = by_device if provider.device_url else by_browser
        keeper(options).save(await flow(web, provider, tell))


def registered(options: CalendarOptions, at: str) -> tuple[str, str]:
    """The application's id and secret. Raises Rejected."""
    why = f"Register an application at {at} and set client_id; see docs/calendars.md."
    return needed(options, "client_id", why), str(options.extra.get("client_secret", ""))
