"""The twin service: life cycle, telemetry, desired values, approvals; and what is due when."""

from twin_core.service.service import TwinService
from twin_core.service.timers import Timers

__all__ = ["Timers", "TwinService"]
