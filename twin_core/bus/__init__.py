"""Commands, queries and notices on their way between the rooms."""

from twin_core.bus.core import Core
from twin_core.bus.notices import InProcessBus

__all__ = ["Core", "InProcessBus"]
