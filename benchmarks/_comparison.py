"""Two engines side by side: the table and the picture that docs/nlu.md shows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from bot.nlu.evaluation import Evaluation

_BEGIN, _END = "<!-- engines: written by `make bench` -->", "<!-- /engines -->"
_PICTURE = "confusions.svg"
_SHOWN = 12
_CELL, _LABELS, _GAP, _HEAD = 7, 96, 40, 40  # pixels


@dataclass(frozen=True, slots=True)
class Measured:
    """One engine: what it took, and what it understood of each test."""

    trained_s: float
    memory_mb: float
    tests: Mapping[str, Evaluation]

    def with_memory(self, memory_mb: float) -> "Measured":
        return replace(self, memory_mb=memory_mb)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both engines, measured on one day on one machine."""

    day: str
    embedded: Measured
    rasa: Measured

    def rows(self) -> Iterator[tuple[str, float, float, str]]:
        """Name, embedded, Rasa, unit."""
        for test, ours in self.embedded.tests.items():
            theirs = self.rasa.tests[test]
            yield f"intent accuracy, {test}", ours.accuracy, theirs.accuracy, ""
            yield f"macro F1, {test}", ours.macro_f1, theirs.macro_f1, ""
            yield f"slot F1, {test}", ours.slot_score.f1, theirs.slot_score.f1, ""
            yield f"out of scope seen, {test}", ours.out_of_scope_recall or 0.0, theirs.out_of_scope_recall or 0.0, ""
            yield f"wrongly rejected, {test}", ours.false_rejects or 0.0, theirs.false_rejects or 0.0, ""
            yield f"calibration error, {test}", ours.calibration_error, theirs.calibration_error, ""
        first, second = next(iter(self.embedded.tests.values())), next(iter(self.rasa.tests.values()))
        yield "training from nothing", self.embedded.trained_s, self.rasa.trained_s, "s"
        yield "an answer, median", first.milliseconds[0], second.milliseconds[0], "ms"
        yield "an answer, 99 %", first.milliseconds[1], second.milliseconds[1], "ms"
        yield "memory of the process", self.embedded.memory_mb, self.rasa.memory_mb, "MB"


def write(result: Comparison, docs: Path) -> None:
    """Puts table and picture into the documentation, in the place that is marked for them."""
    test, ours = next(iter(result.embedded.tests.items()))
    theirs = result.rasa.tests[test]
    (docs / _PICTURE).write_text(_picture({"embedded": ours, "Rasa": theirs}), encoding="utf-8")
    page = docs / "nlu.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    page.write_text(f"{before}{_BEGIN}\n{_text(result, test)}\n{_END}{after}", encoding="utf-8")


def _text(result: Comparison, test: str) -> str:
    lines = [
        f"Measured on {result.day}, two busy cores:",
        "",
        "| | embedded | Rasa | ratio |",
        "| --- | --- | --- | --- |",
    ]
    for name, ours, theirs, unit in result.rows():
        ratio = f"{ours / theirs:.2g}" if theirs else "–"
        lines.append(f"| {name} | {_figure(ours, unit)} | {_figure(theirs, unit)} | {ratio} |")
    lines += ["", f"![Which intents are taken for which, by engine]({_PICTURE})", ""]
    lines += [f"What is confused most on {test} (expected → understood):", "", "| embedded | Rasa |", "| --- | --- |"]
    columns = [_commonest(engine.tests[test]) for engine in (result.embedded, result.rasa)]
    lines += [f"| {a} | {b} |" for a, b in zip(*columns, strict=True)]
    return "\n".join(lines)


def _commonest(result: Evaluation) -> list[str]:
    rows = [f"{a} → {b}{f', {n} times' if n > 1 else ''}" for a, b, n in result.confusions[:_SHOWN]]
    return rows + [""] * (_SHOWN - len(rows))


def _figure(value: float, unit: str) -> str:
    if not unit:
        return f"{value:.3f}"
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.2g} {unit}"


def _picture(results: Mapping[str, Evaluation]) -> str:
    """A matrix an engine: a row an expected intent, a column what it was taken for, darker the more often."""
    intents = sorted({intent for result in results.values() for intent in result.intents})
    side = _CELL * len(intents)
    width = _LABELS + (side + _GAP) * len(results)
    height = _HEAD + side + _LABELS
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-family="sans-serif">',
        "<title>Which intents are taken for which, by engine</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for row, intent in enumerate(intents):
        y = _HEAD + _CELL * (row + 0.85)
        parts.append(f'<text x="{_LABELS - 4}" y="{y:.1f}" font-size="6" text-anchor="end">{escape(intent)}</text>')
    for number, (name, result) in enumerate(results.items()):
        parts += _matrix(name, result, intents, _LABELS + number * (side + _GAP))
    return "\n".join([*parts, "</svg>", ""])


def _matrix(name: str, result: Evaluation, intents: list[str], left: float) -> Iterator[str]:
    at = {intent: position for position, intent in enumerate(intents)}
    side = _CELL * len(intents)
    title = f"{name}: {result.accuracy:.1%} right of {result.cases}"
    yield f'<text x="{left}" y="{_HEAD - 12}" font-size="14">{escape(title)}</text>'
    yield f'<rect x="{left}" y="{_HEAD}" width="{side}" height="{side}" fill="#f4f4f4"/>'
    for intent, column in at.items():
        x, y = left + _CELL * (column + 0.85), _HEAD + side + 4
        turned = f'transform="rotate(90 {x - 4:.1f} {y})" x="{x - 4:.1f}" y="{y}"'
        yield f'<text {turned} font-size="6">{escape(intent)}</text>'
    right = [(intent, intent, score.hits) for intent, score in result.intents.items() if score.hits]
    for expected, understood, times in (*right, *result.confusions):
        share = times / max(1, result.intents[expected].expected)
        colour = "#2a7" if expected == understood else "#c22"
        x, y = left + _CELL * at[understood], _HEAD + _CELL * at[expected]
        shade = f'fill="{colour}" fill-opacity="{max(share, 0.2):.2f}"'
        what = f"<title>{escape(expected)} → {escape(understood)}: {times}</title>"
        yield f'<rect x="{x}" y="{y}" width="{_CELL}" height="{_CELL}" {shade}>{what}</rect>'
