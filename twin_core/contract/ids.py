"""The one home of identifiers: how they are made, and which are refused."""

import re
import secrets
import time
import unicodedata

from twin_core.contract.errors import Rejected

_TWIN_ID = re.compile(r"[a-z][a-z0-9_]{0,39}\.[a-z0-9][a-z0-9_-]{0,79}")
_OUTSIDE_ID = re.compile(r"[^\s/+#\x00-\x1f\x7f]{1,200}")


def new_id(prefix: str) -> str:
    """A unique id whose text order is its order of creation (to the millisecond)."""
    return f"{prefix}_{time.time_ns() // 1_000_000:011x}{secrets.token_hex(6)}"


def slug(text: str) -> str:
    """The ASCII, lower-case, underscore form of a name; `unnamed` where nothing is left of it."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:60] or "unnamed"


def twin_id(type_name: str, name: str) -> str:
    """The id a twin of this type and name gets, before a number is added to make it unique."""
    return f"{type_name}.{slug(name)}"


def check_twin_id(text: str) -> str:
    """The id itself, if it is well formed; ids become MQTT topics, so `/`, `+` and `#` are refused.

    Raises Rejected.
    """
    if not _TWIN_ID.fullmatch(text):
        raise Rejected(
            f"{text[:80]!r} is not a twin id.",
            code="bad_twin_id",
            hint="Twin ids look like thermostat.hall: a type, a dot, then letters, digits, _ or -.",
        )
    return text


def check_outside_id(text: str) -> str:
    """An id given by another system, if it can be stored and put into a topic safely.

    Raises Rejected.
    """
    if not _OUTSIDE_ID.fullmatch(text):
        raise Rejected(
            f"{text[:80]!r} cannot be used as an id.",
            code="bad_id",
            hint="Ids have at most 200 characters and no spaces, '/', '+', '#' or control characters.",
        )
    return text
