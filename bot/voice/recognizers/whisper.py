"""Whisper by way of faster-whisper, with a model of your own. Works without a network."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import speech_recognition as sr

from bot.voice.ports import RATE_HZ, Guess, Hearing, Phrase
from bot.voice.wav import from_pcm
from twin_core.contract.errors import Rejected, Unavailable

EXAMPLE: Mapping[str, Any] = {"model": Path("/models/whisper-small.en")}

_SILENT = 0.6  # probability that nothing was said, above which a segment is left out, as Whisper itself does
_MOST_HINTS = 200  # names: what is hinted at takes room from what is said


@dataclass(frozen=True, slots=True)
class WhisperOptions:
    """`model` is a folder with a model in the format of CTranslate2: model.bin, config.json, tokenizer.json."""

    model: Path | None = None


def build(options: Mapping[str, Any]) -> "WhisperRecognizer":
    """The recognizer. Raises Rejected for an unknown option, Unavailable where package or model are missing."""
    try:
        return WhisperRecognizer(WhisperOptions(**options))
    except TypeError as error:
        raise Rejected(f"The whisper recognizer does not know this option: {error}.", code="bad_options") from None


class WhisperRecognizer:
    """Hears what SpeechRecognition records; the names of this house are hints. SpeechRecognition's own
    `recognize_faster_whisper` loads the model for every utterance.
    """

    def __init__(self, options: WhisperOptions) -> None:
        if options.model is None or not (options.model / "model.bin").is_file():
            hint = 'Put a faster-whisper model on this machine and say `model = "FOLDER"` in [voice].'
            where = f"no model in {options.model}" if options.model else "no model is named"
            raise Unavailable(f"Whisper cannot hear: {where}.", code="no_hearing", hint=hint)
        try:
            from faster_whisper import WhisperModel
        except ImportError:
            hint = "Install it: pip install faster-whisper."
            raise Unavailable("Whisper needs the package faster-whisper.", code="no_hearing", hint=hint) from None
        try:
            self._model = WhisperModel(str(options.model), device="auto", compute_type="int8", local_files_only=True)
        except (RuntimeError, ValueError, OSError) as error:
            message = f"Whisper cannot read the model in {options.model}: {error}"
            raise Unavailable(message, code="no_hearing", hint="Fetch the model again.") from None
        self._hints = ""

    def learn(self, phrases: tuple[Phrase, ...]) -> None:
        """From now on these names are likelier."""
        self._hints = ", ".join(phrase.text for phrase in phrases[:_MOST_HINTS])

    def recognize(self, audio: sr.AudioData) -> Hearing:
        """What was said; as sure as Whisper is of its tokens."""
        samples = from_pcm(audio.get_raw_data(convert_rate=RATE_HZ, convert_width=2))
        segments, _ = self._model.transcribe(samples, language="en", hotwords=self._hints or None, vad_filter=True)
        return hearing_of((each.text, each.avg_logprob, each.no_speech_prob) for each in segments)


def hearing_of(segments: Iterable[tuple[str, float, float]]) -> Hearing:
    """One reading of segments: text, mean log-probability of a token, probability that nothing was said."""
    said = [(text.strip(), likelihood) for text, likelihood, silence in segments if silence <= _SILENT and text.strip()]
    if not said:
        return Hearing()
    confidence = math.exp(sum(likelihood for _, likelihood in said) / len(said))
    return Hearing((Guess(" ".join(text for text, _ in said), min(1.0, confidence)),))
