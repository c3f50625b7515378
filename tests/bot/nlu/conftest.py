"""One engine trained from the project's own data, for all tests of the NLU."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.nlu.embedded import EmbeddedNlu, NluOptions, train
from bot.ports import Name

DATA = Path(__file__).resolve().parents[3] / "nlu_data"
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

SMALL = """nlu:
  - intent: greet
    examples: |
{greet}
  - intent: control_device
    examples: |
{control}
"""


def small_data(folder: Path) -> Path:
    """Two intents, learnt in a second."""
    greet = "\n".join(f"      - {t}" for t in ("hello", "hi there", "good morning", "hey", "hello again", "hi you"))
    control = "\n".join(
        f"      - turn the [{t} lamp](twin) [off](value)" for t in ("hall", "desk", "red", "big", "old", "new")
    )
    path = folder / "nlu" / "en" / "all.yml"
    path.parent.mkdir(parents=True)
    path.write_text(SMALL.format(greet=greet, control=control), encoding="utf-8")
    return folder


@dataclass
class Registry:
    """A list of names that can change, as the live registry does."""

    names: list[Name] = field(default_factory=list)
    version: int = 1

    def all(self) -> Sequence[Name]:
        return self.names

    def change(self, *names: Name) -> None:
        self.names = list(names)
        self.version += 1


def twin(name: str, kind: str, place: str | None = None) -> Name:
    return Name(name, "twin", f"{kind}.{name.lower().replace(' ', '_')}", kind, place)


HOUSE = (
    twin("hall lamp", "light", "hall"),
    twin("kitchen lamp", "light", "kitchen"),
    twin("desk lamp", "light", "study"),
    twin("study blind", "blind", "study"),
    twin("salt and pepper mill", "plug", "kitchen"),
    twin("garage freezer", "freezer", "garage"),
    twin("front door", "lock", "hall"),
    twin("AHU-3", "hvac_unit", "roof"),
    twin("pump 2", "pump", "plant"),
    twin("manager's reading light", "light", "office"),
    *(Name(p, "place", p) for p in ("hall", "kitchen", "study", "garage", "office")),
    Name("how warm", "property", "temperature"),
)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nlu")
    asyncio.run(train(DATA, folder, embeddings=False))
    return folder


@pytest.fixture(scope="session")
def registry() -> Registry:
    return Registry(list(HOUSE))


def engine(cache: Path, names: Registry) -> EmbeddedNlu:
    """An engine from the cache, without embeddings so that it is the same wherever the tests run."""
    models = asyncio.run(train(DATA, cache, embeddings=False))
    return EmbeddedNlu(models, NluOptions(DATA, cache, now=lambda: NOW, names=names, embeddings=False), None)


@pytest.fixture(scope="session")
def nlu(cache: Path, registry: Registry) -> EmbeddedNlu:
    return engine(cache, registry)
