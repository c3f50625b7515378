"""Changes of an event in its own iCalendar text: nothing else in it is touched."""

import copy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone
from icalendar.parser import Parameters

from connectors.calendars._occurrences import original_name
from connectors.calendars._series import difference, length
from connectors.ical.calendar import read_events
from connectors.ical.components import PRODUCT, Component, Property, parse_components
from connectors.ical.events import Event
from connectors.ical.rules import WEEKDAYS, read_rule
from connectors.ical.values import Moment
from twin_core.contract.agenda import When
from twin_core.contract.errors import NotFound, Rejected
from twin_core.contract.mirroring import Occurrence

_OF_SERIES = ("RRULE", "RDATE", "EXDATE", "EXRULE")
_STATUS = {"confirmed": "CONFIRMED", "tentative": "TENTATIVE", "cancelled": "CANCELLED"}


def compose(event: Occurrence, home: ZoneInfo, now: datetime) -> str:
    """A new calendar resource with one event."""
    root = Component("VCALENDAR")
    root.put("VERSION", "2.0")
    root.put("PRODID", PRODUCT)
    component = Component("VEVENT")
    component.put("UID", event.uid)
    zone = None
    if event.recurrence and isinstance(event.start, datetime):
        # A series keeps its hour over the changes of the clock, which takes a zone.
        zone = home
        root.children.append(_definition(home, event.start))
    _put_when(component, "DTSTART", event.start, zone)
    _put_when(component, "DTEND", event.end, zone)
    if event.recurrence:
        component.put("RRULE", event.recurrence)
    for person in event.attendees:
        if person.email:
            component.properties.append(Property("ATTENDEE", f"mailto:{person.email}", Parameters({"CN": person.name})))
    blank = replace(event, title="", status="confirmed", busy=True, location=None, notes="")
    _put_words(component, blank, event)
    component.put_text("SUMMARY", event.title)
    _stamp(component, now)
    root.children.append(component)
    return root.to_ical()


