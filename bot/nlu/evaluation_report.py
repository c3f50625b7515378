"""An evaluation as tables for a terminal."""

from rich.console import Group, RenderableType
from rich.table import Table

from bot.nlu.evaluation import Evaluation

_SHOWN = 20


def evaluation_report(result: Evaluation, title: str = "Understanding") -> RenderableType:
    """The figures, the slots, the weakest intents and the commonest confusions."""
    return Group(_figures(result, title), _slots(result), _weakest(result), _confusions(result))


def _figures(result: Evaluation, title: str) -> Table:
    table = Table(title=f"{title}: {result.cases} sentences", show_header=False)
    slots = result.slot_score
    median, late = result.milliseconds
    for name, figure in (
        ("intent accuracy", _rate(result.accuracy)),
        ("macro F1", _rate(result.macro_f1)),
        ("slot F1", f"{_rate(slots.f1)}  (precision {_rate(slots.precision)}, recall {_rate(slots.recall)})"),
        ("out-of-scope recall", _rate(result.out_of_scope_recall)),
        ("false rejects", _rate(result.false_rejects)),
        ("calibration error", _rate(result.calibration_error)),
        ("milliseconds, median / 99 %", f"{median:.1f} / {late:.1f}"),
    ):
        table.add_row(name, figure)
    return table


def _slots(result: Evaluation) -> Table:
    table = Table("slot", "F1", "precision", "recall", "expected", title="Slots")
    for kind, score in result.slots.items():
        expected = str(score.hits + score.missed)
        table.add_row(kind, _rate(score.f1), _rate(score.precision), _rate(score.recall), expected)
    return table


def _weakest(result: Evaluation) -> Table:
    table = Table("intent", "F1", "missed", "false alarms", title="Weakest intents")
    weak = sorted(((s.f1, name, s) for name, s in result.intents.items() if s.f1 < 1), key=lambda row: row[:2])
    for f1, name, score in weak[:_SHOWN]:
        table.add_row(name, _rate(f1), str(score.missed), str(score.surplus))
    return table


def _confusions(result: Evaluation) -> Table:
    table = Table("expected", "understood", "times", title="Confusions")
    for expected, understood, times in result.confusions[:_SHOWN]:
        table.add_row(expected, understood, str(times))
    return table


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
