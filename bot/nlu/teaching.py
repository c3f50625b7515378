"""Sentences that people taught: written as training data beside what Pollux was installed with."""

import re
from collections.abc import Iterable
from pathlib import Path

import yaml

from twin_core.contract.errors import Rejected

_INTENT = re.compile(r"[a-z][a-z_]{1,40}")
_BRACKETS = str.maketrans("[]", "()")


def marked(text: str, spans: Iterable[tuple[str, int, int]]) -> str:
    """A training line: the text on one line, with the things found in it marked; overlaps are left out."""
    parts, at = [], 0
    for kind, start, end in sorted(spans, key=lambda s: (s[1], -s[2])):
        if start >= at and start < end <= len(text):
            parts += [_plain(text[at:start]), f"[{_plain(text[start:end])}]({kind})"]
            at = end
    return "".join([*parts, _plain(text[at:])]).strip()


def teach(folder: Path, intent: str, line: str, lang: str = "en") -> Path:
    """Adds a line to the intent's file below `folder`; one that is there already is not added again.

    Raises Rejected for what is no name of an intent, and for a file there that is no longer ours to read.
    """
    if not _INTENT.fullmatch(intent):
        raise Rejected(f"{intent!r} is no name of an intent.", code="unknown_intent")
    path = folder / "nlu" / lang / f"{intent}.yml"
    lines = _lines(path, intent)
    if line in lines:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    body = "\n".join(f"      - {known}" for known in [*lines, line])
    beside = path.with_suffix(".new")
    beside.write_text(f'version: "3.1"\nnlu:\n  - intent: {intent}\n    examples: |\n{body}\n', encoding="utf-8")
    beside.replace(path)  # whoever reads sees the old file or the new one
    return path


def _lines(path: Path, intent: str) -> list[str]:
    if not path.exists():
        return []
    try:
        (section,) = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        if section["intent"] != intent:
            raise ValueError(f"it is about {section['intent']}")
        return [line.strip().removeprefix("- ").strip() for line in section["examples"].splitlines() if line.strip()]
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise Rejected(
            f"{path} cannot be read: {error}.", code="bad_training_data", hint="Mend the file, or move it away."
        ) from error


def _plain(text: str) -> str:
    """One line, without marks of its own and without characters that YAML refuses."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    return re.sub(r"\s+", " ", printable.translate(_BRACKETS))
