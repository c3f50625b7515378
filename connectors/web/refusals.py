"""What an HTTP status means for whoever asked."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from math import ceil

from twin_core.contract.errors import (
    Conflict,
    Forbidden,
    NotFound,
    PolluxError,
    Rejected,
    Unauthenticated,
    Unavailable,
)

_GONE, _PRECONDITION_FAILED, _TOO_MANY = 410, 412, 429
_MOVED = range(300, 400)
_SERVER_FAULT = 500


def refusal(status: int, headers: Mapping[str, str], title: str, now: datetime) -> PolluxError:
    """The error that a status of 300 or more stands for; `title` is what people call the source."""
    if status == _TOO_MANY or (status >= _SERVER_FAULT and "retry-after" in headers) or _is_spent(status, headers):
        return Unavailable(
            f"{title} asks us to wait.",
            code="rate_limited",
            hint="It is asked again later by itself.",
            details=_asked(_retry_after_s(headers, now)),
        )
    if status >= _SERVER_FAULT:
        return Unavailable(
            f"{title} has a fault of its own (HTTP {status}).", hint="It is asked again later by itself."
        )
    if status in _KNOWN:
        kind, code, what, hint = _KNOWN[status]
        return kind(f"{title} {what}.", code=code, hint=hint)
    if status in _MOVED:
        return Rejected(f"{title} has moved.", code="moved", hint="Set its new address.")
    return Rejected(
        f"{title} does not take this (HTTP {status}).", code="refused", hint="Check its address and rights."
    )


_RECONNECT = "Connect it again: set a password or token that is good into pollux.toml and restart me."
_KNOWN: Mapping[int, tuple[type[PolluxError], str, str, str]] = {
    401: (Unauthenticated, "reconnect", "does not let us in any more", _RECONNECT),
    403: (Forbidden, "forbidden", "does not allow this", "Give the account that right, or choose another."),
    404: (NotFound, "not_found", "does not have this", "Check its address."),
    409: (Conflict, "conflict", "holds something else by now", "Read it again, then decide."),
    _GONE: (NotFound, "gone", "has forgotten where we were", "Everything is read anew."),
    _PRECONDITION_FAILED: (Conflict, "conflict", "holds something else by now", "Read it again, then decide."),
    413: (Rejected, "too_large", "does not take that much", "Send less."),
}


def _is_spent(status: int, headers: Mapping[str, str]) -> bool:
    """GitHub says 403 with an empty budget where others say 429."""
    return status == 403 and (headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers)


def _asked(wait_s: float | None) -> dict[str, float]:
    return {} if wait_s is None else {"retry_after_s": ceil(wait_s)}


def _retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds, from a number, a date (RFC 9110, 10.2.3), or the instant at which a budget is filled again."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return float(said[:9])
    if said:
        try:
            return max(0.0, (parsedate_to_datetime(said) - now).total_seconds())
        except (ValueError, TypeError):
            return None
    reset = headers.get("x-ratelimit-reset", "")
    if reset.isascii() and reset.isdigit() and len(reset) < 12:
        return max(0.0, int(reset) - now.timestamp())
    return None
