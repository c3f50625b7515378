"""How a person wants to be spoken to aloud, as the config of their twin keeps it and in words. Pure."""

from collections.abc import Mapping
from typing import Any

from bot.dialogue.voicing import ACCENTS, FASTEST, RATE, SLOWEST, VOICE, WOMAN, VoiceWish
from bot.reach_settings import VoiceSettings

_STEP = 1.25
ESPEAK = "espeak"  # the one synthesizer whose voices are known here
_LOUDNESS = "How loud I am is up to your loudspeaker: turn it up or down there. I can speak slower or faster."
_ONE_VOICE = "I have one voice here, which is set for the whole house. I can speak slower or faster."


def voice_config(wish: VoiceWish, config: Mapping[str, object], usual: VoiceSettings) -> dict[str, Any]:
    """Config by key; empty where there is nothing to keep, which `voice_refused` tells."""
    voice, rate = voice_of(config, usual)
    match wish.kind:
        case "pace":
            wanted = wish.rate or round(rate * _STEP**wish.steps)
            kept = min(FASTEST, max(SLOWEST, wanted))
            return {RATE: kept} if kept != rate or wish.rate else {}
        case "voice" if usual.synthesizer == ESPEAK:
            base, woman, _ = voice.partition(WOMAN)
            woman = woman if wish.woman is None else WOMAN if wish.woman else ""
            return {VOICE: f"{wish.accent or base.partition('+')[0]}{woman}"}
        case "usual":
            return {VOICE: None, RATE: None}
    return {}


def voice_refused(wish: VoiceWish, usual: VoiceSettings) -> str:
    """Why nothing is kept of it, and what can be."""
    if wish.kind == "loudness":
        return _LOUDNESS
    if wish.kind == "pace":
        return f"I can't speak {'faster' if wish.steps > 0 else 'slower'} than that."
    return _voices() if usual.synthesizer == ESPEAK else _ONE_VOICE


def voice_of(config: Mapping[str, object], usual: VoiceSettings) -> tuple[str, int]:
    """The voice and the words a minute that this person hears; what cannot be read is the usual."""
    voice, rate = config.get(VOICE), config.get(RATE)
    if not isinstance(voice, str) or voice.removesuffix(WOMAN) not in ACCENTS or usual.synthesizer != ESPEAK:
        voice = usual.voice
    if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not SLOWEST <= rate <= FASTEST:
        rate = usual.rate
    return voice, round(rate)


def voice_line(config: Mapping[str, object], usual: VoiceSettings) -> str:
    """One setting in words."""
    voice, rate = voice_of(config, usual)
    base, woman, _ = voice.partition(WOMAN)
    name = ACCENTS.get(base, base if usual.synthesizer == ESPEAK else "the one of this house")
    return f"voice {name}{', a woman’s' if woman else ''}, {rate} words a minute"


def _voices() -> str:
    return f"I can speak {', '.join(ACCENTS.values())}, as a man or as a woman: “use a British voice”."
