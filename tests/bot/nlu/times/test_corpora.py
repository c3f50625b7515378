"""The share of other people's phrases that is read right, where their corpora are at hand: it may not fall."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from benchmarks.times import pollux, rows, share
from bot.nlu.times import find_times
from tests.services import shared_data

KINDS_READ = {"date": 0.75, "datetime": 0.8, "time": 0.97, "set": 0.92, "datetimerange": 0.9}


def test_ducklings_phrases() -> None:
    phrases = rows(shared_data("time_expressions"))
    assert share(phrases, pollux) >= 0.945
    assert share(phrases, pollux, any_reading=True) >= 0.96
    assert share([r for r in phrases if r["kind"] == "none"], pollux) == 1


@pytest.mark.parametrize(("kind", "least"), KINDS_READ.items())
def test_the_recognizers_sentences_hold_a_time_where_one_is_expected(kind: str, least: float) -> None:
    expected, found = 0, 0
    for text, now, entities in _sentences(shared_data("time_expressions")):
        spans = find_times(text, now=now, zone=ZoneInfo("UTC"))
        for start, end in (e[1:] for e in entities if e[0] == kind):
            expected += 1
            found += any(s.start <= end and start < s.end for s in spans)
    assert found / expected >= least


def test_the_recognizers_sentences_without_a_time_stay_without_one() -> None:
    plain = [(t, now) for t, now, entities in _sentences(shared_data("time_expressions")) if not entities]
    wrong = [t for t, now in plain if find_times(t, now=now, zone=ZoneInfo("UTC"))]
    assert len(wrong) / len(plain) <= 0.2


def _sentences(folder: Path) -> list[tuple[str, datetime, list[tuple[str, int, int]]]]:
    """Each sentence with its reference time, and the kind and place of the times in it."""
    lines = gzip.decompress((folder / "recognizers_DateTimeModel.jsonl.gz").read_bytes()).decode().splitlines()
    found = []
    for row in map(json.loads, lines):
        now = datetime.fromisoformat(row["reference"] or "2016-11-07T00:00:00").replace(tzinfo=UTC)
        places = [
            (e["TypeName"].rpartition(".")[2], e["Start"], e["End"])
            for e in row["results"]
            if "TypeName" in e and "Start" in e
        ]
        found.append((row["text"], now, places))
    return found
