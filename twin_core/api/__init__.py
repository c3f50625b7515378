"""The twin core over HTTP: routes, streams, and the door in front of them."""

from twin_core.api.access import Access
from twin_core.api.app import create_api

__all__ = ["Access", "create_api"]
