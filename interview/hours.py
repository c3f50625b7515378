"""Times of a day as they are said: "at half past 7 and 5", "nine to five", "from 10 in the evening until 7".

Which half of the day is meant is for whoever asks to say: a working day begins in the morning, a quiet one at night.
"""

import re
from dataclasses import dataclass
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
_ALONE = re.compile(
    r"(?<![\w:.])" + _CLOCK.format(n=1) + r"(?!\s*(?:days?|weeks?|times|minutes?|hours?|%))(?![\w:]|\.\d)",
    re.IGNORECASE,
)
_AFTERNOON = ("p", "in the afternoon", "in the evening", "at night")


@dataclass(frozen=True, slots=True)
class Clock:
    """One time of a day. `readings`: what it may mean, in minutes after midnight; none of a time that no day has."""

    readings: tuple[int, ...]
    text: str
    start: int  # where it stands in what was said


def clocks_said(text: str) -> list[Clock]:
    """Every one, in the order of the words."""
    return [
        Clock(tuple(dict.fromkeys(at % _DAY for at in _readings(found, 1))), found[0].strip(), found.start())
        for found in _ALONE.finditer(text)
    ]


def spans_said(text: str) -> list[tuple[int, int]] | None:
    """What "from … to …" may mean, in minutes after midnight: none where a day has no such times; None for no span."""
    found = _FROM_TO.search(text)
    if found is None:
        return None
    pairs = product(_readings(found, 1), _readings(found, 2))
    return [(start, end) for start, end in pairs if start % _DAY != end % _DAY]


def nearest(pairs: list[tuple[int, int]], usual: str) -> str:
    """`09:00-17:00`, of those the one nearest to the usual hours, and of two so near the shorter one."""
    wanted = [int(hour) * 60 + int(minute) for hour, minute in re.findall(r"(\d\d):(\d\d)", usual)]

    def distance(pair: tuple[int, int]) -> tuple[int, int]:
        return sum(_apart(a, b) for a, b in zip(pair, wanted, strict=False)), (pair[1] - pair[0]) % _DAY

    start, end = min(pairs, key=distance)
    return f"{clock_text(start % _DAY)}-{clock_text(end)}"


def read_hours(text: str, usual: str) -> str | None:
    """`09:00-17:00`, of the readings that are possible the one nearest to the usual hours, if there are such; None for
    no span.
    """
    pairs = spans_said(text)
    return nearest(pairs, usual) if pairs else None


def clock_text(at: int) -> str:
    """`08:30` of minutes after midnight."""
    return f"{at // 60:02d}:{at % 60:02d}"


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
