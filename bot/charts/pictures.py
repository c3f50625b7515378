"""A chart as part of a reply, and as a picture for whatever shows no SVG.

resvg draws PNG out of the very SVG that browsers are given (docs/adr/0011-one-drawing-of-a-chart.md).
"""

import base64
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import resvg_py

from bot.charts.drawing import Chart, svg
from bot.charts.series import Span
from bot.charts.words import numbers, summary
from bot.replies.phrases import capital, value_text
from twin_core.contract.notifying import Picture
from twin_core.contract.template import PropertySpec
from twin_core.contract.views import HistoryView, TwinView

FEWEST = 3  # samples: fewer are no curve
_SVG = "data:image/svg+xml;base64,"
_FONT = Path(__file__).resolve().parent / "fonts" / "DejaVuSans.ttf"  # a server may have none
_ZOOM = 2.0  # for sharp screens
_TITLE_CHARS = 44


def image_of(
    twin: TwinView, spec: PropertySpec, history: HistoryView, span: Span, now: datetime, zone: ZoneInfo
) -> Mapping[str, str] | None:
    """The chart as a reply's `image`, its alternative text complete; None where there is no curve to see."""
    samples = numbers(history)
    if len(samples) < FEWEST:
        return None
    title = f"{capital(twin.name)}: {spec.label}"
    drawn = svg(
        Chart(
            title=title if len(title) <= _TITLE_CHARS else title[: _TITLE_CHARS - 1] + "…",
            samples=samples,
            limits=history.limits,
            start=span[0],
            end=span[1],
            zone=zone,
            text=lambda value: value_text(spec, value),
            resolution=spec.resolution,
        )
    )
    url = _SVG + base64.b64encode(drawn.encode()).decode()
    return {"url": url, "alt": f"Line chart. {summary(twin, spec, history, now, zone)}"}


def picture_of(image: Mapping[str, str] | None, zoom: float = _ZOOM) -> Picture | None:
    """The same as PNG, `zoom` times the size of the drawing; None for a reply without a chart.

    It takes some 20 ms: call it in a thread.
    """
    if image is None or not image.get("url", "").startswith(_SVG):
        return None
    drawn = base64.b64decode(image["url"].removeprefix(_SVG)).decode()
    png = resvg_py.svg_to_bytes(svg_string=drawn, zoom=zoom, font_files=[str(_FONT)], sans_serif_family="DejaVu Sans")
    return Picture(bytes(png), image.get("alt", ""))
