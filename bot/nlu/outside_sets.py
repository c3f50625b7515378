"""Test sets of other people, read by a mapping that is data: which file, which field, which intents of ours.

A mapping is bot/nlu/outside/<name of the set's folder>.toml:
`[intents]` theirs = ours, all of them right, an empty list leaves the sentence out; `others` is for those not named,
which are left out without it; `like` takes the intents of another mapping. `[[parts]]` (title, files, text, again,
slots) read JSON lines; without parts the folder holds Rasa YAML. `[house]` says which fields name places and twins.
"""

import gzip
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from bot.nlu.cases import Case, read_cases
from bot.nlu.training_data import read_training_data
from bot.ports import Name
from twin_core.contract.errors import NotFound, Rejected

_MAPPINGS = Path(__file__).parent / "outside"

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Suite:
    """Cases that are counted together, and the names of the house they are said in."""

    title: str
    cases: Sequence[Case]
    names: tuple[Name, ...] = ()


class House:
    """A registry of names that moves from one suite's house to the next."""

    def __init__(self) -> None:
        self._names: tuple[Name, ...] = ()
        self.version = 0

    def all(self) -> Sequence[Name]:
        return self._names

    def move_to(self, names: tuple[Name, ...]) -> None:
        self._names = names
        self.version += 1


def outside_sets() -> list[str]:
    """The sets that there is a mapping for."""
    return sorted(path.stem for path in _MAPPINGS.glob("*.toml"))


def read_suites(source: Path, lang: str = "en", *, trained_on: Path | None = None) -> list[Suite]:
    """The suites of a set that there is a mapping for, by the name of its folder; else one of the source's cases.

    `trained_on` is the data that the engine learns from: what has learnt a set's own intents is tested on those.
    Raises NotFound or Rejected naming the file and what to do.
    """
    path = _MAPPINGS / f"{source.name}.toml"
    if not (source.is_dir() and path.is_file()):
        return [Suite(str(source), read_cases(source, lang))]
    mapping = _read_mapping(path)
    if trained_on is not None and not _leads_to(mapping, source, trained_on, lang):
        return [Suite(str(source), read_cases(source, lang))]
    if "parts" not in mapping:
        return [Suite(source.name, [ours for c in read_cases(source, lang) for ours in _translated(c, mapping)])]
    return [_part(source, part, mapping) for part in mapping["parts"]]


def read_rows(path: Path) -> list[Row]:
    """The JSON lines of a file of a set, packed or not. Raises NotFound or Rejected naming the file."""
    try:
        packed = path.read_bytes()
        text = (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode("utf-8")
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except FileNotFoundError as error:
        raise NotFound(f"There is no {path}.", hint=f"{path.parent} should be the set as it was published.") from error
    except (OSError, EOFError, ValueError) as error:
        raise Rejected(f"{path} holds no JSON lines: {error}.", code="bad_cases", hint="Fetch it again.") from error


def _read_mapping(path: Path) -> dict[str, Any]:
    mapping = tomllib.loads(path.read_text(encoding="utf-8"))
    if like := mapping.get("like"):
        mapping["intents"] = _read_mapping(path.with_stem(like))["intents"] | mapping.get("intents", {})
    return mapping


def _leads_to(mapping: Row, source: Path, trained_on: Path, lang: str) -> bool:
    """Whether what the mapping translates into are the intents of the data, and that is not the set itself."""
    ours = {intent for intents in mapping.get("intents", {}).values() for intent in intents}
    return source.resolve() != trained_on.resolve() and ours <= _intents_of(trained_on, lang)


@cache
def _intents_of(data: Path, lang: str) -> frozenset[str]:
    return frozenset(read_training_data(data, lang).intents)


def _part(source: Path, part: Row, mapping: Row) -> Suite:
    rows = [row for file in part["files"] for row in read_rows(source / file)]
    cases = [ours for row in rows for case in _cases(row, part) for ours in _translated(case, mapping)]
    house = mapping.get("house")
    return Suite(f"{source.name}, {part['title']}", cases, tuple(_names(rows, house)) if house else ())


def _cases(row: Row, part: Row) -> Iterator[Case]:
    """A case for each text of the row; there are several where a recogniser offers several."""
    slots: dict[str, tuple[str, ...]] = {}
    for theirs, ours in part.get("slots", {}).items():
        if isinstance(said := row.get("slots", {}).get(theirs), str):
            slots[ours] = (*slots.get(ours, ()), said)
    again = row[part["again"]] if "again" in part else None
    for text in _texts(row, part["text"]):
        yield Case(text, row.get("intent", ""), slots, again=again)


def _texts(row: Row, field: str) -> list[str]:
    outer, _, inner = field.partition(".")
    return [each[inner] for each in row.get(outer) or ()] if inner else [row[outer]]


def _translated(case: Case, mapping: Row) -> Iterator[Case]:
    intents = mapping.get("intents", {}).get(case.intent, mapping.get("others", ()))
    if intents:
        yield replace(case, intent=intents[0], also=tuple(intents[1:]))


def _names(rows: Sequence[Row], house: Row) -> Iterator[Name]:
    """Every name once: the sentences are all said in one house."""
    places = {place["name"] for row in rows for field in house["places"] for place in row.get(field) or ()}
    twins = {twin["name"]: twin for row in rows for twin in row.get(house["twins"]) or ()}
    yield from (Name(place, "place", place) for place in sorted(places))
    for name, twin in sorted(twins.items()):
        yield Name(name, "twin", name, house["types"].get(twin.get("domain")), twin.get("area"))
