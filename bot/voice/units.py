"""Units as they are said behind a number."""

import re
from collections.abc import Mapping

# Singular, plural.
_SAID: Mapping[str, tuple[str, str]] = {
    "%": ("percent", "percent"), "°C": ("degree", "degrees"), "°F": ("degree fahrenheit", "degrees fahrenheit"),
    "°": ("degree", "degrees"), "K": ("kelvin", "kelvin"), "kWh": ("kilowatt hour", "kilowatt hours"),
    "Wh": ("watt hour", "watt hours"), "MWh": ("megawatt hour", "megawatt hours"),
    "GWh": ("gigawatt hour", "gigawatt hours"), "mW": ("milliwatt", "milliwatts"), "kW": ("kilowatt", "kilowatts"),
    "W": ("watt", "watts"), "MW": ("megawatt", "megawatts"), "VA": ("volt ampere", "volt amperes"),
    "kVA": ("kilovolt ampere", "kilovolt amperes"), "kvar": ("kilovar", "kilovars"), "mV": ("millivolt", "millivolts"),
    "V": ("volt", "volts"), "kV": ("kilovolt", "kilovolts"), "mA": ("milliampere", "milliamperes"),
    "A": ("ampere", "amperes"), "Hz": ("hertz", "hertz"), "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"), "GHz": ("gigahertz", "gigahertz"), "dB": ("decibel", "decibels"),
    "dBm": ("decibel milliwatt", "decibel milliwatts"), "dB(A)": ("decibel", "decibels"),
    "ppm": ("part per million", "parts per million"), "ppb": ("part per billion", "parts per billion"),
    "hPa": ("hectopascal", "hectopascals"), "mbar": ("millibar", "millibar"), "Pa": ("pascal", "pascals"),
    "kPa": ("kilopascal", "kilopascals"), "MPa": ("megapascal", "megapascals"), "bar": ("bar", "bar"),
    "lx": ("lux", "lux"), "lm": ("lumen", "lumens"), "ml": ("milliliter", "milliliters"),
    "m2": ("square meter", "square meters"), "m²": ("square meter", "square meters"),
    "m3": ("cubic meter", "cubic meters"), "m³": ("cubic meter", "cubic meters"), "l": ("liter", "liters"),
    "L": ("liter", "liters"), "mg": ("milligram", "milligrams"), "g": ("gram", "grams"),
    "kg": ("kilogram", "kilograms"), "µg": ("microgram", "micrograms"), "ug": ("microgram", "micrograms"),
    "µm": ("micrometer", "micrometers"), "mm": ("millimeter", "millimeters"), "cm": ("centimeter", "centimeters"),
    "m": ("meter", "meters"), "km": ("kilometer", "kilometers"), "rpm": ("revolution a minute", "revolutions a minute"),
    "Nm": ("newton meter", "newton meters"), "N": ("newton", "newtons"), "kN": ("kilonewton", "kilonewtons"),
    "J": ("joule", "joules"), "kJ": ("kilojoule", "kilojoules"), "MJ": ("megajoule", "megajoules"),
    "kB": ("kilobyte", "kilobytes"), "MB": ("megabyte", "megabytes"), "GB": ("gigabyte", "gigabytes"),
    "TB": ("terabyte", "terabytes"), "Mbit": ("megabit", "megabits"), "kbit": ("kilobit", "kilobits"),
    "ms": ("millisecond", "milliseconds"), "h": ("hour", "hours"), "min": ("minute", "minutes"),
    "s": ("second", "seconds"), "d": ("day", "days"), "day": ("day", "days"), "week": ("week", "weeks"),
    "month": ("month", "months"), "year": ("year", "years"), "€": ("euro", "euros"), "EUR": ("euro", "euros"),
    "£": ("pound", "pounds"), "$": ("dollar", "dollars"), "USD": ("dollar", "dollars"), "GBP": ("pound", "pounds"),
    "ct": ("cent", "cents"), "%RH": ("percent relative humidity", "percent relative humidity"),
}  # fmt: skip
MONEY = ("€", "EUR", "£", "GBP", "$", "USD")
_WORDS = ("day", "week", "month", "year")  # behind a number they are words already
_AN = {"h": "an hour", "min": "a minute", "s": "a second", "d": "a day"} | {word: f"a {word}" for word in _WORDS}
_NAMES = "|".join(re.escape(unit) for unit in sorted(_SAID, key=len, reverse=True))
_ABOVE = "|".join(re.escape(unit) for unit in sorted(_SAID, key=len, reverse=True) if unit not in _WORDS)
UNIT = rf"(?:{_ABOVE})(?:/(?:{_NAMES}))?(?![\w/²³])"  # as it stands behind a number
_ALONE = re.compile(
    rf"(?<![\w/.])(?:°C|°F|[kMG]?Wh|kW|€(?=/)|µg|hPa|ppm|lx)(?:/(?:{_NAMES}))?(?![\w/²³])"
)  # what no word and no name is written like


def unit_words(unit: str, *, one: bool = False) -> str:
    """`kWh/d` is "kilowatt hours a day"; of one, "kilowatt hour a day"."""
    above, _, below = unit.partition("/")
    said = _SAID[above][0 if one else 1]
    return f"{said} {_AN.get(below) or f'per {_SAID[below][0]}'}" if below else said


def lone_units_said(text: str) -> str:
    """The text with those units said that stand behind no number: "prices in €/kWh"."""
    return _ALONE.sub(lambda match: unit_words(match[0]), text)
