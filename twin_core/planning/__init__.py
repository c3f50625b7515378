"""Tasks, events and time of people: agenda, free time, workload; mirrored from outside and written back."""

from twin_core.planning.service import PlanningService

__all__ = ["PlanningService"]
