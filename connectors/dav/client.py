"""A CalDAV client: finding the calendars, what changed in them, and writing on condition.

Source: RFC 4791 (CalDAV), 4918 (WebDAV), 5397 (principal), 6578 (sync), 6764 (.well-known).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from connectors.dav.answers import CALDAV, DAV, SERVER, Multistatus, Response, names_error, path_of, read_multistatus
from connectors.web import Answer, Web
from twin_core.contract.errors import NotFound, PolluxError, Rejected, Unavailable

_AT_ONCE = 100  # resources that are read with one request
_MOST = 50_000  # resources of one collection
_PAGES = 200
_XML = {"Content-Type": "application/xml; charset=utf-8"}
_HEAD = (
    f'<?xml version="1.0" encoding="utf-8"?><{{0}} xmlns="{DAV}" xmlns:c="{CALDAV}" xmlns:s="{SERVER}">{{1}}</{{0}}>'
)
_UNSUPPORTED = {400, 404, 405, 409, 415, 501}


@dataclass(frozen=True, slots=True)
class Listed:
    """A calendar collection. `mark` changes whenever its content does; empty where the server has none."""

    href: str
    title: str
    components: frozenset[str]  # VEVENT, VTODO …; empty: all
    writable: bool
    mark: str


@dataclass(frozen=True, slots=True)
class Stored:
    """One resource as it is stored."""

    href: str
    etag: str
    data: str


@dataclass(frozen=True, slots=True)
class Sync:
    """What a collection holds (`whole`), or what changed in it: etags by path, paths that are gone."""

    etags: Mapping[str, str]
    gone: frozenset[str]
    token: str
    whole: bool


class Dav:
    """One account. Addresses that the server names stay with its host, or go to one that was allowed."""

    def __init__(self, web: Web, url: str) -> None:
        self._web = web
        self._url = url  # what paths are resolved against: the address given, then the home that it led to
        self._homes: list[str] = []
        self._title = web.options.title

    async def aclose(self) -> None:
        await self._web.aclose()

    # --- finding ---------------------------------------------------------------------------------

    async def collections(self) -> list[Listed]:
        """The calendars below the address that was given: itself, or those of its user."""
        if not self._homes:
            self._homes = await self._discover()
            self._url = self._homes[0]
        found: list[Listed] = []
        for home in self._homes:
            answer = await self._propfind(home, "1", _COLLECTION)
            found += [_listed(each) for each in answer.responses if _is_calendar(each)]
        return found

    async def _discover(self) -> list[str]:
        """Where the calendars are: the address itself, its principal's home, or that behind .well-known."""
        refused: PolluxError | None = None
        for start in (self._url, urljoin(self._url, "/.well-known/caldav")):
            try:
                answer = await self._propfind(start, "0", _WHERE)
            except (NotFound, Rejected, Unavailable) as error:
                if isinstance(error, Unavailable) and error.code != "no_caldav":
                    raise
                refused = refused or error
                continue
            for response in answer.responses:
                if _is_calendar(response):
                    return [start]
                if homes := response.hrefs(f"{{{CALDAV}}}calendar-home-set"):
                    return [self._resolved(start, home) for home in homes]
                if principals := response.hrefs(f"{{{DAV}}}current-user-principal"):
                    return await self._homes_of(self._resolved(start, principals[0]))
        raise refused or Rejected(
            f"{self._title} shows no calendars at this address.",
            code="no_caldav",
            hint="Give the address of the account.",
        )

    async def _homes_of(self, principal: str) -> list[str]:
        answer = await self._propfind(principal, "0", _WHERE)
        homes = [home for each in answer.responses for home in each.hrefs(f"{{{CALDAV}}}calendar-home-set")]
        if not homes:
            raise Rejected(
                f"{self._title} keeps no calendars for this user.", code="no_calendars", hint="Check the user's name."
            )
        return [self._resolved(principal, home) for home in homes]

    # --- reading ---------------------------------------------------------------------------------

    async def sync(self, href: str, token: str) -> Sync:
        """What changed since the token; everything without one, and where the server knows no tokens.

        Raises NotFound "gone" where it has forgotten the token.
        """
        etags: dict[str, str] = {}
        gone: set[str] = set()
        start = token
        for _ in range(_PAGES):
            body = _HEAD.format(
                "sync-collection",
                f"<sync-token>{_escaped(token)}</sync-token><sync-level>1</sync-level><prop><getetag/></prop>",
            )
            answer = await self._ask("REPORT", href, body, {"Depth": "0"}, expect={403, *_UNSUPPORTED})
            if answer.status == 403 or (answer.status in _UNSUPPORTED and start):
                raise self._refused(answer, start)
            if answer.status in _UNSUPPORTED:
                return await self._listing(href)
            page = read_multistatus(answer.body, self._title)
            cut = self._take(href, page, etags, gone)
            token = page.sync_token
            if not cut:
                return Sync(etags, frozenset(gone), token, whole=not start)
        raise Unavailable(f"{self._title} does not come to an end.", code="endless")

    def _take(self, href: str, page: Multistatus, etags: dict[str, str], gone: set[str]) -> bool:
        """Notes a page; answers whether the server has cut it (507, RFC 6578 section 3.6)."""
        cut = False
        for response in page.responses:
            path = path_of(response.href)
            if path == path_of(href):
                cut = cut or response.status == 507
            elif response.status == 404:
                gone.add(path)
                etags.pop(path, None)
            elif not path.endswith("/"):
                etags[path] = response.text(f"{{{DAV}}}getetag")
                gone.discard(path)
        if len(etags) > _MOST:
            hint = "Split it, or connect another."
            raise Rejected(f"A calendar of {self._title} has over {_MOST:,} events.", code="too_large", hint=hint)
        return cut

    def _refused(self, answer: Answer, token: str) -> PolluxError:
        if token and (answer.status != 403 or names_error(answer.body, "valid-sync-token")):
            return NotFound(f"{self._title} has forgotten where we were.", code="gone", hint="Everything is read anew.")
        return self._web.refused(answer)

    async def _listing(self, href: str) -> Sync:
        """For servers without sync tokens: all etags."""
        page = await self._propfind(href, "1", "<getetag/><resourcetype/>")
        etags: dict[str, str] = {}
        self._take(href, page, etags, set())
        return Sync(etags, frozenset(), "", whole=True)

    async def read_many(self, href: str, paths: Sequence[str]) -> list[Stored]:
        """Resources of a collection; those that went away meanwhile are missing."""
        found: list[Stored] = []
        for batch in _batches(paths):
            wanted = "".join(f"<href>{_escaped(path)}</href>" for path in batch)
            body = _HEAD.format("c:calendar-multiget", f"<prop><getetag/><c:calendar-data/></prop>{wanted}")
            answer = await self._ask("REPORT", href, body, {"Depth": "1"})
            found += [
                Stored(path_of(response.href), response.text(f"{{{DAV}}}getetag"), data)
                for response in read_multistatus(answer.body, self._title).responses
                if (data := response.text(f"{{{CALDAV}}}calendar-data"))
            ]
        return found

    async def read(self, path: str) -> Stored:
        """Raises NotFound."""
        answer = await self._web.ask("GET", self._resolved(self._url, path))
        return Stored(path, answer.headers.get("etag", ""), answer.body.decode("utf-8", "replace"))

    # --- writing ---------------------------------------------------------------------------------

    async def create(self, path: str, data: str) -> Stored:
        """Raises Conflict where there is something already."""
        return await self._put(path, data, {"If-None-Match": "*"})

    async def replace(self, known: Stored, data: str) -> Stored:
        """Raises Conflict where it is another by now."""
        return await self._put(known.href, data, {"If-Match": known.etag} if known.etag else {})

    async def delete(self, known: Stored) -> None:
        """Raises Conflict where it is another by now, NotFound where it is gone."""
        headers = {"If-Match": known.etag} if known.etag else {}
        await self._web.ask("DELETE", self._resolved(self._url, known.href), headers=headers)

    async def _put(self, path: str, data: str, condition: Mapping[str, str]) -> Stored:
        headers = {"Content-Type": "text/calendar; charset=utf-8", **condition}
        url = self._resolved(self._url, path)
        answer = await self._web.ask("PUT", url, headers=headers, content=data.encode())
        if etag := answer.headers.get("etag"):
            return Stored(path, etag, data)
        return await self.read(path)  # the server may have changed what it stored (RFC 4791, section 5.3.4)

    # --- asking ----------------------------------------------------------------------------------

    async def _propfind(self, url: str, depth: str, properties: str) -> Multistatus:
        body = _HEAD.format("propfind", f"<prop>{properties}</prop>")
        answer = await self._ask("PROPFIND", url, body, {"Depth": depth})
        return read_multistatus(answer.body, self._title)

    async def _ask(
        self, method: str, url: str, body: str, headers: Mapping[str, str], expect: Collection[int] = ()
    ) -> Answer:
        full = self._resolved(self._url, url)
        return await self._web.ask(method, full, headers={**_XML, **headers}, content=body.encode(), expect=expect)

    def _resolved(self, base: str, href: str) -> str:
        """Raises Rejected for an address of a host that nobody allowed."""
        url = urljoin(base, href)
        host, ours = urlsplit(url).hostname or "", urlsplit(self._url).hostname
        if host != ours and not self._allows(host):
            raise Rejected(
                f"{self._title} sends us on to {host[:200]}.",
                code="foreign_redirect",
                hint=f'If that is right, add it to its settings: hosts = ["{host[:200]}"].',
            )
        return url

    def _allows(self, host: str) -> bool:
        hosts = self._web.options.hosts
        return host in hosts or any(each.startswith("*.") and host.endswith(each[1:]) for each in hosts)


