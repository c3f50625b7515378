"""Changing how a person is spoken to aloud, so that it is heard at once and can be taken back."""

from bot.dialogue.buttons import UNDO
from bot.dialogue.voicing import VoiceWish
from bot.planning.setting import set_and_told
from bot.planning.voice_said import voice_config, voice_line, voice_refused
from bot.replies.phrases import capital
from bot.turn import Outcome, Turn, say
from twin_core.contract.agenda import PersonSettings


async def set_voice(turn: Turn, before: PersonSettings, wish: VoiceWish) -> Outcome:
    """Keeps the wish; of a question, and of what cannot be kept, it is told what can."""
    usual = turn.services.voice
    if wish.kind == "asked":
        return Outcome((say(f"{capital(voice_line(before.config, usual))}. {voice_refused(wish, usual)}"),))
    wanted = voice_config(wish, before.config, usual)
    if not wanted:
        return Outcome((say(voice_refused(wish, usual)),))
    told, effect = await set_and_told(turn, before, wanted)
    return Outcome((say(f"Set: {told}.", UNDO),), effect=effect)
