"""Words that were changed or taken back in Slack after they were sent: what waits follows them, what is done is not
done again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from bot.channels.slack.blocks import clip
from bot.channels.slack.reading import Heard
from bot.dialogue.buttons import UNDO, says
from bot.ports import Button, Reply
from twin_core.contract.clock import Clock

KEPT_FOR: Final = timedelta(minutes=10)  # a change of older words corrects a text, not a wish
MOST: Final = 2_000
QUOTED_CHARS: Final = 80


@dataclass(eq=False)
class _Said:
    """One message as it stands now. `settles`: the deliveries that are done with it."""

    heard: Heard
    at: datetime
    settles: list[str] = field(default_factory=list)
    is_begun: bool = False
    is_deleted: bool = False
    undo: Button | None = None  # where something was changed


class Revisions:
    """The messages of the last minutes, by where they stand."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._said: dict[tuple[str, str, str], _Said] = {}

    def arrived(self, heard: Heard) -> bool:
        """Whether a delivery is work of its own; one that only changes what waits is not."""
        if heard.kind == "message" and heard.message:
            self._keep(heard)
        elif heard.kind in ("edited", "deleted"):
            said = self._find(heard)
            if said is None or said.is_begun:
                return True
            said.settles.append(heard.key)
            said.is_deleted = heard.kind == "deleted"
            if heard.kind == "edited":
                said.heard = replace(said.heard, text=heard.text)
            return False
        return True

    def begun(self, heard: Heard) -> Heard | None:
        """The words as they are now that the work begins; None where they were taken back."""
        said = self._find(heard) if heard.kind == "message" else None
        if said is None:
            return heard
        said.is_begun = True
        return None if said.is_deleted else said.heard

    def settled(self, heard: Heard) -> tuple[str, ...]:
        """The deliveries that are done with this one."""
        said = self._find(heard) if heard.kind == "message" else None
        return (heard.key, *said.settles) if said else (heard.key,)

    def answered(self, heard: Heard, replies: Sequence[Reply]) -> None:
        """What came of the words: whether they changed something, and how that is taken back."""
        if said := self._find(heard):
            said.heard = replace(said.heard, text=heard.text)
            undo = (b for reply in replies for b in reply.buttons if b.id.partition(":")[0] == UNDO.id)
            said.undo = next(undo, None)

    def meant(self, heard: Heard) -> Heard | Reply | None:
        """What a change of words that were worked on already comes to: a request, something to say, or nothing."""
        said = self._find(heard)
        if said is None and not heard.private:
            return replace(heard, kind="message")  # it speaks to us only since it was changed
        if said is None or (heard.kind == "edited" and _same(heard.text, said.heard.text)):
            return None
        before = clip(said.heard.text, QUOTED_CHARS)
        if heard.kind == "deleted":
            said.is_deleted = True
            gone = f"You deleted “{before}”. I had done it by then."
            return Reply(gone, (said.undo,)) if said.undo else None
        if said.undo is None:
            return replace(heard, kind="message")
        said.heard = replace(said.heard, text=heard.text)
        asked = f"I had done “{before}” before you changed it. Shall I take it back, or do the new words as well?"
        return Reply(asked, (said.undo, says(heard.text, "Do the new words")))

    def _find(self, heard: Heard) -> _Said | None:
        said = self._said.get((heard.team, heard.channel, str(heard.message)))
        return said if said and said.heard.user == heard.user else None

    def _keep(self, heard: Heard) -> None:
        now = self._clock.now()
        while self._said:
            first = next(iter(self._said))
            if len(self._said) < MOST and now - self._said[first].at <= KEPT_FOR:
                break
            del self._said[first]
        self._said[heard.team, heard.channel, str(heard.message)] = _Said(heard, now)


def _same(text: str, before: str) -> bool:
    """Whether only capitals, spaces or punctuation were changed; Slack also reports links that it has looked at."""
    return re.findall(r"\w+", text.casefold()) == re.findall(r"\w+", before.casefold())
