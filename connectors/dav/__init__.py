"""CalDAV: what calendars and task lists on such servers have in common."""

from connectors.dav.client import Dav, Listed, Stored, Sync

__all__ = ["Dav", "Listed", "Stored", "Sync"]
