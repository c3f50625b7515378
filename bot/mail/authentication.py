"""Whether a mail comes from where it says, as the server that received it found out (RFC 8601).

Only what servers say that the settings name counts, and of each method the topmost word alone: whoever sent the mail
can have written what stands below it.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Literal

Verdict = Literal["proven", "forged", "unknown"]

_COMMENT = re.compile(r"\([^()]*\)")
_PAIR = re.compile(r"([\w./-]+)\s*=\s*(\"[^\"]*\"|[^\s;]+)")
_PARTS = re.compile(r"(?:\"[^\"]*\"|[^;\"])+")


@dataclass(frozen=True, slots=True)
class _Claim:
    """What one method said, and of which names."""

    method: str
    result: str
    names: dict[str, str]

    def of(self, name: str) -> str:
        """The domain that was looked at, of an address too; empty where that is not said."""
        return self.names.get(name, "").rpartition("@")[2].strip(".")


def verdict(mail: Message, sender: str, trusted: Collection[str]) -> Verdict:
    """`sender` is the address in From. A failed DMARC is forged; SPF and DKIM may fail on the way of an honest mail."""
    domain = sender.rpartition("@")[2].lower()
    dmarc, dkim, spf = (list(_topmost(mail, method, trusted)) for method in ("dmarc", "dkim", "spf"))
    if any(claim.result in ("fail", "permerror") for claim in dmarc):
        return "forged"
    passed = (
        any(claim.result == "pass" and claim.of("header.from") in ("", domain) for claim in dmarc),
        any(claim.result == "pass" and _covers(claim.of("header.d") or claim.of("header.i"), domain) for claim in dkim),
        any(claim.result == "pass" and _covers(claim.of("smtp.mailfrom"), domain) for claim in spf),
    )
    return "proven" if domain and any(passed) else "unknown"


def _topmost(mail: Message, method: str, trusted: Collection[str]) -> Iterator[_Claim]:
    """What the first header of a trusted server that speaks of the method says of it."""
    names = {name.lower() for name in trusted}
    for header in mail.get_all("Authentication-Results", []):
        server, claims = _read(str(header))
        if server in names and (found := [claim for claim in claims if claim.method == method]):
            yield from found
            return


def _read(header: str) -> tuple[str, list[_Claim]]:
    """The server that speaks, and what it says."""
    while (without := _COMMENT.sub(" ", header)) != header:
        header = without
    server, *parts = _PARTS.findall(header) or [""]
    claims = []
    for part in parts:
        pairs = [(name.lower(), value.strip('"').lower()) for name, value in _PAIR.findall(part)]
        if pairs:
            (method, result), *names = pairs
            claims.append(_Claim(method.partition("/")[0], result, dict(names)))
    return (server.split() or [""])[0].strip('"').lower(), claims


def _covers(domain: str, other: str) -> bool:
    """Whether it is the same one, or one that the other belongs to; a top-level domain covers nobody."""
    return bool(domain) and (domain == other or ("." in domain and other.endswith(f".{domain}")))
