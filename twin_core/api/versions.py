"""Versions as ETags: what was seen last is what may be changed."""

import re
from typing import Protocol, TypeVar

from fastapi import Request, Response

from twin_core.contract.errors import Rejected

_ETAG = re.compile(r'(?:W/)?"(\d{1,15})"')


class Versioned(Protocol):
    """A view whose version grows with each change."""

    @property
    def version(self) -> int: ...


V = TypeVar("V", bound=Versioned)


def tagged(response: Response, view: V) -> V:
    """Puts the version of what is answered into the ETag."""
    response.headers["ETag"] = f'"{view.version}"'
    return view


def expected_version(request: Request) -> int | None:
    """The version of If-Match; None for `*` or none. Raises Rejected for a tag that is none of ours."""
    tag = request.headers.get("if-match")
    if tag is None or tag.strip() == "*":
        return None
    match = _ETAG.fullmatch(tag.strip())
    if match is None:
        raise Rejected(
            f"{tag[:60]!r} is no ETag of ours.", code="bad_request", hint='Send one back as it came, like "3".'
        )
    return int(match.group(1))
