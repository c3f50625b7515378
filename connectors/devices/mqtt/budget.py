"""How much one rendering of a template from outside may do. No threads: every step counts itself.

A template cannot be interrupted, so whatever could run long or grow large asks here first: steps of loops,
calls, filters, growing operators, output, and the expanded size of every list or dict that is made.
"""

import time
from typing import Any

from jinja2 import TemplateRuntimeError

STEPS = 5_000
SECONDS = 0.1
SIZE = 20_000  # characters and elements of one value, counted as if written out
OUTPUT = 64_000  # characters of one rendering
RANGE = 1_000


class OverBudget(TemplateRuntimeError):
    """The template does more than any announcement of a device needs."""


class Budget:
    """The allowance of the rendering that is under way; one at a time, as rendering never awaits."""

    def __init__(self) -> None:
        self._steps = 0
        self._output = 0
        self._until = 0.0

    def reset(self) -> None:
        self._steps = STEPS
        self._output = OUTPUT
        self._until = time.monotonic() + SECONDS

    def step(self) -> None:
        """Raises OverBudget."""
        self._steps -= 1
        if self._steps < 0 or time.monotonic() > self._until:
            raise OverBudget("the template takes too many steps")

    def grow(self, size: int) -> None:
        """Allows a value of this size. Raises OverBudget."""
        if size > SIZE:
            raise OverBudget("the template makes a value that is too large")

    def write(self, length: int) -> None:
        """Raises OverBudget."""
        self._output -= length
        if self._output < 0:
            raise OverBudget("the template writes too much")

    def measured(self, value: Any) -> Any:
        """The value itself, if it stays within SIZE when written out. Raises OverBudget."""
        self.grow(expanded_size(value))
        return value


def expanded_size(value: Any) -> int:
    """Elements and characters of a value as if written out, so aliases count each time; stops past SIZE."""
    total = 0
    waiting = [value]
    while waiting and total <= SIZE:
        item = waiting.pop()
        total += 1
        if isinstance(item, (str, bytes)):
            total += len(item)
        elif isinstance(item, dict):
            waiting.extend(item.keys())
            waiting.extend(item.values())
        elif isinstance(item, (list, tuple, set, frozenset)):
            waiting.extend(item)
        elif isinstance(item, int):
            total += item.bit_length() // 3
    return total
