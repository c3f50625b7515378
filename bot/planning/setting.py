"""Changing a person's own settings, so that it can be told and taken back."""

from collections.abc import Mapping
from typing import Any

from bot.dialogue.state import Effect, Reversal
from bot.planning.settings_told import setting_line
from bot.replies.phrases import listed
from bot.turn import Turn
from twin_core.contract.agenda import PersonSettings, SetPersonSettings


async def set_and_told(turn: Turn, before: PersonSettings, wanted: Mapping[str, Any]) -> tuple[str, Effect]:
    """What is set now in words, and how it is undone."""
    after = await turn.execute(SetPersonSettings(turn.user, wanted))
    told = listed([line for key in wanted if (line := setting_line(key, after))])
    kept = {key: before.config.get(key) for key in wanted}
    return told, Effect(turn.request, told, (Reversal("settings", turn.user, kept),))
