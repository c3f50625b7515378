"""The words of time, and the grammar object that the rule files fill."""

from bot.nlu.times.chart import Grammar
from bot.nlu.times.meaning import Clock, Count, DayPart, Grain, Length, Month, Ordinal, Repeat, Unit, Weekday, When

WEEKDAYS = {
    word: day
    for day, line in enumerate(
        (
            "monday mon",
            "tuesday tue tues",
            "wednesday wed weds",
            "thursday thu thur thurs",
            "friday fri",
            "saturday",
            "sunday",
        )
    )
    for word in line.split()
}
MONTHS = {
    word: month
    for month, line in enumerate(
        (
            "january jan",
            "february feb",
            "march",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for word in line.split()
}
DOUBTFUL_MONTHS = {"may", "march"}
_GRAIN_WORDS: dict[Grain, str] = {
    "second": "second seconds sec secs",
    "minute": "minute minutes min mins",
    "hour": "hour hours hr hrs h",
    "day": "day days",
    "week": "week weeks wk wks",
    "month": "month months",
    "quarter": "quarter quarters",
    "year": "year years yr yrs",
}
UNITS = {word: Unit(grain) for grain, line in _GRAIN_WORDS.items() for word in line.split()} | {
    "fortnight": Unit("week", 2),
    "fortnights": Unit("week", 2),
}
DAY_PARTS = {
    "morning": DayPart("morning", 6, 12),
    "mornings": DayPart("morning", 6, 12),
    "lunch": DayPart("lunch", 12, 14),
    "lunchtime": DayPart("lunch", 12, 14),
    "afternoon": DayPart("afternoon", 12, 18),
    "afternoons": DayPart("afternoon", 12, 18),
    "evening": DayPart("evening", 18, 24),
    "evenings": DayPart("evening", 18, 24),
    "night": DayPart("night", 20, 30),
    "nights": DayPart("night", 20, 30),
}
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}  # meteorological, northern


def _is_day(x: object) -> bool:
    return isinstance(x, When) and x.grain == "day" and x.edge is None


CATEGORIES = {
    "count": lambda x: isinstance(x, Count),
    "ordinal": lambda x: isinstance(x, Ordinal),
    "unit": lambda x: isinstance(x, Unit),
    "weekday": lambda x: isinstance(x, Weekday),
    "month": lambda x: isinstance(x, Month),
    "part": lambda x: isinstance(x, DayPart),
    "clock": lambda x: isinstance(x, Clock),
    "length": lambda x: isinstance(x, Length),
    "repeat": lambda x: isinstance(x, Repeat),
    "day": _is_day,
    "date": lambda x: isinstance(x, When) and x.edge is None and x.grain in ("day", "week", "month", "quarter", "year"),
    "moment": lambda x: isinstance(x, When) and x.edge is None and x.end is None,
    "hours": lambda x: isinstance(x, When) and x.edge is None and x.end is not None and x.grain == "hour",
    "within": lambda x: isinstance(x, When) and x.day_part,
    "when": lambda x: isinstance(x, When) and x.edge is None,
}

grammar = Grammar(CATEGORIES)
