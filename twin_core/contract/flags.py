"""Flags: an outside system, or a connector, says that something needs a person, and later that it no longer does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from twin_core.contract.requests import Command
from twin_core.contract.template import Severity

FlagKind = Literal["ci", "review", "source"]


@dataclass(frozen=True, slots=True)
class RaiseFlag(Command[None]):
    """Something needs `owner`. The same source and key again tells it anew; `why` says it with its numbers."""

    source: str  # who says so: a hook, a connector
    key: str  # what it is about, unique within the source
    kind: FlagKind
    title: str
    subject: str  # what people call it: "acme/pumps", "Work calendar"
    why: tuple[str, ...]
    if_ignored: str = ""
    severity: Severity = "warning"
    owner: str = "owner"
    due_at: datetime | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class LowerFlag(Command[None]):
    """It is over. Nothing happens where no such flag is raised. With `owner` only that person's is lowered."""

    source: str
    key: str
    owner: str | None = None
