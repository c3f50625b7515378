"""Reader of Rasa 3 training data: sentences with their marked spans, synonyms and lookups."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from yaml.reader import ReaderError

from bot.nlu.data_folder import training_files
from bot.nlu.intents import OUT_OF_SCOPE
from twin_core.contract.errors import NotFound, Rejected

_SPAN = re.compile(r"\[(?P<text>[^\[\]]+)\](?:\((?P<kind>[^()]+)\)|(?P<json>\{[^{}]*\}))")
_NESTED = re.compile(r"(?:[\[{]\s{0,9}){200}")  # more than means anything; some ten thousand crash libyaml
_LINE = re.compile(r"\s*-\s?(?P<text>.*)")
_OUTSIDE = ("oos", "nlu_fallback")  # what other sets, and Rasa, call a sentence that is none of the intents
_KNOWN_SECTIONS = ("intent", "synonym", "lookup", "regex")


@dataclass(frozen=True, slots=True)
class Span:
    """A marked part of a sentence; `value` only where the data names one."""

    kind: str
    start: int
    end: int
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence, plain, with its intent and spans."""

    text: str
    intent: str
    spans: tuple[Span, ...] = ()


@dataclass(slots=True)
class TrainingData:
    """Everything the files of one language say. Keys of `synonyms` are folded spellings."""

    lang: str
    examples: list[Example] = field(default_factory=list)
    synonyms: dict[str, str] = field(default_factory=dict)
    lookups: dict[str, list[str]] = field(default_factory=dict)

    @property
    def intents(self) -> list[str]:
        return sorted({e.intent for e in self.examples})


def read_training_data(folder: Path, lang: str = "en", taught: Path | None = None) -> TrainingData:
    """What the folder's files say to learn for one language (see `training_files`), never its test part.

    Raises NotFound where there is none, Rejected naming file and line for everything that is wrong.
    """
    data = read_files(training_files(folder, lang, taught), lang)
    if not data.examples:
        raise NotFound(
            f"There is not one training sentence in {folder}.",
            code="no_training_data",
            hint="It should hold Rasa 3 files such as nlu/en/greet.yml with `- intent:` and `examples:`.",
        )
    return data


def read_files(paths: Iterable[Path], lang: str = "en") -> TrainingData:
    """What these Rasa files say together. Raises Rejected as `read_training_data` does."""
    data = TrainingData(lang)
    for path in paths:
        _read_file(path, data)
    return data


def content_hash(folder: Path, lang: str = "en", taught: Path | None = None) -> str:
    """Changes with every change of the training files."""
    digest = sha256()
    for path in training_files(folder, lang, taught):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def parse_marked(line: str) -> tuple[str, tuple[Span, ...]]:
    """`turn [it](twin) off` as plain text and spans. Raises ValueError where the marking is broken."""
    plain, spans, at = "", [], 0
    for match in _SPAN.finditer(line):
        plain += line[at : match.start()]
        kind, value = _meaning(match)
        spans.append(Span(kind, len(plain), len(plain) + len(match["text"]), value))
        plain += match["text"]
        at = match.end()
    return plain + line[at:], tuple(spans)


def _meaning(match: re.Match[str]) -> tuple[str, str | None]:
    if match["kind"]:
        kind, _, value = match["kind"].partition(":")
        return kind.strip(), value.strip() or None
    try:
        mark = json.loads(match["json"])
    except json.JSONDecodeError as error:
        raise ValueError(f"{match['json']} is not JSON ({error.msg})") from error
    kind = mark.get("entity")
    if not isinstance(kind, str) or not kind:
        raise ValueError(f'{match["json"]} has no "entity"')
    value = mark.get("value")
    return kind, None if value is None else str(value)