_WHERE = "<current-user-principal/><resourcetype/><c:calendar-home-set/>"
_COLLECTION = (
    "<resourcetype/><displayname/><current-user-privilege-set/><sync-token/>"
    "<c:supported-calendar-component-set/><s:getctag/>"
)
_WRITES = tuple(f"{{{DAV}}}{name}" for name in ("all", "write", "write-content", "bind"))


def _is_calendar(response: Response) -> bool:
    return response.has(f"{{{DAV}}}resourcetype", f"{{{CALDAV}}}calendar")


def _listed(response: Response) -> Listed:
    kinds = response.properties.get(f"{{{CALDAV}}}supported-calendar-component-set")
    named = kinds.iter(f"{{{CALDAV}}}comp") if kinds is not None else ()
    told = f"{{{DAV}}}current-user-privilege-set"
    path = path_of(response.href)
    return Listed(
        href=path,
        title=response.text(f"{{{DAV}}}displayname") or path.rstrip("/").rsplit("/", 1)[-1],
        components=frozenset(kind.get("name", "").upper() for kind in named),
        writable=told not in response.properties or response.has(told, *_WRITES),
        mark=response.text(f"{{{SERVER}}}getctag") or response.text(f"{{{DAV}}}sync-token"),
    )


def _batches(paths: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(paths), _AT_ONCE):
        yield paths[start : start + _AT_ONCE]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
