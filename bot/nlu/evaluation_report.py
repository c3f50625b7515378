"""An evaluation as tables for a terminal, and as JSON."""

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

from bot.nlu.evaluation import Evaluation, Score


def evaluation_report(result: Evaluation, title: str = "Understanding") -> RenderableType:
    """The figures, the slots, and every intent that was not always understood, with what it was taken for."""
    parts: list[RenderableType] = [_figures(result, title)]
    if result.slots:
        parts.append(_slots(result))
    if result.confusions:
        parts.append(_intents(result))
    return Group(*parts)


def evaluation_json(result: Evaluation) -> dict[str, Any]:
    """The same figures for machines; rates that no case asks for are null."""
    median, late = result.milliseconds
    return {
        "cases": result.cases,
        "accuracy": result.accuracy,
        "in_scope_accuracy": result.in_scope_accuracy,
        "best_guess_accuracy": result.best_guess_accuracy,
        "macro_f1": result.macro_f1,
        "slot_f1": result.slot_score.f1 if result.slots else None,
        "out_of_scope_recall": result.out_of_scope_recall,
        "false_rejects": result.false_rejects,
        "same_answers": result.same_answers,
        "calibration_error": result.calibration_error,
        "milliseconds": {"median": median, "p99": late},
        "intents": {name: _score(score) for name, score in result.intents.items()},
        "slots": {kind: _score(score) for kind, score in result.slots.items()},
        "confusions": [{"expected": a, "understood": b, "times": n} for a, b, n in result.confusions],
    }


def _figures(result: Evaluation, title: str) -> Table:
    table = Table(title=f"{title}: {result.cases} sentences", show_header=False)
    slots = result.slot_score
    median, late = result.milliseconds
    table.add_row("intent accuracy", _rate(result.accuracy))
    if result.out_of_scope_recall is not None:
        table.add_row("  in scope", _rate(result.in_scope_accuracy))
        table.add_row("  in scope, nothing rejected", _rate(result.best_guess_accuracy))
    table.add_row("macro F1", _rate(result.macro_f1))
    if result.slots:
        table.add_row(
            "slot F1", f"{_rate(slots.f1)}  (precision {_rate(slots.precision)}, recall {_rate(slots.recall)})"
        )
    table.add_row("out-of-scope recall", _rate(result.out_of_scope_recall))
    table.add_row("false rejects", _rate(result.false_rejects))
    if result.same_answers is not None:
        table.add_row("same answer to both forms", _rate(result.same_answers))
    table.add_row("calibration error", _rate(result.calibration_error))
    table.add_row("milliseconds, median / 99 %", f"{median:.1f} / {late:.1f}")
    return table


def _slots(result: Evaluation) -> Table:
    table = Table("slot", "F1", "precision", "recall", "expected", title="Slots")
    for kind, score in result.slots.items():
        table.add_row(kind, *_columns(score))
    return table


def _intents(result: Evaluation) -> Table:
    """Weakest first."""
    always = sum(score.f1 == 1 for score in result.intents.values())
    caption = f"{always} of {len(result.intents)} intents were always understood." if always else None
    table = Table("intent", "F1", "precision", "recall", "expected", "taken for", title="Confusions", caption=caption)
    for name, score in sorted(result.intents.items(), key=lambda row: row[1].f1):
        if score.f1 < 1:
            taken_for = ", ".join(f"{b} {n}" if n > 1 else b for a, b, n in result.confusions if a == name)
            table.add_row(name, *_columns(score), taken_for)
    return table


def _columns(score: Score) -> tuple[str, ...]:
    return _rate(score.f1), _rate(score.precision), _rate(score.recall), str(score.expected)


def _score(score: Score) -> dict[str, float]:
    return {"f1": score.f1, "precision": score.precision, "recall": score.recall, "expected": score.expected}


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
