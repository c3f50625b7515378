"""Hours of a day from when to when: "nine to five", "8:30 till 17h", "from 10 in the evening until 7"."""

import re
from itertools import product

SPAN = re.compile(r"\d\d:\d\d-\d\d:\d\d")
_DAY = 24 * 60
_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "noon": 12, "midday": 12, "midnight": 24,
}  # fmt: skip
_CLOCK = (
    r"(?P<half{n}>half\s+past\s+)?(?:(?P<hour{n}>\d{{1,2}})(?:[:.h](?P<minute{n}>\d\d))?|(?P<word{n}>"
    + "|".join(_WORDS)
    + r"))"
    r"\s*(?:o'?clock\s*|h\b\s*|uhr\s*)?"
    r"(?P<part{n}>a\.?m\b\.?|p\.?m\b\.?|in the (?:morning|afternoon|evening)|at night)?"
)
_FROM_TO = re.compile(
    r"\b" + _CLOCK.format(n=1) + r"\s*(?:-|–|—|to|till|til|until|and|through)\s*" + _CLOCK.format(n=2), re.IGNORECASE
)
_AFTERNOON = ("p", "in the afternoon", "in the evening", "at night")


def read_hours(text: str, usual: str) -> str | None:
    """`09:00-17:00`, of the readings that are possible the one nearest to the usual hours, if there are such; None for
    no span.
    """
    found = _FROM_TO.search(text)
    if found is None:
        return None
    wanted = [int(hour) * 60 + int(minute) for hour, minute in re.findall(r"(\d\d):(\d\d)", usual)]
    pairs = [
        (start, end) for start, end in product(_readings(found, 1), _readings(found, 2)) if start % _DAY != end % _DAY
    ]
    if not pairs:
        return None
    start, end = min(pairs, key=lambda pair: sum(_apart(a, b) for a, b in zip(pair, wanted, strict=False)))
    return f"{_clock(start % _DAY)}-{_clock(end)}"


def _readings(found: re.Match[str], n: int) -> list[int]:
    """The minutes of the day that one clock time may mean."""
    hour = int(found[f"hour{n}"]) if found[f"hour{n}"] else _WORDS[found[f"word{n}"].lower()]
    minute = 30 if found[f"half{n}"] else int(found[f"minute{n}"] or 0)
    if hour > 24 or minute > 59:
        return []
    part = (found[f"part{n}"] or "").lower()
    at = hour * 60 + minute
    if part and hour <= 12:
        return [at % 720 + (720 if part.startswith(_AFTERNOON) else 0)]
    named = (found[f"word{n}"] or "").lower() in ("noon", "midday", "midnight")
    sure = named or hour > 12 or hour == 0 or (found[f"hour{n}"] or "").startswith("0")
    return [at] if sure else [at, (at + 720) % _DAY]


def _apart(a: int, b: int) -> int:
    return min((a - b) % _DAY, (b - a) % _DAY)


def _clock(at: int) -> str:
    return f"{at // 60:02d}:{at % 60:02d}"
