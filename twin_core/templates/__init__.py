"""The twin library: one TOML file for each twin type, read strictly."""

from twin_core.templates.library import Library, load_library

__all__ = ["Library", "load_library"]
