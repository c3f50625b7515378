"""Regular expressions from announcements: only those that cannot run away, as matching cannot be interrupted."""

import re

from jinja2 import TemplateRuntimeError

from connectors.devices.mqtt.budget import OverBudget

MAX_INPUT = 256
_MAX_PATTERN = 120
_MAX_REPEATS = 2


def compile_pattern(pattern: str, ignorecase: bool = False) -> re.Pattern[str]:
    """A short pattern without repeated groups, many repetitions or back references.

    Raises OverBudget for any other, TemplateRuntimeError for what is no pattern.
    """
    bare = re.sub(r"\[\^?\]?(?:\\.|[^\]\\])*\]|\\[^1-9]", "x", pattern)
    if (
        len(pattern) > _MAX_PATTERN
        or re.search(r"\)[*+{]|\\[1-9]|\(\?P=", bare)
        or len(re.findall(r"[*+]|\{\d*,", bare)) > _MAX_REPEATS
    ):
        raise OverBudget("a regular expression that could run for long")
    try:
        return re.compile(pattern, re.IGNORECASE if ignorecase else 0)
    except (re.error, OverflowError) as error:
        raise TemplateRuntimeError(f"no regular expression: {error}") from None


def searchable(value: object) -> str:
    """A text short enough to be searched. Raises OverBudget."""
    text = str(value)
    if len(text) > MAX_INPUT:
        raise OverBudget(f"a regular expression on more than {MAX_INPUT} characters")
    return text
