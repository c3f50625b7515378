"""What is said to learn from: the house's corpus with made-up names, and talk that is no command.

The sentences that are measured are left out.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from random import Random

from benchmarks import _unmeant, voice
from bot.nlu.training_data import read_training_data
from bot.voice.corpus import ANYTHING, CLASSES, GENERAL, corpus, everyday, fillers
from bot.voice.pronunciations import DICTIONARY, Pronunciations
from bot.voice.words import ONES, TENS, said_words

_ORDINARY = Path(__file__).with_name("ordinary.txt")
_SPOKEN = Path(__file__).parents[1] / "spoken.toml"
_ROOMS = """hall kitchen bedroom cellar garage attic nursery porch garden pantry lounge workshop laundry library den
balcony landing warehouse laboratory canteen office stairs conservatory playroom courtyard hangar bakery""".split()
_PLACES = (*_ROOMS, "living room", "guest room", "server room", "first floor", "machine hall", "loading bay")
_THINGS = """lamp light lights heater fan pump boiler freezer fridge oven plug socket blind shutter curtain door window
gate lock thermostat sensor meter valve tank motor compressor washer dryer dishwasher printer speaker television camera
charger radiator chiller mixer conveyor press robot furnace generator inverter battery sprinkler router""".split()
_KINDS = """big small old new left right upper lower north south east west front rear blue red green spare main second
outdoor standing wall night mobile cold warm water oil steam drain""".split()
_PEOPLE = "Anna Peter Maria Tom Susan James Fatima Oliver Grace Henry Chloe David Emma George Lucy Martin".split()
_TASKS = """buy milk and bread|call my brother|write the summary|book a table for two|pay the rent|water the tomatoes
send the contract to Helen|fix the bicycle|clean the windows|order paper|pick up the parcel|prepare the slides
feed the fish|renew the passport|check the tyres|wash the curtains|return the books|phone the dentist""".split("\n")
_ORDINARY_PART, _REQUESTS_PART = 0.45, 0.25  # … of all sentences
_MOST_WORDS = 16
_CHOICE = re.compile(r"\(([^()]*)\)")
_ASKS = re.compile(
    r"(what|who|how|where|when|why|which|is|are|am|do|does|did|can|could|will|would|have|has|was|were)\b"
)
_DAYS = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)day(s?)\b")
_CLOCK = re.compile(r"\b(\d{1,2}) (\d\d)\b")
_HALF = re.compile(r"\b([ap]) ?m\b")
_I = re.compile(r"\bi\b")


def sentences(nlu_folder: Path, random: Random, count: int) -> list[str]:
    """So many different sentences, as they are said."""
    known = Pronunciations(DICTIONARY).__contains__
    data = read_training_data(nlu_folder)
    classes = (*CLASSES, *GENERAL, ANYTHING)
    commands, requests = (sorted(set(found)) for found in (corpus(data, known, classes), everyday(classes)))
    usual: dict[str, list[str]] = {}
    for phrase in fillers(data, known, (*GENERAL, "event", "task")):
        usual.setdefault(phrase.kind, []).append(phrase.text)
    lines = [line for line in _ORDINARY.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    taken = set(measured())
    found: list[str] = []
    while len(found) < count:
        kind = random.random()
        if kind < _ORDINARY_PART:
            text = _CHOICE.sub(lambda m: random.choice(m[1].split("|")), random.choice(lines))
        else:
            words = random.choice(requests if kind < _ORDINARY_PART + _REQUESTS_PART else commands)
            text = " ".join(_filled(w[1:-1], usual, random) if w.startswith("[") else w for w in words)
        said = tuple(said_words(text))
        if said not in taken and len(said) <= _MOST_WORDS:
            taken.add(said)
            found.append(text)
    return found


def ways_to_write(text: str) -> list[str]:
    """The sentence as it may be written: with digits or words, as a question or none."""
    ways = [text, _with_digits(text)]
    ways += [way.replace(" percent", "%") for way in ways if re.search(r"\d percent", way)]
    ways += [_CLOCK.sub(r"\1:\2", way) for way in ways]
    ways += [_HALF.sub(r"\1.m.", way) for way in ways]
    ways = [_DAYS.sub(lambda m: m[0].capitalize(), _I.sub("I", way)) for way in ways]
    ends = "?." if _ASKS.match(text.lower()) else "."
    return list(dict.fromkeys(f"{way[:1].upper()}{way[1:].removesuffix('.')}{end}" for way in ways for end in ends))


def _with_digits(text: str) -> str:
    found: list[str] = []
    for word in text.split():
        if word in ONES[1:10] and found and found[-1] in (f"{ten}0" for ten in range(2, 10)):
            found[-1] = f"{found[-1][0]}{ONES.index(word)}"
        elif word in (*ONES, *TENS[2:]):
            found.append(str(ONES.index(word) if word in ONES else 10 * TENS.index(word)))
        else:
            found.append(word)
    return " ".join(found)


def _filled(kind: str, usual: dict[str, list[str]], random: Random) -> str:
    if kind == "twin":
        thing = random.choice(_THINGS)
        number = random.choice(ONES[1:13])
        return random.choice(
            (f"{random.choice(_ROOMS)} {thing}", f"{random.choice(_KINDS)} {thing}", f"{thing} {number}", thing)
        )
    if kind == "time" and random.random() < 0.2:
        return f"{random.randint(1, 12)} {random.choice(('am', 'pm'))}"
    made_up = {"place": _PLACES, "person": _PEOPLE, ANYTHING: "|".join(_TASKS).split("|")}
    return random.choice(made_up.get(kind) or usual[kind])


def measured() -> Iterator[tuple[str, ...]]:
    """Words of the sentences that other benchmarks have."""
    yield ()
    for house in tomllib.loads(_SPOKEN.read_text("utf-8")).values():
        yield from (tuple(said_words(text)) for half in ("tuned", "untouched") for text in house[half])
    for texts in (voice._COMMANDS, voice._OTHER, _unmeant._TALK, _unmeant._SONGS):
        yield from (tuple(said_words(text)) for text in texts)
