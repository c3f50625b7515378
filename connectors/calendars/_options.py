"""What every calendar connector is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.surroundings import check_known
from twin_core.contract.errors import Rejected

_USUAL = {"name", "title", "owner", "poll_s", "private", "emails", "calendars", "push_url"}


@dataclass(frozen=True, slots=True)
class CalendarOptions:
    """One account: what people call it, whose it is, and which of its calendars are wanted."""

    name: str
    title: str
    owner: str
    poll_s: float
    private: bool
    emails: frozenset[str]  # the owner's, in lower case: how they are known among attendees
    calendars: frozenset[str]  # titles in lower case; empty for all
    push_url: str  # where others reach this house, to tell of news; empty: they are asked
    extra: Mapping[str, Any]  # what only one system knows

    def wanted(self, title: str, id: str) -> bool:
        return not self.calendars or title.lower() in self.calendars or id.lower() in self.calendars


def read_options(options: Mapping[str, Any], title: str, extra: tuple[str, ...]) -> CalendarOptions:
    """`title` is that of the system where none is given. Raises Rejected."""
    known = _USUAL | set(extra)
    check_known(options, known, title)
    return CalendarOptions(
        name=str(options.get("name") or title.lower()),
        title=str(options.get("title") or title),
        owner=str(options.get("owner") or "owner"),
        poll_s=float(options.get("poll_s") or 60.0),
        private=bool(options.get("private", False)),
        emails=frozenset(email.lower() for email in options.get("emails") or ()),
        calendars=frozenset(name.lower() for name in options.get("calendars") or ()),
        push_url=str(options.get("push_url") or "").rstrip("/"),
        extra={key: options[key] for key in extra if options.get(key)},
    )


def needed(options: CalendarOptions, key: str, why: str) -> str:
    """An extra that the system cannot do without. Raises Rejected."""
    if not (value := options.extra.get(key)):
        raise Rejected(f"The calendar {options.name} has no {key}.", code="bad_settings", hint=why)
    return str(value)
