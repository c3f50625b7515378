"""Template functions of time, with Home Assistant's meaning; local time is UTC here."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.devices.mqtt.lenience import REQUIRED, or_default


def as_timestamp(value: Any, default: Any = REQUIRED) -> Any:
    """Seconds since 1970 of a datetime, a number or an ISO text."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    at = as_datetime(value, None)
    return or_default(default, value, None) if at is None else at.timestamp()


def as_datetime(value: Any, default: Any = REQUIRED) -> Any:
    """A datetime of a timestamp or an ISO text; what has no zone is UTC."""
    try:
        if isinstance(value, datetime):
            return value
        if isinstance(value, (int, float)):
            return datetime.fromtimestamp(value, UTC)
        try:
            at = datetime.fromisoformat(str(value))
        except ValueError:
            at = datetime.fromtimestamp(float(value), UTC)
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, OSError) as error:
        return or_default(default, value, error)


def as_timedelta(value: Any) -> timedelta | None:
    """A span of `[days ]HH:MM:SS`."""
    found = re.fullmatch(r"(?:(-?\d{1,6}) (?:days?, )?)?(\d{1,4}):(\d{1,2}):(\d{1,2})", str(value)[:40])
    if found is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def timestamp_custom(
    value: Any, pattern: str = "%Y-%m-%d %H:%M:%S", local: bool = True, default: Any = REQUIRED
) -> Any:
    """Formats a timestamp, in UTC."""
    try:
        return datetime.fromtimestamp(float(value), UTC).strftime(pattern[:60])
    except (ValueError, TypeError, OverflowError, OSError) as error:
        return or_default(default, value, error)


def strptime(value: str, pattern: str, default: Any = REQUIRED) -> Any:
    try:
        return datetime.strptime(value[:60], pattern[:60]).replace(tzinfo=UTC)
    except (ValueError, TypeError) as error:
        return or_default(default, value, error)
