"""What every command and query is: a wish or a question with its own answer type, and who asks."""

from dataclasses import dataclass
from enum import Enum
from typing import Final, Generic, TypeVar

R_co = TypeVar("R_co", covariant=True)


class Command(Generic[R_co]):
    """A wish to change something; R is what executing it answers."""


class Query(Generic[R_co]):
    """A question; R is its answer."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Who asks (person id, connector name, or "system"), and the trace id born at the door."""

    actor: str = "system"
    trace: str = ""
    settles: bool = False  # whoever asks brings it to the disk themselves, before anybody is answered


class Keep(Enum):
    """The value of a field that an edit leaves as it is, where None means "none"."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP
