"""The records of all events, found by id, by source, by series and by the days they touch."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from twin_core.contract.agenda import When
from twin_core.contract.tasks import OWN
from twin_core.planning import series as series_
from twin_core.planning.local_time import DAY
from twin_core.planning.records import EventRecord

_LONG = timedelta(days=60)  # longer ones are looked at in every question, instead of standing under each day
_Copies = dict[str, EventRecord]  # by key: one for each source


class Calendar:
    """Deleted ones stay, for being restored, but are not found by day."""

    def __init__(self) -> None:
        self._by_id: dict[str, _Copies] = {}
        self._by_source: dict[str, _Copies] = {}
        self._by_series: dict[str, set[str]] = {}  # ids of occurrences
        self._series: _Copies = {}
        self._by_day: dict[date, _Copies] = {}
        self._long: _Copies = {}

    def copies(self, id: str) -> list[EventRecord]:
        """The records of one id, of each source that holds it; deleted ones too."""
        return list(self._by_id.get(id, {}).values())

    def of_source(self, source: str) -> Mapping[str, EventRecord]:
        """By key."""
        return self._by_source.get(source, {})

    def of_series(self, id: str) -> list[EventRecord]:
        """The stored occurrences of a series; of one of our own, those that were changed."""
        return [record for one in sorted(self._by_series.get(id, ())) for record in self.copies(one)]

    def all(self) -> Iterator[EventRecord]:
        return (record for copies in self._by_id.values() for record in copies.values())

    def between(self, start: datetime, end: datetime) -> list[EventRecord]:
        """Candidates for start <= t < end, series expanded: some may lie a little outside."""
        found: _Copies = dict(self._long)
        for day in _days(start, end):
            found.update(self._by_day.get(day, {}))
        records = [record for record in found.values() if not self._is_of_deleted(record)]
        for series in self._series.values():
            changed = self._by_series.get(series.id, ())
            records += [one for one in series_.occurrences(series, start, end) if one.id not in changed]
        return records

    def occurrence(self, id: str) -> EventRecord | None:
        """An occurrence of a series of our own that nobody has changed."""
        series = self._series.get(id.rpartition(".")[0])
        return series_.occurrence(series, id) if series and id not in self._by_id else None

    def series_of(self, record: EventRecord) -> EventRecord | None:
        """The series of our own that an occurrence belongs to."""
        if record.series is None or record.source != OWN:
            return None
        return next(iter(self.copies(record.series)), None)

    def put(self, record: EventRecord) -> None:
        self.drop(record)
        self._by_id.setdefault(record.id, {})[record.key] = record
        self._by_source.setdefault(record.source, {})[record.key] = record
        if record.series:
            self._by_series.setdefault(record.series, set()).add(record.id)
        for place in self._places(record):
            place[record.key] = record

    def drop(self, record: EventRecord) -> None:
        """Forgets whatever is known under the record's key."""
        known = self._by_id.get(record.id, {}).pop(record.key, None)
        if known is None:
            return
        self._by_source[known.source].pop(known.key, None)
        if not self._by_id[known.id]:
            del self._by_id[known.id]
            if known.series:
                self._by_series[known.series].discard(known.id)
        for place in self._places(known):
            place.pop(known.key, None)

    def _is_of_deleted(self, record: EventRecord) -> bool:
        series = self.series_of(record)
        return series is not None and series.deleted_at is not None

    def _places(self, record: EventRecord) -> Iterable[_Copies]:
        if record.deleted_at is not None:
            return ()
        if record.is_series:
            return (self._series,)
        first, last = _utc_day(record.start), _utc_day(record.end)
        if last - first > _LONG:
            return (self._long,)
        if not isinstance(record.start, datetime):  # its zone may lie on either side of UTC
            first, last = first - DAY, last + DAY
        return [self._by_day.setdefault(first + n * DAY, {}) for n in range((last - first).days + 1)]


def _days(start: datetime, end: datetime) -> Iterator[date]:
    day, last = _utc_day(start), _utc_day(end)
    while day <= last:
        yield day
        day += DAY


def _utc_day(when: When) -> date:
    return when.astimezone(UTC).date() if isinstance(when, datetime) else when
