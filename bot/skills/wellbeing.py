"""Check-ins: what a person says of themselves, kept on their own twin."""

import re
from collections.abc import Mapping
from typing import Any

from bot.dialogue.buttons import says
from bot.replies.phrases import listed, reported_text, value_text
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.agenda import GetPerson
from twin_core.contract.commands import GetState
from twin_core.contract.errors import Rejected
from twin_core.contract.telemetry import Reading, RecordTelemetry
from twin_core.contract.views import TwinView

EXAMPLE: Mapping[str, Any] = {}
_NUMBER = r"(\d+(?:[.,]\d+)?)"
_SAID = {
    "energy": re.compile(rf"\benergy\b[^\d,;]*{_NUMBER}", re.IGNORECASE),
    "mood": re.compile(rf"\bmood\b[^\d,;]*{_NUMBER}", re.IGNORECASE),
    "stress": re.compile(rf"\bstress(?:ed)?\b[^\d,;]*{_NUMBER}", re.IGNORECASE),
    "sleep": re.compile(rf"\b(?:slept|sleep)\b[^\d,;]*{_NUMBER}", re.IGNORECASE),
}
# What a word says on the scale of 1 to 5.
_WORDS = {
    "energy": {
        "knackered": 1,
        "exhausted": 1,
        "worn out": 1,
        "tired": 2,
        "sleepy": 2,
        "fine": 3,
        "rested": 4,
        "full": 5,
    },
    "mood": {
        "awful": 1,
        "terrible": 1,
        "sad": 2,
        "low": 2,
        "ok": 3,
        "okay": 3,
        "fine": 3,
        "good": 4,
        "great": 5,
        "happy": 5,
    },
    "stress": {"relaxed": 1, "calm": 1, "fine": 2, "busy": 3, "stressed": 4, "swamped": 5, "overwhelmed": 5},
}


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"check_in": check_in, "ask_oneself": ask_oneself}


async def check_in(turn: Turn) -> Outcome:
    """Notes what was said, never what was not: nothing is read out of the wording beyond plain words."""
    person = await own_twin(turn)
    if person is None:
        return _nobody()
    values = _values(turn)
    if not values:
        raise Rejected("I didn't catch how you are.", hint="Say for example “energy 4, stress 2, slept 7 hours”.")
    report = await turn.execute(RecordTelemetry(tuple(Reading(person.id, p, v) for p, v in values.items())))
    if report.errors:
        raise Rejected(report.errors[0].message, code=report.errors[0].code)
    said = []
    for name, value in values.items():
        spec = turn.services.registry.spec(person, name)
        said.append(f"{spec.label if spec else name} {value_text(spec, value)}")
    return Outcome((say(f"Noted, for you alone: {listed(said)}."),), twins=(person.id,))


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
    text = str(turn.request.get("text", ""))
    values = {n: float(f.group(1).replace(",", ".")) for n, p in _SAID.items() if (f := p.search(text))}
    for name, words in _WORDS.items():
        said = str(turn.request.get(name) or "").lower()
        if name not in values and (level := next((v for w, v in words.items() if w in said), None)) is not None:
            values[name] = float(level)
    hours = turn.request.get("value")
    if turn.request.get("property") == "sleep" and isinstance(hours, (int, float)) and "sleep" not in values:
        values["sleep"] = float(hours)
    return values
