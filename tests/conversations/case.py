"""A case as it is run, and the strict reading of case files."""

import difflib
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from tests.conversations.format import CriticalFile, DialogueFile, Expected, Part, Some, Turn, Words, World


class CaseFault(Exception):
    """A case cannot be read, set up or driven: what is wrong, in one line."""


@dataclass(frozen=True, slots=True)
class Case:
    """A world, turns, and what must hold after each: a critical case is a dialogue of one question."""

    world: World
    turns: tuple[Turn, ...]
    expected: dict[int, list[Expected]] = field(default_factory=dict)
    words: dict[int, list[Words]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.world.name

    @property
    def people(self) -> dict[str, str]:
        """Everybody who speaks besides the owner, with their role."""
        speaking = {turn.as_: "member" for turn in self.turns if turn.as_}
        return {**speaking, **{user.name: user.role for user in self.world.users}}


def load_case(path: Path) -> Case:
    """The case of a file in critical/ or dialogues/. Raises CaseFault: what is wrong, and where."""
    try:
        doc = yaml.load(path.read_text(encoding="utf-8"), _UniqueKeys)  # noqa: S506 (a SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CaseFault(f"not readable as YAML: {' '.join(str(error).split())}") from error
    kind: type[World] = CriticalFile if path.parent.name == "critical" else DialogueFile
    try:
        read = kind.model_validate(doc)
    except ValidationError as error:
        raise CaseFault("; ".join(_explained(fault, kind) for fault in error.errors(include_url=False))) from None
    if isinstance(read, CriticalFile):
        return _from_critical(read)
    assert isinstance(read, DialogueFile)
    return _from_dialogue(read)


def load_folder(folder: Path) -> Iterator[tuple[Path, Case | CaseFault]]:
    """Every case file of a folder, in order; a file that cannot be read comes with its fault."""
    seen: dict[str, Path] = {}
    for path in sorted([*folder.glob("critical/*.yml"), *folder.glob("dialogues/*.yml")]):
        try:
            case = load_case(path)
            if other := seen.get(case.name):
                raise CaseFault(f"its name {case.name!r} is also that of {other.name}")
        except CaseFault as fault:
            yield path, fault
            continue
        seen[case.name] = path
        yield path, case


def _from_critical(read: CriticalFile) -> Case:
    words = {0: [Words(turn=0, must=[read.expect.first])]} if read.expect.first else {}
    return Case(read, (Turn(user=read.ask),), {0: [Expected(turn=0, critical=read.expect)]}, words)


def _from_dialogue(read: DialogueFile) -> Case:
    case = Case(read, tuple(read.turns))
    last = len(read.turns) - 1
    for expected in read.expect_after:
        case.expected.setdefault(_index(expected.turn, last), []).append(expected)
    for words in read.replies:
        case.words.setdefault(_index(words.turn, last), []).append(words)
    if not case.expected and not case.words:
        raise CaseFault("nothing is expected: give expect_after or replies")
    return case


def _index(turn: int | str, last: int) -> int:
    if turn == "end":
        return last
    if isinstance(turn, int) and 0 <= turn <= last:
        return turn
    raise CaseFault(f"turn {turn} does not exist; the last one is {last}")


def _explained(fault: Any, model: type[BaseModel]) -> str:
    path = [str(part) for part in fault["loc"]]
    where = ".".join(path) or "the case"
    if (fault["loc"] and isinstance(fault["loc"][-1], bool)) or "[key]" in path:
        return f'{where}: a key is read as true or false; quote it ("on", "off", "yes", "no")'
    if fault["type"] == "extra_forbidden":
        near = difflib.get_close_matches(path[-1], _keys(model, path[:-1]), 1)
        return f"unknown key {where}" + (f"; did you mean {near[0]}?" if near else "")
    if fault["type"] == "missing":
        return f"{where} is missing"
    return f"{where}: {fault['msg'].removeprefix('Value error, ')}"


def _keys(model: type[BaseModel], path: list[str]) -> set[str]:
    """The keys of the part at that path; of every part where the path is not enough to tell."""
    if not path:
        return set(model.model_fields)
    return {name.rstrip("_") for part in Part.__subclasses__() + Some.__subclasses__() for name in part.model_fields}


class _UniqueKeys(yaml.SafeLoader):
    """YAML 1.1 that refuses a key which stands twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)
