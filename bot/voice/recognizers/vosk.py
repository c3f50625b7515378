"""Vosk, with a model of your own. Works without a network."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import speech_recognition as sr

from bot.voice.ports import RATE_HZ, Guess, Hearing, Phrase
from twin_core.contract.errors import Rejected, Unavailable

EXAMPLE: Mapping[str, Any] = {"model": Path("/models/vosk-model-small-en-us")}


@dataclass(frozen=True, slots=True)
class VoskOptions:
    """`model` is the folder of an unpacked model."""

    model: Path | None = None


def build(options: Mapping[str, Any]) -> "VoskRecognizer":
    """The recognizer. Raises Rejected for an unknown option, Unavailable where package or model are missing."""
    try:
        return VoskRecognizer(VoskOptions(**options))
    except TypeError as error:
        raise Rejected(f"The vosk recognizer does not know this option: {error}.", code="bad_options") from None


class VoskRecognizer:
    """Hears what SpeechRecognition records, whose own `recognize_vosk` knows one place for one model. Vosk knows the
    words of its model; names that are not among them are not learnt.
    """

    def __init__(self, options: VoskOptions) -> None:
        if options.model is None or not options.model.is_dir():
            hint = 'Unpack a Vosk model on this machine and say `model = "FOLDER"` in [voice].'
            where = f"no model in {options.model}" if options.model else "no model is named"
            raise Unavailable(f"Vosk cannot hear: {where}.", code="no_hearing", hint=hint)
        try:
            import vosk
        except ImportError:
            hint = "Install it: pip install vosk."
            raise Unavailable("Vosk needs the package vosk.", code="no_hearing", hint=hint) from None
        vosk.SetLogLevel(-1)
        try:
            self._vosk, self._model = vosk, vosk.Model(str(options.model))
        except Exception:  # noqa: BLE001  it raises nothing else, and says nothing more
            hint = "Unpack the model again; the folder is the one that holds am, conf and graph."
            raise Unavailable(f"Vosk cannot read the model in {options.model}.", code="no_hearing", hint=hint) from None

    def learn(self, phrases: tuple[Phrase, ...]) -> None:
        """Nothing: the words are those of the model."""

    def recognize(self, audio: sr.AudioData) -> Hearing:
        """Readings of what was said, best first."""
        listener = self._vosk.KaldiRecognizer(self._model, RATE_HZ)
        listener.SetWords(True)
        listener.AcceptWaveform(audio.get_raw_data(convert_rate=RATE_HZ, convert_width=2))
        return hearing_of(json.loads(listener.FinalResult()))


def hearing_of(result: Mapping[str, Any]) -> Hearing:
    """The reading in an answer of Vosk; as sure as its least sure word."""
    words = [word for word in result.get("result") or () if isinstance(word, Mapping)]
    text = str(result.get("text") or "").strip()
    if not text:
        return Hearing()
    return Hearing((Guess(text, min((float(word.get("conf", 1.0)) for word in words), default=0.5)),))
