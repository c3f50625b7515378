"""Synthetic voices of many accents, in rooms and noise: espeak-ng's; flite's and Festival's if they are there."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np

from bot.voice.ports import RATE_HZ
from bot.voice.signal import at_speed
from bot.voice.wav import Samples, read_wav

_ACCENTS = "en-us en-gb en-gb-x-rp en-gb-scotland en-029 en-gb-x-gbclan en-us-nyc".split()
_THROATS = """m1 m2 m3 m4 m5 m6 m7 f1 f3 f4 f5 adam Alex Andy belinda benjamin caleb Denis Diogo ed edward Gene grandpa
Hugo iven john Lee linda marcelo Michael Mike Nguyen paul quincy rob steph travis victor zac klatt4""".split()
_FLITE, _FESTIVAL = ("kal", "kal16", "rms", "slt"), ("kal_diphone",)
_PLAIN_PART, _FLITE_PART, _FESTIVAL_PART = 0.05, 0.16, 0.04  # … of throats, and of utterances
_SPED, _NOISY, _ROOMY = 0.3, 0.4, 0.25  # parts that are played at another speed, …
# Never learned from, to measure on.
KEPT_OUT = ("en-gb-x-gbcwmd", "en-us+f2", "flite awb", "festival ked_diphone")


def reference(text: str) -> Samples:
    """As the voice says it that is heard best."""
    return _espeak(text, "en-us", 160, 50)


def any_voice(text: str, random: Random) -> Samples:
    """As one of the voices says it that are learned from."""
    kind = random.random()
    if kind < _FLITE_PART and shutil.which("flite"):
        samples = said(text, f"flite {random.choice(_FLITE)}", random)
    elif kind < _FLITE_PART + _FESTIVAL_PART and shutil.which("text2wave"):
        samples = said(text, f"festival {random.choice(_FESTIVAL)}", random)
    else:
        throat = "" if random.random() < _PLAIN_PART else f"+{random.choice(_THROATS)}"
        samples = said(text, random.choice(_ACCENTS) + throat, random)
    if random.random() < _SPED:
        samples = at_speed(samples, random.uniform(0.9, 1.12))
    return _spoilt(samples, random)


def kept_out() -> Sequence[str]:
    """The voices to measure on that are there."""
    programs = {"flite": "flite", "festival": "text2wave"}
    return [v for v in KEPT_OUT if shutil.which(programs.get(v.partition(" ")[0], "espeak-ng"))]


def said(text: str, voice: str, random: Random) -> Samples:
    """By a voice that is written as in KEPT_OUT."""
    program, _, name = voice.rpartition(" ")
    if program == "flite":
        stretch = f"duration_stretch={random.uniform(0.8, 1.25):.2f}"
        return _run(["flite", "-voice", name, "--setf", stretch, "-t", text, "-o"])
    if program == "festival":
        return _run(["text2wave", "-eval", f"(voice_{name})", "-o"], text)
    return _espeak(text, voice, random.randint(120, 210), random.randint(25, 75))


def _espeak(text: str, voice: str, rate: int, pitch: int) -> Samples:
    return _run(["espeak-ng", "-v", voice, "-s", str(rate), "-p", str(pitch), text, "-w"])


def _run(command: list[str], text: str = "") -> Samples:
    with tempfile.TemporaryDirectory(prefix="pollux-accents-") as folder:
        file = Path(folder) / "said.wav"
        subprocess.run([*command, file], input=text.encode(), check=True)
        return read_wav(file.read_bytes())


def _spoilt(samples: Samples, random: Random) -> Samples:
    """With the noise of a machine and the echo of a room, at times."""
    numbers = np.random.default_rng(random.getrandbits(32))
    if random.random() < _NOISY:
        noise = numbers.normal(0, 1, len(samples))
        if random.random() < 0.5:
            noise = np.convolve(noise, np.ones(8) / np.sqrt(8), "same")
        samples = samples + noise * np.sqrt((samples**2).mean()) * 10 ** (-random.uniform(15, 35) / 20)
    if random.random() < _ROOMY:
        length = int(RATE_HZ * random.uniform(0.05, 0.25))
        echo = numbers.normal(0, 1, length) * np.exp(-np.arange(length) / (length / 5))
        echo *= random.uniform(0.1, 0.35) / np.sqrt((echo**2).sum())
        echo[0] = 1
        samples = np.convolve(samples, echo)[: len(samples)]
    return np.asarray(samples.clip(-1, 1), np.float64)
