"""Commands by voice, from sound to intent and slots: synthetic voices, and recordings of people where they are there.

Each engine that is installed is held against PocketSphinx with the language model it comes with.
"""

import asyncio
import json
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pocketsphinx
import speech_recognition as sr

from benchmarks.report import Report
from bot.nlu.embedded import EmbeddedNlu, NluOptions, load_embedded
from bot.ports import Name
from bot.voice.ears import SURE
from bot.voice.ports import MADE_OUT, RATE_HZ, Guess, Hearing, Manner, Phrase, Recognizer
from bot.voice.recognizers import moonshine, sphinx
from bot.voice.synthesizers import espeak
from bot.voice.understanding import are_understood
from bot.voice.wav import Samples, pcm, read_wav
from bot.voice.weights import find_weights
from bot.voice.words import said_words

DATA = Path(__file__).resolve().parents[1] / "nlu_data"
# Recordings of people, where they lie when they are there at all: they are not part of the project.
FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "speech"
_NAMES = {
    "light": ("hall lamp", "kitchen lamp", "porch light"),
    "freezer": ("garage freezer",),
    "lock": ("front door",),
    "thermostat": ("office thermostat",),
    "blind": ("bedroom blind",),
    "pump": ("pump 3",),
    "boiler": ("boiler",),
}
_PLACES = ("hall", "kitchen", "office", "bedroom", "garage", "bathroom")
_COMMANDS = """turn off the hall lamp|switch the porch light on|is the front door locked|unlock the front door
set the office thermostat to 21 degrees|what is the temperature of the garage freezer|what's most critical today
close the bedroom blind|dim the kitchen lamp to 30 percent|stop pump 3|how warm is the bathroom|undo that|good morning
what are my tasks|why is that critical|how much energy did the boiler use yesterday|snooze it for an hour
remind me in ten minutes to check the boiler""".replace("\n", "|").split("|")
_OTHER = """the quick brown fox jumps over the lazy dog|we should meet for dinner on the other side of town
the parliament voted against the amendment|he scored two goals in the second half of the match
it was a dark and stormy night|thank you very much for coming to our wedding|the dog chased the cat across the field
could I have a large cappuccino with soy milk|my grandmother lived in a small village near the sea
the stock market fell sharply after the announcement""".replace("\n", "|").split("|")
_ANSWER = "The kitchen lamp is off."
_UNITS = {
    "word error rate": "",
    "right": "%",
    "right or asked": "%",
    "acted on wrongly": "%",
    "took": "s/s",
    "until the answer": "s/s",
}
_MOUTH = espeak.build({})
_VOICES = ("en-us", "en-gb", "en-gb-scotland", "en-029")
_RATES = (130, 200)
_NOISE_DB = (20, 10)
_CAPITALS = re.compile(r"\b[A-Z]\w*(?: [A-Z]\w*)*(?= |$)")

Engine = Callable[[Samples], Hearing]
Utterance = tuple[str, Samples]  # what is said; "" where nothing must be understood


@dataclass(frozen=True, slots=True)
class Houseful:
    """The names of a house."""

    names: Sequence[Name]
    version: int = 1

    def all(self) -> Sequence[Name]:
        return self.names

    def phrases(self) -> tuple[Phrase, ...]:
        return tuple(Phrase(name.text, name.kind) for name in self.names)


async def run(report: Report) -> None:
    """Word error rate, command success, false accepts, and time a second of sound, of each engine that is here."""
    with tempfile.TemporaryDirectory(prefix="pollux-bench-") as folder:
        ours: dict[str, Recognizer] = {"sphinx": sphinx.build({"nlu_folder": DATA, "cache": Path(folder)})}
        if find_weights():
            ours["moonshine"] = moonshine.build({"nlu_folder": DATA})
        recorded = await asyncio.to_thread(recordings)
        for house, sets in ((_our_house(), synthetic()), (_house_of(recorded), {"recordings": recorded})):
            nlu = await load_embedded(NluOptions(DATA, Path(folder), now=now, names=house))
            for ears in ours.values():
                ears.learn(house.phrases())
            engines = {name: listening(ears) for name, ears in ours.items()} | {"open": _open_model()}
            for title, utterances in sets.items():
                _measure(report, title, utterances, engines, nlu)


def listening(ears: Recognizer) -> Engine:
    return lambda samples: ears.recognize(_audio(samples))


def _measure(
    report: Report, title: str, utterances: Sequence[Utterance], engines: Mapping[str, Engine], nlu: EmbeddedNlu
) -> None:
    if not utterances:
        return
    found = {name: figures(utterances, engine, nlu) for name, engine in engines.items()}
    for name in (name for name in engines if name != "open"):
        for figure, unit in _UNITS.items():
            if figure in found[name]:
                report.row(f"{title}, {name}: {figure}", found[name][figure], found["open"][figure], unit)


