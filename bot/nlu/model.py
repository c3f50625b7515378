"""A trained model as one value, and its file among those kept: JSON and matrices in an npz, no pickle."""

import json
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import structlog
from numpy.typing import NDArray

from bot.nlu.files import DAMAGED, write_beside
from bot.nlu.intents import IntentModel
from bot.nlu.lexicon import Lexicon
from bot.nlu.tagger import Tagger

Array = NDArray[Any]

_KEPT = 3  # models of a language

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Model:
    """Everything learned from the training data of one language."""

    lang: str
    intents: IntentModel
    tagger: Tagger
    lexicon: Lexicon
    kinds: frozenset[str]  # of entities that the training data marks: no other is masked from the intents
    summary: dict[str, Any]


@cache
def code_hash() -> str:
    """Changes with every change of this package: what a model was trained with must be what reads with it."""
    here = Path(__file__).parent
    digest = sha256()
    for path in sorted(here.rglob("*.py")):
        digest.update(path.relative_to(here).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def model_path(cache: Path, lang: str, key: str) -> Path:
    """Where the model of this key is kept; whoever goes to and fro between two versions trains neither anew."""
    return cache / f"nlu-{lang}-{key[:16]}.npz"


def save_model(model: Model, cache: Path, key: str) -> None:
    """Keeps it with those used last. Raises OSError where it cannot be written."""
    intents, intent_arrays = model.intents.to_arrays()
    tagger, tagger_arrays = model.tagger.to_arrays()
    header = {
        "key": key,
        "lang": model.lang,
        "intents": intents,
        "tagger": tagger,
        "lexicon": model.lexicon.to_json(),
        "kinds": sorted(model.kinds),
        "summary": model.summary,
    }
    text = np.frombuffer(json.dumps(header, ensure_ascii=False).encode(), dtype=np.uint8)
    arrays = {f"intents.{k}": v for k, v in intent_arrays.items()} | {
        f"tagger.{k}": v for k, v in tagger_arrays.items()
    }
    path = model_path(cache, model.lang, key)
    write_beside(path, lambda file: np.savez(file, allow_pickle=False, header=text, **arrays))
    others = [file for file in cache.glob(f"nlu-{model.lang}*.npz") if file != path]
    for file in sorted(others, key=_last_used)[: 1 - _KEPT]:
        file.unlink(missing_ok=True)


def _last_used(file: Path) -> float:
    """As a time; long ago where another process has just taken it away."""
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def has_model(cache: Path, lang: str, key: str) -> bool:
    """Whether the model of this key is there, whole; its matrices are only checked, not loaded."""
    path = model_path(cache, lang, key)
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            return bool(_header(file)["key"] == key and file.zip.testzip() is None)
    except DAMAGED:
        return False


def load_model(cache: Path, lang: str, key: str) -> Model | None:
    """The model of this key; None where there is none, or its file is damaged."""
    path = model_path(cache, lang, key)
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            header = _header(file)
            if header["key"] != key:
                return None
            arrays = {name: file[name] for name in file.files if name != "header"}
        intents = IntentModel.from_arrays(header["intents"], _part(arrays, "intents"))
        tagger = Tagger.from_arrays(header["tagger"], _part(arrays, "tagger"))
        lexicon = Lexicon.from_json(header["lexicon"])
        kinds = frozenset(header["kinds"])
        with suppress(OSError):  # a read-only disk
            path.touch()
        return Model(header["lang"], intents, tagger, lexicon, kinds, header["summary"])
    except FileNotFoundError:
        return None
    except DAMAGED as error:
        said = str(error) or type(error).__name__
        _log.warning("The file of the language model is damaged; it is trained anew", path=str(path), error=said)
        return None


def _header(file: Any) -> Any:
    return json.loads(file["header"].tobytes().decode())


def _part(arrays: dict[str, Array], name: str) -> dict[str, Array]:
    return {k.removeprefix(f"{name}."): v for k, v in arrays.items() if k.startswith(f"{name}.")}
