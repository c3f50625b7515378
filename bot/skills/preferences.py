"""A person's own settings: what their days are like, and what is connected for them."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.connecting import still_wanted
from bot.dialogue.buttons import UNDO, says
from bot.dialogue.state import Effect, Reversal
from bot.planning.check_ins_said import CHECK_INS, PAUSED, check_ins_said
from bot.planning.settings_said import settings_said
from bot.replies.phrases import capital, listed
from bot.turn import Outcome, Reverse, Skill, Turn, say
from twin_core.contract.agenda import GetPerson, PersonSettings, SetPersonSettings
from twin_core.contract.check_ins import times_of
from twin_core.contract.clock import parse_instant
from twin_core.contract.mirroring import ListConnections

EXAMPLE: Mapping[str, Any] = {}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ONBOARD = says("create a twin of me", "Set me up")


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"set_preference": set_preference, "ask_preferences": ask_preferences}


async def set_preference(turn: Turn) -> Outcome:
    """Working hours and days, time zone, focus time, what matters, check-ins; of others it is said that they cannot be
    set yet.
    """
    questions = {question.slot: question for question in turn.services.registry.types["person"].questions}
    text = str(turn.request.get("text", ""))
    before = await turn.query(GetPerson(turn.user))
    at, here = times_of(before.config.get(CHECK_INS)) or (), turn.now.astimezone(ZoneInfo(before.zone))
    wanted = {**settings_said(text, questions), **check_ins_said(text, turn.request.slots, here, at)}
    if not wanted:
        text = (
            "I can't keep that wish yet. What I can: your working hours (“my working hours are 8 to 4”), working days, "
            "time zone (“my time zone is Europe/Vienna”), hours a day to concentrate, what matters most to you "
            "(“deadlines matter most to me”), and check-ins (“check in with me at 8:30 and 17:30”)."
        )
        return Outcome((say(text, says("what are my settings?", "My settings")),))
    after = await turn.execute(SetPersonSettings(turn.user, wanted))
    told = listed([_line(key, after) for key in wanted])
    kept = {key: before.config.get(key) for key in wanted}
    effect = Effect(turn.request, told, (Reversal("settings", turn.user, kept),))
    if CHECK_INS in wanted and not after.twin:
        untold = " I can ask once there is a twin of you, which keeps what you say."
        return Outcome((say(f"Set: {told}.{untold}", _ONBOARD, UNDO),), effect=effect)
    return Outcome((say(f"Set: {told}.", UNDO),), effect=effect)


async def ask_preferences(turn: Turn) -> Outcome:
    """All of them, what is connected, and what is wanted to be."""
    person = await turn.query(GetPerson(turn.user))
    keys = ("working_hours", "work_days", "timezone", "focus_hours", "matters_most", CHECK_INS)
    lines = [capital(_line(key, person)) for key in keys]
    lines += [capital(_line(PAUSED, person))] if person.config.get(PAUSED) else []
    connected = [each.title for each in await turn.query(ListConnections(turn.user))]
    lines.append(f"Connected: {listed(connected)}" if connected else "No calendar or task list connected")
    if wanted := await still_wanted(turn):
        lines.append(f"Not connected yet: {listed(wanted)}")
    usual = "" if person.config else "These are the usual ones, as you have set none. "
    text = f"{usual}Your settings: {'; '.join(lines)}."
    buttons = () if person.twin else (_ONBOARD,)
    return Outcome((say(text, *buttons, *(says(f"connect {name}", f"Connect {name}") for name in wanted)),))


def _line(key: str, person: PersonSettings) -> str:
    if key == "working_hours":
        return f"working hours {_clock(person.work_start_s)}–{_clock(person.work_end_s)}"
    if key == "work_days":
        return f"working days {_days_text(person.work_days)}"
    if key == "timezone":
        return f"time zone {person.zone}"
    if key == CHECK_INS:
        times = times_of(person.config.get(CHECK_INS))
        return f"check-ins at {listed([_clock(second) for second in times])}" if times else "no check-ins"
    if key == PAUSED:
        until = person.config.get(PAUSED)
        return f"check-ins paused until {_moment(str(until), person)}" if until else "check-ins not paused"
    if key == "matters_most":
        said = person.config.get("matters_most")
        most = (
            listed([str(topic) for topic in said])
            if isinstance(said, (list, tuple)) and said
            else "nothing in particular"
        )
        return f"what matters most to you: {most}"
    return f"{person.focus_hours:g} hours a day to concentrate"


def _days_text(days: Sequence[int]) -> str:
    """`Monday to Friday`; of days that do not follow one another each."""
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{_DAYS[days[0]]} to {_DAYS[days[-1]]}"
    return listed([_DAYS[day] for day in days])


def _moment(instant: str, person: PersonSettings) -> str:
    """`Monday 9 March`, with its hour where the day does not begin then."""
    at = parse_instant(instant).astimezone(ZoneInfo(person.zone))
    return f"{at:%A} {at.day} {at:%B}" + ("" if (at.hour, at.minute) == (0, 0) else f" at {at:%H:%M}")


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"


async def _back(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(SetPersonSettings(reversal.subject, dict(reversal.values)))


REVERSALS: Mapping[str, Reverse] = {"settings": _back}
