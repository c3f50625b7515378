"""What every file of the project keeps to: its size, its docstring, and what is not written in it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house_rules.tree import PACKAGES, code, modules, name, text, tracked

FILE_LINES = 300
TEST_LINES = 400  # a suite of small cases stays readable for longer
FUNCTION_LINES = 50
LOCKS = [path for path in tracked() if path.suffix == ".lock"]
# Put together here, so that this file does not hold them itself.
UNFINISHED = re.compile(r"\b(" + "TO" + "DO|FIX" + "ME|X" + r"XX)\b")
WORKPLACE = ["/" + "work/", "/" + "root/", "/home/" + "runner", "--index" + "-url", "--extra-index" + "-url"]
REGISTRIES = re.compile(r"(pypi\.org/simple|files\.pythonhosted|registry\.npm|pypi\.python)".replace("\\.", "[.]"))


def long_functions(source: str) -> Iterator[tuple[str, int]]:
    """Functions that do not fit, with their length; a decorator is not counted."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines >= FUNCTION_LINES:
                yield node.name, lines


def test_files_fit_on_a_few_screens() -> None:
    lengths = {name(path): len(text(path).splitlines()) for path in code()}
    assert {n: lines for n, lines in lengths.items() if lines >= (TEST_LINES if "tests/" in n else FILE_LINES)} == {}


def test_functions_fit_on_one_screen() -> None:
    """Migrations are lists of tables, written once and never changed."""
    shown = [path for path in modules() if path.parent.name != "versions"]
    assert {f"{name(path)}: {f}": n for path in shown for f, n in long_functions(text(path))} == {}


def test_a_long_function_is_seen() -> None:
    body = "    pass\n" * (FUNCTION_LINES - 1)
    assert list(long_functions(f"class A:\n    async def long(self):\n{body.replace('    ', '        ')}")) == [
        ("long", 50)
    ]
    assert list(long_functions("def short():\n" + "    pass\n" * 48)) == []


def test_modules_say_what_they_are() -> None:
    """Tests may speak for themselves; everything else has a docstring."""
    silent = [
        name(path)
        for path in modules()
        if ast.get_docstring(ast.parse(text(path))) is None and not _needs_no_docstring(path)
    ]
    assert silent == []


def test_nothing_is_left_for_later() -> None:
    assert [
        f"{name(p)}:{n}" for p in code() for n, line in enumerate(text(p).splitlines(), 1) if UNFINISHED.search(line)
    ] == []


@pytest.mark.parametrize("word", WORKPLACE)
def test_no_file_knows_where_it_was_written(word: str) -> None:
    assert [name(path) for path in tracked() if word in text(path)] == []


def test_no_file_names_a_registry() -> None:
    assert [name(path) for path in tracked() if REGISTRIES.search(text(path))] == []


@pytest.mark.parametrize("lock", LOCKS, ids=name)
def test_a_lock_pins_by_hash_and_names_no_host(lock: Path) -> None:
    lines = [line for line in text(lock).splitlines() if line and not line.lstrip().startswith("#")]
    assert [line for line in lines if "://" in line or line.startswith("-")] == []
    pins = [line for line in lines if not line.startswith(" ")]
    assert [pin for pin in pins if "==" not in pin or not pin.endswith("\\")] == []


def test_there_are_locks_and_packages_to_look_at() -> None:
    assert len(LOCKS) >= 2
    assert {name(path).split("/")[0] for path in modules()} >= {*PACKAGES, "tests", "benchmarks"}


def _needs_no_docstring(path: Path) -> bool:
    return name(path).startswith("tests/") and (
        path.name.startswith("test_") or path.name in ("__init__.py", "conftest.py")
    )
