"""Which files of a data folder are learnt from, and which are only for testing."""

import re
from pathlib import Path

from twin_core.contract.errors import NotFound

_TRAIN = frozenset({"train", "training"})
_TEST = frozenset({"test", "tests", "testing"})
_NEITHER = frozenset({"val", "valid", "validation", "dev"})  # for choosing a model, which nobody does here
_WORDS = re.compile(r"[^a-z]+")


def training_files(folder: Path, lang: str = "en", taught: Path | None = None) -> list[Path]:
    """The files to learn from, in a fixed order. What is named as a test part is never among them.

    `taught` is a second folder of the same layout, which may be absent: what people taught this house.

    `folder` holds nlu/<lang>/ as nlu_data does, nlu/ or data/ as a Rasa project, train/ beside test/, the two files
    of `rasa data split nlu`, or simply Rasa YAML files. Raises NotFound where it holds none.
    """
    root = next((r for r in (folder / "nlu" / lang, folder / "train", folder / "nlu") if r.is_dir()), folder)
    named = root in (folder / "nlu", folder)  # elsewhere the folder has said it, and an intent may have any name
    files = [p for p in _yaml(root) if not named or not _role(p.relative_to(folder)) & (_TEST | _NEITHER)]
    if not files:
        raise NotFound(
            f"There are no training files in {root}.",
            code="no_training_data",
            hint=f"Name a folder with Rasa 3 files, or put them into {folder / 'nlu' / lang}.",
        )
    more = taught / "nlu" / lang if taught else None
    return [*files, *_yaml(more)] if more and more.is_dir() else files


def test_files(folder: Path, lang: str = "en") -> list[Path]:
    """The files of the folder's test part; none where it has none."""
    own = folder / "test" / lang
    return _yaml(own) if own.is_dir() else [p for p in _yaml(folder) if _role(p.relative_to(folder)) & _TEST]


def all_files(folder: Path, lang: str = "en") -> list[Path]:
    """Every Rasa file of a folder that has no parts, or of its subfolder for the language."""
    return _yaml(folder / lang if (folder / lang).is_dir() else folder)


def languages(folder: Path) -> list[str]:
    """The languages the data folder has, by its subfolders of nlu/."""
    root = folder / "nlu"
    return sorted(p.name for p in root.iterdir() if p.is_dir()) if root.is_dir() else []


def _yaml(root: Path) -> list[Path]:
    return sorted(p for p in root.rglob("*") if p.suffix in (".yml", ".yaml") and p.is_file())


def _role(path: Path) -> frozenset[str]:
    """What the names on the way to a file say it is for: `nlu/test_data.yml` is a test, `train_test_split/` both."""
    roles: set[str] = set()
    for part in path.with_suffix("").parts:
        words = frozenset(_WORDS.split(part.lower()))
        roles |= words & (_TEST | _NEITHER) if not words & _TRAIN else frozenset()
    return frozenset(roles)
