"""An RRULE as Microsoft Graph says it (patternedRecurrence), where it can."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from connectors.ical.faults import BadValue
from connectors.ical.rules import Rule, read_rule
from twin_core.contract.agenda import When
from twin_core.contract.errors import Rejected

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PLACES = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}


def pattern(text: str, start: When) -> Mapping[str, Any]:
    """Raises Rejected for what Outlook cannot repeat."""
    try:
        rule = read_rule(text)
    except BadValue as fault:
        raise Rejected(f"It cannot repeat like that, because {fault}.", code="bad_recurrence") from None
    day = start.date() if isinstance(start, datetime) else start
    return {"pattern": {"interval": rule.interval, **_kind(rule, day)}, "range": _range(rule, day)}


def _kind(rule: Rule, day: date) -> dict[str, Any]:
    days = [_DAYS[weekday] for _, weekday in rule.weekdays]
    places = {n for n, _ in rule.weekdays} - {0} or set(rule.positions)
    odd = rule.weeks or rule.year_days or rule.hours or rule.minutes or rule.seconds or len(places) > 1
    if rule.freq == "DAILY" and not (odd or days or rule.months or rule.month_days):
        return {"type": "daily"}
    if rule.freq == "WEEKLY" and not (odd or places or rule.months):
        first = _DAYS[rule.week_start]
        return {"type": "weekly", "daysOfWeek": days or [_DAYS[day.weekday()]], "firstDayOfWeek": first}
    if rule.freq in ("MONTHLY", "YEARLY") and not odd and len(rule.months) <= 1 and len(rule.month_days) <= 1:
        month = {"month": rule.months[0] if rule.months else day.month} if rule.freq == "YEARLY" else {}
        kind = "Monthly" if rule.freq == "MONTHLY" else "Yearly"
        if days and not rule.month_days and (place := _PLACES.get(next(iter(places), 0))):
            return {"type": f"relative{kind}", "daysOfWeek": days, "index": place, **month}
        if not days and (rule.month_days or (day.day,))[0] > 0:
            return {"type": f"absolute{kind}", "dayOfMonth": (rule.month_days or (day.day,))[0], **month}
    raise Rejected(
        "Outlook cannot repeat an event like that.",
        code="bad_recurrence",
        hint="Try every day, every week on some days, or every month or year on one day.",
    )


def _range(rule: Rule, day: date) -> dict[str, Any]:
    first = {"startDate": day.isoformat()}
    if rule.count is not None:
        return {"type": "numbered", "numberOfOccurrences": rule.count, **first}
    if rule.until is not None:
        last = rule.until.date() if isinstance(rule.until, datetime) else rule.until
        return {"type": "endDate", "endDate": last.isoformat(), **first}
    return {"type": "noEnd", **first}