def figures(utterances: Sequence[Utterance], engine: Engine, nlu: EmbeddedNlu) -> dict[str, float]:
    """Figures by the names of _UNITS; what is sure is acted on, and the rest is asked about.

    `right`: sure, and understood as what was said. `right or asked`: also unsure, and understood. `acted on wrongly`:
    sure, and understood as something else. `until the answer`: also understood, and an answer spoken.
    """
    errors = words = right = asked = wrong = 0
    took: list[float] = []
    answered: list[float] = []
    for text, samples in utterances:
        length_s = len(samples) / RATE_HZ
        began = time.perf_counter()
        heard = engine(samples)
        took.append((time.perf_counter() - began) / length_s)
        meant = _meaning(nlu, heard.text) if heard.text else []
        _MOUTH.speak(_ANSWER, Manner())
        answered.append((time.perf_counter() - began) / length_s)
        said, sure = said_words(text), _is_sure(heard, nlu)
        errors, words = errors + _edits(said, said_words(heard.text)), words + len(said)
        same = bool(text) and bool(meant) and meant == _meaning(nlu, text)
        acts = sure and any(intent != "out_of_scope" for intent, _ in meant)
        right, asked, wrong = right + (sure and same), asked + same, wrong + (acts and not same)
    commands = sum(1 for text, _ in utterances if text)
    figures = {
        "acted on wrongly": 100 * wrong / len(utterances),
        "took": float(np.median(took)),
        "until the answer": float(np.median(answered)),
    }
    if commands:
        figures["word error rate"] = errors / words
        figures["right"], figures["right or asked"] = 100 * right / commands, 100 * asked / commands
    return figures


def _is_sure(heard: Hearing, nlu: EmbeddedNlu) -> bool:
    if not heard.text or heard.confidence >= SURE:
        return bool(heard.text)
    return heard.confidence >= MADE_OUT and are_understood(nlu.parse_now(heard.text))


def _meaning(nlu: EmbeddedNlu, text: str) -> list[tuple[str, frozenset[tuple[str, str]]]]:
    parses = nlu.parse_now(" ".join(said_words(text)))
    return [(parse.intent, frozenset((e.kind, str(e.value)) for e in parse.entities)) for parse in parses]


def synthetic() -> dict[str, list[Utterance]]:
    """The commands in several accents, speeds and noises, and speech about other things."""
    plain = {voice: [(text, speak(text, voice)) for text in _COMMANDS] for voice in _VOICES}
    quick = {f"{rate} words a minute": [(text, speak(text, rate=rate)) for text in _COMMANDS] for rate in _RATES}
    noise = {f"noise {db} dB below": [(t, noisy(s, db)) for t, s in plain["en-us"]] for db in _NOISE_DB}
    other = {"other speech": [("", speak(text, voice)) for voice in _VOICES[:2] for text in _OTHER]}
    return plain | quick | noise | other


def recordings(folder: Path = FOLDER) -> list[Utterance]:
    """The home commands that people recorded, and what is none; none where the recordings are not there."""
    manifest = folder / "manifest.jsonl"
    rows = [json.loads(line) for line in manifest.read_text("utf-8").splitlines()] if manifest.exists() else []
    home = [row for row in rows if row["file"].startswith("home_commands/")]
    return [(row["transcript"] or "", read_wav((folder / row["file"]).read_bytes())) for row in home]


def _house_of(utterances: Iterable[Utterance]) -> Houseful:
    """The names that stand in capitals in what was recorded: rooms, and things."""
    found = sorted({name for text, _ in utterances for name in _CAPITALS.findall(text)})
    return Houseful(
        [
            Name(name, "place", f"place.{n}", "place", None)
            if name.lower() in _PLACES
            else Name(name, "twin", f"light.{n}", "light", None)
            for n, name in enumerate(found)
        ]
    )


def _our_house() -> Houseful:
    twins = [(text, kind) for kind, texts in _NAMES.items() for text in texts]
    named = [Name(text, "twin", f"{kind}.{n}", kind, None) for n, (text, kind) in enumerate(twins)]
    return Houseful([*named, *(Name(place, "place", f"place.{place}", "place", None) for place in _PLACES)])


def _open_model() -> Engine:
    decoder = pocketsphinx.Decoder(loglevel="FATAL")

    def hear(samples: Samples) -> Hearing:
        decoder.start_utt()
        decoder.process_raw(pcm(samples), no_search=False, full_utt=True)
        decoder.end_utt()
        best: Any = decoder.hyp()
        return Hearing((Guess(best.hypstr, 1.0),)) if best is not None and best.hypstr else Hearing()

    return hear


def speak(text: str, voice: str = "en-us", rate: int = 165, *, pitch: int = 50) -> Samples:
    """By the program: the library says the same words a little differently each time."""
    with tempfile.TemporaryDirectory(prefix="pollux-bench-") as folder:
        file = Path(folder) / "said.wav"
        how = ("-v", voice, "-s", str(rate), "-p", str(pitch))
        subprocess.run(["espeak-ng", *how, "-w", file, text], check=True)
        return read_wav(file.read_bytes())


def noisy(samples: Samples, below_db: float) -> Samples:
    """With white noise, so much quieter than the speech."""
    loudness = float(np.sqrt((samples**2).mean())) * 10 ** (-below_db / 20)
    return np.clip(samples + np.random.default_rng(1).normal(0, loudness, len(samples)), -1, 1)


def _audio(samples: Samples) -> sr.AudioData:
    return sr.AudioData(pcm(samples), RATE_HZ, 2)


def _edits(said: Sequence[str], heard: Sequence[str]) -> int:
    """Words to change, add or leave out."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]


def now() -> datetime:
    return datetime(2026, 3, 2, 8, tzinfo=UTC)
