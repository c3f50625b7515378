"""Written text as the words that are said: `20.5 °C` is "twenty point five degrees celsius"."""

import re

from bot.ports import Reply

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_SCALES = ((1_000_000_000, "billion"), (1_000_000, "million"), (1000, "thousand"), (100, "hundred"))

# As they stand behind a number. Singular, plural.
_UNITS = {
    "%": ("percent", "percent"), "°C": ("degree", "degrees"), "°F": ("degree fahrenheit", "degrees fahrenheit"),
    "°": ("degree", "degrees"), "K": ("kelvin", "kelvin"), "kWh": ("kilowatt hour", "kilowatt hours"),
    "Wh": ("watt hour", "watt hours"), "kW": ("kilowatt", "kilowatts"), "W": ("watt", "watts"),
    "MW": ("megawatt", "megawatts"), "V": ("volt", "volts"), "A": ("ampere", "amperes"),
    "ppm": ("part per million", "parts per million"), "hPa": ("hectopascal", "hectopascals"),
    "Pa": ("pascal", "pascals"), "kPa": ("kilopascal", "kilopascals"), "bar": ("bar", "bar"), "lx": ("lux", "lux"),
    "m3": ("cubic meter", "cubic meters"), "m³": ("cubic meter", "cubic meters"),
    "m3/h": ("cubic meter an hour", "cubic meters an hour"), "m³/h": ("cubic meter an hour", "cubic meters an hour"),
    "l/min": ("liter a minute", "liters a minute"), "l": ("liter", "liters"), "L": ("liter", "liters"),
    "mm/s": ("millimeter a second", "millimeters a second"), "m/s": ("meter a second", "meters a second"),
    "km/h": ("kilometer an hour", "kilometers an hour"), "mm": ("millimeter", "millimeters"),
    "cm": ("centimeter", "centimeters"), "m": ("meter", "meters"), "km": ("kilometer", "kilometers"),
    "rpm": ("revolution a minute", "revolutions a minute"), "Nm": ("newton meter", "newton meters"),
    "h": ("hour", "hours"), "min": ("minute", "minutes"), "s": ("second", "seconds"), "d": ("day", "days"),
    "€": ("euro", "euros"), "EUR": ("euro", "euros"), "£": ("pound", "pounds"), "$": ("dollar", "dollars"),
    "USD": ("dollar", "dollars"), "GBP": ("pound", "pounds"), "ct": ("cent", "cents"),
    "h/day": ("hour a day", "hours a day"), "h/week": ("hour a week", "hours a week"),
}  # fmt: skip
_MONEY = ("€", "EUR", "£", "GBP", "$", "USD")
_SYMBOLS = {
    "&": " and ",
    "→": " to ",
    "≥": " at least ",
    "≤": " at most ",
    ">": " above ",
    "<": " below ",
    "±": " plus or minus ",
}
_LONGEST_FIRST = "|".join(re.escape(u) for u in sorted(_UNITS, key=len, reverse=True))
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_AMOUNT = re.compile(
    rf"(?P<money>[€£$])?(?P<minus>(?<![\w.])[-−]\s?)?(?<![\w.])(?P<number>{_NUMBER})(?P<range>(?:\s?[-–]\s?)(?=\d))?"
    rf"(?:\s?(?P<unit>{_LONGEST_FIRST})(?![\w/]))?"
)
_CLOCK = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::[0-5]\d)?(?=\D|$)\s?(?P<half>[ap]\.?m\b\.?)?", re.IGNORECASE
)
_DATE = re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>0\d|1[0-2])-(?P<day>[0-3]\d)\b")
_MONTHS = "January February March April May June July August September October November December".split()
_DAY = re.compile(rf"\b([0-3]?\d) (?=(?:{'|'.join(_MONTHS)})\b)")
_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th)\b")
_HALF = re.compile(r"(?<=\d)\s?([ap])\.?m\b\.?", re.IGNORECASE)
_CODE = re.compile(r"(?<![\d.]\s)\b(?=[A-Za-z]*\d|\w*-\d)([A-Za-z]+)-?(\d+)\b")


