"""Commands to three houses by many voices, and sound that asks for nothing, by the best ears that are here.

`spoken.toml` has the commands. The ears' limits are set on the half that is called tuned; the other is only measured.
"""

import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks._unmeant import unmeant
from benchmarks.report import Report
from benchmarks.voice import DATA, Houseful, Utterance, figures, listening, noisy, now, speak
from bot.nlu.embedded import NluOptions, load_embedded
from bot.ports import Name
from bot.voice.recognizers import moonshine, sphinx
from bot.voice.weights import find_weights

_HOUSES = Path(__file__).with_name("spoken.toml")
_HALVES = ("tuned", "untouched")
_VOICES = (
    *(("en-us", 200), ("en-gb", 165), ("en-gb-x-rp", 180), ("en-gb-scotland", 165), ("en-029", 165)),
    ("en-us+f2", 150),
)
_NOISE = (("en-us", 20),)  # dB that white noise is below the speech
_SHOWN = ("right", "right or asked", "acted on wrongly")


async def run(report: Report) -> None:
    """Command success by half and voice; how often something is done that nobody asked for."""
    ears = moonshine.build({"nlu_folder": DATA}) if find_weights() else sphinx.build({"nlu_folder": DATA})
    found: defaultdict[str, list[dict[str, float]]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="pollux-bench-") as folder:
        for described in tomllib.loads(_HOUSES.read_text("utf-8")).values():
            house = _house(described)
            nlu = await load_embedded(NluOptions(DATA, Path(folder), now=now, names=house))
            ears.learn(house.phrases())
            for half, title, said in _utterances(described):
                rows = [figures([one], listening(ears), nlu) for one in said]
                found[f"{half}, {title}"] += rows
                if "noise" not in title:
                    found[f"{half}, all voices"] += rows
        for title, sounds in unmeant().items():  # by the last house
            found[title] = [figures([("", sound)], listening(ears), nlu) for sound in sounds]
    for title, rows in found.items():
        for name in (name for name in _SHOWN if name in rows[0]):
            report.row(f"{title}: {name}", sum(row[name] for row in rows) / len(rows), None, "%")


def _utterances(described: Mapping[str, Any]) -> Iterator[tuple[str, str, list[Utterance]]]:
    for half in _HALVES:
        for voice, rate in _VOICES:
            yield half, f"{voice} at {rate}", [(text, speak(text, voice, rate)) for text in described[half]]
        for voice, below_db in _NOISE:
            title = f"{voice} in noise {below_db} dB below"
            yield half, title, [(text, noisy(speak(text, voice), below_db)) for text in described[half]]


def _house(described: Mapping[str, Any]) -> Houseful:
    twins = [(kind, text) for kind, texts in described["twins"].items() for text in texts]
    named = [Name(text, "twin", f"{kind}.{n}", kind, None) for n, (kind, text) in enumerate(twins)]
    return Houseful([*named, *(Name(place, "place", f"place.{place}", "place", None) for place in described["places"])])
