"""Written text as the words that are said: `20.5 °C` is "twenty point five degrees"."""

import re

from bot.ports import Reply
from bot.voice.units import MONEY, UNIT, lone_units_said, unit_words

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

_SYMBOLS = {
    "&": " and ",
    ">=": " at least ",
    "<=": " at most ",
    "~": " about ",
    "≈": " about ",
    "№": " number ",
    "×": " times ",
    "½": " one half ",
    "*": "",
    "`": "",
    "ß": "ss",
    "→": " to ",
    "≥": " at least ",
    "≤": " at most ",
    ">": " above ",
    "<": " below ",
    "±": " plus or minus ",
}
_NUMBER = r"\d{1,3}(?:[,\u2009\u202f\u00a0]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_AMOUNT = re.compile(
    rf"(?P<money>[€£$])?(?P<sign>(?<![\w.])[-−+]\s?)?(?<![\w.])(?P<number>{_NUMBER})(?:[eE](?P<power>[-+]?\d{{1,3}})\b)?"
    rf"(?P<range>(?:\s?[-–]\s?)(?=\d))?(?:\s?(?P<unit>{UNIT}))?"
)
_CLOCK = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::[0-5]\d)?(?=\D|$)(?:\s?(?P<half>[ap]\.?m\b\.?))?", re.IGNORECASE
)
_DATE = re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>0\d|1[0-2])-(?P<day>[0-3]\d)\b")
_MONTHS = "January February March April May June July August September October November December".split()
_DAY = re.compile(rf"\b([0-3]?\d) (?=(?:{'|'.join(_MONTHS)})\b)")
_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th)\b")
_HALF = re.compile(r"(?<=\d)\s?([ap])\.?m\b\.?", re.IGNORECASE)
_FROM_TO = re.compile(r"(?<=[\w%°])\s?–\s?(?=[-−+]?[€£$]?\d)")
_DAYS = re.compile(rf"\b([0-3]?\d)(?=(?:\s?[-–]\s?| to )[0-3]?\d (?:{'|'.join(_MONTHS)})\b)")
_ADDRESS = re.compile(r"(?<![\w.])v?(\d+(?:\.\d+){2,})(?::(\d+))?(?![\w.]*\d)")  # of a machine, or a version
_PART = re.compile(r"(?<![\w.])(?=[\w-]*\d[A-Z]{2}|[A-Z]+-\d+-|\d+[A-Z]+-?\d)[A-Z\d]+(?:-[A-Z\d]+)*(?![\w-])")
_PARTED = re.compile(r"(?<![\w/])(\d{1,2})/(\d{1,2})(?![\w/])")
_FRACTIONS = {("1", "2"): "one half", ("1", "3"): "one third", ("2", "3"): "two thirds", ("1", "4"): "one quarter",
              ("3", "4"): "three quarters", ("24", "7"): "twenty four seven"}  # fmt: skip
_CHEMICAL = re.compile(r"\b(CO|NO|SO|PM|O|H)(\d(?:\.\d)?)\b(?!\s?%)")  # CO2, PM2.5
_LOW = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_CODE = re.compile(r"(?<![\d.]\s)(?<!/)\b(?=[A-Za-z]*\d|\w*-\d)([A-Za-z]+)-?(\d+)\b")


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
    text = _FROM_TO.sub(" to ", text.translate(_LOW).replace("μ", "µ").replace("_", " "))
    text = _DATE.sub(lambda m: f"{ordinal_words(int(m['day']))} of {_MONTHS[int(m['month']) - 1]} {m['year']}", text)
    text = _DAYS.sub(lambda m: ordinal_words(int(m[1])), text)
    text = _DAY.sub(lambda m: f"{ordinal_words(int(m[1]))} of ", text)
    text = _CLOCK.sub(_clock, text)
    text = _HALF.sub(lambda m: f" {m[1].lower()} m", text)
    text = _ORDINAL.sub(lambda m: ordinal_words(int(m[1])), text)
    text = _ADDRESS.sub(_address, text)
    text = _CHEMICAL.sub(lambda m: f"{' '.join(m[1])} {m[2]}", text)
    text = _PART.sub(lambda m: _spelled(m[0]), text)
    text = _CODE.sub(lambda m: f"{m[1]} {_digits(m[2])}", text)
    text = _PARTED.sub(lambda m: _FRACTIONS.get((m[1], m[2]), f"{m[1]} of {m[2]}"), text)
    text = re.sub(r"#(?=\d)", "number ", text)
    text = lone_units_said(_AMOUNT.sub(_amount, text))
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
    whole, _, decimals = re.sub(r"[^\d.]", "", match["number"]).partition(".")
    said = _year(whole) if _is_year(match) else number_words(int(whole)) if len(whole) < 13 else _digits(whole)
    unit = match["unit"] or match["money"]
    cents = decimals if unit in MONEY and len(decimals) == 2 else ""
    if decimals.strip("0") and not cents:
        said += f" point {' '.join(ONES[int(digit)] for digit in decimals.rstrip('0'))}"
    if match["power"]:
        said += f" times ten to the power of {number_words(int(match['power']))}"
    if match["sign"] and said != "zero":
        said = f"{'plus' if '+' in match['sign'] else 'minus'} {said}"
    if unit:
        said += f" {unit_words(unit, one=said in ('one', 'minus one'))}"
    if cents.strip("0"):
        said += f" {number_words(int(cents))}"
    if match["range"]:
        return f"{said} to "
    return f"{said} " if match.string[match.end() : match.end() + 1].isalpha() else said  # "3D"


def _address(match: re.Match[str]) -> str:
    """Of digits, as they are read out: `192.168.1.10`, `v2.1.3`."""
    parts = match[1].split(".")
    dot = " dot " if len(parts) == 4 else " point "
    version = "version " if match[0].startswith("v") else ""
    port = f" port {_digits(match[2])}" if match[2] else ""
    return version + dot.join(" ".join(ONES[int(digit)] for digit in part) for part in parts) + port


def _spelled(code: str) -> str:
    """Each letter and digit for itself, with the pauses of its hyphens."""
    return ", ".join(" ".join(ONES[int(c)] if c.isdigit() else c for c in part) for part in code.split("-"))


def _is_year(match: re.Match[str]) -> bool:
    number = match["number"]
    bare = not (match["unit"] or match["money"] or match["sign"] or match["power"])
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
