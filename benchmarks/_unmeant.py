"""Sound that asks nothing of anybody: music, songs, and talk as it comes out of a television."""

import numpy as np

from benchmarks.voice import speak
from bot.voice.ports import RATE_HZ
from bot.voice.wav import Samples

_TALK = """and now the weather, with rain moving in from the west on Thursday
coming up after the break, the final question for one million dollars
the police have closed the road and asked everyone to stay at home
turn the page and you will find the recipe for a warm winter soup
you have to turn left at the next light and then stop
she opened the door and there was nobody there
set in the year nineteen eighty four the film tells a dark story
the kitchen was cold and the lamp had gone out
what is the capital of Australia, is it Sydney or Canberra
he remembered the meeting at ten and ran down the hall
in today's programme we look at heat pumps and solar batteries
I'm on the train, I'll be home in an hour, put the oven on
the minister said that energy prices would fall next year
please close all the windows before you leave the building
good evening and welcome to the nine o'clock news
our top story tonight, the pump failed and the tank overflowed
nobody likes to wake up early on a Monday morning
you can switch to our new tariff and save fifty percent
lock him up, shouted the crowd in front of the gate
this is the last call for passengers to Lisbon""".splitlines()
_SONGS = """the moon is coming over the hill tonight
turn around and dance with me until the morning
open up your heart and let the summer in
stop the rain and bring my darling home
we are the lights of the city after dark
close the curtain on the days of our youth
every road I take is leading back to you
don't start the fire if you can't stand the heat
hello stranger how long will you stay
set me free and watch me fly away""".splitlines()
_VOICES = (("en-us", 165), ("en-gb", 175), ("en-gb-scotland", 165), ("en-us+f3", 180))
_SINGERS = ("en-us", "en-gb+f2", "en-us+f3")
_CHORDS = ((220, 165, 196, 147), (262, 220, 175, 196), (330, 247, 277, 220, 330), (110, 131, 147, 98, 110, 131))


def unmeant() -> dict[str, list[Samples]]:
    """Each kind of sound, by its name."""
    random = np.random.default_rng(3)
    bands = [_band(chords, 0.4 + 0.1 * n, random) for n, chords in enumerate(_CHORDS) for _ in range(2)]
    songs = [_sung(line, _SINGERS[n % len(_SINGERS)], random) for n, line in enumerate(_SONGS)]
    played = [_over(song, bands[n % len(bands)]) for n, song in enumerate(songs)]
    talk = [speak(line, *_VOICES[n % len(_VOICES)]) for n, line in enumerate(_TALK)]
    return {"music": bands, "songs": songs + played, "television": talk}


def _band(roots: tuple[int, ...], beat_s: float, random: np.random.Generator) -> Samples:
    """Major chords with a drum on each and a cymbal between."""
    at = np.arange(int(beat_s * RATE_HZ)) / RATE_HZ
    bars = []
    for root in roots * 2:
        tones = [root * ratio * harmonic for ratio in (1, 1.26, 1.5) for harmonic in range(1, 6)]
        chord = 0.1 * sum(np.sin(2 * np.pi * tone * at) * root / tone for tone in tones) * np.exp(-2 * at)
        drum = np.sin(2 * np.pi * 60 * at) * np.exp(-20 * at)
        cymbal = random.normal(0, 0.3, len(at)) * np.exp(-30 * np.maximum(at - beat_s / 2, 0)) * (at > beat_s / 2)
        bars.append(chord + 0.5 * (drum + cymbal))
    return np.asarray(np.concatenate(bars).clip(-1, 1), np.float64)


def _sung(line: str, voice: str, random: np.random.Generator) -> Samples:
    """Slowly, each word on a note of its own."""
    notes = random.integers(20, 95, len(line.split()))
    words = [speak(word, voice, 110, pitch=int(note)) for word, note in zip(line.split(), notes, strict=True)]
    return 0.6 * np.concatenate(words)


def _over(song: Samples, band: Samples) -> Samples:
    return np.asarray((song + 0.6 * np.resize(band, len(song))).clip(-1, 1), np.float64)
