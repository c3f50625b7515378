"""Value and command templates of announcements, with a short cut for the ones that only pick a value."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import UndefinedError
from jinja2.exceptions import TemplateError

from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.payloads import Message
from connectors.devices.mqtt.sandbox import compile_template

_PICK = re.compile(r"""\{\{-?\s*value_json((?:\.[A-Za-z_]\w*|\[\s*(?:'[^'\\]+'|"[^"\\]+"|\d{1,4})\s*\])+)\s*-?\}\}""")
_STEP = re.compile(r"""\.(\w+)|\[\s*(?:'([^']+)'|"([^"]+)"|(\d+))\s*\]""")
_DICT_WORDS = frozenset(dir(dict))  # {{ value_json.items }} is a method to Jinja


class Nothing(Exception):
    """The message says nothing about this value."""


class ValueTemplate:
    """Turns a message into the text that the announcement means."""

    __slots__ = ("_needs_json", "_path", "_render", "_variables")

    def __init__(self, source: str, variables: Mapping[str, Any] | None = None) -> None:
        """Raises Malformed for a template that is not allowed."""
        self._render: Callable[[dict[str, Any]], str] = compile_template(source)
        self._path = _pick_path(source)
        self._needs_json = "value_json" in source and "value_json is" not in source
        self._variables = dict(variables or {})

    def __call__(self, message: Message) -> str:
        """Raises Nothing, or Malformed."""
        if self._path is not None:
            found = _follow(message.json, self._path)
            if isinstance(found, str):
                return found.strip()
            if isinstance(found, (bool, int, float)):
                return str(found)
        return render(self._render, self._named(message))

    def of_bytes(self, message: Message) -> str:
        """Renders with the raw bytes as value (an announcement with an empty encoding)."""
        return render(self._render, {**self._variables, "value": message.payload})

    def _named(self, message: Message) -> dict[str, Any]:
        named = {**self._variables, "value": message.text}
        try:
            named["value_json"] = message.json
        except Malformed:
            if self._needs_json:
                raise
        return named


class CommandTemplate:
    """Turns what is to be sent into the device's own words."""

    __slots__ = ("_render",)

    def __init__(self, source: str) -> None:
        """Raises Malformed for a template that is not allowed."""
        self._render = compile_template(source)

    def __call__(self, **variables: Any) -> str:
        """Raises Malformed."""
        try:
            return render(self._render, variables)
        except Nothing:
            raise Malformed("bad_template", "the command template asks for what is not there") from None


def render(template: Callable[[dict[str, Any]], str], variables: dict[str, Any]) -> str:
    """Raises Nothing where the template asks for something that is not there, else Malformed."""
    try:
        return template(variables)
    except UndefinedError:
        raise Nothing from None
    except Malformed:
        raise
    except (TemplateError, ArithmeticError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise Malformed("bad_template", f"{type(error).__name__}: {error}"[:200]) from None
    except (RecursionError, MemoryError):
        raise Malformed("bad_template", "the template needs too much") from None


def _pick_path(source: str) -> tuple[str | int, ...] | None:
    found = _PICK.fullmatch(source.strip())
    if found is None:
        return None
    path: list[str | int] = []
    for name, single, double, index in _STEP.findall(found[1]):
        if name in _DICT_WORDS:
            return None
        path.append(int(index) if index else name or single or double)
    return tuple(path)


def _follow(found: Any, path: tuple[str | int, ...]) -> Any:
    """The value at the path, or None where only Jinja can tell what is meant."""
    for step in path:
        if isinstance(found, dict) and isinstance(step, str):
            found = found.get(step)
        elif isinstance(found, list) and isinstance(step, int) and step < len(found):
            found = found[step]
        else:
            return None
    return found
