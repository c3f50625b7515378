"""Charts: well-formed whatever the values, the same in words, and PNG for whoever shows no SVG."""

import base64
import math
import struct
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from bot.charts.pictures import image_of, picture_of
from twin_core.contract.template import PropertySpec
from twin_core.contract.views import HistoryView, Limit, Sample, TwinView

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
SPAN = (NOW - timedelta(hours=12), NOW)
ZONE = ZoneInfo("Europe/Berlin")
SPEC = PropertySpec("temperature", "number", "temperature", "°C")


def twin(name: str = "garage freezer") -> TwinView:
    return TwinView("freezer.garage", "freezer", name, (), None, "active", "normal", {}, 1)


def history(*values: float, limits: tuple[Limit, ...] = ()) -> HistoryView:
    """Evenly over the span, the newest at its end."""
    step = (SPAN[1] - SPAN[0]) / max(1, len(values) - 1)
    samples = tuple(Sample(SPAN[0] + n * step, v, v, v, v) for n, v in enumerate(values))
    return HistoryView("freezer.garage", "temperature", "°C", 360, samples, limits)


def drawn(told: HistoryView, name: str = "garage freezer") -> tuple[etree._Element, str]:
    """The SVG and the alternative text."""
    image = image_of(twin(name), SPEC, told, SPAN, NOW, ZONE)
    assert image is not None
    return etree.fromstring(base64.b64decode(image["url"].partition("base64,")[2])), image["alt"]


def labels(svg: etree._Element) -> list[str]:
    return [str(text) for text in svg.xpath("//*[local-name()='text']/text()")]


def test_what_is_in_the_picture_is_in_its_words() -> None:
    svg, alt = drawn(history(-18.1, -18.0, -14.9, -8.3, limits=(Limit("above", -15.0),)))
    shown = labels(svg)
    assert shown[0] == "Garage freezer: temperature"
    assert {"limit −15 °C", "−8.3 °C"} <= set(shown)
    assert "22:00" in shown  # by the clock of whoever looks
    assert alt == (
        "Line chart. Garage freezer, temperature: between −18.1 °C (yesterday at 21:00) and −8.3 °C (at 09:00), "
        "on average −14.8 °C; last −8.3 °C at 09:00. It has been above its upper limit of −15 °C since 05:00."
    )


def test_what_stays_the_same_is_said_to_be_always_so() -> None:
    assert "temperature: always −5 °C; last −5 °C at 09:00." in drawn(history(-5, -5, -5))[1]


def test_a_limit_that_was_kept_or_left_again_is_told_so() -> None:
    limits = (Limit("below", 2.0), Limit("above", 8.0))
    _, alt = drawn(history(5, 9, 5, limits=limits))
    assert "It kept to its lower limit of 2 °C." in alt
    assert "It was above its upper limit of 8 °C, last at 03:00." in alt
    _, alt = drawn(history(1, 1, 1, limits=limits))
    assert "It has been below its lower limit of 2 °C all that time." in alt


def test_a_limit_far_away_does_not_flatten_the_line() -> None:
    svg, alt = drawn(history(20, 21, 20, limits=(Limit("above", 500.0),)))
    assert not [label for label in labels(svg) if "limit" in label]
    assert "500 °C" in alt


def test_two_readings_are_no_curve() -> None:
    assert image_of(twin(), SPEC, history(1, 2), SPAN, NOW, ZONE) is None


def test_a_name_can_hold_anything() -> None:
    svg, _ = drawn(history(1, 2, 3), "<b>\x00 & “Küche” " + "x" * 80)
    assert labels(svg)[0].startswith("<b> & “Küche” xxx")


@given(st.lists(st.floats(-1e9, 1e9), min_size=3, max_size=40), st.floats(-1e9, 1e9))
def test_every_point_stands_inside_the_picture(values: list[float], limit: float) -> None:
    svg, _ = drawn(history(*values, limits=(Limit("above", limit),)))
    _, _, width, height = (float(size) for size in str(svg.get("viewBox")).split())
    for path in svg.xpath("//*[local-name()='path' or local-name()='circle']"):
        points = str(path.get("d", "")).replace("M", " ").replace("L", " ").replace("H", " ").replace("Z", "").split()
        numbers = [float(point) for point in points] or [float(path.get("cx")), float(path.get("cy"))]
        assert all(math.isfinite(n) and 0 <= n <= max(width, height) for n in numbers)


def test_png_for_whoever_shows_no_svg() -> None:
    image = image_of(twin(), SPEC, history(1, 2, 3), SPAN, NOW, ZONE)
    picture = picture_of(image)
    assert picture is not None
    assert picture.png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", picture.png[16:24]) == (960, 440)
    assert image is not None
    assert picture.alt == image["alt"]
    assert picture_of({"url": "https://example.org/a.png", "alt": ""}) is None
    assert picture_of(None) is None