def number_words(number: int) -> str:
    """`21` is "twenty one"."""
    if number < 0:
        return f"minus {number_words(-number)}"
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (f" {ONES[number % 10]}" if number % 10 else "")
    size, name = next((s, n) for s, n in _SCALES if number >= s)
    count, rest = divmod(number, size)
    if count >= 1000:
        return " ".join(ONES[int(digit)] for digit in str(number))
    return f"{number_words(count)} {name}" + (f" {number_words(rest)}" if rest else "")


def ordinal_words(number: int) -> str:
    """`21` is "twenty first"."""
    *before, last = number_words(number).split()
    ending = _ORDINALS.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th")
    return " ".join((*before, ending))


def speech_of(reply: Reply) -> str:
    """The short form, with the choices that its buttons show."""
    text = reply.speech if reply.speech is not None else reply.text.replace("\n", " ")
    titles = [button.title for button in reply.buttons]
    return f"{text} You can say: {', '.join(titles)}." if titles and text.rstrip().endswith("?") else text


def spoken(text: str) -> str:
    """The text with numbers, units, times, dates and signs spelled out; punctuation stays, for the pauses."""
    text = _DATE.sub(lambda m: f"{ordinal_words(int(m['day']))} of {_MONTHS[int(m['month']) - 1]} {m['year']}", text)
    text = _DAY.sub(lambda m: f"{ordinal_words(int(m[1]))} of ", text)
    text = _CLOCK.sub(_clock, text)
    text = _HALF.sub(lambda m: f" {m[1].lower()} m", text)
    text = _ORDINAL.sub(lambda m: ordinal_words(int(m[1])), text)
    text = _CODE.sub(lambda m: f"{m[1]} {_digits(m[2])}", text)
    text = _AMOUNT.sub(_amount, text)
    for sign, words in _SYMBOLS.items():
        text = text.replace(sign, words)
    return re.sub(r"[ \t]+", " ", text).strip()


def said_words(text: str) -> list[str]:
    """The words in lower case, as a recognizer knows them: no digits, no punctuation."""
    plain = spoken(text).lower().replace("’", "'")
    found = (w.strip("'") for w in re.findall(r"[a-zà-ÿ']+", plain))
    return [w for w in found if w]


def _clock(match: re.Match[str]) -> str:
    hour, minute, half = int(match["hour"]), int(match["minute"]), match["half"]
    after = f" {half[0].lower()} m" if half else ""
    if not minute:
        exact = "" if half else " o'clock" if hour <= 12 else " hundred hours"
        return f"{number_words(hour)}{exact}{after}"
    return f"{number_words(hour)} {'oh ' if minute < 10 else ''}{number_words(minute)}{after}"


def _amount(match: re.Match[str]) -> str:
    whole, _, decimals = match["number"].replace(",", "").partition(".")
    said = _year(whole) if _is_year(match) else number_words(int(whole)) if len(whole) < 13 else _digits(whole)
    unit = match["unit"] or match["money"]
    cents = decimals if unit in _MONEY and len(decimals) == 2 else ""
    if decimals.strip("0") and not cents:
        said += f" point {' '.join(ONES[int(digit)] for digit in decimals.rstrip('0'))}"
    if match["minus"]:
        said = f"minus {said}"
    if unit:
        said += f" {_UNITS[unit][0 if said in ('one', 'minus one') else 1]}"
    if cents.strip("0"):
        said += f" {number_words(int(cents))}"
    return f"{said} to " if match["range"] else said


def _is_year(match: re.Match[str]) -> bool:
    number = match["number"]
    bare = not (match["unit"] or match["money"] or match["minus"])
    return bare and len(number) == 4 and number.isdigit() and 1900 <= int(number) < 2100


def _year(text: str) -> str:
    century, rest = int(text[:2]), int(text[2:])
    if century == 20 and rest < 10:
        return number_words(int(text))
    after = "hundred" if not rest else f"oh {number_words(rest)}" if rest < 10 else number_words(rest)
    return f"{number_words(century)} {after}"


def _digits(text: str) -> str:
    """Codes: up to 99 as a number, longer ones digit by digit."""
    return (
        number_words(int(text)) if len(text) < 3 and not text.startswith("0") else " ".join(ONES[int(d)] for d in text)
    )
