"""A person's own settings in words. Pure."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.planning.check_ins_said import CHECK_INS, PAUSED
from bot.planning.quiet_said import BREAKS, DAYS, FROM, HOURS, UNTIL
from bot.planning.speaking_said import A_DAY, DEFAULT_A_DAY, DIGESTS, FEWER, MUTED, topics
from bot.replies.phrases import listed
from twin_core.contract.agenda import PersonSettings
from twin_core.contract.check_ins import times_of
from twin_core.contract.clock import parse_instant
from twin_core.contract.nudges import TOPICS
from twin_core.contract.wall_time import times_of_day

SPEAKING = (HOURS, DAYS, UNTIL, BREAKS, A_DAY, DIGESTS, MUTED, FEWER)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_USUAL_DIGESTS = (8 * 3600, 18 * 3600)


def setting_line(key: str, person: PersonSettings) -> str:
    """One setting; empty for one that is told with another."""
    if key in (*SPEAKING, FROM):
        return _speaking(key, person)
    if key == "stand_in":
        other = person.config.get(key)
        return f"stand-in {other}, who is asked where you do not answer" if other else "nobody stands in for you"
    if key == "working_hours":
        return f"working hours {_clock(person.work_start_s)}–{_clock(person.work_end_s)}"
    if key == "work_days":
        return f"working days {_days_text(person.work_days)}"
    if key == "timezone":
        return f"time zone {person.zone}"
    if key == CHECK_INS:
        times = times_of(person.config.get(CHECK_INS))
        return f"check-ins at {listed([_clock(second) for second in times])}" if times else "no check-ins"
    if key == PAUSED:
        until = person.config.get(PAUSED)
        return f"check-ins paused until {_moment(str(until), person)}" if until else "check-ins not paused"
    if key == "matters_most":
        said = person.config.get("matters_most")
        most = (
            listed([str(topic) for topic in said])
            if isinstance(said, (list, tuple)) and said
            else "nothing in particular"
        )
        return f"what matters most to you: {most}"
    return f"{person.focus_hours:g} hours a day to concentrate"


def _days_text(days: Sequence[int]) -> str:
    """`Monday to Friday`; of days that do not follow one another each."""
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{_DAYS[days[0]]} to {_DAYS[days[-1]]}"
    return listed([_DAYS[day] for day in days])


def _moment(instant: str, person: PersonSettings) -> str:
    """`Monday 9 March`, with its hour where the day does not begin then."""
    at = parse_instant(instant).astimezone(ZoneInfo(person.zone))
    return f"{at:%A} {at.day} {at:%B}" + ("" if (at.hour, at.minute) == (0, 0) else f" at {at:%H:%M}")


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"


def _speaking(key: str, person: PersonSettings) -> str:
    """How the person is spoken to."""
    config = person.config
    value = config.get(key)
    if key == HOURS:
        start, end = person.quiet_start_s, person.quiet_end_s
        return f"quiet hours {_clock(start)}–{_clock(end)}" if start != end else "no quiet hours"
    if key == DAYS:
        return f"quiet on {listed([f'{day.capitalize()}' for day in _names(value)])}" if value else ""
    if key == UNTIL:
        begin = config.get(FROM)
        since = f" from {_moment(str(begin), person)}" if begin else ""
        return f"quiet{since} until {_moment(str(value), person)}" if value else ""
    if key == BREAKS:
        return "only danger and what is critical breaks your quiet" if value else "only danger breaks your quiet"
    if key == A_DAY:
        return f"at most {value if value is not None else DEFAULT_A_DAY:g} messages a day beside what is critical"
    if key == DIGESTS:
        at = times_of_day(value)
        times = _USUAL_DIGESTS if at is None else at
        return f"a digest at {listed([_clock(second) for second in times])}" if times else "no digest"
    named = listed([TOPICS[topic] for topic in topics(config, key) if topic in TOPICS])
    if key == MUTED:
        return f"nothing about {named} unless it is dangerous" if named else "no topic switched off"
    if key == FEWER:
        return f"about {named} only in the digest, unless it is critical" if named else "no topic kept for the digest"
    return ""


def _names(value: object) -> list[str]:
    known = {day[:3].casefold(): day for day in _DAYS}
    return [known[part] for part in str(value).split(",") if part in known]
