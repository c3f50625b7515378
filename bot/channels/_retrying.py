"""How long a server asks to wait before it is asked again."""

from datetime import datetime
from email.utils import parsedate_to_datetime


def retry_after_s(said: str, now: datetime) -> float | None:
    """Retry-After in seconds: a number of them, or a date. None where it says neither (RFC 9110, 10.2.3)."""
    if said.strip().isdigit():
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - now).total_seconds())
    except (ValueError, TypeError):  # no date, or one without a zone
        return None
