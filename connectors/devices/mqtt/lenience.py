"""What template functions do with values that do not fit: the default, if one was given."""

from typing import Any

from jinja2 import TemplateRuntimeError

REQUIRED: Any = object()  # no default was given


def or_default(default: Any, value: Any, error: Exception | None) -> Any:
    """Raises TemplateRuntimeError where there is no default."""
    if default is REQUIRED:
        raise TemplateRuntimeError(f"{str(value)[:60]!r} cannot be used here, and there is no default") from error
    return default
