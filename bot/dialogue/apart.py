"""A turn where others read along, whose answer its person gets alone: it goes on there, and not in the room."""

import asyncio
from dataclasses import replace

from bot.dialogue.memory import OWN, Memory
from bot.dialogue.reference import World
from bot.dialogue.sharing import is_open
from bot.dialogue.state import DialogueState, Pending
from bot.ports import Answer, Incoming


async def kept_apart(
    memory: Memory,
    lock: asyncio.Lock,
    message: Incoming,
    here: DialogueState,
    now: DialogueState,
    answer: Answer,
    world: World,
) -> DialogueState:
    """What the room remembers of a turn; what was private of it is kept where its person is alone. `lock`: of there."""
    if all(reply.public for reply in answer.replies):
        return now
    async with lock:
        there = await memory.followed(message.user, message.alone)
        room, own = parted(here, now, there, is_any_public=any(reply.public for reply in answer.replies), world=world)
        await memory.save(f"{message.user}/{message.alone}", own, answer=answer)
    return room


def parted(
    here: DialogueState, now: DialogueState, there: DialogueState, *, is_any_public: bool, world: World
) -> tuple[DialogueState, DialogueState]:
    """The state of the room and that of its person alone, after a turn that was private in part or in whole."""
    stood, line = here.open_questions(), _line(now)
    private = [p for p in line if p.id not in stood and not is_open(p.request, world)]
    effects = tuple(e for e in now.effects if e not in here.effects and not is_open(e.request, world))
    begun = now if now.interview != here.interview else there
    own = _asking(replace(now, **{name: getattr(there, name) for name in OWN}), [*private, *_line(there)])
    own = replace(own, effects=(*there.effects, *effects), interview=begun.interview, asking=begun.asking)
    kept = now if is_any_public else replace(here, **{name: getattr(now, name) for name in OWN})
    room = _asking(kept, [p for p in line if p not in private])
    done = tuple(e for e in now.effects if e not in effects)
    return replace(room, effects=done, interview=here.interview, asking=here.asking), own


def _line(state: DialogueState) -> list[Pending]:
    return [p for p in (state.pending, *state.waiting) if p]


def _asking(state: DialogueState, line: list[Pending]) -> DialogueState:
    return replace(state, pending=line[0] if line else None, waiting=tuple(line[1:]))
