"""A person's own settings: what their days are like, and what is connected for them."""

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.attention.messages import last_message
from bot.dialogue.buttons import UNDO, says
from bot.dialogue.state import Reversal
from bot.dialogue.voicing import RATE, VOICE, voice_wish
from bot.forms.form import SETTINGS
from bot.outside.connecting import still_wanted
from bot.planning.check_ins_said import CHECK_INS, PAUSED, check_ins_said
from bot.planning.less_of import less_of_a_reminder
from bot.planning.quiet_said import DAYS, HOURS, UNTIL
from bot.planning.setting import set_and_told
from bot.planning.settings_said import settings_said
from bot.planning.settings_told import SPEAKING, setting_line
from bot.planning.speaking_said import A_DAY, DIGESTS, speaking_said, wants_less_of_these
from bot.planning.standing_in import ABOUT_IT, STAND_IN, choose_stand_in
from bot.planning.voice_said import voice_line
from bot.planning.voice_setting import set_voice
from bot.replies.phrases import capital, listed
from bot.turn import Outcome, Reverse, Skill, Turn, say
from twin_core.contract.agenda import GetPerson, SetPersonSettings
from twin_core.contract.check_ins import times_of
from twin_core.contract.mirroring import ListConnections

EXAMPLE: Mapping[str, Any] = {}
_CANNOT = (
    "I can't keep that wish yet. What I can: your working hours (“my working hours are 8 to 4”), working days, "
    "time zone (“my time zone is Europe/Vienna”), hours a day to concentrate, what matters most to you "
    "(“deadlines matter most to me”), check-ins (“check in with me at 8:30 and 17:30”), quiet hours "
    "(“quiet hours 22 to 7”), how I speak (“speak slower”, “use a British voice”), and what I tell you unasked "
    "(“fewer messages about tasks”, “no digest”, “at most 3 messages a day”)."
)
# A question for one setting is answered with that one, and with what belongs to it.
_ONE_SETTING = {
    HOURS: re.compile(r"\bquiet\b|\bdo not disturb\b", re.IGNORECASE),
    DAYS: re.compile(r"\bquiet\b", re.IGNORECASE),
    UNTIL: re.compile(r"\bquiet\b", re.IGNORECASE),
    "working_hours": re.compile(r"\bwork(?:ing)? hours\b|\bwhen do i work\b", re.IGNORECASE),
    "work_days": re.compile(r"\bwork(?:ing)? days\b", re.IGNORECASE),
    "timezone": re.compile(r"\btime ?zone\b", re.IGNORECASE),
    CHECK_INS: re.compile(r"\bcheck-?ins?\b", re.IGNORECASE),
    DIGESTS: re.compile(r"\bdigests?\b", re.IGNORECASE),
    STAND_IN: re.compile(r"\bstand(?:s|ing)?[- ]in\b", re.IGNORECASE),
}
_ONBOARD = says("create a twin of me", "Set me up")


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"set_preference": set_preference, "ask_preferences": ask_preferences}


async def set_preference(turn: Turn) -> Outcome:
    """Working hours and days, time zone, focus time, what matters, check-ins, what is told unasked; of others it is
    said that they cannot be set yet.
    """
    if ABOUT_IT.search(str(turn.request.get("text", ""))):
        return await choose_stand_in(turn)
    questions = {question.slot: question for question in turn.services.registry.types["person"].questions}
    text = str(turn.request.get("text", ""))
    before = await turn.query(GetPerson(turn.user))
    at, here = times_of(before.config.get(CHECK_INS)) or (), turn.now.astimezone(ZoneInfo(before.zone))
    if wish := voice_wish(text):
        return await set_voice(turn, before, wish)
    wanted = {**settings_said(text, questions), **check_ins_said(text, turn.request.slots, here, at)}
    if not wanted:
        message = await last_message(turn)
        wanted = speaking_said(text, message.topic or None if message else None, before.config)
        if not wanted and message and message.kind == "reminder" and wants_less_of_these(text):
            return await less_of_a_reminder(turn, message)
    if not wanted:
        return Outcome((say(_CANNOT, says("what are my settings?", "My settings")),))
    told, effect = await set_and_told(turn, before, wanted)
    if CHECK_INS in wanted and not before.twin:
        untold = " I can ask once there is a twin of you, which keeps what you say."
        return Outcome((say(f"Set: {told}.{untold}", _ONBOARD, UNDO),), effect=effect)
    return Outcome((say(f"Set: {told}.", UNDO),), effect=effect)


async def ask_preferences(turn: Turn) -> Outcome:
    """All of them, what is connected, and what is wanted to be."""
    person = await turn.query(GetPerson(turn.user))
    if asked := [key for key, words in _ONE_SETTING.items() if words.search(str(turn.request.get("text", "")))]:
        told = [line for key in asked if (line := setting_line(key, person))]
        return Outcome((say(f"{capital(listed(told))}.", form=SETTINGS),))
    keys = ("working_hours", "work_days", "timezone", "focus_hours", "matters_most", CHECK_INS)
    lines = [capital(setting_line(key, person)) for key in keys]
    often = (HOURS, A_DAY, DIGESTS)
    told = [key for key in (PAUSED, *SPEAKING, STAND_IN) if key in often or person.config.get(key)]
    lines += [capital(line) for key in told if (line := setting_line(key, person))]
    if VOICE in person.config or RATE in person.config:
        lines.append(capital(voice_line(person.config, turn.services.voice)))
    connected = [each.title for each in await turn.query(ListConnections(turn.user))]
    lines.append(f"Connected: {listed(connected)}" if connected else "No calendar or task list connected")
    if wanted := await still_wanted(turn):
        lines.append(f"Not connected yet: {listed(wanted)}")
    usual = "" if person.config else "These are the usual ones, as you have set none. "
    text = f"{usual}Your settings: {'; '.join(lines)}."
    buttons = () if person.twin else (_ONBOARD,)
    connect = (says(f"connect {name}", f"Connect {name}") for name in wanted)
    return Outcome((say(text, *buttons, *connect, form=SETTINGS),))


async def _back(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(SetPersonSettings(reversal.subject, dict(reversal.values)))


REVERSALS: Mapping[str, Reverse] = {"settings": _back}
