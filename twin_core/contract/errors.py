"""Errors by what the caller can do about them; mapped at the rims to HTTP, to a sentence, to a retry."""

from collections.abc import Mapping
from typing import Any


class PolluxError(Exception):
    """Root of every error a person may see: what happened, what to do, and a stable code."""

    code = "error"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        hint: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.hint = hint
        self.details: dict[str, Any] = dict(details or {})

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class NotFound(PolluxError):
    """The thing named does not exist: name another. `details["nearest"]` may list near names."""

    code = "not_found"


class Conflict(PolluxError):
    """Somebody changed it in the meantime: read again, then decide."""

    code = "conflict"


class Rejected(PolluxError):
    """The request itself is wrong: change it. Trying again unchanged cannot succeed."""

    code = "rejected"


class Unavailable(PolluxError):
    """A part that is needed does not answer now: try again later."""

    code = "unavailable"


class Forbidden(PolluxError):
    """The caller may not do this."""

    code = "forbidden"


class Unauthenticated(Forbidden):
    """The caller has not shown who they are."""

    code = "unauthenticated"
