"""Changing a person's own settings, so that it can be told and taken back."""

from collections.abc import Mapping
from typing import Any

from bot.dialogue.state import Effect, Reversal
from bot.dialogue.voicing import RATE, VOICE
from bot.planning.check_ins_said import PAUSED
from bot.planning.quiet_said import UNTIL
from bot.planning.settings_told import setting_line
from bot.planning.voice_said import voice_line
from bot.replies.phrases import listed
from bot.turn import Turn
from twin_core.contract.agenda import PersonSettings, SetPersonSettings
from twin_core.contract.clock import parse_instant
from twin_core.contract.errors import Rejected


async def set_and_told(turn: Turn, before: PersonSettings, wanted: Mapping[str, Any]) -> tuple[str, Effect]:
    """What is set now in words, and how it is undone. Raises Rejected for an end that has passed already."""
    if any(wanted.get(key) and parse_instant(str(wanted[key])) <= turn.now for key in (PAUSED, UNTIL)):
        raise Rejected("That time is past.", code="past", hint="Name a time that is still to come.")
    after = await turn.execute(SetPersonSettings(turn.user, wanted))
    lines = [line for key in wanted if key not in (VOICE, RATE) and (line := setting_line(key, after))]
    heard = [voice_line(after.config, turn.services.voice)] if {VOICE, RATE} & set(wanted) else []
    told = listed([*lines, *heard])
    kept = {key: before.config.get(key) for key in wanted}
    return told, Effect(turn.request, told, (Reversal("settings", turn.user, kept),))
