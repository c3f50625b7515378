"""A person's own settings as a form. Pure."""

from collections.abc import Mapping
from typing import Any

from bot.dialogue.voicing import FASTEST, RATE, SLOWEST, VOICE, VOICES
from bot.forms.form import SETTINGS, Form
from bot.forms.shaping import field_of
from bot.planning.check_ins_said import CHECK_INS
from bot.planning.quiet_said import HOURS
from bot.planning.speaking_said import A_DAY, DEFAULT_A_DAY
from bot.planning.voice_said import ESPEAK, voice_of
from bot.reach_settings import VoiceSettings
from interview.answers import Misfit
from interview.blanks import Blank, blank, read_blank
from interview.questions import questions_of
from twin_core.contract.agenda import PersonSettings
from twin_core.contract.check_ins import times_of
from twin_core.contract.errors import Rejected
from twin_core.contract.template import Question, TwinType

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WORK_DAYS = Question(
    "work_days", "On which days do you work?", "choices", choices=_DAYS, words=("working days",), required=True
)
_CHECK_INS = Question(
    CHECK_INS,
    "At what times shall I ask how you are on working days, such as 08:30, 17:30? Empty for never.",
    "text",
    words=("check-ins",),
)
_A_DAY = Question(
    A_DAY,
    "At most how many messages a day shall I send unasked, beside what is critical?",
    "number",
    minimum=0,
    maximum=50,
    words=("messages a day",),
)
_VOICE = Question(VOICE, "In which voice shall I speak?", "choice", choices=tuple(VOICES.values()), words=("voice",))
_RATE = Question(
    RATE,
    "How many words a minute shall I speak?",
    "number",
    minimum=SLOWEST,
    maximum=FASTEST,
    words=("words a minute",),
)
# In this order: questions about a person by their slot, and those that only the form asks.
_ASKED = (
    "timezone",
    "working_hours",
    _WORK_DAYS,
    HOURS,
    "focus_hours",
    "matters_most",
    _CHECK_INS,
    _A_DAY,
    _VOICE,
    _RATE,
)


def settings_form(person: PersonSettings, type: TwinType, usual: VoiceSettings) -> Form:
    """As they are now."""
    return Form(SETTINGS, "Settings", "Save", tuple(field_of(each) for each in _blanks(person, type, usual)))


def misfits(person: PersonSettings, type: TwinType, usual: VoiceSettings, texts: Mapping[str, str]) -> dict[str, str]:
    """By field: why it cannot be set."""
    return _read(person, type, usual, texts)[1]


def changes(person: PersonSettings, type: TwinType, usual: VoiceSettings, texts: Mapping[str, str]) -> dict[str, Any]:
    """What was changed, as the config keeps it; None for what was emptied, the usual again. Raises Rejected."""
    wanted, wrong = _read(person, type, usual, texts)
    if wrong:
        raise Rejected(next(iter(wrong.values())), code="bad_setting")
    return wanted


def _read(
    person: PersonSettings, type: TwinType, usual: VoiceSettings, texts: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    wanted: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for each in _blanks(person, type, usual):
        slot = each.question.slot
        if slot not in texts or texts[slot].strip() == each.text:
            continue
        try:
            value = read_blank(each.question, texts[slot])
            if value != each.value:  # what is only written otherwise is no change
                wanted[slot] = _kept(slot, value)
        except Misfit as error:
            wrong[slot] = error.reason
    return wanted, wrong


def _kept(slot: str, value: Any) -> Any:
    """As the config keeps it. Raises Misfit."""
    if slot == _WORK_DAYS.slot:
        if not value:
            raise Misfit("Choose one day at least.")
        return ",".join(day[:3] for day in _DAYS if day in value)
    if slot == CHECK_INS:
        said = str(value or "off").replace(" ", "")
        if times_of(said) is None:
            raise Misfit("Write times like 08:30, 17:30, or nothing for never.")
        return said
    if slot == VOICE:
        return next((code for code, name in VOICES.items() if name == value), None)
    return round(value) if slot == RATE and value is not None else value


def _blanks(person: PersonSettings, type: TwinType, usual: VoiceSettings) -> list[Blank]:
    voice, rate = voice_of(person.config, usual)
    by_slot = {question.slot: question for question in questions_of(type)}
    now: Mapping[str, Any] = {
        "timezone": person.zone,
        "working_hours": _span(person.work_start_s, person.work_end_s),
        "work_days": [_DAYS[day] for day in person.work_days],
        CHECK_INS: ", ".join(map(_clock, times_of(person.config.get(CHECK_INS)) or ())) or None,
        HOURS: _span(person.quiet_start_s, person.quiet_end_s),
        "focus_hours": person.focus_hours,
        "matters_most": person.config.get("matters_most") or [],
        A_DAY: person.config.get(A_DAY, DEFAULT_A_DAY),
        VOICE: VOICES.get(voice),
        RATE: rate,
    }
    questions = (by_slot.get(each) if isinstance(each, str) else each for each in _ASKED)
    one_voice = usual.synthesizer != ESPEAK
    return [
        blank(question, now[question.slot])
        for question in questions
        if question and not (question is _VOICE and one_voice)
    ]


def _span(start_s: int, end_s: int) -> str | None:
    """None for quiet hours that are none."""
    return None if start_s == end_s else f"{_clock(start_s)}-{_clock(end_s)}"


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"
