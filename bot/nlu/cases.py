"""The sentences that an engine is tested on, each with what must be understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.nlu.data_folder import all_files, test_files
from bot.nlu.training_data import read_files
from twin_core.contract.errors import NotFound, Rejected


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence with what must be understood.

    `also` are intents that are as right as the first; `again` is the same said another way, for the same answer.
    """

    text: str
    intent: str
    entities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    again: str | None = None

    @property
    def intents(self) -> tuple[str, ...]:
        return (self.intent, *self.also)


def read_cases(source: Path, lang: str = "en") -> list[Case]:
    """The cases of a Rasa folder (its test part where it has one), or of a test file.

    A test file is a YAML list of {text, intent, entities?, also?}.

    Raises NotFound or Rejected naming the file and what to do.
    """
    if source.is_dir():
        return _of_rasa(source, lang)
    if not source.is_file():
        raise NotFound(f"There is no {source}.", hint="Name a folder of Rasa YAML, or a file of test sentences.")
    try:
        rows = yaml.safe_load(source.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Rejected(f"{source} is not YAML: {error}", code="bad_cases", hint="Check the line named.") from error
    except RecursionError as error:
        raise Rejected(f"{source} is nested too deeply.", code="bad_cases", hint="Close the brackets.") from error
    if not isinstance(rows, list):
        raise Rejected(f"{source} holds no list of cases.", code="bad_cases", hint="For Rasa data name its folder.")
    return [_case(source, number, row) for number, row in enumerate(rows, 1)]


def _of_rasa(folder: Path, lang: str) -> list[Case]:
    cases = []
    for example in read_files(test_files(folder, lang) or all_files(folder, lang), lang).examples:
        entities: dict[str, tuple[str, ...]] = {}
        for span in example.spans:
            entities[span.kind] = (*entities.get(span.kind, ()), example.text[span.start : span.end])
        cases.append(Case(example.text, example.intent, entities))
    if not cases:
        raise NotFound(
            f"There is not one test sentence in {folder}.",
            hint="It should hold Rasa 3 files with `- intent:` and `examples:`.",
        )
    return cases


def _case(source: Path, number: int, row: Any) -> Case:
    if not isinstance(row, Mapping) or not _is_case(row):
        raise Rejected(
            f"Item {number} of {source} is no case.",
            code="bad_cases",
            hint="Write {text: …, intent: …, entities: {…}, also: […]}.",
        )
    entities = {
        str(kind): tuple(str(v) for v in (said if isinstance(said, list) else [said]))
        for kind, said in (row.get("entities") or {}).items()
    }
    return Case(row["text"], row["intent"], entities, tuple(row.get("also") or ()))


def _is_case(row: Mapping[Any, Any]) -> bool:
    also = row.get("also") or []
    return (
        isinstance(row.get("text"), str)
        and isinstance(row.get("intent"), str)
        and isinstance(row.get("entities") or {}, Mapping)
        and isinstance(also, list)
        and all(isinstance(intent, str) for intent in also)
    )
