"""A calendar file (.ics), here or behind a web address: read again when it has changed."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from connectors.calendars._connector import CalendarConnector
from connectors.calendars._occurrences import occurrences
from connectors.calendars._options import CalendarOptions, read_options
from connectors.calendars._system import Collection, Pulled, Window
from connectors.ical.calendar import MAX_BYTES, Calendar, read_calendar
from connectors.surroundings import surroundings
from connectors.web import Web, WebOptions
from twin_core.contract.clock import Clock
from twin_core.contract.errors import Forbidden, NotFound, Rejected, Unavailable
from twin_core.contract.mirroring import Occurrence

EXAMPLE: dict[str, Any] = {"name": "example", "file": "example.ics"}
_NOT_MODIFIED = 304


def build(options: Mapping[str, Any]) -> CalendarConnector:
    """Options: file, or url with user and password; see _options."""
    own = read_options(options, "Calendar", ("file", "url", "user", "password"))
    around = surroundings(options)
    if ("file" in own.extra) == ("url" in own.extra):
        raise Rejected(
            f"The calendar {own.name} needs a file or a url.", code="bad_settings", hint="Set one of the two."
        )
    source = File(Path(own.extra["file"])) if "file" in own.extra else Address(own, around.clock)
    return CalendarConnector(IcsCalendar(source, own), own, around)


class IcsCalendar:
    """Implements CalendarSystem for one calendar that can only be read."""

    def __init__(self, source: "File | Address", options: CalendarOptions) -> None:
        self._source = source
        self._options = options

    async def collections(self) -> Sequence[Collection]:
        return [Collection("", self._options.title)]

    async def pull(self, collection: Collection, state: Mapping[str, Any] | None, window: Window) -> Pulled | None:
        fetched = await self._source.fetch(state or {})
        if fetched is None:
            return None
        data, marks = fetched
        digest = hashlib.sha256(data).hexdigest()
        if state is not None and state.get("sha256") == digest:
            return None
        return await asyncio.to_thread(self._read, data, {**marks, "sha256": digest}, window)

    def _read(self, data: bytes, state: Mapping[str, Any], window: Window) -> Pulled:
        calendar = read_calendar(data)
        found = occurrences(calendar, window, emails=self._options.emails)
        if calendar.complete:
            return Pulled(found, state, findings=calendar.findings)
        whole = _closed(calendar)
        return Pulled([one for one in found if one.uid in whole], None, whole, calendar.findings)

    async def read(self, collection: Collection, event: Occurrence, window: Window) -> Sequence[Occurrence]:
        raise self._read_only()

    async def create(self, collection: Collection, event: Occurrence, window: Window) -> Sequence[Occurrence]:
        raise self._read_only()

    async def change(
        self, collection: Collection, before: Occurrence, after: Occurrence, window: Window, *, series: bool
    ) -> Sequence[Occurrence]:
        raise self._read_only()

    async def delete(self, collection: Collection, event: Occurrence, window: Window, *, series: bool) -> None:
        raise self._read_only()

    async def aclose(self) -> None:
        await self._source.aclose()

    def _read_only(self) -> Forbidden:
        hint = "Change it in the program that it comes from."
        return Forbidden(f"{self._options.title} can only be read.", code="read_only", hint=hint)


class File:
    """A file on this machine. Its marks are its time and size."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def fetch(self, known: Mapping[str, Any]) -> tuple[bytes, dict[str, Any]] | None:
        """None where it has not changed. Raises NotFound, Rejected, Unavailable."""
        return await asyncio.to_thread(self._fetch, known)

    def _fetch(self, known: Mapping[str, Any]) -> tuple[bytes, dict[str, Any]] | None:
        try:
            stat = self._path.stat()
            if not self._path.is_file():
                raise Rejected(f"{self._path} is no file.", code="bad_settings", hint="Name the .ics file itself.")
            marks = {"modified": stat.st_mtime_ns, "bytes": stat.st_size}
            if marks.items() <= known.items():
                return None
            with self._path.open("rb") as file:
                return file.read(MAX_BYTES + 1), marks
        except FileNotFoundError:
            raise NotFound(f"There is no file {self._path}.", code="no_file", hint="Check its path.") from None
        except OSError as error:
            hint = "Give Pollux the right to read it."
            raise Unavailable(
                f"{self._path} cannot be read: {error.strerror}.", code="unreadable", hint=hint
            ) from error

    async def aclose(self) -> None:
        return None


class Address:
    """A web address. Its marks are those of HTTP (RFC 9110, 13.1): the entity tag, and when it was changed."""

    def __init__(self, options: CalendarOptions, clock: Clock) -> None:
        extra = options.extra
        url = str(extra["url"])
        self._url = "https" + url[len("webcal") :] if url.lower().startswith("webcal:") else url
        basic = (str(extra["user"]), str(extra.get("password", ""))) if "user" in extra else None
        accepts = {"Accept": "text/calendar, */*;q=0.5"}
        self._web = Web(WebOptions(options.title, accepts, basic, options.private, max_bytes=MAX_BYTES), clock)

    async def fetch(self, known: Mapping[str, Any]) -> tuple[bytes, dict[str, Any]] | None:
        """None where it has not changed. Raises PolluxError."""
        asked = {"If-None-Match": known.get("etag"), "If-Modified-Since": known.get("last_modified")}
        answer = await self._web.ask("GET", self._url, headers={k: str(v) for k, v in asked.items() if v})
        if answer.status == _NOT_MODIFIED:
            return None
        marks = {"etag": answer.headers.get("etag"), "last_modified": answer.headers.get("last-modified")}
        return answer.body, marks

    async def aclose(self) -> None:
        await self._web.aclose()


def _closed(calendar: Calendar) -> frozenset[str]:
    """Events that are there from beginning to end in a file that was cut off."""
    return frozenset(
        series.events[0].uid for series in calendar.series if all(event.component.closed for event in series.events)
    )