@dataclass(slots=True)
class Resource:
    """One calendar resource: an event, or a series with its changed occurrences."""

    root: Component
    events: list[Event]
    home: ZoneInfo

    @classmethod
    def parsed(cls, data: str, home: ZoneInfo) -> "Resource":
        """Raises Rejected for what holds no event."""
        roots, _ = parse_components(data)
        root = next((found for found in roots if found.name == "VCALENDAR"), None)
        events = read_events(root)[0] if root is not None else []
        if root is None or not events:
            raise Rejected("The event cannot be read where it is stored.", code="unreadable", hint="Change it there.")
        return cls(root, events, home)

    def edit(self, before: Occurrence, after: Occurrence, now: datetime, *, series: bool) -> str:
        """The text after a change of one occurrence, or of the whole series. Raises NotFound, Rejected."""
        if series or before.recurrence_id is None:
            master = self._master()
            if before.recurrence_id is None or not master.repeats:
                _change(master, before, after, self.home)
            else:
                self._edit_series(master, before, after)
            _stamp(master.component, now)
        else:
            changed = self._override(before)
            _change(changed, before, after, self.home)
            _stamp(changed.component, now)
        return self.root.to_ical()

    def without(self, event: Occurrence, now: datetime) -> str:
        """The text without one occurrence of the series. Raises NotFound."""
        master = self._master()
        original = self._original(event)
        master.component.properties.append(_like(master, "EXDATE", original))
        gone = [id(each.component) for each in self._overrides(event) if not each.onwards]
        self.root.children = [child for child in self.root.children if id(child) not in gone]
        _stamp(master.component, now)
        return self.root.to_ical()

    # --- finding -----------------------------------------------------------------------------------

    def _master(self) -> Event:
        found = next((event for event in self.events if event.changes is None), None)
        if found is None:
            raise NotFound("The series of this event is not there.", code="no_series")
        return found

    def _overrides(self, event: Occurrence) -> list[Event]:
        wanted = event.recurrence_id
        return [e for e in self.events if e.changes is not None and original_name(e.changes, self.home) == wanted]

    def _original(self, event: Occurrence) -> Moment:
        """Where the series has the occurrence, by the clock of its own start."""
        master, text = self._master(), event.recurrence_id or ""
        if master.start.all_day:
            return Moment(datetime.combine(date.fromisoformat(text[:10]), time()), None, all_day=True)
        at = datetime.fromisoformat(text)
        zone = master.start.zone
        return Moment(at.astimezone(zone or self.home).replace(tzinfo=None), zone)

    def _override(self, event: Occurrence) -> Event:
        """The component of one occurrence; made where there is none yet, of what holds for it until now."""
        if (known := self._overrides(event)) and not known[0].onwards:
            return known[0]
        original = self._original(event)
        base = self._holding(original)
        component = copy.deepcopy(base.component)
        component.properties = [found for found in component.properties if found.name not in _OF_SERIES]
        component.put("RECURRENCE-ID", *_written(self._master(), original))
        made = replace(base, component=component, rules=(), added=(), changes=original, onwards=False)
        _put_times(made, event, self.home)
        self.root.children.append(component)
        return made

    def _holding(self, original: Moment) -> Event:
        """The latest change "from here on" before an occurrence, else the series itself."""
        at = original.instant(self.home)
        onwards = [(e.changes.instant(self.home), e) for e in self.events if e.onwards and e.changes is not None]
        before = [(since, event) for since, event in onwards if since <= at]
        return max(before, key=lambda item: item[0])[1] if before else self._master()

    # --- a whole series ------------------------------------------------------------------------------

    def _edit_series(self, master: Event, before: Occurrence, after: Occurrence) -> None:
        """What differs between two versions of one occurrence is done to all of them."""
        _put_words(master.component, before, after)
        shift, longer = difference(before, after, master.start.zone or self.home)
        if shift:
            self._shift(master, shift)
        if shift or longer:
            span = length(before) + longer
            end = Moment(master.start.wall + shift + span, master.start.zone, master.start.all_day)
            master.component.put("DURATION", None)
            master.component.put("DTEND", None)
            master.component.properties.append(_like(master, "DTEND", end))

    def _shift(self, master: Event, shift: timedelta) -> None:
        days = (master.start.wall + shift).date() - master.start.wall.date()
        for rule in master.component.all("RRULE"):
            rule.value = _shifted_rule(rule.value, days.days, shift)
        for event in self.events:
            moves = event is master or event.onwards
            for found in event.component.properties:
                if found.name == "DTEND" and event.onwards:
                    found.value = _shifted(found.value, shift)
                if found.name in ("EXDATE", "RDATE", "RECURRENCE-ID") or (found.name == "DTSTART" and moves):
                    found.value = ",".join(_shifted(text, shift) for text in found.value.split(","))


def _change(event: Event, before: Occurrence, after: Occurrence, home: ZoneInfo) -> None:
    _put_words(event.component, before, after)
    if (before.start, before.end) != (after.start, after.end):
        _put_times(event, after, home)


def _put_times(event: Event, after: Occurrence, home: ZoneInfo) -> None:
    if isinstance(after.start, datetime) and not event.start.all_day:
        moved = Moment(after.start.astimezone(event.start.zone or home).replace(tzinfo=None), event.start.zone)
        event.component.put("DTSTART", *_written(event, moved))
    else:
        _put_when(event.component, "DTSTART", after.start, None)
    _put_end(event, after)


def _put_end(event: Event, after: Occurrence) -> None:
    event.component.put("DURATION", None)
    start = event.component.get("DTSTART")
    if isinstance(after.end, datetime) and not event.start.all_day and start is not None:
        zone = event.start.zone
        if zone is not None:
            event.component.put(
                "DTEND", *_written(event, Moment(after.end.astimezone(zone).replace(tzinfo=None), zone))
            )
            return
        if not start.value.endswith("Z"):
            wall = datetime.strptime(start.value.strip(), "%Y%m%dT%H%M%S") + length(after)  # noqa: DTZ007 - it floats
            event.component.put("DTEND", f"{wall:%Y%m%dT%H%M%S}")
            return
    _put_when(event.component, "DTEND", after.end, None)


