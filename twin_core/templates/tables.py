"""A TOML table read strictly: every value is asked for by name and kind, and nothing may be left over."""

import difflib
import math
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from twin_core.contract.errors import Rejected
from twin_core.contract.template import Value

_MISSING = object()


class Table:
    """One table of a file; `where` is what faults are named by: `freezer.toml, rules.too_warm`."""

    def __init__(self, data: Mapping[str, Any], where: str) -> None:
        self._data = dict(data)
        self._asked: set[str] = set()
        self.where = where

    def fail(self, key: str, problem: str, hint: str = "") -> NoReturn:
        """Raises Rejected for this key."""
        raise Rejected(f"{self.where}: {key} {problem}.", code="bad_template", hint=hint)

    def text(self, key: str, default: str | None = None) -> str:
        value = self._take(key, _MISSING if default is None else default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.fail(key, "must be a text")
        return value

    def optional_text(self, key: str) -> str | None:
        return self.text(key) if key in self._data else None

    def number(self, key: str, default: float) -> float:
        return self._as_number(key, self._take(key, default))

    def optional_number(self, key: str) -> float | None:
        value = self._take(key, None)
        return None if value is None else self._as_number(key, value)

    def flag(self, key: str, default: bool = False) -> bool:
        value = self._take(key, default)
        if not isinstance(value, bool):
            self.fail(key, "must be true or false")
        return value

    def choice(self, key: str, choices: Sequence[str], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in choices:
            self.fail(key, f"is {value!r}", f"It must be one of {', '.join(choices)}.")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            self.fail(key, "must be a list of texts")
        if len({v.lower() for v in value}) < len(value):
            self.fail(key, "says the same twice")
        return tuple(value)

    def scalar(self, key: str) -> Value:
        value = self.optional_scalar(key)
        if value is None:
            self.fail(key, "is missing")
        return value

    def optional_scalar(self, key: str) -> Value | None:
        value = self._take(key, None)
        if value is not None and not isinstance(value, (bool, int, float, str)):
            self.fail(key, "must be a number, a text, true or false")
        return value

    def scalars(self, key: str) -> list[Value]:
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(v, (bool, int, float, str)) for v in value):
            self.fail(key, "must be a list of values")
        return value

    def table(self, key: str) -> "Table":
        """The table under this key; an empty one where there is none."""
        value = self._take(key, {})
        if not isinstance(value, dict):
            self.fail(key, "must be a table")
        return Table(value, f"{self.where}, {key}")

    def tables(self, key: str) -> dict[str, "Table"]:
        """The tables named within the table under this key."""
        outer = self.table(key)
        for name, value in outer._data.items():
            if not isinstance(value, dict):
                outer.fail(name, "must be a table")
        return {name: Table(value, f"{self.where}, {key}.{name}") for name, value in outer._data.items()}

    def rows(self, key: str, named_by: str) -> list["Table"]:
        """The array of tables under this key, each named in faults by one of its values."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            self.fail(key, f"must be written as [[{key}]]")
        return [Table(row, f"{self.where}, {key}.{row.get(named_by, n)}") for n, row in enumerate(value)]

    def items(self) -> list[tuple[str, Any]]:
        """All keys with their values, as they stand in the file."""
        self._asked.update(self._data)
        return list(self._data.items())

    def done(self) -> None:
        """Raises Rejected when the file says something nobody asked for."""
        for key in self._data:
            if key not in self._asked:
                near = difflib.get_close_matches(key, self._asked, n=1)
                self.fail(key, "is not known here", f"Did you mean {near[0]}?" if near else "Take it out.")

    def _take(self, key: str, default: Any) -> Any:
        self._asked.add(key)
        value = self._data.get(key, default)
        if value is _MISSING:
            self.fail(key, "is missing")
        return value

    def _as_number(self, key: str, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            self.fail(key, "must be a number")
        return value
