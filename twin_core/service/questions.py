"""What may be asked of twins: their states now and in the past, their events, their history."""

from dataclasses import replace
from datetime import datetime

from twin_core.contract.clock import Clock, instant_text
from twin_core.contract.commands import GetEvents, GetHistory, GetState
from twin_core.contract.errors import NotFound, Rejected
from twin_core.contract.events import Event
from twin_core.contract.ports import Readings, Store
from twin_core.contract.template import PropertySpec, TwinType, Value
from twin_core.contract.views import Divergence, HistoryView, StateView
from twin_core.domain import TwinState, converged, limits_of, state_view, value_text
from twin_core.service.discretion import Discretion
from twin_core.service.ledger import Ledger
from twin_core.service.registry import Registry
from twin_core.templates import Library

_MOST_SAMPLES = 10_000
_LONGEST_DAYS = 3660


class Questions:
    """GetState, GetEvents, GetHistory."""

    def __init__(
        self,
        store: Store,
        readings: Readings,
        ledger: Ledger,
        registry: Registry,
        library: Library,
        clock: Clock,
        discretion: Discretion,
    ) -> None:
        self._store = store
        self._readings = readings
        self._ledger = ledger
        self._registry = registry
        self._library = library
        self._clock = clock
        self._discretion = discretion

    async def state(self, query: GetState) -> StateView:
        """Raises NotFound, also for an instant or a version before the twin, and Rejected for both at once."""
        if query.at is not None and query.version is not None:
            raise Rejected("A state is asked for at an instant or at a version, not at both.", code="bad_request")
        twin = self._registry.resolve(query.twin)
        now = self._clock.now()
        if query.version is not None:
            if not 1 <= query.version <= twin.version:
                raise NotFound(
                    f"{twin.name} has no version {query.version}.",
                    code="unknown_version",
                    hint=f"It has versions 1 to {twin.version}.",
                )
            state, as_of = await self._ledger.at_version(twin.id, query.version), now
        elif query.at is not None and query.at < now:
            state, as_of = await self._ledger.past(twin.id, query.at), query.at
            if not state.type:
                since = f" before {instant_text(twin.created_at)}" if twin.created_at else " then"
                raise NotFound(f"There was no {twin.name}{since}.", code="before_creation")
        else:
            state, as_of = await self._ledger.state(twin.id), now
        await self._discretion.looked(query.person, "state", twin)
        view, hidden = self._view(state, as_of), await self._discretion.hidden_from(query.person, twin.id)
        return replace(view, reported={n: v for n, v in view.reported.items() if n not in hidden}) if hidden else view

    async def events(self, query: GetEvents) -> tuple[Event, ...]:
        """Raises NotFound, and Rejected for a limit that makes no sense."""
        twin = self._registry.resolve(query.twin)
        if query.after < 0 or not 1 <= query.limit <= _MOST_SAMPLES:
            raise Rejected(f"Between 1 and {_MOST_SAMPLES} events can be asked for.", code="bad_limit")
        await self._discretion.looked(query.person, "events", twin)
        return tuple(await self._store.read(twin.id, query.after, query.limit))

    async def history(self, query: GetHistory) -> HistoryView:
        """Raises NotFound, and Rejected for a range that is empty, endless, or has too many steps."""
        twin = self._registry.resolve(query.twin)
        spec = self._library[twin.type].property(query.property)
        if spec is None:
            known = ", ".join(self._library[twin.type].properties)
            raise NotFound(
                f"{twin.name} has no {query.property[:60]!r}.", code="unknown_property", hint=f"It has {known}."
            )
        await self._discretion.check(query.person, twin.id, spec)
        _check_range(query)
        await self._discretion.looked(query.person, "history", twin)
        if query.step_s is None:
            samples = await self._readings.range(twin.id, spec.name, query.start, query.end, query.limit)
        else:
            samples = await self._readings.steps(twin.id, spec.name, query.start, query.end, query.step_s)
        limits = limits_of(self._library[twin.type], twin.config, spec.name)
        return HistoryView(twin.id, spec.name, spec.unit, query.step_s, tuple(samples), limits)

    def _view(self, state: TwinState, as_of: datetime) -> StateView:
        twin_type = self._library[state.type]
        fresh = not any(key == "offline" or key.startswith("silent") for key in state.unavailable)
        view = state_view(state, twin_type, as_of, fresh)
        return replace(view, divergence=_divergence(state, twin_type))


def _divergence(state: TwinState, twin_type: TwinType) -> dict[str, Divergence]:
    """Every property that was asked for and is not reported so, whether or not it has come to an event."""
    found: dict[str, Divergence] = {}
    for name, desired in state.desired.items():
        spec, known = twin_type.property(name), state.reported.get(name)
        if spec is None or (known is not None and converged(spec, known[0], desired.value)):
            continue
        drifted = known is not None and known[1] > desired.at
        said = value_text(spec, known[0]) if known else "nothing"
        found[name] = Divergence(
            reported=known[0] if known else None,
            desired=desired.value,
            since=known[1] if known is not None and drifted else desired.at,
            size=_size(spec, known[0], desired.value) if known else None,
            reason=f"{value_text(spec, desired.value)} was asked for, the device reports {said}",
        )
    return found


def _size(spec: PropertySpec, reported: Value, desired: Value) -> float | None:
    if isinstance(reported, (bool, str)) or isinstance(desired, (bool, str)):
        return None
    return round(abs(reported - desired) / spec.resolution, 3) if spec.resolution else None


def _check_range(query: GetHistory) -> None:
    if query.start.tzinfo is None or query.end.tzinfo is None:
        raise Rejected("The range has no time zone.", code="bad_range", hint="Write it like 2026-03-02T08:00:00Z.")
    span_s = (query.end - query.start).total_seconds()
    if span_s <= 0:
        raise Rejected("The range ends before it begins.", code="bad_range")
    if span_s > _LONGEST_DAYS * 86400:
        raise Rejected("The range is longer than ten years.", code="bad_range", hint="Ask for a shorter one.")
    if not 1 <= query.limit <= _MOST_SAMPLES:
        raise Rejected(f"Between 1 and {_MOST_SAMPLES} samples can be asked for.", code="bad_limit")
    if query.step_s is None:
        return
    if not query.step_s >= 1:
        raise Rejected("A step is at least one second long.", code="bad_step")
    if span_s / query.step_s > _MOST_SAMPLES:
        raise Rejected(
            f"That makes more than {_MOST_SAMPLES} steps.",
            code="bad_step",
            hint=f"Take steps of {span_s / _MOST_SAMPLES:.0f} s or more, or a shorter range.",
        )
