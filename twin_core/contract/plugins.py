"""A plug-in is one file in a folder; the folder is the registry.

The module exports `build(options) -> port` and `EXAMPLE`, the options its contract tests use. Only names
that the settings ask for are imported.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from twin_core.contract.errors import Rejected


def names(package: str) -> list[str]:
    """The plug-ins in a package: its public modules and folders, without importing them."""
    folder = importlib.import_module(package)
    return sorted(m.name for m in pkgutil.iter_modules(folder.__path__) if not m.name.startswith("_"))


def load(package: str, name: str) -> ModuleType:
    """The module of one plug-in.

    Raises Rejected for a name that the folder does not hold, or a module that is no plug-in.
    """
    if name not in names(package):
        raise Rejected(
            f"There is no {package.rsplit('.', 1)[-1]} plug-in called {name!r}.",
            code="unknown_plugin",
            hint=f"Known here: {', '.join(names(package)) or 'none'}.",
        )
    module = importlib.import_module(f"{package}.{name}")
    if not hasattr(module, "build"):
        raise Rejected(f"{package}.{name} has no build(options).", code="bad_plugin")
    return module


def build(package: str, name: str, options: Mapping[str, Any]) -> Any:
    """The port that one plug-in builds from its options. Raises Rejected."""
    return load(package, name).build(options)
