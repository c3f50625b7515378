"""Words that were changed or taken back after they were sent: what waits follows them, what is done is not done again.

A delivery is a `message`, or tells that one was `edited`, `deleted` or `restored`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Generic, Protocol, TypeVar

from bot.dialogue.buttons import UNDO, says
from bot.ports import Button, Reply
from twin_core.contract.clock import Clock

KEPT_FOR: Final = timedelta(minutes=10)  # a change of older words corrects a text, not a wish
MOST: Final = 2_000
QUOTED_CHARS: Final = 80
REVISED: Final = frozenset({"edited", "deleted", "restored"})


class Spoken(Protocol):
    """A delivery as it was read; a frozen dataclass. `stands`: which message it is, or is about."""

    @property
    def kind(self) -> Any: ...
    @property
    def key(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def private(self) -> bool: ...
    @property
    def stands(self) -> tuple[str, ...]: ...


H = TypeVar("H", bound=Spoken)


@dataclass(eq=False)
class _Said(Generic[H]):
    """One message as it stands now. `settles`: the deliveries that are done with it."""

    heard: H
    at: datetime
    settles: list[str] = field(default_factory=list)
    is_begun: bool = False
    is_done: bool = False  # or being done
    is_deleted: bool = False
    undo: Button | None = None  # where something was changed


class Revisions(Generic[H]):
    """The messages of the last minutes, by where they stand."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._said: dict[tuple[str, ...], _Said[H]] = {}

    def arrived(self, heard: H) -> bool:
        """Whether a delivery is work of its own; one that only changes what waits is not."""
        if heard.kind == "message":
            self._keep(heard)
        elif heard.kind in REVISED:
            said = self._find(heard)
            if said is None or said.is_begun:
                return True
            said.settles.append(heard.key)
            said.is_deleted = heard.kind == "deleted"
            if heard.kind != "deleted":
                said.heard = _with(said.heard, text=heard.text)
            return False
        return True

    def begun(self, heard: H) -> H | None:
        """The words as they are now that the work begins; None where they were taken back."""
        said = self._find(heard) if heard.kind == "message" else None
        if said is None:
            return heard
        said.is_begun = True
        said.is_done = not said.is_deleted
        return None if said.is_deleted else said.heard

    def settled(self, heard: H) -> tuple[str, ...]:
        """The deliveries that are done with this one."""
        said = self._find(heard) if heard.kind == "message" else None
        return (heard.key, *said.settles) if said else (heard.key,)

    def answered(self, heard: H, replies: Sequence[Reply]) -> None:
        """What came of the words: whether they changed something, and how that is taken back."""
        if said := self._find(heard):
            said.heard = _with(said.heard, text=heard.text)
            undo = (b for reply in replies for b in reply.buttons if b.id.partition(":")[0] == UNDO.id)
            said.undo = next(undo, None)

    def meant(self, heard: H) -> H | Reply | None:
        """What a change of words that were worked on already comes to: a request, something to say, or nothing."""
        said = self._find(heard)
        if said is None and not heard.private and heard.kind == "edited":
            return _with(heard, kind="message")  # it speaks to us only since it was changed
        if said is None:
            return None
        if heard.kind != "deleted" and not said.is_done:  # taken back in time, and put back
            said.is_deleted, said.is_done = False, True
            return _with(heard, kind="message")
        if heard.kind == "restored" or (heard.kind == "edited" and _same(heard.text, said.heard.text)):
            return None
        before = _clip(said.heard.text)
        if heard.kind == "deleted":
            said.is_deleted = True
            gone = f"You deleted “{before}”. I had done it by then."
            return Reply(gone, (said.undo,)) if said.undo else None
        if said.undo is None:
            return _with(heard, kind="message")
        said.heard = _with(said.heard, text=heard.text)
        asked = f"I had done “{before}” before you changed it. Shall I take it back, or do the new words as well?"
        return Reply(asked, (said.undo, says(heard.text, "Do the new words")))

    def knows(self, heard: H) -> bool:
        """Whether the message that this is about was heard in the last minutes."""
        return self._find(heard) is not None

    def _find(self, heard: H) -> _Said[H] | None:
        said = self._said.get(heard.stands)
        return said if said and said.heard.user == heard.user else None

    def _keep(self, heard: H) -> None:
        now = self._clock.now()
        while self._said:
            first = next(iter(self._said))
            if len(self._said) < MOST and now - self._said[first].at <= KEPT_FOR:
                break
            del self._said[first]
        self._said[heard.stands] = _Said(heard, now)


def _with(heard: H, **changed: str) -> H:
    changes: Any = replace  # every delivery is a dataclass, which a protocol cannot say
    found: H = changes(heard, **changed)
    return found


def _clip(text: str) -> str:
    return text if len(text) <= QUOTED_CHARS else text[: QUOTED_CHARS - 1] + "…"


def _same(text: str, before: str) -> bool:
    """Whether only capitals, spaces or punctuation were changed; platforms also report links they have looked at."""
    return re.findall(r"\w+", text.casefold()) == re.findall(r"\w+", before.casefold())
