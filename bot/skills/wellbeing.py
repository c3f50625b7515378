"""Check-ins: what a person says of themselves, kept on their own twin."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogue.buttons import of_question, says
from bot.planning.checking_in import question
from bot.planning.self_report import answered, corrected, self_reported
from bot.replies.phrases import listed, reported_text, value_text
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.agenda import GetPerson
from twin_core.contract.check_ins import QUESTIONS, GetCheckIn
from twin_core.contract.commands import GetState
from twin_core.contract.errors import NotFound, Rejected
from twin_core.contract.ids import new_id
from twin_core.contract.nudges import AnswerNudge
from twin_core.contract.telemetry import Reading, RecordTelemetry
from twin_core.contract.views import TwinView

EXAMPLE: Mapping[str, Any] = {}
_HOW = "Say for example “energy 4, stress 2, slept 7 hours”."


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"check_in": check_in, "ask_oneself": ask_oneself}


async def check_in(turn: Turn) -> Outcome:
    """Notes what was said, never what was not; what was asked and is still open is asked next."""
    person, briefed = await own_twin(turn), turn.request.get("briefed")
    if person is None:
        return await _briefing_alone(turn) if briefed else _nobody()
    request, text = turn.request, str(turn.request.get("text", ""))
    asked: Sequence[str] = tuple(request.get("asked", ()))
    if request.get("skipped"):
        await _heard(turn)
        return _next(turn, person, "Skipped.", asked[1:])
    values = answered(str(request.get("answer", "")), asked) if asked else _values(turn)
    if not values and not asked and (briefed or not _says_how(turn)):
        return await _begin(turn, person)
    if not values and asked:
        return _next(turn, person, "I did not get that.", asked)
    if not values:
        raise Rejected(f"I didn't catch how you are from {text!r}.", code="not_understood", hint=_HOW)
    if fault := await _note(turn, person, values):
        return _next(turn, person, fault, asked)
    await _heard(turn)
    said = listed([_said(turn, person, name, value) for name, value in values.items()])
    return _next(turn, person, f"Noted, for you alone: {said}.", [name for name in asked if name not in values])


async def _begin(turn: Turn, person: TwinView) -> Outcome:
    """A check-in at a time of their own; who hears it without reading is told first what the day is about."""
    check_in = await turn.query(GetCheckIn(turn.user))
    if not turn.request.get("briefed"):
        return _next(turn, person, "", check_in.asks)
    midnight = turn.now.astimezone(turn.services.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    reported = (await turn.query(GetState(person.id))).reported
    told = {name for name, value in reported.items() if value.at >= midnight}
    return _next(turn, person, check_in.text, [name for name in check_in.asks if name not in told])


async def _briefing_alone(turn: Turn) -> Outcome:
    """For somebody who keeps nothing of themselves here."""
    return Outcome((say((await turn.query(GetCheckIn(turn.user))).text),))


def _next(turn: Turn, person: TwinView, text: str, left: Sequence[str]) -> Outcome:
    """What is said, and the next question where one is left."""
    if not left:
        return Outcome((say(text),), twins=(person.id,))
    told = {slot: str(turn.request.get(slot, "")) for slot in ("nudge", "until")}
    pending = question(new_id("q"), left, **told)
    return Outcome((say(f"{text} {QUESTIONS[left[0]]}".strip(), *of_question(pending)),), (person.id,), pending=pending)


async def _note(turn: Turn, person: TwinView, values: Mapping[str, float]) -> str:
    """Keeps it; answers what is wrong with it, where something is."""
    report = await turn.execute(RecordTelemetry(tuple(Reading(person.id, p, v) for p, v in values.items())))
    if not report.errors:
        return ""
    if not turn.request.get("asked"):
        raise Rejected(report.errors[0].message, code=report.errors[0].code)
    return report.errors[0].message


async def _heard(turn: Turn) -> None:
    """The message that asked has its answer."""
    if nudge := turn.request.get("nudge"):
        try:
            await turn.execute(AnswerNudge(str(nudge)))
        except NotFound:  # erased meanwhile; what was said counts all the same
            return


def _says_how(turn: Turn) -> bool:
    """Whether it tells how somebody is, and does not only ask for a check-in."""
    return any(turn.request.get(name) for name in ("energy", "mood", "stress", "value"))


def _said(turn: Turn, person: TwinView, name: str, value: float) -> str:
    spec = turn.services.registry.spec(person, name)
    return f"{spec.label if spec else name} {value_text(spec, value)}"


async def ask_oneself(turn: Turn) -> Outcome:
    """What the person said of themselves last."""
    person = await own_twin(turn)
    if person is None:
        return _nobody()
    name = str(turn.request.get("property"))
    spec, value = turn.services.registry.spec(person, name), (await turn.query(GetState(person.id))).reported.get(name)
    label = spec.label if spec else name
    if value is None:
        return Outcome((say(f"You have not told me your {label} yet."),), twins=(person.id,))
    return Outcome((say(f"Your {label}: {reported_text(spec, value, turn.now)}."),), twins=(person.id,))


async def own_twin(turn: Turn) -> TwinView | None:
    """The twin of whoever speaks."""
    twin = (await turn.query(GetPerson(turn.user))).twin
    return turn.services.registry.twin(twin) if twin else None


def _nobody() -> Outcome:
    text = "I have no twin of you yet, so I keep nothing of this."
    return Outcome((say(text, says("create a twin for me", "Create my twin")),))


def _values(turn: Turn) -> dict[str, float]:
    """What the sentence says unasked."""
    request = turn.request
    values = self_reported(str(request.get("text", "")), request.slots)
    if (said := request.get("correction")) and (otherwise := corrected(str(said), values)):
        return otherwise
    hours = request.get("value")
    if request.get("property") == "sleep" and isinstance(hours, (int, float)) and "sleep" not in values:
        values["sleep"] = float(hours)
    return values
