"""Components and properties as a tree that keeps everything it read, also what it does not understand.

One line that is broken, or a component that was not closed, costs no more than itself.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from icalendar.parser import Contentline, Contentlines, Parameters
from icalendar.prop import vText

from connectors.ical.faults import Finding

PRODUCT = "-//Pollux//Pollux//EN"  # whoever writes says so (PRODID)
_LINE_ENDS = re.compile(r"\r\n|\n|\r")
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_ESCAPED = re.compile(r"\\([\\;,nN])")
_PLAIN = re.compile(r"([A-Za-z0-9-]+):(.*)", re.DOTALL)
_WITH_PARAMS = re.compile(r'([A-Za-z0-9._-]+);((?:"[^"]*"|[^":])*):(.*)', re.DOTALL)
_DEPTH = 20
_SHOWN = 60


@dataclass(slots=True)
class Property:
    """One content line; `value` is as it is written, still escaped."""

    name: str
    value: str
    params: Parameters = field(default_factory=Parameters)

    @property
    def text(self) -> str:
        """The value of a text property as people read it."""
        return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value)

    def param(self, name: str) -> str | None:
        """A parameter; the first value of several."""
        value = self.params.get(name)
        if isinstance(value, (list, tuple)):
            value = value[0] if value else None
        return None if value is None else str(value)


@dataclass(slots=True)
class Component:
    """A component with its properties in order. `line` is where it began; `closed` false where its end is missing."""

    name: str
    properties: list[Property] = field(default_factory=list)
    children: list["Component"] = field(default_factory=list)
    line: int = 0
    closed: bool = True

    def get(self, name: str) -> Property | None:
        """The first property of that name."""
        return next((found for found in self.properties if found.name == name), None)

    def all(self, name: str) -> list[Property]:
        return [found for found in self.properties if found.name == name]

    def text(self, name: str) -> str | None:
        """The text of a property; None where it is absent or empty."""
        found = self.get(name)
        return (found.text.strip() or None) if found is not None else None

    def put(self, name: str, value: str | None, params: Parameters | None = None) -> None:
        """Sets a property, in the place of all of that name; None takes them away."""
        places = [i for i, found in enumerate(self.properties) if found.name == name]
        self.properties = [found for found in self.properties if found.name != name]
        if value is not None:
            place = places[0] if places else len(self.properties)
            self.properties.insert(place, Property(name, value, params if params is not None else Parameters()))

    def put_text(self, name: str, text: str | None) -> None:
        self.put(name, vText(text).to_ical().decode() if text else None)

    def inside(self, *names: str) -> Iterator["Component"]:
        """All components of these names within this one."""
        for child in self.children:
            if child.name in names:
                yield child
            yield from child.inside(*names)

    def to_ical(self) -> str:
        """The component as iCalendar, folded, with its line ends."""
        return str(Contentlines(self._lines()).to_ical().decode())

    def _lines(self) -> list[Contentline]:
        lines = [Contentline(f"BEGIN:{self.name}")]
        for found in self.properties:
            params = f";{found.params.to_ical(sorted=False).decode()}" if found.params else ""
            lines.append(Contentline(f"{found.name}{params}:{found.value}"))
        for child in self.children:
            lines += child._lines()
        return [*lines, Contentline(f"END:{self.name}")]


def parse_components(text: str) -> tuple[list[Component], list[Finding]]:
    """The outermost components, and what could not be read of them."""
    reader = _Reader()
    for number, line in unfold(text):
        reader.take(number, line)
    return reader.finish()


def unfold(text: str) -> Iterator[tuple[int, str]]:
    """Content lines with the number of the line they begin at; blank ones are left out."""
    begun, parts = 0, list[str]()
    for number, line in enumerate(_LINE_ENDS.split(text), 1):
        if line[:1] in (" ", "\t") and parts:
            parts.append(line[1:])
        elif line.strip():
            if parts:
                yield begun, "".join(parts)
            begun, parts = number, [line]
    if parts:
        yield begun, "".join(parts)


def _property(line: str) -> Property | None:
    if (plain := _PLAIN.fullmatch(line)) is not None:
        return Property(plain[1].upper(), plain[2])
    try:
        if (found := _WITH_PARAMS.fullmatch(line)) is not None:
            # A backslash escapes nothing in a parameter (RFC 5545, section 3.1), as the library has it.
            return Property(found[1].upper(), found[3], Parameters.from_ical(found[2], strict=False))
        name, params, value = Contentline(line).raw_parts()
    except ValueError:
        return None
    return Property(name.upper(), str(value), params)


class _Reader:
    def __init__(self) -> None:
        self._open: list[Component] = []
        self._roots: list[Component] = []
        self._findings: list[Finding] = []

    def take(self, number: int, line: str) -> None:
        upper = line[:6].upper()
        if upper == "BEGIN:":
            self._begin(number, line[6:].strip().upper())
        elif upper.startswith("END:"):
            self._end(number, line[4:].strip().upper())
        elif not self._open:
            self._tell(number, f"{line[:_SHOWN]!r} stands outside of every component")
        else:
            found = _property(line) or _property(re.sub(";{2,}", ";", line))
            if found is None:
                self._tell(number, f"{line[:_SHOWN]!r} is not of the form NAME:value")
            else:
                self._open[-1].properties.append(found)

    def finish(self) -> tuple[list[Component], list[Finding]]:
        for left in self._open:
            left.closed = False
            self._tell(left.line, f"the {left.name} that begins here has no end")
        self._close(self._open[:1])
        return self._roots, self._findings

    def _begin(self, number: int, name: str) -> None:
        if not _NAME.fullmatch(name) or len(self._open) >= _DEPTH:
            self._tell(number, f"{name[:_SHOWN]!r} is no component that can be read")
            name = f"X-UNREAD-{number}"
        if name in ("VEVENT", "VCALENDAR") and any(c.name == name for c in self._open):
            self._end(number, name, begun_anew=True)
        self._open.append(Component(name, line=number))
        if len(self._open) > 1:
            self._open[-2].children.append(self._open[-1])

    def _end(self, number: int, name: str, *, begun_anew: bool = False) -> None:
        place = next((i for i in reversed(range(len(self._open))) if self._open[i].name == name), None)
        if place is None:
            self._tell(number, f"END:{name[:_SHOWN]} closes nothing")
            return
        for left in self._open[place + (not begun_anew) :]:
            left.closed = False
            self._tell(left.line, f"the {left.name} that begins here has no end")
        closing = self._open[place:]
        del self._open[place:]
        if place == 0:
            self._close(closing[:1])

    def _close(self, components: Iterable[Component]) -> None:
        self._roots.extend(components)

    def _tell(self, number: int, problem: str) -> None:
        self._findings.append(Finding(f"line {number}", problem, "It was passed over."))
