"""How numbers, values, ages and times are said."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from twin_core.contract.template import PropertySpec, Value
from twin_core.contract.units import number_text, quantity_text
from twin_core.contract.views import PropertyValue

SHOWN = 3  # of a longer list; four or fewer are all shown


def value_text(spec: PropertySpec | None, value: Value) -> str:
    """A value as a person says it: `21.4 °C`, `locked`, `off`, `heat`."""
    if isinstance(value, bool):
        if spec is None:
            return "yes" if value else "no"
        return spec.true_word if value else spec.false_word
    if isinstance(value, str):
        return value
    digits = 0 if spec and spec.resolution >= 1 else 2 if spec and spec.resolution < 0.1 else 1
    return quantity_text(float(value), spec.unit if spec else None, digits)


def reported_text(spec: PropertySpec | None, reported: PropertyValue, now: datetime) -> str:
    """A value with how fresh it is: `−8 °C, 4 minutes ago`."""
    return f"{value_text(spec, reported.value)}, {age_text(now - reported.at)}"


def age_text(age: timedelta) -> str:
    """How long ago, in one unit."""
    if age < timedelta(seconds=60):
        return "just now"
    return f"{span_text(age)} ago"


def span_text(span: timedelta) -> str:
    """A length of time in one unit, as it is said: `40 seconds`, `5 minutes`, `26 hours`, `3 days`."""
    total = max(0.0, span.total_seconds())
    for unit, size, below in (("second", 1, 90), ("minute", 60, 90 * 60), ("hour", 3600, 48 * 3600)):
        if total < below:
            return count_text(round(total / size), unit)
    return count_text(round(total / 86400), "day")


def count_text(count: int, noun: str) -> str:
    """`1 lamp`, `3 lamps`."""
    return f"{count} {noun}" + ("" if count == 1 else "s")


def listed(items: Sequence[str], conjunction: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`; of more than four, three and how many more."""
    if len(items) > SHOWN + 1:
        return f"{', '.join(items[:SHOWN])} {conjunction} {len(items) - SHOWN} more"
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {conjunction} {items[-1]}"


def when_text(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """An instant as it is said: `at 14:30`, `tomorrow at 09:00`, `on Friday at 09:00`, `on 3 May at 09:00`."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    clock = f"{local:%H:%M}"
    days = (local.date() - today).days
    if days == 0:
        return f"at {clock}"
    if abs(days) == 1:
        return f"{'tomorrow' if days == 1 else 'yesterday'} at {clock}"
    if 0 < days < 7:
        return f"on {local:%A} at {clock}"
    year = "" if local.year == now.astimezone(zone).year else f" {local.year}"
    return f"on {local.day} {local:%B}{year} at {clock}"


def capital(text: str) -> str:
    """The text with its first letter as a sentence begins."""
    return text[:1].upper() + text[1:]


__all__ = [
    "age_text",
    "capital",
    "count_text",
    "listed",
    "number_text",
    "reported_text",
    "span_text",
    "value_text",
    "when_text",
]
