"""Stored facts: the envelope of an event and the names that may be written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

NAMES = frozenset(
    """
    system.twin_created system.twin_changed system.twin_archived system.twin_restored system.twin_erased
    system.twin_activated system.twin_hibernated system.twin_woken
    system.prediction_made system.model_updated system.settings_changed
    device.discovered device.state_changed device.desired_set device.diverged device.converged
    device.unavailable device.available device.action_requested device.action_approved
    device.action_rejected device.action_applied device.action_rolled_back
    alert.raised alert.cleared
    task.created task.changed task.started task.completed task.reopened task.delayed task.deleted task.restored
    event.created event.changed event.moved event.cancelled event.deleted event.restored
    source.mirrored source.forgotten
    skill.assessed skill.improved learning.completed
    capacity.workload_changed capacity.energy_updated capacity.stress_detected
    collaboration.meeting_attended collaboration.feedback_given collaboration.mentoring_session
    concern.opened concern.acknowledged concern.snoozed concern.dismissed concern.resolved concern.reopened
    concern.worsened concern.rated
    nudge.sent nudge.acknowledged nudge.escalated
    consent.changed data.exported data.erased
    """.split()
)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A fact before it is stored."""

    name: str
    data: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """A stored fact. `version` counts from 1 within its stream, `position` over the whole store."""

    stream: str
    version: int
    name: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    actor: str = "system"  # person id, connector name, or "system"
    caused_by: str = ""  # trace id born at the door
    position: int = 0
