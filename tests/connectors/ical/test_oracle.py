"""Outside oracles for odd and hard calendars. Where one of them and we differ, docs/calendars.md says who is wrong."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.ical.calendar import Calendar, read_calendar
from connectors.ical.components import Component, Property, parse_components
from connectors.ical.expansion import Expansion
from connectors.ical.rules import read_rule
from connectors.ical.series import Occurrence
from tests.services import shared_data
from twin_core.contract.errors import Rejected

DOCS = Path(__file__).resolve().parents[3] / "docs" / "calendars.md"
HOME = ZoneInfo("UTC")
Case = dict[str, Any]


def cases(name: str) -> list[Case]:
    return [json.loads(line) for line in (shared_data("calendar_ics") / name).read_text().splitlines()]


def documented(oracle: str) -> set[str]:
    """The cases of an oracle that the table of differences names."""
    rows = re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    return {case for named, case in rows if named == oracle}


def differing(found: list[Case], name: Callable[[Case], str], agrees: Callable[[Case], bool]) -> set[str]:
    assert found, "an oracle without cases decides nothing"
    return {name(case) for case in found if not agrees(case)}


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text.rstrip("Z"))


@cache
def read(file: Path) -> Calendar:
    return read_calendar(file.read_bytes())


def test_rules_give_the_instances_of_libical() -> None:
    def agrees(case: Case) -> bool:
        expected, rule = [wall(text) for text in case["instances"].split(",") if text], read_rule(case["rrule"])
        upper = (
            rule.until
            if isinstance(rule.until, datetime)
            else datetime.combine(rule.until or date.max, datetime.max.time())
        )
        start, lower = wall(case["dtstart"]), wall(case.get("start_at") or case["dtstart"])
        expansion = Expansion(rule, start, all_day="T" not in case["dtstart"])
        found = islice(expansion.between(lower, upper.replace(tzinfo=None)), len(expected) + 1)
        return list(found) == [at for at in expected if at >= lower]

    differ = differing(cases("rrule_instances.jsonl"), lambda case: case["rrule"], agrees)
    assert differ == documented("rrule_instances")


def test_calendars_give_what_two_engines_agree_on() -> None:
    folder = shared_data("calendar_ics")

    def told(found: Occurrence) -> tuple[str, str | None]:
        start = (
            found.start.wall.isoformat() if found.start.zone is None else found.starts_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        )
        return start[:10] if found.start.all_day else start, found.event.component.text("SUMMARY")

    def agrees(case: Case) -> bool:
        start, end = (
            datetime.fromisoformat(case[k]).replace(tzinfo=UTC) for k in ("window_from", "window_to_inclusive")
        )
        found = read(folder / case["file"]).between(start, end + timedelta(days=1), HOME)
        summaries = [(text or "").strip() or None for text in case["summaries"]]
        return sorted(map(told, found), key=str) == sorted(zip(case["starts"], summaries, strict=True), key=str)

    differ = differing(cases("expansions_two_engines.jsonl"), lambda case: case["file"], agrees)
    assert differ == documented("expansions_two_engines")


def test_spans_hold_as_many_occurrences_as_they_should() -> None:
    folder = shared_data("calendar_ics") / "recurring_ical_events"

    def agrees(case: Case) -> bool:
        start, end = span(case["query"], case["args"])
        calendar = read(folder / f"{case['calendar']}.ics")
        margin = timedelta(days=3) if case["query"] != "all" else timedelta(0)
        found = calendar.between(start.replace(tzinfo=UTC) - margin, end.replace(tzinfo=UTC) + margin, HOME)
        return sum(by_the_wall(one, start, end) for one in found) == int(case["expect_count"])

    present = [case for case in cases("occurrence_counts.jsonl") if (folder / f"{case['calendar']}.ics").exists()]
    differ = differing(present, lambda case: case["calendar"], agrees)
    assert differ == documented("occurrence_counts")


def test_content_lines_are_those_of_the_jcal() -> None:
    folder = shared_data("calendar_ics") / "jcal_pairs"

    def agrees(case: Case) -> bool:
        roots, _ = parse_components((folder / case["file"]).with_suffix(".ics").read_text(encoding="utf-8"))
        expected = json.loads((folder / case["file"]).read_text(encoding="utf-8"))
        expected = [expected] if isinstance(expected[0], str) else expected
        return [as_jcal(root) for root in roots] == [comparable(root) for root in expected]

    pairs = [{"file": file.name} for file in sorted(folder.glob("*.json")) if file.with_suffix(".ics").exists()]
    assert differing(pairs, lambda case: case["file"], agrees) == documented("jcal_pairs")


def test_every_odd_file_is_read_or_refused_with_a_reason() -> None:
    files = [file for file in shared_data("calendar_ics").rglob("*") if file.suffix in (".ics", ".vcs")]
    assert len(files) > 100
    for file in files:
        try:
            read(file).between(datetime(1990, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC), HOME)
        except Rejected as refused:
            assert refused.hint, file


# --- how the oracles are asked ---------------------------------------------------------------------


def span(query: str, args: list[Any]) -> tuple[datetime, datetime]:
    """The span of wall-clock time that a query of recurring-ical-events means."""
    if query == "all":
        return datetime(1900, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001
    first, precision = moment(args[0])
    if query == "between":
        other = args[1]
        return first, first + timedelta(**other["timedelta"]) if isinstance(other, dict) else moment(other)[0]
    month = first.replace(day=1, year=first.year + first.month // 12, month=first.month % 12 + 1)
    steps = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1))
    ends = [first.replace(year=first.year + 1), month, *(first + step for step in steps)]
    return first, ends[precision - 1] if precision <= len(ends) else first


def moment(arg: Any) -> tuple[datetime, int]:
    """A date argument, and how many of year, month, day, hour, minute, second it names."""
    if isinstance(arg, str):
        return wall(arg), 3 if "T" not in arg else 6
    parts = [arg] if isinstance(arg, int) else list(arg)
    return datetime(*[*parts, 1, 1][: max(3, len(parts))]), len(parts)  # type: ignore[arg-type]  # noqa: DTZ001


def by_the_wall(found: Occurrence, start: datetime, end: datetime) -> bool:
    """Whether an occurrence touches a span that is told by its own clock."""
    begins = found.start.wall
    ends = found.ends_at.astimezone(found.start.zone or HOME).replace(tzinfo=None)
    if start == end or begins == ends:  # an instant lies within the other, its first moment included
        return start <= begins < end if start != end else begins == start or begins <= start < ends
    return begins < end and start < ends


def as_jcal(component: Component) -> list[Any]:
    return [
        component.name.lower(),
        [prop(found) for found in component.properties],
        [as_jcal(c) for c in component.children],
    ]


def prop(found: Property) -> tuple[str, dict[str, Any], str]:
    params = {name.lower(): value for name, value in found.params.items() if name != "VALUE"}
    return found.name.lower(), params, found.text


def comparable(jcal: list[Any]) -> list[Any]:
    """Names, parameters and structure; the value where it is one text."""
    return [jcal[0], [Told(*found) for found in jcal[1]], [comparable(child) for child in jcal[2]]]


class Told:
    """A property of the oracle; equal to ours if what both can say is the same."""

    def __init__(self, name: str, params: dict[str, Any], kind: str, *values: Any) -> None:
        self.name, self.params, self.kind, self.values = name, params, kind, values

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, tuple):
            return NotImplemented
        text = (
            self.kind != "text"
            or not isinstance(self.values[0], str)
            or len(self.values) > 1
            or self.values[0] == other[2]
        )
        return (self.name, self.params) == other[:2] and text

    def __hash__(self) -> int:
        return hash(self.name)


def test_the_documentation_names_no_case_twice() -> None:
    def rows() -> Iterator[str]:
        yield from re.findall(r"^\| `\w+` \| `[^`]+` \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)

    assert len(list(rows())) == len(set(rows()))
