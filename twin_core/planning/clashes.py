"""Which events need the same person at the same time. Pure."""

from collections.abc import Sequence

from twin_core.contract.agenda import ClashView, EventView

_CALLED_OFF = ("canceled:", "cancelled:")


def is_called_off(title: str) -> bool:
    """Whether a calendar marked it as cancelled in its title, as Outlook does."""
    return title.lstrip().casefold().startswith(_CALLED_OFF)


def takes_time(event: EventView) -> bool:
    """Whether nobody can do anything else meanwhile: not all-day, not free, not cancelled."""
    return event.busy and not event.all_day and event.status != "cancelled"


def clashes(events: Sequence[EventView]) -> list[ClashView]:
    """Pairs that overlap, in order; one that ends when the other begins is no clash."""
    found: list[ClashView] = []
    open_: list[EventView] = []
    for event in sorted((e for e in events if takes_time(e)), key=lambda e: (e.start, e.end, e.id)):
        open_ = [earlier for earlier in open_ if earlier.end > event.start]
        if event.start == event.end:
            continue
        same = [earlier for earlier in open_ if earlier.owner == event.owner]
        found += [ClashView(earlier, event, event.start, min(earlier.end, event.end)) for earlier in same]
        open_.append(event)
    return found
