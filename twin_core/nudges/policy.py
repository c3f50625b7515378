"""Whether something is said unasked: now, later, in the digest, or not at all. Pure, and first of all in the house.

Rules are asked one after another; the first that has something to say decides. Explained in docs/nudges.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from twin_core.contract.nudges import TOPICS, About, NudgeKind, Urgency
from twin_core.contract.views import Action
from twin_core.contract.wall_time import wall_of
from twin_core.nudges.manner import Manner

BURST: Final = 3  # as many within BURST_WITHIN, and what follows is told in one
BURST_WITHIN: Final = timedelta(minutes=10)
_OF_WORK: Final = frozenset({"task", "event", "sync", "approval", "preparation", "slot"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that might be said to a person."""

    person: str
    kind: NudgeKind
    topic: str  # what "fewer of these" means: a key of TOPICS
    urgency: Urgency
    text: str
    why: str
    actions: tuple[Action, ...] = ()
    about: About | None = None
    asked_for: bool = False  # the person wanted it at this instant
    useless_from: datetime | None = None  # told later than this it helps nobody
    suggested_at: datetime | None = None  # when something about the same was suggested lately
    asks: tuple[str, ...] = ()  # what an answer is wanted to: it cannot be told among others


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a candidate. `at`: when it is decided anew, or told among others."""

    what: Literal["say", "wait", "gather", "drop"]
    at: datetime | None = None
    rule: str = ""  # what held it back, in words


Rule = Callable[[Candidate, Manner, Sequence[datetime], datetime], Verdict | None]


def decide(candidate: Candidate, manner: Manner, said: Sequence[datetime], now: datetime) -> Verdict:
    """`said`: when the person was spoken to lately, oldest first, at least since their midnight."""
    for rule in _RULES:
        if (verdict := rule(candidate, manner, said, now)) is not None:
            return _useful(candidate, verdict, now)
    return _useful(candidate, Verdict("say"), now)


def today(said: Sequence[datetime], manner: Manner, now: datetime) -> int:
    """How often the person was spoken to since their midnight."""
    day = wall_of(now, manner.zone).date()
    return sum(wall_of(at, manner.zone).date() == day for at in said)


def _useful(candidate: Candidate, verdict: Verdict, now: datetime) -> Verdict:
    if verdict.what == "gather" and candidate.asks:
        return Verdict("drop", rule=f"{verdict.rule.partition(':')[0]}, and a question has no place in a digest")
    end = candidate.useless_from
    if end is None or (verdict.at or now) < end:
        return verdict
    return Verdict("drop", rule=f"it would have come too late ({verdict.rule or 'it was over by then'})")


def _asked_for(candidate: Candidate, manner: Manner, said: Sequence[datetime], now: datetime) -> Verdict | None:
    return Verdict("say") if candidate.asked_for else None


def _danger(candidate: Candidate, manner: Manner, said: Sequence[datetime], now: datetime) -> Verdict | None:
    return Verdict("say") if candidate.urgency == "safety" else None


def _switched_off(candidate: Candidate, manner: Manner, said: Sequence[datetime], now: datetime) -> Verdict | None:
    if not manner.is_muted(candidate.topic):
        return None
    return Verdict("drop", rule=f"you asked me to tell you nothing about {TOPICS[candidate.topic]}")


def _for_the_digest(candidate: Candidate, manner: Manner, said: Sequence[datetime], now: datetime) -> Verdict | None:
    wanted_less = candidate.topic in manner.fewer and candidate.urgency != "high"
    if candidate.urgency != "low" and not wanted_less:
        return None
    reason = f"you wanted fewer about {TOPICS[candidate.topic]}" if wanted_less else "it is not urgent"
    return _gathered(reason, manner, now)


def _suggested(candidate: Candidate, manner: Manner, said: Sequence[datetime], now: datetime) -> Verdict | None:
    """What is critical is news all the same."""
    if candidate.suggested_at is None or candidate.urgency == "high":
        return None
    at = wall_of(candidate.suggested_at, manner.zone)
    return _gathered(f"I suggested what to do about it at {at:%H:%M}", manner, now)


def _quiet(candidate: Candidate, manner: Manner, said: Sequence[datetime], now: datetime) -> Verdict | None:
    if not manner.is_quiet(now) or candidate.urgency == manner.breaks_quiet:
        return None
    end = manner.quiet_ends(now)
    why = "you do not want to be disturbed" if manner.is_undisturbed(now) else "your quiet hours last"
    return Verdict("wait", end, f"{why} until {wall_of(end, manner.zone):%H:%M}")


def _out_of_hours(candidate: Candidate, manner: Manner, said: Sequence[datetime], now: datetime) -> Verdict | None:
    if candidate.topic not in _OF_WORK or candidate.urgency == "high" or manner.is_working(now):
        return None
    begin = manner.work_begins(now)
    return Verdict("wait", begin, f"your work begins on {wall_of(begin, manner.zone):%A at %H:%M}")


def _budget(candidate: Candidate, manner: Manner, said: Sequence[datetime], now: datetime) -> Verdict | None:
    if candidate.urgency == "high" or today(said, manner, now) < manner.a_day:
        return None
    return _gathered(f"you had {manner.a_day} messages today", manner, now)


def _burst(candidate: Candidate, manner: Manner, said: Sequence[datetime], now: datetime) -> Verdict | None:
    """A flood is one message: a person reads three, not thirty."""
    lately = [at for at in said if now - at < BURST_WITHIN]
    if len(lately) < BURST:
        return None
    return Verdict("gather", lately[-BURST] + BURST_WITHIN, "so much came at once that I tell it in one message")


def _gathered(reason: str, manner: Manner, now: datetime) -> Verdict:
    at = manner.next_digest(now)
    if at is None:
        return Verdict("drop", rule=f"{reason}, and you want no digest")
    if manner.is_quiet(at):
        at = manner.quiet_ends(at)
    return Verdict("gather", at, f"{reason}: it is in the digest at {wall_of(at, manner.zone):%H:%M}")


_RULES: Final[tuple[Rule, ...]] = (
    _asked_for,
    _danger,
    _switched_off,
    _for_the_digest,
    _suggested,
    _quiet,
    _out_of_hours,
    _budget,
    _burst,
)