def _read_file(path: Path, data: TrainingData) -> None:
    try:
        source = path.read_text(encoding="utf-8")
        if deep := _NESTED.search(source):
            line = source.count("\n", 0, deep.start()) + 1
            raise _fault(path, line, "is nested too deeply", "Close or delete the brackets.")
        tree = yaml.compose(source, Loader=yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise _fault(path, source_line(path.read_bytes(), error.start), "is not UTF-8", "Save it as UTF-8.") from error
    except ReaderError as error:  # it knows no line, only how much went well: a number of bytes, if it is the C reader
        fast = isinstance(error.character, int)
        before = source.encode()[: error.position] if fast else source[: error.position].encode()
        code = error.character if fast else ord(error.character)
        raise _fault(
            path, source_line(before, len(before)), f"holds the character U+{code:04X}", "Delete it."
        ) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or "broken"
        raise _fault(path, (mark.line + 1) if mark else 1, f"is not YAML: {said}", "Check the indentation.") from error
    if tree is None:
        return
    if not isinstance(tree, yaml.MappingNode):
        raise _fault(path, 1, "holds no mapping", "It should begin with `version:` and `nlu:`.")
    for key, value in tree.value:
        if key.value == "nlu":
            _read_sections(path, value, data)


def source_line(content: bytes, position: int) -> int:
    """The line, counted from 1, of a byte."""
    return content.count(b"\n", 0, position) + 1


def _read_sections(path: Path, node: yaml.Node, data: TrainingData) -> None:
    if not isinstance(node, yaml.SequenceNode):
        raise _fault(path, _line(node), "`nlu:` holds no list", "Begin each part with `- intent:`.")
    for section in node.value:
        if not isinstance(section, yaml.MappingNode):
            raise _fault(path, _line(section), "this part is no mapping", "Begin it with `- intent: NAME`.")
        parts = {k.value: v for k, v in section.value if isinstance(k, yaml.ScalarNode)}
        kind = next((k for k in _KNOWN_SECTIONS if k in parts), None)
        if kind is None:
            raise _fault(
                path, _line(section), f"unknown part {next(iter(parts), '')!r}", f"Use {', '.join(_KNOWN_SECTIONS)}."
            )
        name, examples = parts[kind], parts.get("examples")
        if not isinstance(name, yaml.ScalarNode) or not name.value.strip():
            raise _fault(path, _line(section), f"{kind} has no name", f"Write `- {kind}: NAME`.")
        if not isinstance(examples, (yaml.ScalarNode, yaml.SequenceNode)):
            raise _fault(path, _line(section), f"{kind} has no `examples: |`", "Add the sentences, one `- ` each.")
        _take(path, kind, name.value.strip(), list(_lines(path, examples)), data)


def _take(path: Path, kind: str, name: str, lines: list[tuple[int, str]], data: TrainingData) -> None:
    if kind == "intent":
        intent = name.partition("/")[0]  # Rasa's retrieval intents: faq/ask_name is faq
        intent = OUT_OF_SCOPE if intent in _OUTSIDE else intent
        for number, line in lines:
            data.examples.append(_example(path, number, line, intent, data))
    elif kind == "synonym":
        data.synonyms.update({" ".join(line.split()).casefold(): name for _, line in lines})
    elif kind == "lookup":
        data.lookups.setdefault(name, []).extend(line for _, line in lines)


def _example(path: Path, number: int, line: str, intent: str, data: TrainingData) -> Example:
    try:
        text, spans = parse_marked(line)
    except ValueError as error:
        raise _fault(path, number, str(error), 'Write [text](kind) or [text]{"entity": "kind"}.') from error
    if "](" in text or "]{" in text:
        raise _fault(path, number, f"an unfinished mark in {line!r}", "Write [text](kind), brackets closed.")
    for span in spans:
        if span.value is not None:
            data.synonyms.setdefault(text[span.start : span.end].casefold(), span.value)
    return Example(text, intent, spans)


def _lines(path: Path, node: yaml.ScalarNode | yaml.SequenceNode) -> Iterator[tuple[int, str]]:
    """The examples with the line of the file each stands on."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield _line(item), _plain(path, item)
        return
    first = _line(node) + (1 if node.style in ("|", ">") else 0)
    for offset, line in enumerate(str(node.value).splitlines()):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise _fault(path, first + offset, f"{line.strip()[:60]!r} does not begin with `- `", "Add the `- `.")
        if match["text"].strip():
            yield first + offset, match["text"].strip()


def _plain(path: Path, item: yaml.Node) -> str:
    value: Any = item.value
    if isinstance(item, yaml.MappingNode):  # Rasa's long form: {text: …, metadata: …}
        value = {k.value: v.value for k, v in item.value if isinstance(k, yaml.ScalarNode)}.get("text")
    if not isinstance(value, str):
        raise _fault(path, _line(item), "an example is no text", "Write `- sentence` or `- text: sentence`.")
    return value.strip().removeprefix("- ").strip()


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _fault(path: Path, line: int, said: str, hint: str, details: Mapping[str, Any] | None = None) -> Rejected:
    return Rejected(f"{path}:{line}: {said}.", code="bad_training_data", hint=hint, details=details)
