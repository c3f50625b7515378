"""Every kind of document and stream is known to a person's export and erasure, or known to be nobody's."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house_rules.tree import ROOT, modules, name, text
from twin_core.privacy.belongings import A_KIND_EACH, AMONG_OTHERS, OF_NOBODY, STAYS, STREAMS_EACH, STREAMS_OWNED

KNOWN = {*A_KIND_EACH, *AMONG_OTHERS, *OF_NOBODY}
STORES = {"Document": 0, "kind_of": 0, "scan": 0, "Inbox": 2, "Questions": 1}  # which argument is a kind


def constants(tree: ast.Module) -> dict[str, str]:
    """Texts that a module gives a name, also several in one statement."""
    found: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = (
                    zip(target.elts, node.value.elts, strict=False)
                    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                    else [(target, node.value)]
                )
                found |= {n.id: t for n, v in pairs if isinstance(n, ast.Name) and (t := text_of(v))}
    return found


def text_of(node: ast.expr) -> str | None:
    """A text, or what a text for each person begins with."""
    if isinstance(node, ast.JoinedStr) and node.values:
        begin = text_of(node.values[0])
        return begin.rstrip("/") if begin and begin.endswith("/") else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def kinds(tree: ast.Module, names: dict[str, str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = STORES.get(name)
            kind = node.args[place] if place is not None and len(node.args) > place else None
            if kind is not None and (found := text_of(kind) or names.get(getattr(kind, "id", ""))):
                yield found
        elif isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "kind" and node.value:
            if "ClassVar" in ast.dump(node.annotation) and (found := text_of(node.value)):
                yield found
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "attr", "") == "_kind":
            if found := text_of(node.value):
                yield found
        elif isinstance(node, ast.FunctionDef) and node.name == "_kind":
            yield from (
                found for part in ast.walk(node) if isinstance(part, ast.JoinedStr) and (found := text_of(part))
            )


def stored_kinds(sources: dict[Path, str]) -> dict[str, Path]:
    trees = {path: ast.parse(source) for path, source in sources.items()}
    everywhere = {path: constants(tree) for path, tree in trees.items()}
    found: dict[str, Path] = {}
    for path, tree in trees.items():
        names = dict(everywhere[path])
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module:
                origin = everywhere.get(ROOT / (node.module.replace(".", "/") + ".py"), {})
                names |= {
                    alias.asname or alias.name: origin[alias.name] for alias in node.names if alias.name in origin
                }
        found |= dict.fromkeys(kinds(tree, names), path)
    return found


def sources() -> dict[Path, str]:
    return {path: text(path) for path in modules() if not name(path).startswith(("tests/", "benchmarks/"))}


def test_every_kind_is_somebodys_or_nobodys() -> None:
    stored = stored_kinds(sources())
    unknown = {kind: str(path) for kind, path in stored.items() if kind not in KNOWN}
    assert not unknown, f"say in twin_core/privacy/belongings.py whose these are: {unknown}"
    assert len(stored) > 30, "the rule sees hardly anything"


@pytest.mark.parametrize(
    "source",
    [
        'KIND = "diary"\nBatch(documents=[Document(KIND, person, {})])',
        'Document(kind_of("diary", person), "k", {})',
        'class A:\n    def __init__(self, person):\n        self._kind = f"diary/{person}"',
        'class Page:\n    kind: ClassVar[str] = "diary"',
    ],
)
def test_a_new_kind_is_seen(source: str) -> None:
    assert "diary" in stored_kinds({ROOT / "bot/diary.py": source})


def test_what_stays_is_somebodys_and_has_its_reason() -> None:
    assert set(STAYS) <= set(AMONG_OTHERS)
    assert all(STAYS.values())


def streams(tree: ast.Module) -> Iterator[str]:
    """What the names of streams begin with, where they are made: `stream = f"…"`, `def stream`, `def _stream`."""
    for node in ast.walk(tree):
        made: list[ast.expr | None] = []
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "stream":
            made = [node.value]
        elif isinstance(node, ast.FunctionDef) and node.name in ("stream", "_stream"):
            made = [part.value for part in ast.walk(node) if isinstance(part, ast.Return)]
        for value in made:
            if isinstance(value, ast.JoinedStr) and isinstance(value.values[0], ast.Constant):
                yield str(value.values[0].value)


def test_every_named_stream_is_known_to_the_erasure() -> None:
    found = {begin: str(path) for path, source in sources().items() for begin in streams(ast.parse(source))}
    unknown = {begin: path for begin, path in found.items() if begin not in {*STREAMS_EACH, *STREAMS_OWNED}}
    assert not unknown, f"say in twin_core/privacy/belongings.py whose these are: {unknown}"
    assert {"consent:", "privacy:", "source:", "concern.", "nudge."} <= set(found), "the rule sees too little"


@pytest.mark.parametrize(
    "source",
    [
        'async def keep(self):\n    stream = f"diary:{person}"',
        'def _stream(entry):\n    return f"diary:{entry.person}"',
    ],
)
def test_a_new_stream_is_seen(source: str) -> None:
    assert list(streams(ast.parse(source))) == ["diary:"]
