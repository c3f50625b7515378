"""The corpus of phrases beside this file: each is read as it says, alone and inside a sentence."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.nlu.times import TimeSpan, find_times

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=BERLIN)
CORPUS = yaml.safe_load(Path(__file__).with_name("phrases.yml").read_text(encoding="utf-8"))
PHRASES = [(said, meant) for phrases in CORPUS.values() for said, meant in phrases.items()]
WITHIN = [phrase for name, phrases in CORPUS.items() if name != "bound_to_nothing_else" for phrase in phrases.items()]
# Words that are more often no time at all.
INNOCENT = (
    "it may rain",
    "march to the kitchen",
    "the sun is out",
    "the cat sat on the sofa",
    "the second one",
    "go to the second floor",
    "this may take a while",
    "fall asleep",
    "spring cleaning is done",
    "talk about three things",
    "pump 2",
    "set it to 21 degrees",
    "put it at 40 percent",
    "ask my boss",
    "one of the lamps",
    "lamp 4",
    "at a few places",
    "two thirds of it",
    "it is 5 of them",
    "a4 paper",
    "call 650.650.6500",
    "version 10.30.2",
    "192.168.1.10",
    "the 5th floor",
    "50 watts per hour",
)


def shown(span: TimeSpan) -> str:
    """A reading as the corpus writes it."""
    value = span.value
    if span.kind == "duration":
        return f"{value:g} s"
    if span.kind == "recurrence":
        until = f" until {_wall(value['end'])}" if value["end"] else ""
        lasting = f" for {value['length_s']:g} s" if value.get("length_s") else ""
        return f"{value['rule']} from {_wall(value['start'])}{until}{lasting}"
    text = _wall(value["start"]) + (f" .. {_wall(value['end'])}" if value["end"] else "")
    other = [o for o in span.options if o["start"] != value["start"]]
    return f"{value.get('edge', '')} {text}".strip() + (f" | {_wall(other[0]['start'])}" if other else "")


def _wall(instant: str) -> str:
    at = datetime.fromisoformat(instant).astimezone(BERLIN).replace(tzinfo=None)
    return f"{at:%Y-%m-%d}" if (at.hour, at.minute, at.second) == (0, 0, 0) else at.isoformat(" ", "minutes")


@pytest.mark.parametrize(("said", "meant"), PHRASES, ids=[said for said, _ in PHRASES])
def test_a_phrase_is_read_as_it_is_meant(said: str, meant: str) -> None:
    assert [shown(s) for s in find_times(said, now=NOW, zone=BERLIN)] == [meant]


@pytest.mark.parametrize(("said", "meant"), WITHIN[::3], ids=[said for said, _ in WITHIN[::3]])
def test_a_phrase_is_found_inside_a_sentence(said: str, meant: str) -> None:
    text = f"please tell Nina that the pump runs hot {said}, thanks a lot"
    spans = find_times(text, now=NOW, zone=BERLIN)
    assert meant in [shown(s) for s in spans]
    assert all(said.endswith(text[s.start : s.end][-3:]) for s in spans)


@pytest.mark.parametrize("said", INNOCENT)
def test_ordinary_words_are_no_times(said: str) -> None:
    assert find_times(said, now=NOW, zone=BERLIN) == []


def test_a_time_bound_to_an_event_keeps_its_distance_and_the_events_name() -> None:
    text = "give me a nudge an hour before the stand-up so I can prepare"
    [span] = find_times(text, now=NOW, zone=BERLIN)
    assert text[span.start : span.end] == "an hour before the stand-up"
    assert span.value == {"start": None, "end": None, "grain": "minute", "anchor": "stand-up", "offset_s": -3600.0}


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("tomorrow", "2026-03-03 08:00"),
        ("tomorrow morning", "2026-03-03 08:00"),
        ("the weekend", "2026-03-07 09:00"),
        ("end of the month", "2026-03-31 08:00"),
        ("by the end of June", "2026-06-30 08:00"),
        ("in a week", "2026-03-09 09:00"),
        ("within two hours", "2026-03-02 11:00"),
    ],
)
def test_when_to_act_on_a_time_stands_beside_it(said: str, at: str) -> None:
    [span] = find_times(said, now=NOW, zone=BERLIN)
    assert _wall(span.value["at"]) == at


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("the last 3 days", "2026-02-27 09:00", "2026-03-02 09:00"),
        ("last week", "2026-02-23 09:00", "2026-03-02 09:00"),
        ("the next 2 hours", "2026-03-02 09:00", "2026-03-02 11:00"),
    ],
)
def test_a_length_measured_from_now_stands_beside_the_calendars(said: str, start: str, end: str) -> None:
    [span] = find_times(said, now=NOW, zone=BERLIN)
    rolling = span.value["rolling"]
    assert (_wall(rolling["start"]), _wall(rolling["end"])) == (start, end)


def test_a_name_that_comes_again_keeps_the_last_one_for_questions_about_the_past() -> None:
    [span] = find_times("how warm was it on Thursday", now=NOW, zone=BERLIN)
    assert _wall(span.value["previous"]["start"]) == "2026-02-26"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("in 24 hours", "2026-03-29 10:00"),  # over the spring change: a day later on the wall is 23 hours
        ("in a day at 9", "2026-03-29 09:00"),
        ("tomorrow at 2:30 am", "2026-03-29 03:30"),
    ],
)
def test_hours_pass_one_by_one_over_a_clock_change(said: str, meant: str) -> None:
    before_change = datetime(2026, 3, 28, 9, 0, tzinfo=BERLIN)
    [span] = find_times(said, now=before_change, zone=BERLIN)
    assert _wall(span.value["start"]) == meant


def test_a_written_date_is_read_as_the_place_writes_it() -> None:
    readings: dict[str, Any] = {}
    for zone in ("Europe/Berlin", "America/New_York"):
        [span] = find_times("on 5/6/2026", now=NOW, zone=ZoneInfo(zone))
        readings[zone] = span.value["start"][:10]
        assert [o["start"][:10] for o in span.options] == ["2026-05-06", "2026-06-05"]
    assert readings == {"Europe/Berlin": "2026-06-05", "America/New_York": "2026-05-06"}
