"""When a found text or value is what a case expects (CONTRACT.md, "Reading a case")."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

TOLERANCE = 0.05
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_SPELLING = str.maketrans({"−": "-", "‐": "-", "‑": "-", "’": "'", "‘": "'", "“": '"', "”": '"'})


def mentions(text: str, wanted: str | float) -> bool:
    """Whether a text holds a word, whatever its case, or a number, by its digits: 8 is in −8.3, not in 18."""
    there, word = plain(text), plain(str(wanted))
    if not _NUMBER.fullmatch(word):
        return word in there
    digits = re.sub(r"(?<=\d),(?=\d{3}\b)", "", there)
    sign = r"(?<!\w)-" if word.startswith("-") else ""
    number = re.escape(word.removeprefix("-"))
    return re.search(rf"{sign}(?<!\d)(?<!\d\.)0*{number}(?!\d)", digits) is not None


def not_mentioned(text: str, wanted: Iterable[str | float]) -> list[str]:
    """Those of the wanted words and numbers that the text does not hold."""
    return [str(word) for word in wanted if not mentions(text, word)]


def named(found: Any, wanted: str) -> bool:
    """Whether a name or title is the wanted one or holds it."""
    return isinstance(found, str) and plain(wanted) in plain(found)


def same_name(found: Any, wanted: str) -> bool:
    """Whether a name is the wanted one, whatever its case."""
    return isinstance(found, str) and plain(found) == plain(wanted)


def same_value(found: Any, wanted: Any) -> bool:
    """Whether a property has the wanted value; numbers within the tolerance, true is not 1."""
    if isinstance(found, bool) or isinstance(wanted, bool):
        return found is wanted
    if isinstance(found, (int, float)) and isinstance(wanted, (int, float)):
        return abs(found - wanted) <= TOLERANCE + 1e-9
    if isinstance(found, str) and isinstance(wanted, str):
        return same_name(found, wanted)
    return bool(found == wanted)


def holds(found: Any, wanted: Any) -> bool:
    """Whether a nested value holds everything that is wanted of it; other keys do not matter."""
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(k in found and holds(found[k], v) for k, v in wanted.items())
    if isinstance(wanted, datetime):
        return instant(found) == wanted
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) == len(wanted) and all(map(holds, found, wanted))
    return same_value(found, wanted)


def instant(found: Any) -> datetime | None:
    """The instant in an answer of the server; None where there is none."""
    try:
        at = datetime.fromisoformat(found)
    except (TypeError, ValueError):
        return None
    return at.astimezone(UTC) if at.tzinfo else None


def plain(text: str) -> str:
    """One spelling of what reads alike: case, minus signs, quotes, spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_SPELLING).casefold().split())
