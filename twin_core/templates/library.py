"""The twin library: every twin type Pollux knows, read from one TOML file each."""

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from twin_core.contract.errors import NotFound, Rejected
from twin_core.contract.template import TwinType
from twin_core.templates.parsing import parse_questions, parse_type
from twin_core.templates.tables import Table

_FOLDER = Path(__file__).parent
_EVERY_TYPE = _FOLDER / "_every_type.toml"


class Library:
    """Twin types by name. `library[name]` raises NotFound with the nearest names in its details."""

    def __init__(self, types: Mapping[str, TwinType]) -> None:
        self._types = dict(types)

    @property
    def types(self) -> tuple[TwinType, ...]:
        """All types in the order of their names."""
        return tuple(self._types[name] for name in sorted(self._types))

    def __getitem__(self, name: str) -> TwinType:
        found = self._types.get(name)
        if found is not None:
            return found
        nearest = self._nearest(name)
        raise NotFound(
            f"There is no twin type called {name[:80]!r}.",
            code="unknown_twin_type",
            hint=f"Did you mean {' or '.join(nearest)}?" if nearest else f"Known: {', '.join(sorted(self._types))}.",
            details={"nearest": nearest},
        )

    def __contains__(self, name: object) -> bool:
        return name in self._types

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._types))

    def __len__(self) -> int:
        return len(self._types)

    def _nearest(self, name: str) -> list[str]:
        said = name.strip().lower().replace("_", " ")
        known = {word.lower(): t.name for t in self.types for word in (*t.words, t.title, t.name.replace("_", " "))}
        hits = difflib.get_close_matches(said[:80], known, n=5, cutoff=0.6)
        return list(dict.fromkeys(known[hit] for hit in hits))[:3]


def load_library(extra: Path | None = None) -> Library:
    """The library of Pollux itself and, if given, of a folder with the person's own types.

    Raises Rejected naming file and key for anything that is not as it must be, and for a type that is
    defined twice.
    """
    every_type = parse_questions(Table(_read(_EVERY_TYPE), _EVERY_TYPE.name))
    files = [_FOLDER, *([extra] if extra else [])]
    types: dict[str, TwinType] = {}
    for path in (path for folder in files for path in _files(folder)):
        twin_type = parse_type(Table(_read(path), path.name), path.stem, every_type)
        if twin_type.name in types:
            raise Rejected(
                f"{path.name}: there is a twin type called {twin_type.name!r} already.",
                code="bad_template",
                hint="Give the file and the type another name.",
            )
        types[twin_type.name] = twin_type
    return Library(types)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise Rejected(f"{folder} is not a folder of twin types.", code="bad_template")
    return sorted(path for path in folder.glob("*.toml") if not path.name.startswith("_"))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Rejected(f"{path.name}: {error}", code="bad_template", hint="Correct the file.") from error
