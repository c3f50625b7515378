"""Taking back what was changed, whatever its kind."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.dialogue.buttons import APPROVE, NO, REJECT, UNDO, YES
from bot.dialogue.reversing import as_before, take_back
from bot.dialogue.state import Effect, Pending, Request
from bot.ports import Reply
from bot.replies.phrases import SHOWN, capital, listed
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.views import ApprovalView, ChangeView

EXAMPLE: Mapping[str, Any] = {}
OLD = timedelta(hours=1)  # a twin that has been there for longer has recorded something worth asking about
_ALL = re.compile(r"\b(?:everything|all)\b", re.IGNORECASE)
_SEVERAL = re.compile(r"\b(?:both|(?:last|previous|recent)\s+(two|three|four|five|[2-9])\b)", re.IGNORECASE)
_BEFORE = re.compile(
    r"\b(?:one|change|command|thing)\s+before\b|\bbefore\s+last\b|\bsecond\s+to\s+last\b|\bpenultimate\b", re.IGNORECASE
)
_RENAMED = re.compile(r"\b(?:renam\w*|name|called)\b", re.IGNORECASE)
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"undo": undo, "ask_done": ask_done}


async def ask_done(turn: Turn) -> Outcome:
    """What was changed in this conversation, the newest first."""
    titles = [effect.title for effect in reversed(turn.state.effects)]
    if not titles:
        return Outcome((say("I have changed nothing in this conversation."),))
    earlier = f" Before that: {listed(titles[1:])}." if len(titles) > 1 else ""
    return Outcome((say(f"The last thing I did: {titles[0]}.{earlier}", UNDO),))


async def undo(turn: Turn) -> Outcome:
    """Reverses the effects of this conversation that are meant: the newest, where nothing else was said."""
    effects = turn.state.effects
    if not effects:
        return Outcome((say("There is nothing of yours to take back in this conversation."),))
    positions = _positions(turn)
    if not positions and turn.request.get("effect"):
        return Outcome((say(f"That was taken back or changed since. The last change was: {effects[-1].title}."),))
    if not positions:
        return Outcome(
            (say(f"I changed nothing there in this conversation. The last change was: {effects[-1].title}."),)
        )
    meant = [effects[i] for i in positions]
    if (lost := _old_twins(meant, turn)) and not turn.request.get("confirmed"):
        return _asks_first(meant, lost, turn)
    titles: list[str] = []
    gone: list[str] = []
    now: list[str] = []
    questions: list[tuple[Reply, Pending]] = []
    for effect in meant:
        back = await take_back(effect.reversals, turn)
        gone += back.gone
        now += [as_before(c, turn) for c in back.changed]
        if len(back.waiting) < len(effect.reversals) or not back.waiting:
            titles.append(effect.title)
        questions += [_approval(c, c.approval, effect, turn) for c in back.waiting if c.approval]
    again = f" {capital(listed(now))}." if len(meant) == 1 and 0 < len(now) <= SHOWN else ""
    note = f" {listed(gone)} is no longer there, so nothing was changed on it." if gone else ""
    replies = [say(f"Taken back: {'; '.join(titles)}.{again}{note}")] if titles else []
    replies += [reply for reply, _ in questions[:1]]
    pendings = [replace(p, words=reply.text if i else "") for i, (reply, p) in enumerate(questions)]
    changes: dict[str, Any] = {
        "effects": tuple(e for i, e in enumerate(effects) if i not in positions),
        "undone": tuple(meant),
    }
    unmade = {r.subject for e in meant for r in e.reversals if r.kind.endswith("_made")}
    if turn.state.subject and turn.state.subject.id in unmade:
        changes["subject"] = None  # nothing can be said of it any more
    subjects = dict.fromkeys(r.subject for e in meant for r in e.reversals if turn.services.registry.twin(r.subject))
    return Outcome(
        tuple(replies),
        twins=tuple(subjects),
        pending=pendings[0] if pendings else None,
        then=tuple(pendings[1:]),
        changes=changes,
    )


def _positions(turn: Turn) -> list[int]:
    """Which effects are meant, the newest first."""
    effects, text = turn.state.effects, str(turn.request.get("text", ""))
    if pressed := turn.request.get("effect"):  # its own button, whatever was changed since
        return [i for i, effect in enumerate(effects) if effect.id == pressed]
    newest_first = list(range(len(effects)))[::-1]
    twins, place = set(turn.request.twins), str(turn.request.get("place") or "").lower()
    if twins or place:
        newest_first = [i for i in newest_first if _touches(effects[i], twins, place, turn)]
    if _RENAMED.search(text):
        renamed = [
            i for i in newest_first if any(r.kind == "edit" and "name" in r.values for r in effects[i].reversals)
        ]
        newest_first = renamed or newest_first
    if _ALL.search(text):
        return newest_first
    if several := _SEVERAL.search(text):
        count = (several.group(1) or "two").lower()
        return newest_first[: _COUNTS.get(count) or int(count)]
    if _BEFORE.search(text) and not turn.state.undone:
        return newest_first[1:2]
    return newest_first[:1]


def _touches(effect: Effect, twins: set[str], place: str, turn: Turn) -> bool:
    subjects = {r.subject for r in effect.reversals}
    if twins:
        return bool(subjects & twins)
    return any((t := turn.services.registry.twin(i)) is not None and (t.place or "").lower() == place for i in subjects)


def _old_twins(effects: Sequence[Effect], turn: Turn) -> list[str]:
    """Names of the twins that would go, of those that have been there for a while."""
    made = [turn.services.registry.twin(r.subject) for e in effects for r in e.reversals if r.kind == "created"]
    return [t.name for t in made if t and t.created_at and turn.now - t.created_at > OLD]


def _asks_first(effects: Sequence[Effect], lost: Sequence[str], turn: Turn) -> Outcome:
    title = listed([e.title for e in effects])
    pending = Pending(turn.cause.trace, "confirm", turn.request, f"Take back {title}?")
    text = f"Taking back {title} deletes {listed(lost)} with all that was recorded; that cannot be undone. Shall I?"
    return Outcome((say(text, YES, NO),), pending=pending)


def _approval(change: ChangeView, approval: ApprovalView, effect: Effect, turn: Turn) -> tuple[Reply, Pending]:
    """Going back is a risk of its own, such as starting a pump: it waits for a yes like any other."""
    request = Request("control_device", {"twins": (change.twin.id,)})
    question = f"taking back “{effect.title}”, shall I?"
    pending = Pending(approval.id, "approval", request, question, approval=approval.id)
    consequence = capital(change.verdict.consequence.rstrip("."))
    text = f"Taking back “{effect.title}” needs your approval. {consequence}{'.' if consequence else ''} Shall I?"
    return say(" ".join(text.split()), APPROVE, REJECT), pending
