"""A form as data: channels that have forms give it its shape, and send back what stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

FORM = "form:"  # what the id of a button begins with that opens a form, and of the turn that it was sent
SETTINGS, TWIN, INTERVIEW = "settings", "twin", "interview"  # `twin`: of which type; `twin:TYPE`; `interview:ID`


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in. With `choices`, pairs of value and title, one of them is chosen, or with `many` several."""

    name: str
    label: str
    text: str = ""  # what stands in it
    choices: tuple[tuple[str, str], ...] = ()
    chosen: tuple[str, ...] = ()  # of the choices
    many: bool = False
    required: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What is shown at once. Sending it is the turn `Incoming(action="form:ID", fields={name: text})`."""

    id: str
    title: str
    submit: str
    fields: tuple[Field, ...]


class Forms(Protocol):
    """Forms by their id, for the person who fills them in."""

    async def unfinished(self, person: str) -> Mapping[str, str]:
        """The forms that this person has begun, here or in a talk: what each is about, by its id."""
        ...

    async def open(self, person: str, id: str) -> Form:
        """Raises NotFound for one that nothing can be filled in to any more."""
        ...

    async def then(self, person: str, id: str, texts: Mapping[str, str]) -> Form | None:
        """The form that what was chosen in this one leads to; None for one that is complete. Raises NotFound."""
        ...

    async def misfits(self, person: str, id: str, texts: Mapping[str, str]) -> Mapping[str, str]:
        """By field: why it cannot be taken. Raises NotFound."""
        ...
