"""Time phrases of Duckling's corpus, beside two Python parsers of dates: how many are read right, and how fast."""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.report import Report
from bot.nlu.times import find_times

# Where the corpus lies when it is there at all: it is not part of the project.
FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "time_expressions"
_ZONE = ZoneInfo("Etc/GMT+2")  # the corpus is reckoned two hours west of Greenwich
_GRAIN_DAYS = {"second": 0, "minute": 0, "hour": 0, "day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}


@dataclass(frozen=True, slots=True)
class Read:
    """What a parser made of a phrase: when it starts and ends, and the starts of its other readings."""

    start: datetime
    end: datetime | None = None
    edge: str | None = None
    others: tuple[datetime, ...] = ()


Parser = Callable[[str, datetime], Read | None]


def rows(folder: Path = FOLDER) -> list[Mapping[str, Any]]:
    """The phrases of the corpus with what they mean; none where the corpus is not there."""
    path = folder / "duckling_en_time.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def is_right(row: Mapping[str, Any], read: Read | None, *, any_reading: bool = False) -> bool:
    """Whether the phrase was read as the corpus has it.

    Where it prints the end of "9 to 11" as the last minute's end, the plain end is right too. With `any_reading` the
    other readings of an ambiguous phrase count as well.
    """
    if row["kind"] == "none" or read is None:
        return (read is None) is (row["kind"] == "none")
    value: Mapping[str, Any] = row["value"]
    start = datetime.fromisoformat(str(value["from"]))
    starts = (read.start, *read.others) if any_reading else (read.start,)
    if row["kind"] == "instant":
        return start in starts
    if side := value.get("open"):
        return start in starts and read.edge in (("before", "until", "by") if side == "before" else ("after", "since"))
    end = datetime.fromisoformat(value["to"])
    if read.edge == "by":  # a deadline is the stretch from now to it
        return start == _now(row).replace(tzinfo=None) and end in (read.start, read.end)
    slack = {"second": 1, "minute": 60, "hour": 3600}.get(value["grain"], 0)
    allowed = timedelta(seconds=slack, days=_GRAIN_DAYS[value["grain"]])
    return start in starts and read.end is not None and abs(read.end - end) <= allowed


def share(phrases: Iterable[Mapping[str, Any]], parse: Parser, *, any_reading: bool = False) -> float:
    """The part of the phrases that the parser reads right."""
    results = [is_right(row, parse(row["text"], _now(row)), any_reading=any_reading) for row in phrases]
    return sum(results) / len(results)


def pollux(text: str, now: datetime) -> Read | None:
    """Our reading of a phrase; None where it is not exactly one time."""
    spans = [s for s in find_times(text, now=now, zone=_ZONE) if s.kind == "time"]
    if len(spans) != 1 or spans[0].value["start"] is None:
        return None
    value = spans[0].value
    others = tuple(_wall(o["start"]) for o in spans[0].options)
    return Read(_wall(value["start"]), _wall(value["end"]) if value["end"] else None, value.get("edge"), others)


def with_dateparser(text: str, now: datetime) -> Read | None:
    """What dateparser makes of it."""
    import dateparser

    naive = now.astimezone(_ZONE).replace(tzinfo=None)
    settings: Any = {"RELATIVE_BASE": naive, "PREFER_DATES_FROM": "future", "RETURN_AS_TIMEZONE_AWARE": False}
    found = dateparser.parse(text, languages=["en"], settings=settings)
    return Read(found.replace(microsecond=0)) if found else None


def with_parsedatetime(text: str, now: datetime) -> Read | None:
    """What parsedatetime makes of it."""
    import parsedatetime

    naive = now.astimezone(_ZONE).replace(tzinfo=None)
    found, status = parsedatetime.Calendar().parseDT(text, sourceTime=naive)
    whole_day = status == 1  # a date without a time keeps the hour of now
    return Read(found.replace(hour=0, minute=0, second=0, microsecond=0) if whole_day else found) if status else None


async def run(report: Report) -> None:
    """The share of each kind read right, and milliseconds a phrase, beside each of the two."""
    phrases = rows()
    if not phrases:
        report.skip(f"Duckling's phrases are not here: they would lie in {FOLDER}")
        return
    ours = _figures(phrases, pollux)
    for name, parse in (("dateparser", with_dateparser), ("parsedatetime", with_parsedatetime)):
        theirs = _figures(phrases, parse)
        for figure, value in ours.items():
            unit = "ms" if figure == "a phrase" else "right"
            report.row(f"{figure}, beside {name}", value, theirs[figure], unit)
    report.row("all, with both readings of an ambiguous one", share(phrases, pollux, any_reading=True), None, "right")


def _figures(phrases: Sequence[Mapping[str, Any]], parse: Parser) -> dict[str, float]:
    began = time.perf_counter()
    figures = {"all": share(phrases, parse)}
    took = (time.perf_counter() - began) / len(phrases)
    for kind, name in (("instant", "instants"), ("interval", "intervals"), ("none", "no time at all")):
        figures[name] = share([r for r in phrases if r["kind"] == kind], parse)
    return {**figures, "a phrase": 1000 * took}


def _now(row: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(row["reference"])


def _wall(instant: str) -> datetime:
    return datetime.fromisoformat(instant).astimezone(_ZONE).replace(tzinfo=None)
