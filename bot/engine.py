"""The whole pipeline: message → parse → policy → skill → reply, one conversation at a time."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

import structlog

from bot.dialogue import clarify, found, questions, spoken
from bot.dialogue.apart import kept_apart
from bot.dialogue.buttons import coded, filled, pressed, title_of
from bot.dialogue.closings import Closings
from bot.dialogue.decision import Decision
from bot.dialogue.hearing import AGAIN, confirmed, doubted, heard, legible
from bot.dialogue.interviewing import InterviewDesk
from bot.dialogue.memory import Deed, Memory
from bot.dialogue.policy import decide, with_answered_first
from bot.dialogue.quoting import quoting
from bot.dialogue.rating import rated
from bot.dialogue.reversing import settle, step_back, with_own_undo
from bot.dialogue.sharing import marked, put_again
from bot.dialogue.state import DialogueState, Pending, Request, Subject
from bot.dialogue.transition import after
from bot.ports import Answer, Entity, Incoming, Nlu, Parse, Reply
from bot.turn import Begin, Outcome, Services, Skill, Turn, say
from twin_core.contract.clock import Clock
from twin_core.contract.commands import DecideApproval
from twin_core.contract.errors import PolluxError
from twin_core.contract.requests import Cause

MAX_TEXT = 4000  # of a longer message only the beginning is read
MAX_REQUESTS = 6

log = structlog.get_logger(__name__)


class Engine:
    """Answers messages. Turns of one conversation follow one another; conversations do not wait."""

    def __init__(
        self, *, nlu: Nlu, memory: Memory, services: Services, skills: Mapping[str, Skill], clock: Clock
    ) -> None:
        self._nlu = nlu
        self._memory = memory
        self.services = services
        self._skills = skills
        self.clock = clock
        self._desk = InterviewDesk(services.interviews)
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.closings = Closings(services.core, services.identities.people)

    async def handle(self, message: Incoming) -> Answer:
        """One turn. The same message id is answered once and acts once."""
        key = f"{message.user}/{message.conversation}"
        message = replace(message, text=legible(message.text[:MAX_TEXT]))
        async with self._locks[key], self.services.spoken_by(message.user), self.closings.turn(message) as closing:
            deed = Deed(self._memory, key, message.message_id)
            if before := await deed.answered():
                return before
            if message.withdrawn:
                await self._memory.withdraw(key, message.message)
                return Answer(closing.trace, "inform", 1.0, (), ())
            if message.shared:
                state = await self._memory.load(key)
            else:
                state = await self._memory.followed(message.user, message.conversation)
            state = await self.closings.current(questions.waited_for(state, self.clock.now()))
            state = await quoting(state, message, self.services.core)
            answer, now = await self._turn(message, state, deed.begin, closing.trace)
            if now.forgotten:
                await self._memory.settle()
                return answer
            now = replace(now, turns=state.turns + 1, said=answer.replies or state.said)
            said = message.text or title_of(message.action or "", state)
            now = now.with_talk(said, answer.replies, message.message)
            closed = state.open_questions() - now.open_questions()
            if message.shared and message.alone:
                lock = self._locks[f"{message.user}/{message.alone}"]
                now = await kept_apart(self._memory, lock, message, state, now, answer, self.services.registry)
            # An answered question stays answered: a yes that comes late must not find it open again.
            acted = deed.attempted or bool(state.pending or state.waiting)
            await self._memory.save(key, now, message.message_id, answer, durable=acted, shared=message.shared)
            closing.by(said, closed, now.dropped)
            return answer

    async def told(
        self, user: str, conversation: str, reply: Reply, about: Subject | None, asked: Pending | None = None
    ) -> None:
        """Something was said, or asked, unasked there: what is answered next may be about it."""
        key = f"{user}/{conversation}"
        async with self._locks[key]:
            state = await self._memory.load(key)
            state = replace(state, said=(reply,), subject=about or state.subject)
            await self._memory.save(key, questions.asked_unasked(state, asked) if asked else state)

    async def last_conversation(self, user: str) -> str | None:
        """Where this person spoke last."""
        return await self._memory.last(user)

    async def _turn(
        self, message: Incoming, state: DialogueState, begin: Begin, trace: str
    ) -> tuple[Answer, DialogueState]:
        turn = Turn(
            request=Request("none"),
            state=state,
            now=self.clock.now(),
            user=message.user,
            cause=Cause(message.user, trace, settles=True),
            services=self.services,
            conversation=message.conversation,
            spoken=message.spoken,
            shared=message.shared,
            begin=begin,
        )
        if message.action:
            return await self._pressed(message, message.action, turn)
        text = message.text.strip()
        if not text:
            return self._answer(turn, Parse("", "inform", 0.0), (clarify.empty(),)), state
        parses = coded(text) or await self._nlu.parse(text)
        asked = doubted(text, parses[0], state) if message.doubtful else None
        replies, state = asked or await self._message(text, parses, turn)
        return self._answer(turn, parses[0], replies, parses), state

    async def _message(
        self, text: str, parses: list[Parse], turn: Turn, *, aside: bool = False
    ) -> tuple[tuple[Reply, ...], DialogueState]:
        """A whole message: for the interview that is open here, unless it is said aside; else one request by one."""
        meant, state = confirmed(text, parses[0], turn.state)
        turn = replace(turn, state=state)
        if not meant:
            return (AGAIN,), state
        parses = parses if meant == text else await self._nlu.parse(meant)
        aside = aside or (turn.spoken and turn.shared)  # whose interview it is, a voice does not tell
        if not aside and (at_desk := await self._guarded(lambda t: self._desk.take(meant, parses, t), turn)):
            again, now = questions.put_after(after(questions.put_behind(state), at_desk))
            return (*at_desk.replies, *self._put_again(again, now, turn)), now
        line = questions.Questions()
        replies: list[Reply] = []
        for parse in questions.each_answered(meant, parses[:MAX_REQUESTS], state):
            if questions.answers_all(parse) and state.pending is None and state.waiting:
                state = replace(state, pending=state.waiting[0], waiting=state.waiting[1:])
            state = with_answered_first(state, parse, self.services.registry)
            decision = decide(state, parse, self.services.registry)
            if turn.spoken:
                decision = spoken.heard(decision, state, parse, self.services.registry, shared=turn.shared)
            line.interrupted(decision)
            outcome = await self._request(decision, parse, replace(turn, state=state))
            await self._learn(decision, parse, outcome, replace(turn, state=state))
            outcome = line.ask(rated(outcome, parse, state))
            replies += outcome.replies
            # What is asked here is answered by the next message, not by the next request of this one.
            state = replace(after(state, outcome), pending=None)
        state = replace(state, heard=heard(parses[0]) if parses[0].intent != "feedback" else state.heard)
        again, state = line.put(state)
        again = self._put_again(again, state, turn)
        if state.interview and state.interview == turn.state.interview and not state.pending:
            turn = replace(turn, state=state)
            reminded = await self._guarded(lambda t: self._desk.remind(Outcome(()), t), turn)
            again = reminded.replies if reminded else ()
        return (*replies, *clarify.left_out(meant, parses, MAX_REQUESTS), *again), state

    def _put_again(self, replies: tuple[Reply, ...], state: DialogueState, turn: Turn) -> tuple[Reply, ...]:
        replies = put_again(replies, state, self.services.registry)
        return spoken.put_aloud(replies, state, self.services.registry) if turn.spoken else replies

    async def _learn(self, decision: Decision, parse: Parse, outcome: Outcome, turn: Turn) -> None:
        """Keeps what was misunderstood, where its person allows that."""
        lessons, before = self.services.lessons, turn.state.heard
        if outcome.changes.get("misses", 0) > turn.state.misses:
            await lessons.note(turn.user, heard(parse), "not understood")
        elif decision.revises and before:
            await lessons.note(turn.user, before, "corrected")

    async def _request(self, decision: Decision, parse: Parse, turn: Turn) -> Outcome:
        """One request of a message."""
        outcome = await self._guarded(lambda t: self._decided(decision, parse, t), turn) or Outcome(())
        outcome = with_own_undo(marked(outcome, decision.request, turn.state, self.services.registry))
        return spoken.asked_aloud(outcome, self.services.registry) if turn.spoken else outcome

    async def _guarded(self, step: Callable[[Turn], Awaitable[Outcome | None]], turn: Turn) -> Outcome | None:
        """A rim: whatever goes wrong is said, never swallowed, never raised."""
        try:
            return await step(turn)
        except PolluxError as error:
            return Outcome((clarify.refusal(error),))
        except Exception:
            log.exception("turn.failed", trace=turn.cause.trace)
            return Outcome((clarify.broken(turn.cause.trace),))

    async def _decided(self, decision: Decision, parse: Parse, turn: Turn) -> Outcome:
        turn = replace(turn, request=decision.request)
        match decision.verb:
            case "choose":
                outcome = clarify.choose(decision, turn)
            case "unknown":
                outcome = await found.offered(decision, turn) or clarify.unknown(decision, turn)
            case "which":
                outcome = await found.offered(decision, turn) or clarify.which(decision, turn)
            case "ask_again":
                outcome = clarify.ask_again(turn)
            case "name_it" | "elsewhere" | "private":
                outcome = clarify.not_by_voice(decision, turn)
            case "drop":
                outcome = await self._dropped(turn)
            case "redo":
                outcome = await self._again(turn)
            case _:
                outcome = await self._done(decision, parse, turn)
                outcome = replace(outcome, replies=(*clarify.unknown_too(decision), *outcome.replies))
        return outcome

    async def _done(self, decision: Decision, parse: Parse, turn: Turn) -> Outcome:
        """A refusal is remembered like a success: "then 21" and "same for the hall" go on from it."""
        try:
            return await self._skilled(decision, parse, turn)
        except PolluxError as error:
            return Outcome((clarify.refusal(error),), twins=turn.request.twins, changes={"last": turn.request})

    async def _skilled(self, decision: Decision, parse: Parse, turn: Turn) -> Outcome:
        if decision.withdraws:
            await turn.execute(DecideApproval(decision.withdraws, approve=False))
        if turn.request.intent == "create_twin":
            return await self._desk.start(turn)
        if turn.request.intent in ("out_of_scope", "inform"):
            unplaced = clarify.unplaced(parse, turn)
            return replace(unplaced, changes={"last": turn.request, **unplaced.changes})
        skill = self._skill(turn)
        if skill is None:
            return clarify.later(turn)
        if decision.revises:
            await step_back(turn.state.effects[-1], turn)
        outcome = await skill(turn)
        if decision.revises:
            outcome = await settle(turn.state.effects[-1], outcome, turn)
        return replace(outcome, changes={"last": turn.request, "misses": 0, **outcome.changes})

    def _skill(self, turn: Turn) -> Skill | None:
        """What is asked of a thing depends on its kind: a skill may be for one kind only, as `snooze@reminder`."""
        subject, request = turn.state.subject, turn.request
        elsewhere = bool(request.twins) or request.get("concern") or request.get("ordinal") is not None
        listed = turn.state.listing if request.get("ordinal") is not None and not request.twins else None
        named = "reminder" if request.get("reminder") else request.get("kind") or (listed.kind if listed else "")
        kind = named or (subject.kind if subject and not elsewhere else "")
        return self._skills.get(f"{request.intent}@{kind}") or self._skills.get(request.intent)

    async def _again(self, turn: Turn) -> Outcome:
        """What the last undo took back, done once more, in the order in which it was done first."""
        replies: list[Reply] = []
        pendings: list[Pending] = []
        state = replace(turn.state, undone=())
        for effect in reversed(turn.state.undone):
            skill = self._skills.get(effect.request.intent)
            if skill is None:
                replies.append(say(f"I can't bring back {effect.title}."))
                continue
            outcome = await skill(replace(turn, request=effect.request, state=state))
            replies += outcome.replies
            pendings += [p for p in (outcome.pending, *outcome.then) if p]
            state = after(state, outcome)
        kept = {f: getattr(state, f) for f in ("effects", "undone", "last")}
        pending = pendings[0] if pendings else None
        return Outcome(tuple(replies), twins=state.twins, pending=pending, then=tuple(pendings[1:]), changes=kept)

    async def _dropped(self, turn: Turn) -> Outcome:
        if turn.request.get("approval"):
            return await self._skills["reject_action"](turn)
        return clarify.dropped()

    async def _pressed(self, message: Incoming, action: str, turn: Turn) -> tuple[Answer, DialogueState]:
        """A button: a text said on the person's behalf, or a decision that needs no parse."""
        turn = replace(turn, state=questions.brought_forward(turn.state, action))
        asked = turn.state.pending is not None and turn.state.pending.id in action.split(":")[1:2]
        parse = filled(message) or pressed(action, turn.state)
        if parse is None and (parse := await self._desk.pressed(action, turn)):
            # Its question is meant, though another was put later.
            turn = replace(turn, state=questions.put_behind(turn.state))
        if parse is None:
            return self._answer(turn, Parse("", "inform", 1.0), (clarify.stale_button(),)), turn.state
        text, parses = (parse, await self._nlu.parse(parse)) if isinstance(parse, str) else (parse.text, [parse])
        named = isinstance(parse, Parse) and bool(parse.entities)  # a thing of its own: no answer to an interview
        replies, state = await self._message(text, parses, turn, aside=asked or named)
        return self._answer(turn, parses[0], replies), state

    def _answer(
        self, turn: Turn, parse: Parse, replies: tuple[Reply, ...], parses: list[Parse] | None = None
    ) -> Answer:
        entities = [entity_json(e) for p in (parses or [parse]) for e in p.entities]
        if not replies:
            replies = (say("Done."),)
        return Answer(turn.cause.trace, parse.intent, round(parse.confidence, 4), tuple(entities), replies)


def entity_json(entity: Entity) -> dict[str, Any]:
    """An entity as the contract's answers and `nlu parse` give it."""
    doc = {k: v for k, v in asdict(entity).items() if k != "options" or v}
    return {"entity": doc.pop("kind"), **doc}
