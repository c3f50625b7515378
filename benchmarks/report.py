"""Figures side by side, each beside the bare thing that it stands on, as a ratio."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement: ours and the baseline of the same run, in the same unit."""

    name: str
    ours: float
    baseline: float | None
    unit: str

    @property
    def ratio(self) -> float | None:
        """How many times the baseline ours is; None where there is nothing to compare with."""
        return self.ours / self.baseline if self.baseline else None


class Report:
    """Collects rows, under the heading of the benchmark they come from."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {}
        self.skipped: list[str] = []
        self._heading = ""

    def heading(self, name: str) -> None:
        """The rows that follow belong to this benchmark."""
        self._heading = name

    def row(self, name: str, ours: float, baseline: float | None, unit: str) -> None:
        """Adds a measurement. Both figures must come from the same run on the same machine."""
        self.rows.setdefault(self._heading, []).append(Row(name, ours, baseline, unit))

    def skip(self, reason: str) -> None:
        """Something of this benchmark cannot be measured here; `reason` says what is missing."""
        self.skipped.append(f"{self._heading}: {reason}")

    def print(self, console: Console) -> None:
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("")
        for column in ("ours", "baseline", "ratio"):
            table.add_column(column, justify="right")
        table.add_column("unit")
        for heading, rows in self.rows.items():
            table.add_row(f"[bold]{heading}")
            for row in rows:
                table.add_row(f"  {row.name}", _figure(row.ours), _figure(row.baseline), _figure(row.ratio), row.unit)
        console.print(table)
        for reason in self.skipped:
            console.print(f"skipped: {reason}", style="dim", markup=False)

    def write(self, path: Path) -> None:
        """The same figures as JSON, for machines."""
        figures = {
            heading: [{**asdict(row), "ratio": row.ratio} for row in rows] for heading, rows in self.rows.items()
        }
        path.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