def _put_words(component: Component, before: Occurrence, after: Occurrence) -> None:
    if after.title != before.title:
        component.put_text("SUMMARY", after.title)
    if after.location != before.location:
        component.put_text("LOCATION", after.location)
    if after.notes != before.notes:
        component.put_text("DESCRIPTION", after.notes)
    if after.status != before.status:
        component.put("STATUS", _STATUS[after.status])
    if after.busy != before.busy and after.status == before.status:
        component.put("TRANSP", "OPAQUE" if after.busy else "TRANSPARENT")


def _stamp(component: Component, now: datetime) -> None:
    at = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    component.put("DTSTAMP", at)
    component.put("LAST-MODIFIED", at)
    sequence = component.get("SEQUENCE")
    known = int(sequence.value) if sequence is not None and sequence.value.strip().isdecimal() else -1
    component.put("SEQUENCE", str(known + 1))


def _put_when(component: Component, name: str, when: When, zone: ZoneInfo | None) -> None:
    if not isinstance(when, datetime):
        component.put(name, f"{when:%Y%m%d}", Parameters({"VALUE": "DATE"}))
    elif zone is None:
        component.put(name, f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    else:
        component.put(name, f"{when.astimezone(zone):%Y%m%dT%H%M%S}", Parameters({"TZID": zone.key}))


def _like(master: Event, name: str, moment: Moment) -> Property:
    """A property with a time, written as the start of the series is."""
    value, params = _written(master, moment)
    return Property(name, value, params)


def _written(event: Event, moment: Moment) -> tuple[str, Parameters]:
    if moment.all_day:
        return f"{moment.wall:%Y%m%d}", Parameters({"VALUE": "DATE"})
    start = event.component.get("DTSTART")
    if start is not None and start.value.strip().upper().endswith("Z"):
        return f"{moment.wall:%Y%m%dT%H%M%SZ}", Parameters()
    tzid = start.param("TZID") if start is not None else None
    return f"{moment.wall:%Y%m%dT%H%M%S}", Parameters({"TZID": tzid} if tzid else {})


def _shifted(text: str, shift: timedelta) -> str:
    """A date or time moved on; of a period, its start, and its end where it names one."""
    parts = []
    for part in text.strip().split("/"):
        form = "%Y%m%d" if len(part) == 8 else "%Y%m%dT%H%M%S"
        if part.upper().startswith(("P", "+P", "-P")):
            parts.append(part)
            continue
        utc = "Z" if part.endswith("Z") else ""
        parts.append(f"{datetime.strptime(part.removesuffix('Z'), form) + shift:{form}}{utc}")  # noqa: DTZ007
    return "/".join(parts)


def _shifted_rule(text: str, days: int, shift: timedelta) -> str:
    """A rule for a series that was moved. Raises Rejected where its days would have to be others, and cannot be."""
    rule = read_rule(text)
    parts = dict(part.split("=", 1) for part in text.strip(";").split(";"))
    if days and rule.weekdays:
        if rule.freq != "WEEKLY" or any(n for n, _ in rule.weekdays):
            raise _too_far()
        parts["BYDAY"] = ",".join(WEEKDAYS[(day + days) % 7] for _, day in rule.weekdays)
    if days and (rule.month_days or rule.year_days or rule.weeks or rule.months):
        raise _too_far()
    if rule.hours or rule.minutes or rule.seconds:
        raise _too_far()
    if rule.until is not None:
        parts["UNTIL"] = _shifted(parts["UNTIL"], shift)
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _too_far() -> Rejected:
    return Rejected(
        "This series cannot be moved to other days from here.",
        code="series",
        hint="Move one occurrence, or change the series in its calendar.",
    )


def _definition(zone: ZoneInfo, start: datetime) -> Component:
    """The VTIMEZONE of a zone, for some years around."""
    first = date(start.year - 1, 1, 1)
    text = Timezone.from_tzid(zone.key, first_date=first, last_date=date(start.year + 10, 1, 1)).to_ical().decode()
    [component], _ = parse_components(text)
    return component
