"""Speaking up: reminders, and the way of every nudge to a person, once."""

from twin_core.nudges.service import NudgeService

__all__ = ["NudgeService"]
