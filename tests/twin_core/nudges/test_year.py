"""A leap year on a frozen clock: every repeating reminder at the right local time, by an oracle that walks the clocks.

In four time zones; one goes forward by half an hour, one never, and one has its summer in January.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.house import House, open_house
from tests.twin_core.nudges.mailbox import Mailbox
from twin_core.contract.agenda import CreateEvent, EditEvent, SetPersonSettings
from twin_core.contract.clock import parse_instant
from twin_core.contract.nudges import ListNudges
from twin_core.contract.reminders import BeforeEvent, CreateReminder, GetReminder
from twin_core.contract.requests import Cause
from twin_core.service import Timers

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
START = datetime(2027, 12, 31, 18, tzinfo=UTC)
DAYS = 366
STEP = timedelta(minutes=15)
On = Callable[[date], bool]


def is_last_of_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def is_last_friday(day: date) -> bool:
    return day.weekday() == 4 and (day + timedelta(days=7)).month != day.month


def is_every_other_tuesday_or_thursday(day: date) -> bool:
    return day.weekday() in (1, 3) and (day - date(2027, 12, 27)).days // 7 % 2 == 0


# What is asked for, the days that it comes on, and the time of day.
RULES: Mapping[str, tuple[On, time]] = {
    "FREQ=DAILY;BYHOUR=2;BYMINUTE=15": (lambda day: True, time(2, 15)),  # left out or twice, where clocks change
    "FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=18;BYMINUTE=0": (is_last_of_month, time(18)),
    "FREQ=MONTHLY;BYMONTHDAY=31;BYHOUR=8;BYMINUTE=0": (lambda day: day.day == 31, time(8)),
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=10;BYMINUTE=0": (lambda d: (d.month, d.day) == (2, 29), time(10)),
    "FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=23;BYMINUTE=45": (is_last_friday, time(23, 45)),
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;BYHOUR=1;BYMINUTE=30": (is_every_other_tuesday_or_thursday, time(1, 30)),
}


class Walk:
    """What a clock on the wall of a zone shows, every quarter of an hour; no rule of the product is asked."""

    def __init__(self, zone: str) -> None:
        steps = range(-96, (DAYS + 2) * 96)
        self._instants = [START + n * STEP for n in steps]
        self._walls = [at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for at in self._instants]
        self._first: dict[datetime, datetime] = {}
        for wall, at in zip(self._walls, self._instants, strict=True):
            self._first.setdefault(wall, at)

    def instant(self, wall: datetime) -> datetime:
        """When it shows that for the first time; if never, when it would, had nobody touched the clock."""
        if wall in self._first:
            return self._first[wall]
        before = bisect_left(self._walls, wall) - 1  # in spring walls are in order
        return self._instants[before] + (wall - self._walls[before])

    def expected(self, on: On, at: time, start: datetime, end: datetime) -> list[datetime]:
        days = [date(2027, 12, 31) + timedelta(days=n) for n in range(DAYS + 2)]
        found = [self.instant(datetime.combine(day, at)) for day in days if on(day)]
        return [instant for instant in found if start < instant <= end]


async def test_every_reminder_comes_at_its_local_time(tmp_path: Path) -> None:
    end = START + timedelta(days=DAYS)
    async with open_house(tmp_path, at=START) as house:
        box = Mailbox()
        house.nudges.deliver_by(box)
        for zone in ZONES:
            await house.core.execute(SetPersonSettings(zone, {"timezone": zone}), Cause(zone))
            for rule in RULES:
                await house.core.execute(CreateReminder(rule, recurrence=rule), Cause(zone))
        await _only_nudges(house).advance(end)
        for zone in ZONES:
            walk = Walk(zone)
            said = await house.core.query(ListNudges(zone, limit=10**6))
            assert all(nudge.sent_at == nudge.due_at for nudge in said)
            for rule, (on, at) in RULES.items():
                got = [nudge.due_at for nudge in said if nudge.text == f"Reminder: {rule}."]
                assert got == walk.expected(on, at, START, end), f"{rule} in {zone}"


async def test_whoever_moves_in_summer_is_reminded_there(tmp_path: Path) -> None:
    """From Berlin to New York and on to Lord Howe Island, over three clock changes."""
    moves = [parse_instant(f"2028-{day}T21:20:00Z") for day in ("01-02", "03-14", "06-01", "11-20")]
    rule, (on, at) = next(iter(RULES.items()))
    expected: list[datetime] = []
    async with open_house(tmp_path, at=moves[0]) as house:
        box = Mailbox()
        house.nudges.deliver_by(box)
        timers = _only_nudges(house)
        await house.core.execute(CreateReminder("stretch", recurrence=rule), Cause("anna"))
        for zone, since, until in zip(ZONES, moves, moves[1:], strict=False):
            await house.core.execute(SetPersonSettings("anna", {"timezone": zone}), Cause("anna"))
            await timers.advance(until)
            expected += Walk(zone).expected(on, at, since, until)
    assert [nudge.due_at for nudge in box.got] == expected


async def test_before_an_event_is_so_much_earlier_whatever_the_clocks_do(tmp_path: Path) -> None:
    async with open_house(tmp_path, at=parse_instant("2028-03-20T12:00:00Z")) as house:
        box = Mailbox()
        house.nudges.deliver_by(box)
        anna = Cause("anna")
        start = parse_instant("2028-03-26T07:00:00Z")  # nine in Berlin, some hours after the clocks went forward
        event = await house.core.execute(CreateEvent("Audit", start, start + timedelta(hours=1)), anna)
        made = await house.core.execute(CreateReminder("print", before=BeforeEvent(event.id, 24 * 3600)), anna)
        assert made.at == parse_instant("2028-03-25T07:00:00Z")  # eight in Berlin
        start = parse_instant("2028-10-29T08:00:00Z")  # nine again, after they went back
        await house.core.execute(EditEvent(event.id, start=start), anna)
        assert (await house.core.query(GetReminder(made.id))).at == parse_instant("2028-10-28T08:00:00Z")
        await _only_nudges(house).advance(start)
        assert [nudge.due_at for nudge in box.got] == [parse_instant("2028-10-28T08:00:00Z")]


def _only_nudges(house: House) -> Timers:
    """The clocks of other rooms would be wound for a year, too."""
    return Timers(house.clock, house.nudges.timers())
